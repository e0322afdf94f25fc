"""When what a carer said before makes what they say now more urgent. A service of its own for its size.

Nobody but a nurse makes anything less urgent. The protocol's rules: two different amber worries in 24 hours are red,
and a third contact about the same worry goes up one step. Neither lifts beyond P1: P0 and P1S are other dangers.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Uuid, column, or_, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.escalations import rules
from api.escalations.models import Escalation, Found
from api.escalations.rules import Danger, Worry
from api.sealed_columns import Sealed
from api.triage import service as triage
from api.triage.grading import LEARNED
from api.triage.rules import Priority

WINDOW = timedelta(hours=24)
# Conversations stand above, so their table is known here by what is asked of it.
_TALKS = table(
    "conversations",
    column("id", Uuid),
    column("team_id", Uuid),
    column("contact_number", Sealed("conversations.contact_number", with_ending=True)),
)


async def lift(
    session: AsyncSession, conversation_id: UUID, dangers: Sequence[Danger], message_id: UUID | None
) -> tuple[list[Danger], str]:
    """The dangers with the first as urgent as the last 24 hours make it, and why it was lifted, if it was."""
    lead = dangers[0]
    if lead.priority not in (Priority.P2, Priority.P3) or not _is_clinical(lead.category):
        return list(dangers), ""
    found = (
        select(Found.category, Found.priority, Found.message_id, Found.source)
        .join(Escalation, Escalation.id == Found.escalation_id)
        .where(
            Escalation.conversation_id.in_(await same_carer(session, conversation_id)),
            Found.at > clock.now() - WINDOW,
        )
    )
    rows = (await session.execute(found)).all()
    earlier = [_worry(row.category, row.priority, row.message_id, row.source) for row in rows]
    now = [_worry(danger.category, danger.priority, message_id, danger.source) for danger in dangers]
    priority, why = rules.lifted(now, [worry for worry in earlier if _is_clinical(worry.category)])
    return [replace(lead, priority=priority), *dangers[1:]], why


def may_be_watched(dangers: Sequence[Danger]) -> bool:
    """Whether the phone is told nothing of a nurse: as the first words go, so must all that follow.

    A mere guess at abuse beside a danger that a phrase heard silences nothing: that carer has been told of the nurse,
    and must hear whether one was reached.
    """
    silent = [danger for danger in dangers if triage.is_silent(danger.category)]
    if any(danger.source != LEARNED for danger in silent):
        return True
    told = any(danger.source != LEARNED and danger.priority.rank <= Priority.P1.rank for danger in dangers)
    return bool(silent) and not told


async def same_carer(session: AsyncSession, conversation_id: UUID) -> Sequence[UUID]:
    """The conversations with the same number on every channel, this one among them.

    A number is what the carrier gave, or what the carer gave us to ring. A withheld one is like no other.
    """
    mine = select(_TALKS.c.team_id, _TALKS.c.contact_number).where(_TALKS.c.id == conversation_id)
    one = (await session.execute(mine)).one()
    if one.contact_number is None:
        return [conversation_id]
    same = or_(_TALKS.c.id == conversation_id, _TALKS.c.contact_number == one.contact_number)
    return (await session.execute(select(_TALKS.c.id).where(_TALKS.c.team_id == one.team_id, same))).scalars().all()


def _worry(category: str, priority: str, contact: UUID | None, source: str) -> Worry:
    return Worry(category, Priority(priority), str(contact), source != LEARNED)


def _is_clinical(category: str) -> bool:
    """Whether a category is a worry about somebody's state. To ask for a person, or not to be understood, is none."""
    known = triage.protocol().categories.get(category)
    return known is not None and known.group != "human_request"
