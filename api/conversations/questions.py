"""The few questions after the first instruction, and how things stand while a nurse is being found.

The assistant leads the questions as a form in a dialogue of its own, so that nothing else that is said is ever taken
for an answer. They never stand between a crisis and its page: that is placed before the first question is put, and
where the assistant is silent there are no questions.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import queue
from api.conversations import service
from api.conversations.models import Conversation
from api.conversations.rules import Mode
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import NOBODY_HAS_IT, State
from api.triage import questions
from api.triage.rules import Priority

BY_A_NURSE = (Priority.P0, Priority.P1S, Priority.P1)  # While one of these is open, whatever is said is for the nurse.


async def want(session: AsyncSession, conversation: Conversation, escalation: Escalation, group: str) -> None:
    """Have the questions put that suit a danger of this group, if any do."""
    topics = questions.topics_for(group)
    if topics and not escalation.silent:
        conversation.questions = {"escalation": str(escalation.id), "topics": topics, "put": False}
        await queue.wake(session, "channels.begin_questions", queue.TURNS, conversation_id=conversation.id)


async def take(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether what the carer says now is for the assistant's questions. Ends them if their time is over."""
    if not conversation.questions or not conversation.questions["put"]:
        return False
    open_one = await escalations.open_for(session, conversation.id)
    if open_one is not None and str(open_one.id) == conversation.questions["escalation"] and not _is_over(open_one):
        return True
    end(conversation)
    return False


def _is_over(escalation: Escalation) -> bool:
    return escalation.silent or escalation.state == State.CONTACTED


def end(conversation: Conversation) -> None:
    """Nothing more is asked."""
    conversation.questions = None


def dialogue(conversation_id: UUID, open_ones: dict[str, object] | None) -> str:
    """The name of the dialogue that the assistant keeps: the conversation's, or that of its open questions."""
    return f"{conversation_id}:{open_ones['escalation']}" if open_ones else str(conversation_id)


async def unput(session: AsyncSession) -> set[UUID]:
    """Conversations whose first question is still to be put."""
    waits = Conversation.questions["put"].as_boolean().is_(False)
    return set((await session.execute(select(Conversation.id).where(waits))).scalars())


async def how_it_stands(session: AsyncSession, conversation: Conversation) -> bool:
    """While a crisis is open, what the carer adds goes to the nurse, and the answer says how things stand."""
    open_one = await escalations.open_for(session, conversation.id)
    if open_one is None or open_one.priority not in BY_A_NURSE or open_one.state == State.CONTACTED:
        return False
    if open_one.silent:
        await service.say_approved(session, conversation, "noted", alone=True)
    elif open_one.state in NOBODY_HAS_IT:
        await service.say_approved(session, conversation, "still_telling", safety=True)
    else:
        nurse = open_one.accepted_by.name if open_one.accepted_by else "the nurse"
        await service.say_approved(session, conversation, "added_for_nurse", places={"nurse": nurse})
    return True


def may_be_asked(conversation: Conversation) -> bool:
    """Whether the assistant may put questions: nobody else is talking, and texts reach the carer."""
    return conversation.mode == Mode.ASSISTANT and conversation.opted_out_at is None
