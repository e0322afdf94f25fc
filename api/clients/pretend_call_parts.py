"""What a pretend call may be in the middle of: waiting for keys or words, ringing others, or a conference."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from api.clients.pretend_twiml import Verb

if TYPE_CHECKING:
    from api.clients.pretend_call_forms import PassedCall

ANY_KEY = "1234567890*#"  # Ends a recording unless it is told otherwise.


@dataclass(frozen=True, slots=True)
class PretendNumber:
    """How one of our numbers is set up, as on Twilio's IncomingPhoneNumber resource: paths or whole addresses."""

    voice_url: str
    voice_fallback_url: str = ""
    status_callback: str = ""


@dataclass
class Waiting:
    """A Gather or a Record that waits for whoever is on the call: where it is told, and what is done if it is not."""

    verb: Verb
    action: str
    rest: list[Verb]
    digits: str = ""
    words: list[str] = field(default_factory=list)  # Recorded so far, as a recogniser would write them.

    @property
    def records(self) -> bool:
        """A recording is made."""
        return self.verb.name == "Record"

    @property
    def takes_keys(self) -> bool:
        """Keys are asked for."""
        return not self.records and "dtmf" in self.verb.says("input", "dtmf")

    @property
    def takes_speech(self) -> bool:
        """Speech is recognised."""
        return not self.records and "speech" in self.verb.says("input", "dtmf")

    @property
    def finishing_keys(self) -> str:
        """Keys that end it and are no part of what is told."""
        return self.verb.says("finishOnKey", ANY_KEY if self.records else "#")

    @property
    def is_full(self) -> bool:
        """As many keys as were asked for."""
        return bool(self.digits) and len(self.digits) == self.verb.number("numDigits", 0)

    @property
    def nothing(self) -> dict[str, str]:
        """What is told when nothing came, if that is to be told."""
        keys = {"Digits": ""} if self.takes_keys else {}
        return keys | ({"SpeechResult": ""} if self.takes_speech else {})


@dataclass(eq=False)
class Dialling:
    """A Dial of one or more numbers: the legs, and which of them the caller speaks with."""

    verb: Verb
    action: str
    rest: list[Verb]
    legs: list["PassedCall"] = field(default_factory=list)
    bridged: "PassedCall | None" = None


@dataclass(eq=False)
class Seat:
    """One call in a conference."""

    call: "PassedCall"
    dial: Verb
    noun: Verb
    action: str
    rest: list[Verb]
    wait_url: str | None  # None: the carrier's own music; "": silence.


@dataclass(eq=False)
class Room:
    """A conference. It takes its callback from the first who gives one."""

    name: str
    sid: str
    callback: str = ""
    events: tuple[str, ...] = ()
    seats: list[Seat] = field(default_factory=list)
    started: bool = False
    sequence: int = 0

    def others(self, call: "PassedCall") -> list["PassedCall"]:
        """Who else is in it."""
        return [one.call for one in self.seats if one.call is not call]

    @property
    def can_start(self) -> bool:
        """At least two, one of whom starts it by entering."""
        return len(self.seats) > 1 and any(one.noun.is_on("startConferenceOnEnter", True) for one in self.seats)
