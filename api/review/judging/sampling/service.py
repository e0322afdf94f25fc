"""Deciding what is reviewed, once it is over or still, and giving it to readers. All of it for one team at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

import yaml
from pydantic import ValidationError
from sqlalchemy import Select, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.audit import service as audit
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.rules import Answer
from api.conversations.models import Ask, Conversation, Message
from api.conversations.rules import Author
from api.errors import BadData
from api.escalations.models import Escalation, Found, Task, TimelineEvent
from api.escalations.rules import Event, TaskKind
from api.people.models import Person, Team
from api.people.rules import Permission, who_may
from api.review.judging import rules as judging
from api.review.judging.models import Assignment, Review, Stretch
from api.review.judging.rules import Round
from api.review.judging.sampling import rules
from api.review.judging.sampling.rules import Load, Seen, Wanted, Why
from api.review.judging.schemas import SamplingFile

AT_ONCE = 100  # Conversations of a team in one look; the next look takes the next.
BY_JOB = "job:review"
_JOINED = "person_joined"  # The approved text that says that a person has taken over.
_ASKS_A_PERSON = (TaskKind.REPLY_BY_PERSON, TaskKind.CALL_BACK)
_TOOK = (Event.ACCEPTED, Event.TAKEN_OVER)


@cache
def wanted() -> Wanted:
    """data/review/sampling.yml. Raises BadData."""
    path = settings.get().data_dir / "review/sampling.yml"
    try:
        return SamplingFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).wanted()
    except (OSError, KeyError, ValidationError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error


async def lock_team(session: AsyncSession, team_id: UUID, wait: bool = True) -> bool:
    """Hold a team's reviewing, so that nothing is decided or given out twice. False: another holds it (not `wait`)."""
    found = select(Team.id).where(Team.id == team_id).with_for_update(key_share=True, skip_locked=not wait)
    return (await session.execute(found)).scalar_one_or_none() is not None


async def decide_due(session: AsyncSession, team_id: UUID) -> None:
    """Decide about whatever of a team is closed or still, and has not been decided about."""
    now, plan = clock.now(), wanted()
    over = or_(Conversation.closed_at.is_not(None), Conversation.last_message_at <= now - plan.still)
    decided = exists().where(
        Stretch.conversation_id == Conversation.id, Stretch.decided_at >= Conversation.last_message_at
    )
    due = (
        select(Conversation.id)
        .where(Conversation.team_id == team_id, Conversation.last_message_at >= now - plan.look_back, over, ~decided)
        .order_by(Conversation.last_message_at)
        .limit(AT_ONCE)
    )
    for conversation_id in (await session.execute(due)).scalars().all():
        await decide(session, conversation_id)


async def decide(session: AsyncSession, conversation_id: UUID) -> Stretch:
    """Decide about what came in this conversation since the last time."""
    stretch = await draft(session, await session.get_one(Conversation, conversation_id))
    session.add(stretch)
    await session.flush()
    return stretch


async def draft(session: AsyncSession, conversation: Conversation) -> Stretch:
    """What would be decided now, not kept. The lot was cast when the conversation began; nobody can change it."""
    before = await newest(session, conversation.id)
    number, began = (before.number + 1, before.decided_at) if before else (1, conversation.opened_at)
    drawn = rules.draw(wanted(), conversation.id, number, await _seen(session, conversation, began))
    return Stretch(
        id=uuid4(),
        conversation_id=conversation.id,
        number=number,
        team_id=conversation.team_id,
        began_at=began,
        ended_at=conversation.last_message_at,
        decided_at=clock.now(),
        why=drawn.why,
        share=drawn.share,
        chosen=drawn.chosen,
        second=drawn.second,
        hard=drawn.hard,
        settled=not drawn.chosen,
    )


async def newest(session: AsyncSession, conversation_id: UUID) -> Stretch | None:
    """What of this conversation was decided about last."""
    found = select(Stretch).where(Stretch.conversation_id == conversation_id).order_by(Stretch.number.desc()).limit(1)
    return (await session.execute(found)).scalar_one_or_none()


