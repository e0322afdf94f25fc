"""Reviewing one conversation: whose it is to read, what they say of it, passing it on, and talking it over."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.masking import service as masking
from api.people.models import Person
from api.review.judging import rules
from api.review.judging.ledger import service as ledger
from api.review.judging.models import Assignment, MissedCrisis, Review, Stretch
from api.review.judging.rules import Judgement, Round
from api.review.judging.sampling import service as sampling

_NOT_YOURS = "Somebody else is asked to review this conversation, so you cannot."
_HAD_A_PART = "You had a part in this conversation, so somebody else must review it."
_READ_BY_ALL = "Everybody who must review this conversation has done so."


@dataclass(frozen=True, slots=True)
class Place:
    """As what somebody reads a conversation now, or why they do not. `mine`: what they said of it already."""

    stretch: Stretch
    round: Round | None
    assignment: Assignment | None
    refused: str = ""
    mine: Review | None = None


async def place(
    session: AsyncSession, conversation_id: UUID, person: Person, number: int | None = None, to_keep: bool = False
) -> Place:
    """As what this person reads this conversation. Raises NotFound for another team's.

    Whoever was asked reads it as that. Anybody else of the team may review what nobody has been asked for, whether it
    was drawn or not; what was not drawn counts for the ledger, and not for the figures. `number`: of the stretch that
    was on the form. `to_keep`: something will be said of it now.
    """
    conversation = await conversations.get(session, conversation_id)
    if conversation.team_id != person.team_id:
        raise NotFound("There is no such conversation.")
    if asked := await _asked(session, conversation_id, person, number, to_keep):
        return Place(asked.stretch, Round(asked.round), asked)
    if to_keep:
        await sampling.lock_team(session, person.team_id)
    return await _unasked(session, await _stretch(session, conversation, number, to_keep), person)


async def _asked(
    session: AsyncSession, conversation_id: UUID, person: Person, number: int | None, to_keep: bool
) -> Assignment | None:
    """What this person was asked to read of it and has not read; held until the transaction ends if it is to keep."""
    found = (
        select(Assignment)
        .join(Stretch, Stretch.id == Assignment.stretch_id)
        .where(Assignment.conversation_id == conversation_id, Assignment.reviewer_id == person.id)
        .where(Assignment.done_at.is_(None), Assignment.passed_at.is_(None))
        .order_by(Assignment.due_at)
        .limit(1)
    )
    if number is not None:
        found = found.where(Stretch.number == number)
    if to_keep:
        found = found.with_for_update(of=Assignment)
    return (await session.execute(found)).unique().scalar_one_or_none()


async def _stretch(session: AsyncSession, conversation: Conversation, number: int | None, to_keep: bool) -> Stretch:
    """The stretch of this number, or the newest; what has come since is one of its own, kept only if it must be."""
    newest = await sampling.newest(session, conversation.id)
    if newest is not None and number is not None and 0 < number <= newest.number:
        found = select(Stretch).where(Stretch.conversation_id == conversation.id, Stretch.number == number)
        return (await session.execute(found)).scalar_one()
    if newest is not None and conversation.last_message_at <= newest.decided_at:
        return newest
    return await (sampling.decide(session, conversation.id) if to_keep else sampling.draft(session, conversation))


async def _unasked(session: AsyncSession, stretch: Stretch, person: Person) -> Place:
    reviews = await of(session, stretch.id)
    mine = next((one for one in reviews if one.reviewer_id == person.id), None)
    if mine is not None:
        return Place(stretch, None, None, mine=mine)
    which = rules.next_round(reviews, stretch.second)
    if which is None or which == Round.ADJUDICATION:
        return Place(stretch, None, None, _READ_BY_ALL if which is None else _NOT_YOURS)
    if person.id in await sampling.had_a_part(session, stretch.conversation_id):
        return Place(stretch, None, None, _HAD_A_PART)
    open_one = select(Assignment.id).where(
        Assignment.stretch_id == stretch.id, Assignment.round == which, Assignment.passed_at.is_(None)
    )
    taken = (await session.execute(open_one)).scalar_one_or_none() is not None
    return Place(stretch, None, None, _NOT_YOURS) if taken else Place(stretch, which, None)


async def of(session: AsyncSession, stretch_id: UUID) -> Sequence[Review]:
    """What was said of one stretch, the first reader first."""
    found = select(Review).where(Review.stretch_id == stretch_id).order_by(Review.at)
    return (await session.execute(found)).scalars().all()


async def messages(session: AsyncSession, stretch: Stretch) -> Sequence[Message]:
    """What was said in a stretch, oldest first."""
    found = (
        select(Message)
        .where(Message.conversation_id == stretch.conversation_id)
        .where(Message.at >= stretch.began_at, Message.at <= stretch.decided_at)
        .order_by(Message.seq)
    )
    return (await session.execute(found)).unique().scalars().all()


async def judge(
    session: AsyncSession,
    conversation_id: UUID,
    person: Person,
    said: Judgement,
    number: int | None = None,
    debrief: bool = False,
) -> Review:
    """Keep what this person says of a conversation. Said twice, the first counts, and nothing changes.

    Raises NotFound, Conflict if it is not theirs to review, Invalid for a message that is none of the carer's.
    """
    where = await place(session, conversation_id, person, number, to_keep=True)
    if where.mine is not None:
        return where.mine
    if where.round is None:
        raise Conflict(where.refused)
    given = where.assignment or sampling.add(session, where.stretch, where.round, person.id)
    review = await _keep(session, where.stretch, where.round, person, said)
    given.done_at = clock.now()
    if debrief:
        given.debrief_wished_at = given.done_at
    audit.record(
        session,
        person.actor,
        "reviewed",
        "conversation",
        conversation_id,
        round=where.round,
        should_have_escalated=said.should_have_escalated,
        priority=said.priority,
    )
    await session.flush()
    await ledger.keep(session, where.stretch)
    return review


async def _keep(session: AsyncSession, stretch: Stretch, which: Round, person: Person, said: Judgement) -> Review:
    values = asdict(said) | {"since": await _since(session, stretch, said), "note": masking.masked(said.note)}
    new = insert(Review).values(
        id=uuid4(),
        stretch_id=stretch.id,
        conversation_id=stretch.conversation_id,
        reviewer_id=person.id,
        round=which,
        at=clock.now(),
        **values,
    )
    return (await session.execute(new.returning(Review))).scalar_one()


async def _since(session: AsyncSession, stretch: Stretch, said: Judgement) -> datetime | None:
    """When the message came from which it should have escalated."""
    if said.since_message_id is None:
        return None
    message = await session.get(Message, said.since_message_id)
    if message is None or message.conversation_id != stretch.conversation_id or message.author != Author.CARER:
        raise Invalid("Choose one of the carer's messages.", field="since")
    return message.at


async def _locked(session: AsyncSession, assignment_id: UUID, person: Person) -> Assignment:
    """One assignment of a person's team, held until the transaction ends. Raises NotFound."""
    found = select(Assignment).where(Assignment.id == assignment_id).with_for_update(of=Assignment)
    given = (await session.execute(found)).unique().scalar_one_or_none()
    if given is None or given.stretch.team_id != person.team_id:
        raise NotFound("There is no such review.")
    return given


