"""The survey, outcomes and reviewers' verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.conversations.aftercare.outcomes.rules import Due
from api.conversations.aftercare.rules import Answer
from api.conversations.models import Conversation
from api.escalations.models import Escalation
from api.reporting.contacts.rules import tallied
from api.reporting.hiding.rules import Parts, Portion, parts, portion
from api.reporting.rules import Period
from api.review.judging.models import Review, Stretch
from api.review.judging.rules import Round

NOT_KNOWN = ""  # No answer yet, or nothing recorded.
HELPED = (Answer.YES.value, Answer.PARTLY.value, Answer.NO.value, NOT_KNOWN)
SAFE = (Answer.YES.value, Answer.NO.value, NOT_KNOWN)


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What was found out. `outcomes`: by when (24h, 7d), the words of data/outcomes.yml."""

    helped: Parts[str]  # yes, partly, no; empty: no answer.
    safe: Parts[str]
    outcomes: Mapping[str, Parts[str]]
    reviewed_false: Portion  # Of what was reviewed and had a call for help in it: none was needed.


async def of(session: AsyncSession, team_id: UUID | None, period: Period, fewest: int) -> Aftercare:
    """What was found out about this period."""
    survey = await _survey(session, team_id, period)
    outcomes = await _outcomes(session, team_id, period)
    return Aftercare(
        helped=parts(tallied(((helped, n) for helped, _, n in survey), HELPED), fewest),
        safe=parts(tallied(((safe, n) for _, safe, n in survey), SAFE), fewest),
        outcomes={due: parts(outcomes[due], fewest) for due in Due if due in outcomes},
        reviewed_false=portion(*await _reviewed(session, team_id, period), fewest),
    )


def _of_team(
    found: Select[*tuple[Any, ...]], conversation_id: InstrumentedAttribute[UUID], team_id: UUID | None
) -> Select[*tuple[Any, ...]]:
    joined = found.join(Conversation, Conversation.id == conversation_id)
    return joined if team_id is None else joined.where(Conversation.team_id == team_id)


async def _survey(session: AsyncSession, team_id: UUID | None, period: Period) -> list[tuple[str, str, int]]:
    begins, ends = period.moments
    one = SurveyAnswer
    by = (func.coalesce(one.helped, NOT_KNOWN), func.coalesce(one.safe, NOT_KNOWN))
    found = select(*by, func.count()).select_from(one)
    asked = found.where(one.asked_at >= begins, one.asked_at < ends).group_by(*by)
    return [tuple(row) for row in await session.execute(_of_team(asked, one.conversation_id, team_id))]


async def _outcomes(session: AsyncSession, team_id: UUID | None, period: Period) -> dict[str, dict[str, int]]:
    begins, ends = period.moments
    one = LaterOutcome
    by = (one.due, func.coalesce(one.outcome, NOT_KNOWN))
    found = select(*by, func.count()).select_from(one)
    due = found.where(one.due_at >= begins, one.due_at < ends).group_by(*by)
    by_due: dict[str, dict[str, int]] = {}
    for when, outcome, number in await session.execute(_of_team(due, one.conversation_id, team_id)):
        by_due.setdefault(when, {})[outcome] = number
    return by_due


async def _reviewed(session: AsyncSession, team_id: UUID | None, period: Period) -> tuple[int, int]:
    """Of the stretches with a call for help that were reviewed in this period: where none was needed.

    Returns that and of how many. Which verdict counts is as in review.judging.rules.standing: what settled it, or else
    the graver one.
    """
    begins, ends = period.moments
    one = Review
    call, of_it = Escalation, Escalation.conversation_id == Stretch.conversation_id
    not_over = or_(call.resolved_at.is_(None), call.resolved_at >= Stretch.began_at)
    called = exists().where(of_it, call.raised_at <= Stretch.decided_at, not_over)
    standing = (one.round == Round.ADJUDICATION).desc(), one.should_have_escalated.desc()
    says = select(one.should_have_escalated).join(Stretch, Stretch.id == one.stretch_id)
    says = says.where(one.at >= begins, one.at < ends, called).order_by(one.stretch_id, *standing)
    of_team = says if team_id is None else says.where(Stretch.team_id == team_id)
    found = of_team.ext(distinct_on(one.stretch_id)).subquery()
    hits = func.count().filter(found.c.should_have_escalated.is_(False))
    row = (await session.execute(select(hits, func.count()).select_from(found))).one()
    return row[0], row[1]
