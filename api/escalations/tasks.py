"""What a person must do for a carer that is no page, such as ringing back. A part of the service of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, desk, live
from api.audit import service as audit
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.escalations.models import Task, TaskEvent
from api.escalations.rules import TaskKind, TaskMove, TaskOutcome, task_ends
from api.people.models import Person
from api.people.rules import LEADS
from api.triage import service as triage
from api.triage.rules import Priority
from api.webhooks import service as webhooks

JOB = "job:tasks"


async def add(
    session: AsyncSession,
    conversation_id: UUID,
    team_id: UUID,
    kind: TaskKind,
    reason: str,
    priority: str = Priority.P2,
) -> Task:
    """Something a person must do. While the same kind is open for this carer, its urgency is raised instead.

    It is due when somebody must have spoken with a carer of that urgency (data/triage/priorities.yml).
    """
    due_at = clock.now() + triage.protocol().targets[Priority(priority)].contact_within
    new = insert(Task).values(
        id=uuid4(),
        conversation_id=conversation_id,
        team_id=team_id,
        kind=kind,
        reason=reason,
        priority=priority,
        created_at=clock.now(),
        due_at=due_at,
        tries=0,
    )
    is_new = (await session.execute(new.on_conflict_do_nothing().returning(Task.id))).first() is not None
    # Asked for twice at the same moment, it is still one.
    found = select(Task).where(Task.conversation_id == conversation_id, Task.kind == kind, Task.done_at.is_(None))
    task = (await session.execute(found.with_for_update())).scalar_one()
    if Priority(priority).rank < Priority(task.priority).rank:
        task.priority, task.reason, task.due_at = priority, reason, min(task.due_at, due_at)
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


async def take(session: AsyncSession, task_id: UUID, person: Person) -> Task:
    """A person sees to it. Raises Conflict while a colleague has it: once it is late, anybody may step in."""
    task = await _open(session, task_id, person)
    if task.taken_by_id == person.id:
        return task
    if task.taken_by_id is not None and task.due_at > clock.now():
        raise Conflict("A colleague has taken this already. They can hand it to you.")
    task.taken_by_id = person.id
    await _log(session, task, TaskMove.TAKEN, person.actor, nurse=person.name)
    return task


async def hand_to(session: AsyncSession, task_id: UUID, person: Person, to: Person, note: str) -> Task:
    """Pass it to a colleague of the same team, whose it is from now on."""
    task = await _open(session, task_id, person)
    if to.team_id != task.team_id:
        raise NotFound("There is no such member of staff.")
    if task.taken_by_id not in (None, person.id) and person.role not in LEADS:
        raise Conflict("A colleague has taken this. Only they or a coordinator can hand it on.")
    _check_coordinator(task, to)
    task.taken_by_id = to.id
    await _log(session, task, TaskMove.HANDED_ON, person.actor, nurse=person.name, to=to.name, note=note)
    return task


async def no_answer(session: AsyncSession, task_id: UUID, person: Person, note: str, again_at: datetime) -> Task:
    """The carer was rung and nobody answered: it is due again then. After so many tries it is a coordinator's, now."""
    task = await _open(session, task_id, person)
    task.tries += 1
    task.taken_by_id, task.alarmed_at, task.due_at = None, None, again_at
    await _log(
        session, task, TaskMove.NO_ANSWER, person.actor, nurse=person.name, note=note, again=again_at.isoformat()
    )
    if is_for_coordinator(task):
        task.due_at = clock.now()
        await _log(session, task, TaskMove.FOR_COORDINATOR, JOB, tries=task.tries)
    return task


async def finish(
    session: AsyncSession, task_id: UUID, person: Person, note: str, outcome: TaskOutcome = TaskOutcome.DONE
) -> Task:
    """A person has done it. Said again, nothing changes."""
    task = await _locked(session, task_id)
    if task.done_at is None:
        await _finish(session, task, person, note, outcome, "console")
    return task