async def pass_on(session: AsyncSession, assignment_id: UUID, person: Person) -> Assignment:
    """They would rather not read it. Nobody asks why, and somebody else is asked. Raises NotFound, Conflict."""
    given = await _locked(session, assignment_id, person)
    if given.reviewer_id != person.id or given.done_at is not None:
        raise Conflict("This is not yours to pass on, or you have reviewed it already.")
    if given.passed_at is None:
        given.passed_at = clock.now()
        audit.record(session, person.actor, "passed_on", "conversation", given.conversation_id)
    return given


async def wish_to_talk(session: AsyncSession, assignment_id: UUID, person: Person) -> Assignment:
    """They would like to talk it over with somebody. Raises NotFound, Conflict for another person's."""
    given = await _locked(session, assignment_id, person)
    if given.reviewer_id != person.id:
        raise Conflict("Only whoever was asked to review it can say so.")
    if given.debrief_wished_at is None or given.debrief_had_at is not None:
        given.debrief_wished_at, given.debrief_had_at, given.debrief_had_by_id = clock.now(), None, None
        audit.record(session, person.actor, "wished_to_talk", "conversation", given.conversation_id)
    return given


async def talked(session: AsyncSession, assignment_id: UUID, person: Person) -> Assignment:
    """It was talked over. Raises NotFound, Forbidden for those with whom nobody asked to talk, Conflict."""
    given = await _locked(session, assignment_id, person)
    if person.role not in rules.TALKS:
        raise Forbidden("Only the safety officer or a coordinator can say that this was talked over.")
    if given.debrief_wished_at is None:
        raise Conflict("Nobody has asked to talk about this one.")
    if given.debrief_had_at is None:
        given.debrief_had_at, given.debrief_had_by_id = clock.now(), person.id
        audit.record(session, person.actor, "talked_over", "conversation", given.conversation_id)
    return given


async def mine(session: AsyncSession, person: Person) -> Sequence[Assignment]:
    """What this person has still to review, due first."""
    return await _open(session, Assignment.reviewer_id == person.id)


async def overdue(session: AsyncSession, person: Person) -> Sequence[Assignment]:
    """What others of the same team should have reviewed by now."""
    late = Assignment.due_at < clock.now()
    return await _open(session, late, Stretch.team_id == person.team_id, Assignment.reviewer_id != person.id)


async def _open(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[Assignment]:
    found = (
        select(Assignment)
        .join(Stretch, Stretch.id == Assignment.stretch_id)
        .where(Assignment.done_at.is_(None), Assignment.passed_at.is_(None), *which)
        .order_by(Assignment.due_at, Assignment.id)
    )
    return (await session.execute(found)).unique().scalars().all()


async def debriefs(session: AsyncSession, person: Person) -> Sequence[Assignment]:
    """What people of the same team would like to talk about, and nobody has said that they did; the oldest first."""
    found = (
        select(Assignment)
        .join(Stretch, Stretch.id == Assignment.stretch_id)
        .where(Stretch.team_id == person.team_id)
        .where(Assignment.debrief_wished_at.is_not(None), Assignment.debrief_had_at.is_(None))
        .order_by(Assignment.debrief_wished_at)
    )
    return (await session.execute(found)).unique().scalars().all()


async def missed_open(session: AsyncSession) -> Sequence[MissedCrisis]:
    """Every missed crisis of every team that nothing has mended, the oldest first."""
    return await ledger.open_ones(session)


async def accept(session: AsyncSession, missed_id: UUID, person: Person, reason: str) -> MissedCrisis:
    """Somebody answerable decides that a miss stays as it is, and why. Raises NotFound, Conflict unless it is open."""
    return await ledger.accept(session, missed_id, person, masking.masked(reason))


async def mended(session: AsyncSession, missed_id: UUID, release_id: UUID) -> MissedCrisis:
    """A release hears it now. Said twice, nothing changes. Raises NotFound."""
    return await ledger.mended(session, missed_id, release_id)


async def reopened(session: AsyncSession, release_id: UUID) -> None:
    """A release was taken back: what it had mended is open again."""
    await ledger.reopened(session, release_id)
