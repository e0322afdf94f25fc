"""Counting calls for help out of their timelines, and reading what was counted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api import clock
from api.escalations.rules import Event
from api.reporting.calls.rules import Call
from api.reporting.rollups.models import CallFigure
from api.reporting.rules import Period

_FORGET = text("DELETE FROM call_figures WHERE escalation_id = ANY(:ids)")
_COUNT = text("""
    WITH happened AS (
      SELECT escalation_id,
             min(at) FILTER (WHERE kind = :accepted) AS accepted_at,
             min(at) FILTER (WHERE kind = :contacted) AS contacted_at,
             bool_or(kind = :cannot_wait) AS cannot_wait,
             bool_or(kind = :used_up) AS used_up,
             count(*) FILTER (WHERE kind = ANY(:failed)) AS pages_failed
        FROM escalation_events WHERE escalation_id = ANY(:ids) GROUP BY escalation_id),
    paged AS (
      SELECT escalation_id, min(placed_at) AS at FROM pages WHERE escalation_id = ANY(:ids) GROUP BY escalation_id),
    judged AS (
      SELECT escalation_id, bool_and(was_right) AS was_right FROM page_feedback
       WHERE escalation_id = ANY(:ids) GROUP BY escalation_id)
    INSERT INTO call_figures (id, escalation_id, team_id, raised_at, day, channel, district, language, priority,
                              category, paged_after, accepted_after, contacted_after, ended_after, outcome,
                              cannot_wait, used_up, pages_failed, right_to_page)
    SELECT gen_random_uuid(), call.id, call.team_id, call.raised_at, (call.raised_at AT TIME ZONE :uk)::date,
           talk.channel, talk.district, talk.language, call.priority, call.category,
           extract(epoch FROM paged.at - call.raised_at), extract(epoch FROM happened.accepted_at - call.raised_at),
           extract(epoch FROM happened.contacted_at - call.raised_at),
           extract(epoch FROM call.resolved_at - call.raised_at), call.outcome, coalesce(cannot_wait, false),
           coalesce(used_up, false), coalesce(pages_failed, 0), was_right
      FROM escalations call JOIN conversations talk ON talk.id = call.conversation_id
      LEFT JOIN happened ON happened.escalation_id = call.id LEFT JOIN paged ON paged.escalation_id = call.id
      LEFT JOIN judged ON judged.escalation_id = call.id
     WHERE call.id = ANY(:ids)
""")


async def count(session: AsyncSession, escalation_ids: list[UUID]) -> None:
    """Count these calls for help anew. The first acceptance and the first contact count."""
    about: Mapping[str, Any] = {
        "ids": escalation_ids,
        "uk": str(clock.UK),
        "accepted": Event.ACCEPTED.value,
        "contacted": Event.CONTACTED.value,
        "cannot_wait": Event.CANNOT_WAIT.value,
        "used_up": Event.LADDER_USED_UP.value,
        "failed": [Event.PAGE_FAILED.value, Event.PAGE_TOO_LATE.value],
    }
    await session.execute(_FORGET, {"ids": escalation_ids})
    await session.execute(_COUNT, about)


_COLUMNS: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...] = (
    CallFigure.raised_at,
    CallFigure.channel,
    func.coalesce(CallFigure.district, ""),
    func.coalesce(CallFigure.language, ""),
    CallFigure.priority,
    CallFigure.category,
    CallFigure.paged_after,
    CallFigure.accepted_after,
    CallFigure.contacted_after,
    CallFigure.ended_after,
    CallFigure.outcome,
    CallFigure.cannot_wait,
    CallFigure.used_up,
    CallFigure.pages_failed,
    CallFigure.right_to_page,
)


async def of(session: AsyncSession, team_id: UUID | None, period: Period) -> Sequence[Call]:
    """The calls for help of one team, or of all, in this period."""
    found = select(*_COLUMNS).where(CallFigure.day >= period.first, CallFigure.day < period.end)
    rows = await session.execute(found if team_id is None else found.where(CallFigure.team_id == team_id))
    return [Call(*row) for row in rows]
