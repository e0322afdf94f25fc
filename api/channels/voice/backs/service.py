"""A call that broke off: rung back a few times, then one text. The nurse is on their way to them all the while."""

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox, replies, telephone
from api.clients.carrier import Delivery
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import State, TaskKind


async def queue_next(session: AsyncSession, call: CarerCall) -> None:
    """Ring back after this call, or, when that has been tried often enough, send one text."""
    attempts = telephone.wanted().ring_back_after
    conversation = await conversations.locked(session, call.conversation_id)
    if call.caller is None:
        reason = "Rang from a hidden number, is in danger, and the call broke off. See what is known of them."
        open_one = await escalations.open_for(session, conversation.id)
        priority = open_one.priority if open_one else "P1"
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, priority)
    elif call.back_no < len(attempts):
        back = CarerCall(
            conversation=conversation,
            caller=call.caller,
            line=call.line,
            state=CallState.TALKING,
            started_at=clock.now(),
            back_no=call.back_no + 1,
        )
        outbox.queue(back)
        back.try_at = clock.now() + attempts[call.back_no]
        session.add(back)
    else:
        words = replies.say("voice_cut_off", "sms", team_number=conversation.team.phone)
        await conversations.say(session, conversation, words, "voice_cut_off", safety=True, alone=True)


async def is_needed(session: AsyncSession, back: CarerCall) -> bool:
    """Whether the carer still waits to be spoken with, and nobody is on a line with them."""
    open_one = await escalations.open_for(session, back.conversation_id)
    if open_one is None or open_one.state == State.CONTACTED:
        return False
    going_on = await calls.live(session, back.conversation_id)
    return going_on is None or going_on.id == back.id


async def went(session: AsyncSession, back: CarerCall) -> None:
    """A call that we made is over. If nobody spoke with us, the next one is due."""
    back.delivery, back.try_at = Delivery.DELIVERED if back.spoke else Delivery.UNDELIVERED, None
    if not back.spoke and await is_needed(session, back):
        await queue_next(session, back)
