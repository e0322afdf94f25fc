"""Gathering what is known of one escalation, for systems of other organisations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import replies, settings
from api.audit import service as audit
from api.conversations import service as conversations
from api.errors import NotFound
from api.escalations import service as escalations
from api.escalations.models import Escalation, Found
from api.fhir.schemas import Case, Sign
from api.people import service as people
from api.people.tokens import Caller
from api.triage import service as triage
from api.triage.rules import Priority


async def case(session: AsyncSession, caller: Caller, escalation_id: UUID) -> Case:
    """All that is known of it. The reading is audited: it holds the number to ring."""
    found = await session.get(Escalation, escalation_id)
    if found is None:
        raise NotFound("There is no such escalation.")
    caller.must_reach(found.team_id, "escalation")
    audit.record(session, f"service:{caller}", "read", "escalation", found.id, form="fhir")
    conversation = await conversations.get(session, found.conversation_id)
    team = await people.team(session, found.team_id)
    signs = [_sign(one) for one in await escalations.findings(session, found.id)]
    nurse = found.accepted_by
    return Case(
        id=found.id,
        conversation_id=conversation.id,
        state=found.state,
        priority=found.priority,
        title=_title(found.category),
        raised_at=found.raised_at,
        contact_by=found.raised_at + triage.protocol().targets[Priority(found.priority)].contact_within,
        changed_at=_changed_at(found),
        signs=tuple(signs),
        team_id=team.id,
        team=team.name,
        team_phone=team.phone,
        nurse_id=nurse.id if nurse else None,
        nurse=nurse.name if nurse else None,
        contact_number=conversation.contact_number,
        district=conversation.district,
        nation=conversation.nation,
        has_died=conversation.died_at is not None,
        told_at=conversation.opening_said_at,
        told=replies.say("opening", conversation.channel),
        no_texts=conversation.opted_out_at is not None,
        watched_phone=found.silent,
        outcome=found.outcome,
        source=settings.get().public_url,
    )


def _title(category: str) -> str:
    known = triage.protocol().categories.get(category)
    return known.title if known else category.replace("_", " ").capitalize()


def _sign(found: Found) -> Sign:
    by_screen = found.source == "screen"
    by = "Recognised by the line in what the carer wrote." if by_screen else "Reported by the line's assistant."
    return Sign(found.id, found.at, found.title, by)


def _changed_at(found: Escalation) -> datetime:
    moments = (found.raised_at, found.accepted_at, found.contacted_at, found.resolved_at)
    return max(moment for moment in moments if moment is not None)
