"""Keeping the ledger of missed crises in step with what readers say, and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Date, Row, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.conversations.models import Message
from api.errors import Conflict, NotFound
from api.escalations.models import Escalation, PageFeedback
from api.paging.models import Page
from api.people.models import Person
from api.review import rules as shares
from api.review.judging import rules as judging
from api.review.judging.agreement.rules import Kappa, Sensitivity
from api.review.judging.ledger import rules
from api.review.judging.ledger.rules import Group, Read, Week
from api.review.judging.models import MissedCrisis, Review, Stretch
from api.review.judging.rules import MissState
from api.review.judging.sampling import service as sampling
from api.review.judging.sampling.rules import Why

SHOWN = 200  # Misses on the page.
BY_RELEASE = "job:release"


async def keep(session: AsyncSession, stretch: Stretch) -> None:
    """Bring the ledger into step with what has been said of a stretch so far."""
    found = select(Review).where(Review.stretch_id == stretch.id).order_by(Review.at)
    reviews = (await session.execute(found)).scalars().all()
    stretch.settled = bool(reviews) and judging.next_round(reviews, stretch.second) is None
    says = judging.standing(reviews)
    lost = await _lost(session, stretch, says.since) if says.since else None
    if judging.is_miss(says, lost, sampling.wanted().in_time):
        await _note(session, stretch, says, lost)
    else:
        await _drop(session, stretch)


async def _lost(session: AsyncSession, stretch: Stretch, since: datetime) -> int | None:
    """From this message until somebody was paged for this conversation; a call for help that was over is no matter."""
    one = Escalation
    pages = (
        select(Page.placed_at)
        .join(one, one.id == Page.escalation_id)
        .where(one.conversation_id == stretch.conversation_id, or_(one.resolved_at.is_(None), one.resolved_at >= since))
    )
    return judging.seconds_lost(since, (await session.execute(pages)).scalars())


async def _note(session: AsyncSession, stretch: Stretch, says: Review, lost: int | None) -> None:
    """Note it, or what is known of it now. What the reader before saw no miss in is open again."""
    again = case((MissedCrisis.state == MissState.DROPPED, MissState.OPEN), else_=MissedCrisis.state)
    what = {
        "message_id": says.since_message_id,
        "priority": says.priority,
        "seconds_lost": lost,
        "settled": stretch.settled,
    }
    new = insert(MissedCrisis).values(
        id=uuid4(),
        stretch_id=stretch.id,
        conversation_id=stretch.conversation_id,
        team_id=stretch.team_id,
        found_at=clock.now(),
        found_by_id=says.reviewer_id,
        state=MissState.OPEN,
        **what,
    )
    changed = {**what, "state": again}
    await session.execute(new.on_conflict_do_update(index_elements=[MissedCrisis.stretch_id], set_=changed))
    audit.record(session, _by(says), "noted_miss", "conversation", stretch.conversation_id, seconds_lost=lost)


async def _drop(session: AsyncSession, stretch: Stretch) -> None:
    """Whoever looked last sees no miss. What a release has mended already stays mended."""
    found = select(MissedCrisis).where(MissedCrisis.stretch_id == stretch.id).with_for_update(of=MissedCrisis)
    miss = (await session.execute(found)).scalar_one_or_none()
    if miss is not None and miss.state == MissState.OPEN:
        miss.state, miss.settled = MissState.DROPPED, True
        audit.record(session, sampling.BY_JOB, "dropped_miss", "conversation", stretch.conversation_id)


def _by(review: Review) -> str:
    return f"staff:{review.reviewer_id}"


async def open_ones(session: AsyncSession) -> Sequence[MissedCrisis]:
    """Every miss of every team that nothing has mended, the oldest first."""
    found = select(MissedCrisis).where(MissedCrisis.state == MissState.OPEN).order_by(MissedCrisis.found_at)
    return (await session.execute(found)).scalars().all()


async def mended(session: AsyncSession, missed_id: UUID, release_id: UUID) -> MissedCrisis:
    """This release hears it. Said twice, nothing changes. Raises NotFound."""
    miss = await _locked(session, missed_id)
    if (miss.state, miss.mended_by) != (MissState.MENDED, release_id):
        miss.state, miss.mended_by = MissState.MENDED, release_id
        audit.record(session, BY_RELEASE, "mended", "missed_crisis", missed_id, release=str(release_id))
    return miss


async def reopened(session: AsyncSession, release_id: UUID) -> None:
    """What this release had mended is open again, because it is no longer in use."""
    mine = select(MissedCrisis).where(MissedCrisis.state == MissState.MENDED, MissedCrisis.mended_by == release_id)
    held = mine.order_by(MissedCrisis.id).with_for_update(of=MissedCrisis).execution_options(populate_existing=True)
    for miss in (await session.execute(held)).scalars():
        miss.state, miss.mended_by = MissState.OPEN, None
        audit.record(session, BY_RELEASE, "reopened", "missed_crisis", miss.id, release=str(release_id))


async def accept(session: AsyncSession, missed_id: UUID, person: Person, reason: str) -> MissedCrisis:
    """It stays as it is, by this person's decision. Raises NotFound for another team's, Conflict unless it is open."""
    miss = await _locked(session, missed_id)
    if miss.team_id != person.team_id:
        raise NotFound("There is no such missed crisis.")
    if miss.state != MissState.OPEN or not miss.settled:
        raise Conflict("This is mended or decided already, or another reader has still to look at it.")
    miss.state, miss.accepted_by_id, miss.reason = MissState.ACCEPTED, person.id, reason
    audit.record(session, person.actor, "accepted_miss", "missed_crisis", missed_id)
    return miss


async def _locked(session: AsyncSession, missed_id: UUID) -> MissedCrisis:
    miss = await session.get(MissedCrisis, missed_id, with_for_update={"of": MissedCrisis}, populate_existing=True)
    if miss is None:
        raise NotFound("There is no such missed crisis.")
    return miss


@dataclass(frozen=True, slots=True)
class Listed:
    """One miss, and the carer's words from which it should have escalated."""

    miss: MissedCrisis
    words: str
    at: datetime | None


