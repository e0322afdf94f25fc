"""Moves of an escalation that touch the conversation, and every move by its name. A part of the service of its own."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import service
from api.conversations.models import Conversation
from api.errors import Invalid, NotFound
from api.escalations import desk, lifting, nets
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Outcome, SafetyNet
from api.escalations.schemas import EscalationOut, MoveIn, NetIn
from api.etags import must_match
from api.people import service as people
from api.people.models import Person


async def must_be_unchanged(session: AsyncSession, seen: Escalation, move: MoveIn, if_match: str) -> None:
    """Raise ChangedMeanwhile unless it is as the caller read it. Held from here on."""
    if move.to == "resolved":  # Closing touches the conversation: that first, as whatever a carer sends does.
        await service.locked(session, seen.conversation_id)
    must_match(if_match, EscalationOut.model_validate(await escalations.locked(session, seen.id)))


async def make(session: AsyncSession, escalation_id: UUID, move: MoveIn, by: str) -> Escalation:
    """One move in the name of a person. Raises Conflict with the reason, Invalid for what is missing, NotFound."""
    person, note = await people.person(session, move.person_id), move.note.strip()
    if move.to == "accepted":
        return await escalations.accept(session, escalation_id, person, by)
    if move.to == "contacted":
        return await escalations.contacted(session, escalation_id, person, by)
    if move.to == "declined":
        return await escalations.decline(session, escalation_id, person)
    if move.to == "widened":
        return await desk.widen(session, escalation_id, person)
    if move.to == "handed_on":
        if move.hand_to is None:
            raise Invalid("Say to whom it is handed on.", field="hand_to")
        return await desk.hand_on(session, escalation_id, person, await people.person(session, move.hand_to))
    if not note:
        raise Invalid("Give a note that says why.", field="note")
    if move.to == "stood_down":
        return await desk.stand_down(session, escalation_id, person, note)
    if move.outcome is None or move.outcome == Outcome.STOOD_DOWN:
        raise Invalid("To resolve, give an outcome of a call that somebody took, and a note.", field="outcome")
    net = await _net(session, escalation_id, move.safety_net) if move.safety_net else None
    return await close(session, escalation_id, person, move.outcome, note, net)


async def _net(session: AsyncSession, escalation_id: UUID, given: NetIn) -> SafetyNet:
    number = (await _conversation_of(session, escalation_id)).team.phone
    if given.code is not None:
        return nets.chosen(given.code, given.number, given.by_text, number)
    return nets.own(given.watch_for, given.come_back, given.number, number)


async def _conversation_of(session: AsyncSession, escalation_id: UUID, lock: bool = False) -> Conversation:
    found = await session.get(Escalation, escalation_id)
    if found is None:
        raise NotFound("There is no such escalation.")
    return await (service.locked if lock else service.get)(session, found.conversation_id)


async def close(
    session: AsyncSession,
    escalation_id: UUID,
    person: Person,
    outcome: Outcome,
    note: str,
    net: SafetyNet | None = None,
) -> Escalation:
    """Close it. A death that a nurse tells of changes how the line speaks to this carer, whichever way they write."""
    conversation = await _conversation_of(session, escalation_id, lock=True)  # First, as whatever a carer sends does.
    closed = await escalations.resolve(session, escalation_id, person, outcome, note, net)
    conversation.questions = None
    if outcome == Outcome.DIED:
        await note_death(session, conversation)
    return closed


async def note_death(session: AsyncSession, conversation: Conversation) -> None:
    """A member of staff has told of a death: however this carer writes, the line knows of it and asks no survey."""
    theirs = Conversation.id.in_(await lifting.same_carer(session, conversation.id))
    since = func.coalesce(Conversation.died_at, clock.now())
    await session.execute(update(Conversation).where(theirs).values(died_at=since, survey_until=None))