def is_finished_so(task: Task, person: Person, note: str, outcome: TaskOutcome) -> bool:
    """Whether this person has finished it in just this way."""
    return task.done_at is not None and (task.done_by_id, task.note, task.outcome) == (person.id, note, outcome)


async def finish_for(
    session: AsyncSession, task: Task, person: Person, note: str, outcome: TaskOutcome, by: str
) -> None:
    """The same, as another program says. The task must be held. Raises Conflict when it is done, Invalid, Forbidden."""
    if task.done_at is not None:
        raise Conflict("This is done already.")
    allowed = task_ends(task.kind, person.role in LEADS, task.tries)
    if outcome not in allowed:
        raise Invalid(f"This task can end with {' or '.join(allowed)}.", field="outcome")
    await _finish(session, task, person, note, outcome, by)


async def _finish(session: AsyncSession, task: Task, person: Person, note: str, outcome: TaskOutcome, by: str) -> None:
    _check_coordinator(task, person)
    task.done_at, task.done_by_id, task.note, task.outcome = clock.now(), person.id, note, outcome
    await _log(session, task, TaskMove.DONE, person.actor, nurse=person.name, note=note, outcome=outcome)
    audit.record(session, person.actor, "finished", "task", task.id, outcome=outcome, by=by)
    _tell_programs(session, task, "task.done")


def is_for_coordinator(task: Task) -> bool:
    """Whether so many tries were in vain that a coordinator must decide."""
    return task.tries >= desk.clocks().tries_before_coordinator


def _check_coordinator(task: Task, person: Person) -> None:
    if is_for_coordinator(task) and person.role not in LEADS:
        raise Forbidden(f"Nobody answered {task.tries} times. What to do now is for a coordinator.")


async def _locked(session: AsyncSession, task_id: UUID) -> Task:
    task = await session.get(Task, task_id, with_for_update=True, populate_existing=True)
    if task is None:
        raise NotFound("There is no such task.")
    return task


async def _open(session: AsyncSession, task_id: UUID, person: Person) -> Task:
    """A task that is still to be done and that this person may see to, held for change."""
    task = await _locked(session, task_id)
    if task.done_at is not None:
        raise Conflict("This is done already.")
    _check_coordinator(task, person)
    return task


async def _log(session: AsyncSession, task: Task, kind: TaskMove, actor: str, **detail: Any) -> None:
    session.add(TaskEvent(task_id=task.id, at=clock.now(), kind=kind, actor=actor, detail=detail))
    if kind != TaskMove.DONE:  # Its own entry says more.
        audit.record(session, actor, kind, "task", task.id)
    await session.flush()
    await live.changed(session, live.BOARD, live.conversation(task.conversation_id))


async def open_of_team(session: AsyncSession, team_id: UUID) -> Sequence[Task]:
    """A team's tasks that nobody has done yet, oldest first within each priority."""
    found = select(Task).where(Task.team_id == team_id, Task.done_at.is_(None)).order_by(Task.priority, Task.created_at)
    return (await session.execute(found)).scalars().all()


async def events_of(session: AsyncSession, task_ids: Sequence[UUID]) -> Sequence[TaskEvent]:
    """What was done about these tasks, oldest first."""
    found = select(TaskEvent).where(TaskEvent.task_id.in_(task_ids)).order_by(TaskEvent.seq)
    return (await session.execute(found)).scalars().all()


async def claim_late(session: AsyncSession) -> Sequence[Task]:
    """Tasks past their time of which nobody was told yet, the most urgent first. From now on somebody was."""
    now = clock.now()
    late = select(Task).where(Task.done_at.is_(None), Task.alarmed_at.is_(None), Task.due_at <= now)
    found = (await session.execute(late.with_for_update(skip_locked=True))).scalars().all()
    for task in found:
        task.alarmed_at = now
        await _log(session, task, TaskMove.LATE, JOB)
    return sorted(found, key=lambda task: (Priority(task.priority).rank, task.due_at))