async def listed(session: AsyncSession, team_id: UUID) -> list[Listed]:
    """A team's misses, the newest first.

    Without those of which nothing was left, and without those that somebody has still to look at: whoever that will be
    must not know what the first reader said.
    """
    found = (
        select(MissedCrisis, Message.body, Message.at)
        .outerjoin(Message, Message.id == MissedCrisis.message_id)
        .where(MissedCrisis.team_id == team_id, MissedCrisis.state != MissState.DROPPED, MissedCrisis.settled)
        .order_by(MissedCrisis.found_at.desc())
        .limit(SHOWN)
    )
    return [Listed(miss, words or "", at) for miss, words, at in (await session.execute(found)).unique()]


async def unsettled(session: AsyncSession, team_id: UUID) -> int:
    """How many misses of a team somebody has still to look at."""
    found = select(func.count()).where(
        MissedCrisis.team_id == team_id, MissedCrisis.state == MissState.OPEN, ~MissedCrisis.settled
    )
    return (await session.execute(found)).scalar_one()


@dataclass(frozen=True, slots=True)
class Figures:
    """What the ledger says of a team's last weeks. `told`: what those who were paged said of it."""

    since: date
    found: Sensitivity
    weeks: list[Week]
    decided: int
    read: int
    right_calls: dict[str, Any]
    told: dict[str, Any]
    kappas: dict[str, Kappa]


async def figures(session: AsyncSession, team_id: UUID) -> Figures:
    """The figures of the last weeks, this one included."""
    today = clock.now().astimezone(clock.UK).date()
    last = today - timedelta(days=today.weekday())
    first = last - timedelta(weeks=rules.WEEKS - 1)
    since = datetime.combine(first, time(), clock.UK)
    groups, reviews = await _groups(session, team_id, since), await _reviews(session, team_id, since)
    read = [_read(said) for said in reviews]
    return Figures(
        since=first,
        found=rules.of_all(groups, read),
        weeks=rules.by_week(groups, read, last),
        decided=sum(group.decided for group in groups),
        read=len(read),
        right_calls=rules.right_calls(read),
        told=await _told(session, team_id, since),
        kappas=rules.agreement(said for said in reviews if said[0].second),
    )


_WEEK = cast(func.date_trunc("week", func.timezone(str(clock.UK), Stretch.ended_at)), Date).label("week")


async def _groups(session: AsyncSession, team_id: UUID, since: datetime) -> list[Group]:
    found = (
        select(_WEEK, Stretch.share, func.count())
        .where(Stretch.team_id == team_id, Stretch.ended_at >= since)
        .group_by(_WEEK, Stretch.share)
    )
    return [Group(*row) for row in await session.execute(found)]


async def _reviews(session: AsyncSession, team_id: UUID, since: datetime) -> list[list[Row[Any]]]:
    """What was said of each stretch that was drawn. Others were picked by somebody, and stand for nothing but them.

    Rows and not models: there may be thousands, and nothing of them is needed but these columns.
    """
    one = Review
    missed = and_(MissedCrisis.stretch_id == Stretch.id, MissedCrisis.state != MissState.DROPPED)
    found = (
        select(Stretch.id.label("stretch_id"), _WEEK, Stretch.share, Stretch.why, Stretch.second)
        .add_columns(one.round, one.should_have_escalated, one.priority, one.since, one.safeguarding, one.safety_net)
        .add_columns(one.answer_right, one.answer_kind, one.answer_complete)
        .add_columns(MissedCrisis.id.is_not(None).label("missed"))
        .join(one, one.stretch_id == Stretch.id)
        .outerjoin(MissedCrisis, missed)
        .where(Stretch.team_id == team_id, Stretch.ended_at >= since, Stretch.chosen)
    )
    said: dict[UUID, list[Row[Any]]] = {}
    for row in await session.execute(found):
        said.setdefault(row.stretch_id, []).append(row)
    return list(said.values())


def _read(said: Sequence[Row[Any]]) -> Read:
    """A release may have mended what whoever settled it sees no crisis in: then none was missed."""
    says = judging.standing(said)
    should = says.should_have_escalated
    return Read(says.week, says.share, should, should and says.missed, red=says.why == Why.RED)


async def _told(session: AsyncSession, team_id: UUID, since: datetime) -> dict[str, Any]:
    """Of the pages about which somebody said whether it was right to page them, the share that was."""
    found = (
        select(func.count().filter(PageFeedback.was_right), func.count())
        .join(Escalation, Escalation.id == PageFeedback.escalation_id)
        .where(Escalation.team_id == team_id, PageFeedback.at >= since)
    )
    right, said = (await session.execute(found)).one()
    return shares.share(right, said)