async def _seen(session: AsyncSession, conversation: Conversation, began: datetime) -> Seen:
    """What happened in a conversation from this moment on."""
    one = Escalation
    of_then = and_(one.conversation_id == conversation.id, or_(one.resolved_at.is_(None), one.resolved_at >= began))
    calls = (await session.execute(select(one.id, one.priority, one.category).where(of_then))).all()
    found = await _categories(session, conversation.id, [call.id for call in calls], began)
    return Seen(
        priorities=frozenset(call.priority for call in calls),
        categories=frozenset(found | {call.category for call in calls}),
        handed_over=await _handed_over(session, conversation.id, began),
        died=conversation.died_at is not None,
    )


async def _categories(
    session: AsyncSession, conversation_id: UUID, escalation_ids: Collection[UUID], began: datetime
) -> set[str]:
    """What was found, and what was only asked about."""
    found = select(Found.category).where(Found.escalation_id.in_(escalation_ids), Found.at >= began)
    asks = select(Ask.heard).where(Ask.conversation_id == conversation_id, Ask.at >= began)
    heard = (await session.execute(asks)).scalars()
    guessed = {danger["category"] for one in heard for danger in one.get("dangers", ())}
    return set((await session.execute(found)).scalars()) | guessed


async def _handed_over(session: AsyncSession, conversation_id: UUID, began: datetime) -> bool:
    joined = or_(Message.author == Author.STAFF, Message.kind == _JOINED)
    wrote = exists().where(Message.conversation_id == conversation_id, Message.at >= began, joined)
    asked = exists().where(
        Task.conversation_id == conversation_id, Task.created_at >= began, Task.kind.in_(_ASKS_A_PERSON)
    )
    return bool((await session.execute(select(or_(wrote, asked)))).scalar_one())


async def add_not_helped(session: AsyncSession, team_id: UUID) -> None:
    """Carers are asked when it is over, so their "no" comes after it was decided: then it is reviewed all the same."""
    meant = {answer_id: (one, is_read) for answer_id, one, is_read in await session.execute(_not_helped(team_id))}
    for one, is_read in meant.values():
        if one.why == Why.SHARE:
            one.settled = one.settled and is_read
            one.why, one.share, one.chosen = Why.NOT_HELPED, 1.0, True
    await session.flush()


def _not_helped(team_id: UUID) -> Select[UUID, Stretch, bool]:
    """Each "no" with the stretches in which its carer wrote before they were asked, and whether they were read.

    The newest last. The answer is a message, too, mostly in a stretch of its own, in which there is nothing to review.
    """
    wrote = exists().where(
        Message.conversation_id == Stretch.conversation_id,
        Message.author == Author.CARER,
        Message.at.between(Stretch.began_at, func.least(Stretch.decided_at, SurveyAnswer.asked_at)),
    )
    found = select(SurveyAnswer.id, Stretch, exists().where(Review.stretch_id == Stretch.id))
    found = found.join(Stretch, Stretch.conversation_id == SurveyAnswer.conversation_id)
    said = (SurveyAnswer.helped == Answer.NO, SurveyAnswer.answered_at >= clock.now() - wanted().look_back)
    return found.where(*said, Stretch.team_id == team_id, wrote).order_by(Stretch.number)


async def take_back(session: AsyncSession, team_id: UUID) -> None:
    """What somebody was asked to review who is not here any more, or reviews no more, is given to somebody else."""
    gone = select(Person.id).where(
        Person.team_id == team_id, or_(~Person.active, Person.role.not_in(who_may(Permission.REVIEW)))
    )
    left = update(Assignment).where(
        Assignment.reviewer_id.in_(gone), Assignment.done_at.is_(None), Assignment.passed_at.is_(None)
    )
    await session.execute(left.values(passed_at=clock.now()))


@dataclass(frozen=True, slots=True)
class Need:
    """One stretch that somebody must be asked to read, and as what."""

    stretch: Stretch
    round: Round


async def give_out(session: AsyncSession, team_id: UUID) -> None:
    """Ask readers for everything that nobody has been asked for. What nobody may read, or today, waits."""
    for roles, which in ((judging.READS, (Round.FIRST, Round.SECOND)), (judging.SETTLES, (Round.ADJUDICATION,))):
        needs = [need for need in await needed(session, team_id) if need.round in which]
        if needs:
            await _give(session, await _readers(session, team_id, roles), needs)


