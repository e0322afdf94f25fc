"""Finding conversations for a list, a piece at a time; never another team's. Apart for the size of the service."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import cursors
from api.conversations.models import Conversation
from api.conversations.schemas import ConversationsWanted
from api.escalations.listing.service import team_of
from api.people.tokens import Caller


async def conversations(
    session: AsyncSession, caller: Caller, wanted: ConversationsWanted
) -> tuple[Sequence[Conversation], str | None]:
    """Conversations, the newest first, and the cursor of the next piece."""
    found = select(Conversation)
    values = {
        Conversation.team_id: await team_of(session, caller, wanted.team),
        Conversation.channel: wanted.channel,
        Conversation.mode: wanted.mode,
    }
    for column, value in values.items():
        found = found if value is None else found.where(column == value)
    if wanted.state is not None:
        is_open = Conversation.closed_at.is_(None)
        found = found.where(is_open if wanted.state == "open" else ~is_open)
    return await cursors.piece(session, found, Conversation.opened_at, Conversation.id, wanted)
