"""Dial with a conference: who waits, when it starts, who has left, and what we are told of it.

Rules and what is posted: https://www.twilio.com/docs/voice/twiml/conference (read 26 November 2026). It starts when two
are in it of whom one starts it by entering; whoever waits hears `waitUrl` over and over; it ends when the last one
leaves, or one who ends it by leaving, and then each goes on with their own document.
"""

from email.utils import format_datetime
from itertools import combinations
from urllib.parse import urljoin

from api import clock
from api.clients.pretend_call_forms import PassedCall, voice_form
from api.clients.pretend_call_parts import Room, Seat
from api.clients.pretend_dialling import Dialler
from api.clients.pretend_forms import new_sid
from api.clients.pretend_playing import BEEP
from api.clients.pretend_twiml import TwimlFault, Verb, answered, not_while_waiting

MUSIC = "(Hold music)"
_EVENTS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
}


class Rooms(Dialler):
    """The conferences of the account, by name."""

    async def _verb(self, call: PassedCall, verb: Verb, rest: list[Verb]) -> bool:
        noun = next((one for one in verb.inner if one.name == "Conference"), None)
        if verb.name != "Dial" or noun is None:
            return await super()._verb(call, verb, rest)
        self._pick_up(call)
        action = urljoin(call.document, verb.says("action")) if verb.says("action") else ""
        wait = noun.attributes.get("waitUrl")
        room = self.rooms.setdefault(noun.words, Room(noun.words, new_sid("CF")))
        if not room.callback and noun.says("statusCallback"):
            room.callback = urljoin(call.document, noun.says("statusCallback"))
            room.events = tuple(noun.says("statusCallbackEvent").split())
        seat = Seat(call, verb, noun, action, rest, urljoin(call.document, wait) if wait else wait)
        await self._enter(room, seat)
        return False

    async def _enter(self, room: Room, seat: Seat) -> None:
        call = seat.call
        room.seats.append(seat)
        call.room = room
        self._beep(room, seat, "onEnter")
        starts = room.can_start and not room.started
        if starts:
            self._start(room)
        elif room.started:
            for other in room.others(call):
                self._meet(call, other)
        await self._tell_of(room, "participant-join", seat)
        if starts:
            await self._tell_of(room, "conference-start", seat)
        elif call.room is room and not room.started:
            await self._go(self._wait_in(call, seat))

    def _start(self, room: Room) -> None:
        room.started = True
        for seat in room.seats:
            self._overtake(seat.call)
            seat.call.again = ""
        for one, other in combinations(room.seats, 2):
            self._meet(one.call, other.call)

    def _meet(self, one: PassedCall, other: PassedCall) -> None:
        self._hear(one, f"(In the conference with you: {other.phone})")
        self._hear(other, f"(In the conference with you: {one.phone})")

    def _beep(self, room: Room, seat: Seat, when: str) -> None:
        if seat.noun.says("beep", "true") in ("true", when):
            for call in room.others(seat.call):
                self._hear(call, BEEP)

    async def _wait_in(self, call: PassedCall, seat: Seat) -> None:
        """Whoever waits hears the music of the conference, again and again."""
        turn = self._overtake(call)
        if seat.wait_url is None:
            self._hear(call, MUSIC)
            return
        address: str | None = seat.wait_url
        while address and call.turn == turn and not call.is_over:
            address = await self._music(call, address, turn)
            if call.turn == turn and not self.real_time:
                call.again = address or ""
                self.tell()
                return
            await self._lasts(call, 1)

    async def _music(self, call: PassedCall, address: str, turn: int) -> str | None:
        """One document for whoever waits. Returns what follows it; None for silence."""
        status, document = await self.wire.ask(address, voice_form(call, self.account_sid), call.phone)
        try:
            wanted = answered(status, document)
            not_while_waiting(wanted)
        except TwimlFault as fault:
            self.wire.blame(address, call.phone, str(fault))
            return None
        for verb in wanted:
            if call.turn != turn or (verb.name != "Redirect" and not await self._sound(call, verb)):
                return None
            if verb.name == "Redirect":
                return urljoin(address, verb.words)
        return address

    async def tick(self, call: PassedCall) -> None:
        """Time passes until something happens by itself: it has rung enough, the music plays again, nothing came."""
        seat = self._seat(call)
        again, call.again = call.again, ""
        call.played.clear()
        if call.status == "ringing" and not call.inbound:
            await self._ring_out(call)
        elif call.dial is not None and call.dial.bridged is None:
            for leg in list(call.dial.legs):
                await self._ring_out(leg)
        elif again and seat is not None:
            seat.wait_url = again
            await self._go(self._wait_in(call, seat))
        elif again:
            await self._go(self._ask(call, again))
        else:
            await self.stay_silent(call)

    def _seat(self, call: PassedCall) -> Seat | None:
        return next((one for one in call.room.seats if one.call is call), None) if call.room else None

    async def _leave(self, call: PassedCall) -> Seat | None:
        """Whoever is on this call leaves their conference, if they are in one."""
        seat, room = self._seat(call), call.room
        if seat is None or room is None:
            return None
        room.seats.remove(seat)
        call.room = None
        self._beep(room, seat, "onExit")
        for other in room.seats:
            self._hear(other.call, f"(Left the conference: {call.phone})")
        await self._tell_of(room, "participant-leave", seat)
        if not room.seats or seat.noun.is_on("endConferenceOnExit"):
            await self._end_room(room, seat)
        return seat

    async def _end_room(self, room: Room, last: Seat) -> None:
        if self.rooms.get(room.name) is not room:
            return
        del self.rooms[room.name]
        left, room.seats = room.seats, []
        for seat in left:
            seat.call.room = None
            self._overtake(seat.call)
            await self._tell_of(room, "participant-leave", seat)
        await self._tell_of(room, "conference-end", last)
        for seat in left:
            await self._after(seat)

    async def _after(self, seat: Seat) -> None:
        if not seat.call.is_over:
            await self._after_dial(seat.call, seat.action, seat.rest, {"DialCallStatus": "answered"})

    async def _tell_of(self, room: Room, event: str, seat: Seat) -> None:
        if not room.callback or _EVENTS[event] not in room.events:
            return
        room.sequence += 1
        form = {
            "AccountSid": self.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "SequenceNumber": str(room.sequence),
            "StatusCallbackEvent": event,
            "Timestamp": format_datetime(clock.now()),
        }
        if event == "conference-end":
            form["ReasonConferenceEnded"] = "participant-with-end-conference-on-exit-left"
            if not seat.noun.is_on("endConferenceOnExit"):
                form["ReasonConferenceEnded"] = "last-participant-left"
            form["CallSidEndingConference"] = seat.call.sid
        else:
            form |= _about(seat)
        await self.wire.post(room.callback, form, seat.call.phone)

    async def press(self, call: PassedCall, key: str) -> None:
        """A key; in a conference only star, where the Dial says that it leaves."""
        seat = self._seat(call)
        if seat is None:
            await super().press(call, key)
        elif key == "*" and seat.dial.is_on("hangupOnStar") and not call.lost:
            self._hear(call, "(Key *)")
            self._overtake(call)
            await self._leave(call)
            await self._after(seat)

    async def _listen(self, call: PassedCall, words: str, understood: str, confidence: float) -> None:
        """In a conference that has started, everybody else hears it."""
        seat, room = self._seat(call), call.room
        if seat is None or room is None:
            await super()._listen(call, words, understood, confidence)
        elif room.started and not seat.noun.is_on("muted"):
            for other in room.others(call):
                self._hear(other, f"(They say: {words})")


def _about(seat: Seat) -> dict[str, str]:
    """What is posted about one who is in a conference, or was."""
    noun = seat.noun
    label = noun.says("participantLabel")
    return {
        "CallSid": seat.call.sid,
        "Muted": noun.says("muted", "false"),
        "Hold": "false",
        "Coaching": "false",
        "StartConferenceOnEnter": noun.says("startConferenceOnEnter", "true"),
        "EndConferenceOnExit": noun.says("endConferenceOnExit", "false"),
    } | ({"ParticipantLabel": label} if label else {})
