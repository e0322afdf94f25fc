"""What every page that shows a conversation needs."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.console import service as console
from api.console.conversation import presenters, service
from api.console.presenters import CHANNELS, case_url
from api.conversations.models import Conversation
from api.people.access import Staff

LIVE_PARTS = ("thread", "holding", "contact", "tasks", *console.LIVE)


async def context_of(
    session: AsyncSession, conversation: Conversation, current: Staff, number: bool = False
) -> dict[str, Any]:
    """The words of a conversation's parts, by the names that templates know them by. `number`: show it whole."""
    now, talk = clock.now(), await service.gather(session, conversation)
    open_id = talk.escalation.id if talk.escalation else None
    return {
        "staff": current,
        "thread": presenters.thread(talk.messages, conversation.channel, now),
        "holding": presenters.holding(conversation, current.person, now),
        "contact": presenters.contact(conversation, talk.call, show=number),
        "tasks": [presenters.task_row(task, conversation.channel, open_id, now) for task in talk.tasks],
        "channel": CHANNELS[conversation.channel],
        "reply": presenters.reply_box(conversation, current.person.name),
        "case_url": case_url(conversation.id, open_id),
        "has_escalation": open_id is not None,
        "waiting": await console.waiting(session, current.person.team_id),
    }
