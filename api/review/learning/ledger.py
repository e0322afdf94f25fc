"""What releases have to do with the ledger of missed crises, and whether a carer agreed that their words may teach.

A miss is of one stretch of a conversation: one by text never closes, and what was said of an older stretch has nothing
to do with what was missed since.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Message
from api.review.judging import service as judging
from api.review.judging.models import MissedCrisis, Stretch
from api.review.judging.rules import MissState
from api.review.learning.models import LearningConsent, Proposal


async def unworded(session: AsyncSession, proposals: Sequence[Proposal]) -> int:
    """How many open misses none of these proposals puts into other words; a second reader may still have to look."""
    worded = await _worded(session, proposals)
    return sum(miss.id not in worded for miss in await judging.missed_open(session))


async def mend(session: AsyncSession, release_id: UUID, proposals: Sequence[Proposal]) -> None:
    """The open misses that these proposals put into other words are mended by a release."""
    for missed_id in sorted(await _worded(session, proposals)):
        await judging.mended(session, missed_id, release_id)


async def _worded(session: AsyncSession, proposals: Sequence[Proposal]) -> set[UUID]:
    """The open misses in whose stretch the message of one of these stands."""
    ids = [one.message_id for one in proposals if one.message_id is not None]
    stands_in = and_(
        Message.conversation_id == Stretch.conversation_id,
        Message.at >= Stretch.began_at,
        Message.at <= Stretch.decided_at,
    )
    found = select(MissedCrisis.id).join(Stretch, Stretch.id == MissedCrisis.stretch_id).join(Message, stands_in)
    found = found.where(MissedCrisis.state == MissState.OPEN, Message.id.in_(ids))
    return set((await session.execute(found)).scalars())


async def consent(session: AsyncSession, conversation_id: UUID) -> LearningConsent | None:
    """The carer's consent to learning from their own words in this conversation, unless they took it back."""
    found = select(LearningConsent).where(LearningConsent.conversation_id == conversation_id)
    return (await session.execute(found.where(LearningConsent.withdrawn_at.is_(None)))).scalar_one_or_none()
