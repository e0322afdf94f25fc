"""A nurse is put through: what our line says to them, and what becomes of the carer's part of the call."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import replies, settings
from api.channels.calls import rules
from api.channels.calls.service import seconds
from api.channels.voice.holding import service as holding
from api.conversations import service as conversations
from api.conversations.calls.rules import may_be_called
from api.errors import NotFound
from api.escalations import service as escalations
from api.escalations.calls import service as escalation_calls
from api.escalations.models import Escalation
from api.paging.calls import service as calls
from api.paging.calls.rules import Step, wants_through
from api.paging.models import StaffCall

_SPOKEN = {Step.NO_KEY: "bridge_no_key", Step.CLOSED: "bridge_closed"}
# What is said to the nurse when the carer's part is over, by the carrier's word for it.
_AFTERWARDS = {"completed": "bridge_over", "answered": "bridge_over", "busy": "bridge_is_engaged"}


async def answered(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> str:
    """The nurse, or their answering machine, has picked up: a key is asked for before any carer is rung."""
    call = await calls.picked_up(session, call_id, form.get("CallSid", ""))
    return await _say(session, _a_bridge(call), Step.READ, 0)


async def pressed(session: AsyncSession, call_id: UUID, turn: int, form: dict[str, str]) -> str:
    """A key, or none: acted on once, however often the carrier repeats it."""
    call, sid = _a_bridge(await calls.call(session, call_id)), form.get("CallSid", "")
    new = await calls.begin_turn(session, call, sid, turn)
    if new is not None:
        new.step = await _act(session, call, wants_through(form.get("Digits", ""), turn))
        await session.flush()
    return await _say(session, call, Step(await calls.step_of(session, sid, turn)), turn)


def _a_bridge(call: StaffCall) -> StaffCall:
    if call.page_id is not None:
        raise NotFound("This call puts nobody through.")
    return call


async def _act(session: AsyncSession, call: StaffCall, wanted: Step) -> Step:
    """Between asking and pressing, the call for help may have been closed or taken over by somebody else."""
    escalation = await escalations.locked(session, call.case_id)
    if call.joins:
        together = await holding.are_together(session, escalation)
        return Step.CLOSED if wanted == Step.PUT_THROUGH and not together else wanted
    if wanted == Step.PUT_THROUGH and not may_be_called(escalation.state, escalation.accepted_by_id == call.person_id):
        return Step.CLOSED
    return wanted


async def _say(session: AsyncSession, call: StaffCall, step: Step, turn: int) -> str:
    here = f"{settings.get().public_url}/twilio/bridges/{call.id}"
    if step == Step.READ:
        ready = "bridge_colleague_asks" if call.joins else "bridge_ready"
        return rules.listen(replies.say(ready, "voice"), f"{here}/turns/{turn + 1}")
    if step != Step.PUT_THROUGH:
        spoken = "bridge_colleague_over" if call.joins and step == Step.CLOSED else _SPOKEN[step]
        return rules.last_words(replies.say(spoken, "voice"))
    if call.joins:
        said = replies.say("bridge_colleague_joins", "voice")
        return await holding.come_in(session, call, said) or rules.last_words(
            replies.say("bridge_colleague_over", "voice")
        )
    if (together := await holding.take(session, call, replies.say("bridge_carer_waits", "voice"))) is not None:
        return together
    escalation = await session.get_one(Escalation, call.case_id)
    conversation = await conversations.get(session, escalation.conversation_id)
    if conversation.contact_number is None:
        return rules.last_words(replies.say("bridge_closed", "voice"))
    words, line = replies.say("bridge_ringing", "voice"), conversation.team.line_number
    return rules.put_through(words, conversation.contact_number, line, f"{here}/dialled", f"{here}/carer")


def afterwards(form: dict[str, str]) -> str:
    """What the nurse hears once the carer's part is over. What is noted comes with that part's own report."""
    name = _AFTERWARDS.get(form.get("DialCallStatus", ""), "bridge_no_answer")
    return rules.last_words(replies.say(name, "voice"))


async def take_carer_report(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> None:
    """The carer has picked up, or their part of the call is over."""
    word = form.get("CallStatus", "")
    if word == "in-progress":
        await escalation_calls.carer_picked_up(session, call_id)
    elif word in ("completed", "busy", "no-answer", "failed", "canceled"):
        await escalation_calls.carer_s_part_over(session, call_id, word, seconds(form))
