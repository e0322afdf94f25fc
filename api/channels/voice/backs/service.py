"""A call that broke off: rung back a few times, then one text. The nurse is on their way to them all the while."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox, replies, telephone
from api.clients.carrier import Delivery
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.conversations.models import Conversation
from api.conversations.rules import is_withheld
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import NOBODY_HAS_IT, TaskKind
from api.triage.rules import Priority

_HIDDEN = "Rang from a hidden number, is in danger, and the call broke off. See what is known of them."
_MISSED_HIDDEN = "Rang from a hidden number and our line did not answer. See what is known of them."
_MISSED = "Rang, and our line did not answer. We rang back once and texted. Ring them."
_WATCHED = "Rang and our line did not answer. Their phone may be watched: see the open call for help before you ring."


async def make_good(session: AsyncSession, call: CarerCall) -> None:
    """Nothing of ours answered this call: ring back, but no telephone that somebody else may be watching."""
    open_one = await escalations.open_for(session, call.conversation_id)
    if open_one is not None and open_one.silent:
        await _ask_person(session, call, _WATCHED, open_one.priority)
    elif call.caller is None:
        await _ask_person(session, call, _MISSED_HIDDEN, open_one.priority if open_one else Priority.P2)
    elif not await calls.is_being_rung_back(session, call.caller, call.line):
        await queue_next(session, call)


async def queue_next(session: AsyncSession, call: CarerCall) -> None:
    """Ring back after this call, or, when that has been tried often enough, send one text.

    Somebody of whom we know no danger, whose call we missed, is rung back once.
    """
    conversation = await conversations.locked(session, call.conversation_id)
    open_one = await escalations.open_for(session, conversation.id)
    attempts = telephone.wanted().ring_back_after[: None if open_one else 1]
    number = call.caller or conversation.contact_number  # A hidden caller may have told us theirs.
    if number is None or (call.back_no >= len(attempts) and is_withheld(conversation.address)):
        await _ask_person(session, call, _HIDDEN, open_one.priority if open_one else "P1")
    elif call.back_no < len(attempts):
        _queue(session, call, conversation, number, attempts[call.back_no])
    elif open_one:
        words = replies.say("voice_cut_off", "sms", team_number=conversation.team.phone)
        await conversations.say(session, conversation, words, "voice_cut_off", safety=True, alone=True)
    else:
        words = replies.say("voice_we_missed_you", "sms", team_number=conversation.team.phone)
        await conversations.say(session, conversation, words, "voice_we_missed_you", safety=True, alone=True)
        await _ask_person(session, call, _MISSED, Priority.P2)


def _queue(session: AsyncSession, call: CarerCall, conversation: Conversation, number: str, after: timedelta) -> None:
    back = CarerCall(
        conversation=conversation,
        caller=number,
        line=call.line,
        state=CallState.TALKING,
        started_at=clock.now(),
        back_no=call.back_no + 1,
    )
    outbox.queue(back)
    back.try_at = clock.now() + after
    session.add(back)


async def _ask_person(session: AsyncSession, call: CarerCall, reason: str, priority: str) -> None:
    conversation = await conversations.get(session, call.conversation_id)
    await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, priority)


async def is_needed(session: AsyncSession, back: CarerCall) -> bool:
    """Whether the carer still waits for somebody, and nobody is on a line with them."""
    open_one = await escalations.open_for(session, back.conversation_id)
    if open_one is None and not await calls.waits_since_missed(session, back):
        return False
    if open_one is not None and (open_one.silent or open_one.state not in NOBODY_HAS_IT):
        return False
    going_on = await calls.live(session, back.conversation_id)
    return going_on is None or going_on.id == back.id


async def went(session: AsyncSession, back: CarerCall) -> None:
    """A call that we made is over. If nobody spoke with us, the next one is due."""
    back.delivery, back.try_at = Delivery.DELIVERED if back.spoke else Delivery.UNDELIVERED, None
    if not back.spoke and await is_needed(session, back):
        await queue_next(session, back)
