"""Finding escalations, pages and tasks for a list, a piece at a time, and one of each; never another team's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import cursors
from api.errors import NotFound
from api.escalations.listing.schemas import EscalationsWanted, PagesWanted, TasksWanted, Wanted
from api.escalations.models import Escalation, Task
from api.paging.models import Page
from api.people import service as people
from api.people.tokens import Caller

type Piece[Row] = tuple[Sequence[Row], str | None]


async def escalations(session: AsyncSession, caller: Caller, wanted: EscalationsWanted) -> Piece[Escalation]:
    """Escalations, the newest first."""
    where = {
        Escalation.team_id: await team_of(session, caller, wanted.team),
        Escalation.state: wanted.state,
        Escalation.priority: wanted.priority,
        Escalation.conversation_id: wanted.conversation_id,
    }
    return await _piece(session, _narrowed(select(Escalation), where), Escalation.raised_at, Escalation.id, wanted)


async def pages(session: AsyncSession, caller: Caller, wanted: PagesWanted) -> Piece[Page]:
    """Pages, the newest first."""
    where = {
        Escalation.team_id: await team_of(session, caller, wanted.team),
        Page.state: wanted.state,
        Page.escalation_id: wanted.escalation_id,
        Page.person_id: wanted.person_id,
    }
    found = select(Page).join(Escalation, Escalation.id == Page.escalation_id)
    return await _piece(session, _narrowed(found, where), Page.placed_at, Page.id, wanted)


async def tasks(session: AsyncSession, caller: Caller, wanted: TasksWanted) -> Piece[Task]:
    """Tasks, the newest first."""
    where = {
        Task.team_id: await team_of(session, caller, wanted.team),
        Task.kind: wanted.kind,
        Task.conversation_id: wanted.conversation_id,
    }
    found = _narrowed(select(Task), where)
    if wanted.state is not None:
        found = found.where(Task.done_at.is_(None) if wanted.state == "open" else Task.done_at.is_not(None))
    return await _piece(session, found, Task.created_at, Task.id, wanted)


async def team_of(session: AsyncSession, caller: Caller, code: str | None) -> UUID | None:
    """The team whose rows are wanted and may be seen. None: all of the installation's."""
    if code is None:
        return caller.team_id
    team = await people.team_with_code(session, code)
    caller.must_reach(team.id, "team")
    return team.id


def _narrowed(found: Select[Any], where: dict[Any, Any]) -> Select[Any]:
    """Only rows with these values: one, or any of a list. None and an empty list narrow nothing."""
    for column, value in where.items():
        if isinstance(value, list):
            found = found.where(column.in_(value)) if value else found
        elif value is not None:
            found = found.where(column == value)
    return found


async def _piece(session: AsyncSession, found: Select[Any], at: Any, row_id: Any, wanted: Wanted) -> Piece[Any]:
    if wanted.since is not None:
        found = found.where(at >= wanted.since)
    if wanted.until is not None:
        found = found.where(at < wanted.until)
    return await cursors.piece(session, found, at, row_id, wanted)


async def page(session: AsyncSession, caller: Caller, page_id: UUID) -> Page:
    """One page that this caller may see."""
    found = select(Page, Escalation.team_id).join(Escalation, Escalation.id == Page.escalation_id)
    row = (await session.execute(found.where(Page.id == page_id))).unique().one_or_none()
    if row is None:
        raise NotFound("There is no such page.")
    caller.must_reach(row[1], "page")
    return row[0]


async def task(session: AsyncSession, caller: Caller, task_id: UUID, hold: bool = False) -> Task:
    """One task that this caller may see. `hold`: for change, until the transaction ends."""
    found = await session.get(Task, task_id, with_for_update=hold or None)
    if found is None:
        raise NotFound("There is no such task.")
    caller.must_reach(found.team_id, "task")
    return found
