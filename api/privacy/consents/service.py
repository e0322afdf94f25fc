"""What carers have said yes to: calls from other services, and words that may teach the line. And taking a yes back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Row, Table, Text, Uuid, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.errors import Conflict, Invalid, NotFound
from api.people.models import Person
from api.privacy import service as privacy
from api.privacy.rules import REASON_LIMIT
from api.referrals import service as referrals
from api.referrals.rules import State
from api.review.learning import ledger
from api.review.learning import service as learning
from api.review.learning.models import LearningConsent

SHOWN = 200
LEARNING = "learning"
# A view over rows of other tables (migration 0027): metadata of its own, because nothing is kept in it.
CONSENTS = Table(
    "consents",
    MetaData(),
    Column("kind", Text),
    Column("id", Uuid),
    Column("conversation_id", Uuid),
    Column("what_for", Text),
    Column("given_at", DateTime(timezone=True)),
    Column("withdrawn_at", DateTime(timezone=True)),
)


async def every(session: AsyncSession, person: Person) -> Sequence[Row[Any]]:
    """The newest yeses of the carers whom this administrator may see."""
    found = select(CONSENTS).join(Conversation, Conversation.id == CONSENTS.c.conversation_id)
    if not person.of_installation:
        found = found.where(Conversation.team_id == person.team_id)
    return (await session.execute(found.order_by(CONSENTS.c.given_at.desc()).limit(SHOWN))).all()


async def give(session: AsyncSession, conversation_id: UUID, how: str, by: str) -> LearningConsent:
    """Write down that the carer agrees, and how they said so. Said twice, it counts once. Raises Invalid."""
    if not how or len(how) > REASON_LIMIT:
        raise Invalid(
            f"Write how they agreed, in at most {REASON_LIMIT} characters and without their words.", field="how"
        )
    await conversations.locked(session, conversation_id)
    before = await ledger.consent(session, conversation_id)
    if before is not None:
        return before
    made = LearningConsent(conversation_id=conversation_id, given_at=clock.now(), how=how, by=by)
    session.add(made)
    await session.flush()
    audit.record(session, by, "consent_given", "conversation", conversation_id, to=LEARNING)
    return made


async def withdraw(session: AsyncSession, consent_id: UUID, person: Person) -> str:
    """Take a yes back. Returns what that has stopped, and what had already happened. Raises NotFound and Conflict."""
    found = (await session.execute(select(CONSENTS).where(CONSENTS.c.id == consent_id))).one_or_none()
    if found is None or not privacy.may_see(await session.get_one(Conversation, found.conversation_id), person):
        raise NotFound("There is no such consent.")
    if found.kind == LEARNING:
        return await _withdraw_learning(session, consent_id, person)
    return await _withdraw_referral(session, consent_id, person)


async def _withdraw_learning(session: AsyncSession, consent_id: UUID, person: Person) -> str:
    one = await session.get_one(LearningConsent, consent_id, with_for_update=True)
    if one.withdrawn_at is not None:
        raise Conflict("It was taken back already.")
    one.withdrawn_at, one.withdrawn_by = clock.now(), person.actor
    await learning.take_back(session, one.conversation_id)
    audit.record(session, person.actor, "consent_withdrawn", "conversation", one.conversation_id, to=LEARNING)
    return "From now on their words are not used to teach the line. Releases that were built before still hold them."


async def _withdraw_referral(session: AsyncSession, consent_id: UUID, person: Person) -> str:
    known = await referrals.get(session, consent_id)
    await conversations.locked(session, known.conversation_id)
    one = await referrals.locked(session, consent_id)
    was_passed_on = one.state != State.REQUESTED or one.tries > 0
    await referrals.move(session, one, State.WITHDRAWN, person.actor, "The carer took their consent back.")
    if not was_passed_on:
        return f"Nothing had been passed on to {one.service_name}, and nothing will be."
    return f"{one.service_name} had their name, number and good time, and is told that they want no call."
