"""What a person must do for a carer that is no page, such as ringing back. A part of the service of its own."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live
from api.audit import service as audit
from api.errors import NotFound
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from api.people.models import Person
from api.triage.rules import Priority
from api.webhooks import service as webhooks


async def add(
    session: AsyncSession,
    conversation_id: UUID,
    team_id: UUID,
    kind: TaskKind,
    reason: str,
    priority: str = Priority.P2,
) -> Task:
    """Something a person must do. While the same kind is open for this carer, its urgency is raised instead."""
    new = insert(Task).values(
        id=uuid4(),
        conversation_id=conversation_id,
        team_id=team_id,
        kind=kind,
        reason=reason,
        priority=priority,
        created_at=clock.now(),
    )
    is_new = (await session.execute(new.on_conflict_do_nothing().returning(Task.id))).first() is not None
    # Asked for twice at the same moment, it is still one.
    found = select(Task).where(Task.conversation_id == conversation_id, Task.kind == kind, Task.done_at.is_(None))
    task = (await session.execute(found.with_for_update())).scalar_one()
    if Priority(priority).rank < Priority(task.priority).rank:
        task.priority, task.reason = priority, reason
    await session.flush()
    await live.changed(session, live.BOARD)
    if is_new:
        _tell_programs(session, task, "task.added")
    return task


def _tell_programs(session: AsyncSession, task: Task, kind: str) -> None:
    webhooks.emit(
        session,
        task.team_id,
        kind,
        task_id=task.id,
        conversation_id=task.conversation_id,
        task_kind=task.kind,
        priority=task.priority,
    )


async def finish(session: AsyncSession, task_id: UUID, person: Person, note: str) -> Task:
    """A person has done it."""
    task = await session.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NotFound("There is no such task.")
    if task.done_at is None:
        task.done_at, task.done_by_id, task.note = clock.now(), person.id, note
        audit.record(session, person.actor, "finished", "task", task.id)
        await live.changed(session, live.BOARD)
        _tell_programs(session, task, "task.done")
    return task


async def open_of_team(session: AsyncSession, team_id: UUID) -> Sequence[Task]:
    """A team's tasks that nobody has done yet, oldest first within each priority."""
    found = select(Task).where(Task.team_id == team_id, Task.done_at.is_(None)).order_by(Task.priority, Task.created_at)
    return (await session.execute(found)).scalars().all()
