"""Having our line ring a nurse, and then the carer. The carer sees the line's number, never the nurse's own."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.conversations import service as conversations
from api.conversations.calls import rules
from api.conversations.calls.rules import Refusal
from api.conversations.carer_calls import service as carer_calls
from api.conversations.carer_calls.rules import CallState
from api.conversations.models import Conversation
from api.errors import Conflict
from api.escalations import desk
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Event
from api.paging.calls import service as calls
from api.paging.models import StaffCall
from api.people.models import Person


def refusal(escalation: Escalation, conversation: Conversation, person: Person, confirmed: bool) -> Refusal | None:
    """Why this person cannot have the carer rung now."""
    return rules.refusal(
        escalation.state,
        is_theirs=escalation.accepted_by_id == person.id,
        has_number=conversation.contact_number is not None,
        has_phone=person.phone is not None,
        may_be_watched=escalation.silent,
        confirmed=confirmed,
    )


async def put_through(
    session: AsyncSession, escalation_id: UUID, person: Person, confirmed: bool, by: str
) -> StaffCall:
    """Ring this person, to put them through. Asked for again while that is under way, it is the same call.

    `by`: console, or the program that asks. Raises NotFound, or Conflict with the `reason`.
    """
    escalation = await escalations.locked(session, escalation_id)
    conversation = await conversations.get(session, escalation.conversation_id)
    refused = refusal(escalation, conversation, person, confirmed)
    if refused is not None:
        raise Conflict(refused.words, reason=refused.reason)
    call = await calls.under_way(session, escalation.id, person.id)
    if call is None:
        call = await calls.put_through(session, escalation.id, person)
        await escalations.log_event(session, escalation, Event.CALL_PLACED, person.actor, nurse=person.name, by=by)
        audit.record(session, person.actor, "called_carer", "escalation", escalation.id, by=by)
    return call


async def bring_in(session: AsyncSession, escalation_id: UUID, person: Person, colleague_id: UUID) -> StaffCall:
    """Ring a colleague, to come in where a nurse and the carer are on the line. Asked for again, it is the same call.

    Raises NotFound, or Conflict with the `reason`.
    """
    escalation = await escalations.locked(session, escalation_id)
    carer = await carer_calls.live(session, escalation.conversation_id)
    together = carer is not None and carer.state == CallState.CONNECTED
    on_line = {one.person_id for one in await calls.colleagues_in(session, escalation.id)}
    if carer is not None and carer.nurse_call is not None:
        on_line.add(carer.nurse_call.person_id)
    others = await desk.all_colleagues(session, escalation)
    colleague = next((one for one in others if one.id == colleague_id and one.id not in on_line), None)
    refused = rules.bring_in_refusal(escalation.state, together, colleague is not None)
    if refused is not None or colleague is None:
        assert refused is not None
        raise Conflict(refused.words, reason=refused.reason)
    call = await calls.under_way(session, escalation.id, colleague.id)
    if call is None:
        call = await calls.bring_in(session, escalation.id, colleague)
        await escalations.log_event(
            session, escalation, Event.COLLEAGUE_RUNG, person.actor, nurse=person.name, to=colleague.name
        )
        audit.record(session, person.actor, "rang_colleague", "escalation", escalation.id, person=str(colleague.id))
    return call
