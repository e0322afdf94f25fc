"""What stands where the carrier stands, for tests of what happens when it, or the process, fails at a certain line."""

from dataclasses import dataclass, field

from api.clients.carrier import Call, CarrierError, Text

BUSY, REFUSED, NO_ANSWER = CarrierError(503, None), CarrierError(400, 21211), CarrierError(None, None)


class Killed(BaseException):
    """The process ends at this line: nothing catches it, as nothing catches kill -9."""


@dataclass
class Carrier:
    """Fails with each error of its plan in turn, then takes everything."""

    plan: list[BaseException] = field(default_factory=list)
    taken: list[Text] = field(default_factory=list)
    rung: list[Call] = field(default_factory=list)
    no_calls: CarrierError | None = None  # What every call is refused with.
    stopped: list[str] = field(default_factory=list)

    async def send_text(self, text: Text) -> str:
        """As `api.clients.twilio.send_text`."""
        if self.plan:
            raise self.plan.pop(0)
        self.taken.append(text)
        return f"SM{len(self.taken):032}"

    async def place_call(self, call: Call) -> str:
        """As `api.clients.twilio.place_call`."""
        if self.no_calls is not None:
            raise self.no_calls
        self.rung.append(call)
        return f"CA{len(self.rung):032}"

    async def cancel_call(self, sid: str) -> None:
        """As `api.clients.twilio.cancel_call`."""
        self.stopped.append(sid)

    def to(self, number: str) -> list[str]:
        """What it was given for a phone, oldest first."""
        return [text.body for text in self.taken if text.to == number]
