"""The desk with the pretend phones on it: two carers', whatever is added, and one for everybody on call."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages, settings
from api.channels.handset import rules
from api.channels.handset.rules import CONFIDENCE, WITHHELD, Phone, Recognition
from api.clients.pretend import Behaviour, PretendCarrier
from api.clients.pretend_call_forms import PassedCall
from api.errors import Conflict, Invalid, NotFound
from api.people import service as people
from api.rota import service as rota
from api.rota.rules import Rung

CARERS = ("+447700900001", "+447700900002")  # From the range that Ofcom keeps for drama.
MOST_ADDED = 6
_RUNGS = {Rung.ON_CALL: "On call", Rung.SECOND_ON_CALL: "Second on call", Rung.LEAD: "Lead"}
# Ready-made texts: what stands on the button, what is sent.
CARER_SAYS = {"breathing": "hes stopped breathing", "nurse": "nurse", "money": "is there any money for carers"}
STAFF_SAYS = {"accept": "accept", "decline": "decline", "contacted": "contacted"}


class Handling(StrEnum):
    """What can be done with a call on a pretend phone. How it ends is in the carrier's words."""

    ANSWER = "answer"
    VOICEMAIL = "voicemail"
    KEY = "key"
    NO_KEY = "no_key"
    HANG_UP = "completed"
    BUSY = "busy"
    RING_OUT = "no-answer"
    FAIL = "failed"
    DROP = "drop"


@dataclass
class Desk:
    """The phones and the carrier behind them, in the memory of this process."""

    carrier: PretendCarrier
    added: list[str] = field(default_factory=list)

    def add(self, number: str) -> None:
        """Put another carer's phone on the desk. `number` is E.164 or WITHHELD."""
        if number in (*CARERS, *self.added):
            raise Conflict("That phone is on the desk already.")
        if len(self.added) >= MOST_ADDED:
            raise Conflict(f"There is room for {MOST_ADDED} more phones and no more. Put one away first.")
        self.added.append(number)
        self.carrier.tell()

    def put_away(self, number: str) -> None:
        """Take an added phone off the desk; its texts stay with the carrier."""
        self.added = [one for one in self.added if one != number]
        self.carrier.tell()

    def clear(self) -> None:
        """Empty the phones and the record of what passed."""
        self.carrier.texts.clear()
        self.carrier.switchboard.calls.clear()
        self.carrier.switchboard.rooms.clear()
        self.carrier.wire.exchanges.clear()
        self.carrier.tell()


def read_number(typed: str, withheld: bool) -> str:
    """The number for a new phone. Raises Invalid for what no telephone could have."""
    number = WITHHELD if withheld else rules.number_from(typed)
    if number is None:
        raise Invalid("That is not a telephone number. Write it like 07700 900123 or +44 7700 900123.")
    return number


async def phones(session: AsyncSession, desk: Desk) -> list[Phone]:
    """Every phone on the desk, carers' first, then staff's in the order in which they are paged."""
    team = await people.default_team(session)
    line = team.line_number
    carers = [Phone(number, f"Carer {place}", "", line, False) for place, number in enumerate(CARERS, 1)]
    for place, number in enumerate(desk.added, len(CARERS) + 1):
        carers.append(Phone(number, f"Carer {place}", "", line, False, added=True))
    on_call = await rota.on_call(session, team.id, clock.now())
    pager = settings.get().pager_number
    staff = [
        Phone(person.phone, person.name, _RUNGS[rung], pager, True)
        for rung in Rung
        for person in on_call.get(rung, [])
        if person.phone
    ]
    return [*carers, *{phone.number: phone for phone in staff}.values()]


async def phone(session: AsyncSession, desk: Desk, phone_id: str) -> Phone:
    """One phone on the desk."""
    found = next((one for one in await phones(session, desk) if one.id == phone_id), None)
    if found is None:
        raise NotFound("There is no such phone on the desk.")
    return found


async def send_again(desk: Desk, phone: Phone) -> None:
    """Post the webhook of the phone's last text once more, with the same MessageSid, if it has sent any."""
    last = next((one for one in reversed(desk.carrier.texts) if one.inbound and one.sender == phone.number), None)
    if last is not None:
        await desk.carrier.repeat(last)


async def ring_line(desk: Desk, phone: Phone) -> None:
    """Ring the number that this phone texts. Raises Conflict for a phone that is off or in a call already."""
    if desk.carrier.behaviour(phone.number) == Behaviour.OFF:
        raise Conflict("This phone is switched off.")
    if _call_on(desk, phone) is not None:
        raise Conflict("This phone is in a call already.")
    await desk.carrier.switchboard.ring_line(phone.number, phone.to)


async def speak(desk: Desk, phone: Phone, words: str, hears: Recognition, heard_as: str) -> None:
    """Whoever has this phone says something. Raises Conflict for a phone that is in no call."""
    call = _call_on(desk, phone)
    if call is None:
        raise Conflict("This phone is in no call.")
    understood = {Recognition.MISHEARD: heard_as, Recognition.NOTHING: ""}.get(hears, words)
    if words:
        await desk.carrier.switchboard.speak(call, words, CONFIDENCE[hears], understood)


def _call_on(desk: Desk, phone: Phone) -> PassedCall | None:
    """The call that goes on, or rings, on a phone."""
    calls = desk.carrier.switchboard.of(phone.number)
    return next((one for one in reversed(calls) if not one.is_over), None)


async def handle(desk: Desk, phone: Phone, sid: str, how: Handling, key: str = "") -> None:
    """Whoever has this phone does something with a call to it."""
    board = desk.carrier.switchboard
    call = board.one(sid)
    if call is None or call.phone != phone.number:
        raise NotFound("There is no such call on this phone.")
    if how == Handling.ANSWER:
        await board.answer(call)
    elif how == Handling.VOICEMAIL:
        await board.voicemail(call)
    elif how == Handling.KEY:
        await board.press(call, key)
    elif how == Handling.NO_KEY:
        await board.stay_silent(call)
    elif how == Handling.DROP:
        await board.drop(call)
    else:
        await board.end(call, how)


def parts(desk: Desk, on_desk: list[Phone]) -> dict[str, str]:
    """Every part of the page that changes by itself, as HTML: its name in the stream, its content."""
    carrier, shown = desk.carrier, {}
    names = {one.number: one.name for one in on_desk}
    for one in on_desk:
        entries = rules.thread(one.number, carrier.texts, carrier.wire.exchanges)
        context: dict[str, Any] = {"phone": one, "behaviour": carrier.behaviour(one.number)}
        shown[f"screen-{one.id}"] = pages.fragment("handset/screen.html", entries=entries, **context)
        call = rules.newest_call(one.number, carrier.switchboard.calls, names)
        shown[f"call-{one.id}"] = pages.fragment("handset/call.html", call=call, keys=rules.KEYS, **context)
        shown[f"switch-{one.id}"] = pages.fragment("handset/switch.html", **context)
    exchanges = carrier.wire.exchanges[: -rules.SHOWN_EXCHANGES - 1 : -1]
    shown["traffic"] = pages.fragment("handset/traffic.html", exchanges=exchanges, names=names, short=rules.short)
    return shown
