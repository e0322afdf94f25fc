"""Gathering one conversation with what belongs to it, and sending what a member of staff writes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.conversations.carer_calls import service as carer_calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation, Message
from api.conversations.rules import Mode
from api.errors import NotFound
from api.escalations import repeats
from api.escalations import service as escalations
from api.escalations.models import Escalation, Task
from api.people.models import Person

KIND = "staff"  # Of a message that a person wrote.


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation, its messages oldest first, what is still to be done, its open escalation and call."""

    conversation: Conversation
    messages: Sequence[Message]
    tasks: Sequence[Task]
    escalation: Escalation | None
    call: CarerCall | None


async def of_team(session: AsyncSession, conversation_id: UUID, person: Person, lock: bool = False) -> Conversation:
    """One conversation of this person's own team. Another team's is not there at all."""
    found = await (conversations.locked if lock else conversations.get)(session, conversation_id)
    if found.team_id != person.team_id:
        raise NotFound("There is no such conversation.")
    return found


async def gather(session: AsyncSession, conversation: Conversation) -> Talk:
    """Everything that the pages show of a conversation."""
    open_tasks = select(Task).where(Task.conversation_id == conversation.id, Task.done_at.is_(None))
    return Talk(
        conversation,
        await conversations.thread(session, conversation.id),
        (await session.execute(open_tasks.order_by(Task.priority, Task.created_at))).scalars().all(),
        await escalations.open_for(session, conversation.id),
        await carer_calls.live(session, conversation.id),
    )


async def task_of_team(session: AsyncSession, task_id: UUID, person: Person) -> Task:
    """One task of this person's own team."""
    task = await session.get(Task, task_id)
    if task is None or task.team_id != person.team_id:
        raise NotFound("There is no such task.")
    return task


async def write(session: AsyncSession, conversation: Conversation, person: Person, words: str, key: str) -> None:
    """Send a person's own words, once for each form: a form that is sent again sends nothing again.

    The first message takes over: from then on the assistant is silent, and the carer is told by whom.
    """

    async def send(session: AsyncSession) -> UUID:
        await conversations.take_over(session, conversation, person)
        return (await conversations.say(session, conversation, words, KIND, safety=True, person=person)).id

    digest = hashlib.sha256(words.encode()).hexdigest()
    await repeats.once(session, f"console:{person.id}:{key}:{digest[:16]}", "message", digest, send)


async def held(session: AsyncSession, team_id: UUID) -> list[tuple[Conversation, Message]]:
    """The conversations in which a person is writing, each with its newest message, the longest unanswered first."""
    found = (
        select(Conversation, Message)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Conversation.team_id == team_id, Conversation.mode == Mode.PERSON, Conversation.closed_at.is_(None))
        .ext(distinct_on(Message.conversation_id))
        .order_by(Message.conversation_id, Message.seq.desc())
    )
    pairs = [(one, newest) for one, newest in (await session.execute(found)).unique().all()]
    return sorted(pairs, key=lambda pair: pair[1].at)