async def needed(session: AsyncSession, team_id: UUID) -> list[Need]:
    """What nobody has been asked for, the oldest first."""
    found = select(Stretch).where(Stretch.team_id == team_id, ~Stretch.settled)
    stretches = (await session.execute(found.order_by(Stretch.decided_at))).scalars().all()
    ids = [one.id for one in stretches]
    asked = select(Assignment.stretch_id, Assignment.round).where(
        Assignment.stretch_id.in_(ids), Assignment.passed_at.is_(None)
    )
    taken = {(row.stretch_id, row.round) for row in await session.execute(asked)}
    reviews: dict[UUID, list[Review]] = {}
    for review in (await session.execute(select(Review).where(Review.stretch_id.in_(ids)))).scalars():
        reviews.setdefault(review.stretch_id, []).append(review)
    needs = ((one, judging.next_round(reviews.get(one.id, []), one.second)) for one in stretches)
    return [Need(one, which) for one, which in needs if which is not None and (one.id, which) not in taken]


async def _readers(session: AsyncSession, team_id: UUID, roles: Collection[str]) -> dict[UUID, Load]:
    """Everybody of a team who may be asked, with what they carry."""
    now, one = clock.now(), Assignment
    midnight = now.astimezone(clock.UK).replace(hour=0, minute=0, second=0, microsecond=0)
    found = (
        select(Person.id)
        .add_columns(func.count(one.id).filter(one.done_at.is_(None), one.passed_at.is_(None)))
        .add_columns(func.count(one.id).filter(one.hard, one.made_at >= midnight))  # Passed on or not: it was enough.
        .add_columns(func.count(one.id).filter(one.hard, one.passed_at.is_(None)))
        .outerjoin(one, and_(one.reviewer_id == Person.id, one.made_at >= now - rules.LATELY))
        .where(Person.team_id == team_id, Person.active, Person.role.in_(roles))
        .group_by(Person.id)
    )
    return {row[0]: Load(*row) for row in await session.execute(found)}


async def _give(session: AsyncSession, loads: dict[UUID, Load], needs: Sequence[Need]) -> None:
    plan = wanted()
    for need in needs:
        not_these = await not_for(session, need.stretch)
        load = rules.next_reader(loads.values(), not_these, need.stretch.hard, plan.hard_a_day)
        if load is not None:
            loads[load.person_id] = load.with_one_more(need.stretch.hard)
            given = add(session, need.stretch, need.round, load.person_id)
            audit.record(session, BY_JOB, "assigned", "conversation", given.conversation_id, to=str(load.person_id))
    await session.flush()


def add(session: AsyncSession, stretch: Stretch, which: Round, person_id: UUID) -> Assignment:
    """Ask this person to read it."""
    now = clock.now()
    given = Assignment(
        stretch_id=stretch.id,
        conversation_id=stretch.conversation_id,
        round=which,
        reviewer_id=person_id,
        hard=stretch.hard,
        made_at=now,
        due_at=now + wanted().due[which],
    )
    session.add(given)
    return given


async def not_for(session: AsyncSession, stretch: Stretch) -> set[UUID]:
    """Who must not read it: whoever was asked before, passed it on or read it, and whoever had a part in it."""
    asked = select(Assignment.reviewer_id).where(Assignment.stretch_id == stretch.id)
    return set((await session.execute(asked)).scalars()) | await had_a_part(session, stretch.conversation_id)


async def had_a_part(session: AsyncSession, conversation_id: UUID) -> set[UUID]:
    """Who wrote in a conversation, or had its call for help."""
    wrote = select(Message.person_id).where(Message.conversation_id == conversation_id, Message.person_id.is_not(None))
    has = select(Escalation.accepted_by_id).where(
        Escalation.conversation_id == conversation_id, Escalation.accepted_by_id.is_not(None)
    )
    took = (
        select(TimelineEvent.actor)
        .join(Escalation, Escalation.id == TimelineEvent.escalation_id)
        .where(Escalation.conversation_id == conversation_id, TimelineEvent.kind.in_(_TOOK))
    )
    actors = (await session.execute(took)).scalars()
    had = {UUID(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")}
    people = (await session.execute(wrote.union(has))).scalars()
    return had | {one for one in people if one is not None}
