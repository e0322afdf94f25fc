"""Finding the cases behind a figure, of one team."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, extract, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.console.figures.cases.rules import NOWHERE, CaseKind, Wanted
from api.reporting import service as reporting
from api.reporting.rollups.models import CallFigure, ContactFigure
from api.reporting.rules import Period

LIMIT = 200  # Cases that are listed, the newest of them.


async def contacts(session: AsyncSession, team_id: UUID, period: Period, wanted: Wanted) -> Sequence[ContactFigure]:
    """Contacts, the newest first."""
    one = ContactFigure
    among = [one.team_id == team_id, one.day >= period.first, one.day < period.end, *_of_contact(wanted)]
    found = select(one).where(*among, one.conversation_id.is_not(None)).order_by(one.began_at.desc(), one.id)
    return (await session.execute(found.limit(LIMIT))).scalars().all()


async def calls(session: AsyncSession, team_id: UUID, period: Period, wanted: Wanted) -> Sequence[CallFigure]:
    """Calls for help, the newest first."""
    one = CallFigure
    among = [one.team_id == team_id, one.day >= period.first, one.day < period.end, *_of_call(wanted)]
    found = select(one).where(*among, one.escalation_id.is_not(None)).order_by(one.raised_at.desc(), one.id)
    return (await session.execute(found.limit(LIMIT))).scalars().all()


def _of_contact(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    assert wanted.kind is CaseKind.CONTACTS
    words, numbers = wanted.words, wanted.numbers
    if "channel" in words:
        yield ContactFigure.channel == words["channel"]
    if "need" in words:
        yield ContactFigure.needs.contains([words["need"]])
    if "district" in words:
        nowhere = words["district"] == NOWHERE
        yield ContactFigure.district.is_(None) if nowhere else ContactFigure.district == words["district"]
    if "language" in words:
        unknown = words["language"] == NOWHERE
        yield ContactFigure.language.is_(None) if unknown else ContactFigure.language == words["language"]
    if "hour" in numbers:
        yield ContactFigure.hour == numbers["hour"]
    if "weekday" in numbers:
        yield extract("isodow", ContactFigure.day) == numbers["weekday"] + 1
    if "returning" in numbers:
        yield ContactFigure.came_back.is_(bool(numbers["returning"]))


def _of_call(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    words, flags = wanted.words, wanted.flags
    if "priority" in words:
        yield CallFigure.priority == words["priority"]
    if "category" in words:
        yield CallFigure.category == words["category"]
    if "cannot_wait" in flags:
        yield CallFigure.cannot_wait.is_(True)
    if "used_up" in flags:
        yield CallFigure.used_up.is_(True)
    if "wrong" in flags:
        yield CallFigure.right_to_page.is_(False)
    if "late" in flags:
        yield _late()


def _late() -> ColumnElement[bool]:
    """Accepted after the target time, or not at all: see reporting.rules.is_in_time."""
    within, _ = reporting.targets()
    return or_(*(and_(CallFigure.priority == priority, _missed(most)) for priority, most in within.items()))


def _missed(within: timedelta) -> ColumnElement[bool]:
    one, seconds = CallFigure, within.total_seconds()
    never = and_(
        one.accepted_after.is_(None),
        one.raised_at < clock.now() - within,
        or_(one.ended_after.is_(None), one.ended_after > seconds),
    )
    return or_(one.accepted_after > seconds, never)
