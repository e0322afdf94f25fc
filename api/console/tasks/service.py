"""Gathering a team's tasks, and one of them with what was done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.conversation import service as conversation
from api.console.tasks.rules import Show
from api.conversations.models import Conversation
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.models import Escalation, Task, TaskEvent
from api.escalations.rules import State
from api.people import service as people
from api.people.models import Person
from api.triage.rules import Priority


@dataclass(frozen=True, slots=True)
class Listed:
    """One task with its carer's conversation, their open escalation, and the name of whoever has taken it."""

    task: Task
    conversation: Conversation
    escalation_id: UUID | None
    taken_by: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """One task, what was done about it, and whom it can be handed to."""

    listed: Listed
    events: Sequence[TaskEvent]
    colleagues: Sequence[Person]


async def listed(session: AsyncSession, person: Person, show: Show) -> list[Listed]:
    """A team's open tasks: the most urgent first, and among those whatever is due first."""
    found = (
        select(Task, Conversation, Escalation.id, Person.name)
        .join(Conversation, Conversation.id == Task.conversation_id)
        .outerjoin(
            Escalation, (Escalation.conversation_id == Task.conversation_id) & (Escalation.state != State.RESOLVED)
        )
        .outerjoin(Person, Person.id == Task.taken_by_id)
        .where(Task.team_id == person.team_id, Task.done_at.is_(None))
    )
    rows = [Listed(*row) for row in (await session.execute(found)).unique().all()]
    kept = [row for row in rows if _is_shown(row.task, person, show)]
    return sorted(kept, key=lambda row: (Priority(row.task.priority).rank, row.task.due_at))


def _is_shown(task: Task, person: Person, show: Show) -> bool:
    if show == Show.MINE:
        return task.taken_by_id == person.id
    if show == Show.FREE:
        return task.taken_by_id is None
    return show == Show.ALL or tasks.is_for_coordinator(task)


async def case(session: AsyncSession, task_id: UUID, person: Person) -> Case:
    """Everything that the page of a task shows. Raises NotFound for another team's."""
    task = await conversation.task_of_team(session, task_id, person)
    of = await conversation.of_team(session, task.conversation_id, person)
    open_one = await escalations.open_for(session, of.id)
    holder = await session.get(Person, task.taken_by_id) if task.taken_by_id else None
    row = Listed(task, of, open_one.id if open_one else None, holder.name if holder else None)
    colleagues = await people.colleagues(session, person.team_id)
    return Case(row, await tasks.events_of(session, [task.id]), [one for one in colleagues if one.id != person.id])
