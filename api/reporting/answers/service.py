"""Asks, signposts and calls that nobody answered, counted where they stand: there are few of them in a period."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Ask, Conversation
from api.conversations.rules import AskOutcome
from api.directory.signposts.models import Signpost
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from api.reporting.contacts.rules import tallied
from api.reporting.hiding.rules import Parts, Portions, parts, portions
from api.reporting.rules import Period

STILL_OPEN = ""


@dataclass(frozen=True, slots=True)
class Asks:
    """How often it was asked whether a nurse is needed, by what became of it. Empty: still open."""

    by_outcome: Parts[str]


@dataclass(frozen=True, slots=True)
class Signposts:
    """Signposts by need: how many, whether anything met the need, and whether what was named was open then."""

    number: Parts[str]
    found: Portions[str]
    is_open: Portions[str]


async def asks(session: AsyncSession, team_id: UUID | None, period: Period, fewest: int) -> Asks:
    """Asks that were put in this period."""
    begins, ends = period.moments
    found = (
        select(func.coalesce(Ask.outcome, STILL_OPEN), func.count())
        .join(Conversation, Conversation.id == Ask.conversation_id)
        .where(Ask.at >= begins, Ask.at < ends)
        .group_by(Ask.outcome)
    )
    rows = await session.execute(found if team_id is None else found.where(Conversation.team_id == team_id))
    pairs = [(outcome, number) for outcome, number in rows]
    return Asks(parts(tallied(pairs, [str(one) for one in AskOutcome]), fewest))


async def signposts(session: AsyncSession, team_id: UUID | None, period: Period, fewest: int) -> Signposts:
    """Signposts that were given in this period. Of older ones it is not known whether anything was open."""
    begins, ends = period.moments
    one = Signpost
    found = (
        select(one.need, func.count(), func.count().filter(one.found))
        .add_columns(func.count().filter(one.is_open.is_(True)), func.count(one.is_open))
        .where(one.at >= begins, one.at < ends)
        .group_by(one.need)
    )
    if team_id is not None:
        found = found.join(Conversation, Conversation.id == one.conversation_id).where(Conversation.team_id == team_id)
    rows = [tuple(row) for row in await session.execute(found)]
    return Signposts(
        parts({need: number for need, number, *_ in rows}, fewest),
        portions({need: (hits, number) for need, number, hits, _, _ in rows}, fewest),
        portions({need: (is_open, known) for need, _, _, is_open, known in rows}, fewest),
    )


async def missed_calls(session: AsyncSession, team_id: UUID | None, period: Period) -> int:
    """How often a carer rang and was gone, or spoke to a machine, before anybody spoke with them."""
    begins, ends = period.moments
    kinds = (TaskKind.MISSED_CALL, TaskKind.VOICEMAIL)
    found = select(func.count()).where(Task.kind.in_(kinds), Task.created_at >= begins, Task.created_at < ends)
    wanted = found if team_id is None else found.where(Task.team_id == team_id)
    return (await session.execute(wanted)).scalar_one()
