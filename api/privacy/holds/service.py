"""Setting and lifting legal holds, and what they keep."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.conversations.models import Conversation
from api.errors import Conflict, Invalid, NotFound
from api.people.models import Person
from api.privacy import service as privacy
from api.privacy.models import LegalHold
from api.privacy.rules import REASON_LIMIT


async def put(
    session: AsyncSession, conversation_id: UUID, by: str, reason: str, review_on: date, whole_person: bool
) -> LegalHold:
    """Hold a conversation, or all of its person's. Raises Invalid without a reason or with a day that has passed."""
    if not reason or len(reason) > REASON_LIMIT:
        raise Invalid(f"Give the reason in at most {REASON_LIMIT} characters.", field="reason")
    if review_on <= clock.now().astimezone(clock.UK).date():
        raise Invalid("The day on which it is looked at again must be to come.", field="review_on")
    hold = LegalHold(
        conversation_id=conversation_id,
        whole_person=whole_person,
        reason=reason,
        set_by=by,
        set_at=clock.now(),
        review_on=review_on,
    )
    session.add(hold)
    await session.flush()
    audit.record(session, by, "held", "conversation", conversation_id, hold=str(hold.id), person=whole_person)
    return hold


async def lift(session: AsyncSession, hold_id: UUID, person: Person, because: str) -> LegalHold:
    """Let it go. Raises NotFound, also for another team's, Conflict if it was lifted, and Invalid without a reason."""
    hold = await session.get(LegalHold, hold_id, with_for_update=True)
    if hold is None or not privacy.may_see(await _of(session, hold), person):
        raise NotFound("There is no such hold.")
    if hold.lifted_at is not None:
        raise Conflict("It was lifted already.")
    if not because or len(because) > REASON_LIMIT:
        raise Invalid(f"Give the reason in at most {REASON_LIMIT} characters.", field="because")
    hold.lifted_at, hold.lifted_by, hold.lifted_because = clock.now(), person.actor, because
    audit.record(session, person.actor, "hold_lifted", "conversation", hold.conversation_id, hold=str(hold.id))
    return hold


async def _of(session: AsyncSession, hold: LegalHold) -> Conversation:
    return await session.get_one(Conversation, hold.conversation_id)


async def standing(session: AsyncSession, person: Person | None = None) -> Sequence[LegalHold]:
    """Every hold that is not lifted, the one that is to be looked at first before the others.

    `person`: only those of the conversations that they may see.
    """
    found = select(LegalHold).join(Conversation, Conversation.id == LegalHold.conversation_id)
    if person is not None and not person.of_installation:
        found = found.where(Conversation.team_id == person.team_id)
    found = found.where(LegalHold.lifted_at.is_(None)).order_by(LegalHold.review_on)
    return (await session.execute(found)).scalars().all()


async def held(session: AsyncSession) -> frozenset[UUID]:
    """The conversations that no night deletes or blanks and nobody erases."""
    kept = set[UUID]()
    for hold in await standing(session):
        kept.add(hold.conversation_id)
        if hold.whole_person:
            kept.update((await privacy.of_conversation(session, hold.conversation_id)).conversations)
    return frozenset(kept)
