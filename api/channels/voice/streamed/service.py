"""A call over a socket: who may open it, what there is to tell, what was not heard, and how it goes on without."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings, telephone
from api.channels.rules import EMPTY_TWIML
from api.channels.voice import rules as speech
from api.channels.voice import service as turns
from api.channels.voice.holding import service as holding
from api.channels.voice.holding.service import address
from api.channels.voice.rules import Spoken
from api.channels.voice.streamed import rules
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState, seconds_to_say
from api.errors import Forbidden

_LEFT_FOR_SOCKET = 20  # Numbers of turns that a closing socket may still need: none may be given twice.


@dataclass(frozen=True, slots=True)
class Begun:
    """A session begins. `spoken`: what the carrier is saying already; `next_turn`: the number of what is said to it."""

    conversation_id: UUID
    spoken: Spoken
    next_turn: int


@dataclass(frozen=True, slots=True)
class News:
    """What a caller must hear without having asked. `joins`: they go to a nurse; `gone`: the call is elsewhere now."""

    spoken: Spoken | None = None
    joins: bool = False
    gone: bool = False


def connect(call: CarerCall, spoken: Spoken) -> str:
    """The first words of a call, as TwiML that opens a socket."""
    here, hints = f"/twilio/voice/{call.id}/relay", telephone.wanted().hints
    socket = f"{settings.get().public_socket_url}{here}"
    return rules.connect(aloud(spoken), socket, f"{address(call.id)}/relay-over", hints)


def aloud(spoken: Spoken) -> str:
    """What is said, as it is read out over a socket."""
    return rules.aloud(spoken.words)


def seconds(spoken: Spoken) -> float:
    """How long that takes, about."""
    return seconds_to_say(aloud(spoken), telephone.wanted().words_a_second)


async def begin(session: AsyncSession, call_id: UUID, sid: str) -> Begun:
    """The carrier has opened the socket of a call. Raises NotFound, and Forbidden if it is not of this very call."""
    call = await calls.locked(session, call_id)
    last = await calls.said_in(session, call.id, call.turn)
    if not sid or sid != call.carrier_sid or call.ended_at is not None or call.streamed_at is None or last is None:
        raise Forbidden("This socket is not of a call that goes on.")
    calls.stir(call)
    return Begun(call.conversation_id, turns.kept(last), calls.next_turn(call))


async def answer(session: AsyncSession, call_id: UUID, turn: int, waits: int) -> Spoken | None:
    """As `turns.answer`. None: the call has gone on without the socket, and what there is to say is said there."""
    call = await calls.locked(session, call_id)
    return None if call.streamed_at is None else await turns.answer(session, call_id, turn, waits)


async def news(session: AsyncSession, call_id: UUID, may_speak: bool) -> News:
    """What there is to tell just now. `may_speak`: nothing is being said to the caller."""
    call = await calls.locked(session, call_id)
    if call.streamed_at is None or call.ended_at is not None:
        return News(gone=True)
    if call.state == CallState.HOLDING and holding.nurse_waits(call):
        return News(joins=True)
    if not may_speak or not await calls.unspoken(session, call):
        return News()
    return News(await turns.news(session, call_id))


async def interrupted(session: AsyncSession, call_id: UUID, heard: str) -> None:
    """The caller spoke or pressed a key when only `heard` had been said: what kept them safe is said again."""
    call = await calls.locked(session, call_id)
    last = await calls.said_in(session, call.id, call.turn)
    if last is not None:
        await calls.take_back(session, call, rules.unheard(last.words.split("\n"), heard), safety_only=True)


async def over(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> str:
    """The session is over, for whatever reason: the nurse, or the same conversation without a socket. TwiML."""
    call = await calls.locked(session, call_id)
    if call.ended_at is not None or form.get("CallStatus") == "completed":
        return EMPTY_TWIML  # They have hung up: what follows from that comes with the report of the call's end.
    if call.streamed_at is not None:
        call.streamed_at, call.heard = None, calls.next_turn(call) + _LEFT_FOR_SOCKET
    if (together := await holding.join(session, call_id)) is not None:
        return together
    last = await calls.said_in(session, call.id, call.turn)
    if last is not None and (chosen := turns.kept(last)).office:
        return turns.twiml(call.id, chosen)
    if last is not None and last.turn == 0 and not call.spoke:
        return turns.twiml(call.id, replace(turns.kept(last), turn=calls.next_turn(call)))
    if last is not None and last.at + timedelta(seconds=seconds(turns.kept(last))) > clock.now():
        await calls.take_back(session, call, last.words.split("\n"), safety_only=False)
    return speech.one_moment("", f"{address(call.id)}/turns/{calls.next_turn(call)}/wait/1")


async def lost(session: AsyncSession) -> list[UUID]:
    """Calls whose socket must have died unnoticed: even a caller who says nothing is asked again long before."""
    found = select(CarerCall.id).where(
        CarerCall.streamed_at < clock.now() - rules.LOST_AFTER, CarerCall.ended_at.is_(None)
    )
    return list((await session.execute(found)).scalars())
