"""What must hold of every night, judged from the timelines, the pages and what the carrier was handed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from api.database import single
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import LAST_RESORT, Event
from api.paging import service as paging
from api.paging import teams
from api.paging.jobs import KEEP
from api.paging.models import Page, StaffText
from api.triage import service as triage
from api.triage.rules import Priority
from tests.harness.nights import Handed, Night

SLACK = timedelta(seconds=20)  # A lease of 15 seconds after a killed worker, and the seconds that the work takes.
OPENS = {Event.RAISED, Event.WORSE, Event.CONTACT_LATE, Event.HAND_ON_LATE}
HAS_IT = {Event.ACCEPTED, Event.TAKEN_OVER, Event.CONTACTED, Event.RESOLVED}


@dataclass
class Story:
    """One escalation, whole: its timeline, its pages with what the carrier was handed of each."""

    one: Escalation
    carer: str
    events: Sequence[TimelineEvent]
    pages: list[tuple[Page, list[Handed]]] = field(default_factory=list)


async def stories(night: Night) -> list[Story]:
    """Everything that the database and the carrier have of this night."""
    async with single() as session:
        ours = Escalation.conversation_id.in_(night.carers)
        found = (await session.execute(select(Escalation).where(ours))).scalars().all()
        mine = {one.id: Story(one, night.carers[one.conversation_id], []) for one in found}
        events: dict[UUID, list[TimelineEvent]] = defaultdict(list)
        timeline = select(TimelineEvent).where(TimelineEvent.escalation_id.in_(mine)).order_by(TimelineEvent.seq)
        for event in (await session.execute(timeline)).scalars():
            events[event.escalation_id].append(event)
        texts = select(Page, StaffText.id).join(StaffText, StaffText.page_id == Page.id)
        handed: dict[str, list[Handed]] = defaultdict(list)
        for one in night.handed:
            handed[one.text_id].append(one)
        for page, text_id in (await session.execute(texts.where(Page.escalation_id.in_(mine)))).all():
            if page.escalation_id is not None:
                mine[page.escalation_id].pages.append((page, handed[str(text_id)]))
    for escalation_id, story in mine.items():
        story.events = events[escalation_id]
    return list(mine.values())


async def faults(night: Night) -> list[str]:
    """What went wrong, in words. Empty: the night was as every night must be."""
    all_of_them = await stories(night)
    found = [fault for story in all_of_them for fault in _of_one(night, story)]
    if len(all_of_them) != len(night.carers):
        found.append(f"{len(night.carers)} carers and {len(all_of_them)} escalations")
    return [*found, *_mixed_up(night, all_of_them)]


def _of_one(night: Night, story: Story) -> Iterator[str]:
    yield from _left_waiting(night, story)
    yield from _not_chased(night, story)
    yield from _in_nobody_s_hands(night, story)
    yield from _left_out(night, story)
    yield from _wrongly_paged(night, story)


def _dead(night: Night, since: datetime, until: datetime) -> timedelta:
    """For how long no worker was there to do anything."""
    return sum((max(min(b, until) - max(a, since), timedelta()) for a, b in night.outages), timedelta())


def _late(night: Night, since: datetime, until: datetime, within: timedelta) -> bool:
    return until - since - _dead(night, since, until) > within + SLACK


def _left_waiting(night: Night, story: Story) -> Iterator[str]:
    """Asked, the first person is paged at once, and it is accepted or at its last resort in time; then it goes on."""
    priority = Priority(story.events[0].detail["priority"])
    for place, event in enumerate(story.events):
        if event.kind == Event.WORSE:
            priority = min(priority, Priority(event.detail["priority"]), key=lambda one: one.rank)
        ladder, after = paging.ladder(story.one.team_code, priority), story.events[place + 1 :]
        if event.kind in OPENS:
            begins = {Event.PAGED, Event.LADDER_USED_UP, *HAS_IT, *OPENS}
            paged = next((one for one in after if one.kind in begins), None)
            if paged is None or _late(night, event.at, paged.at, timedelta()):
                yield f"{story.one.id}: nobody was asked after {event.kind}"
            ends = {Event.LADDER_USED_UP, Event.PAGE_TOO_LATE, *HAS_IT, *OPENS}
            end = next((one for one in after if one.kind in ends), None)
            if end is None or _late(night, event.at, end.at, ladder.used_up_after):
                yield f"{story.one.id}: neither accepted nor at its last resort in time after {event.kind}"
        if event.kind == Event.LADDER_USED_UP:
            goes_on = next((one for one in after if one.at > event.at + SLACK or one.kind in HAS_IT | OPENS), None)
            if goes_on is None or _late(night, event.at, goes_on.at, ladder.again_after):
                yield f"{story.one.id}: paging did not go on after the last resort"
    if not any(one.tell == "nobody_reached" for one in story.events) and _used_up(story):
        yield f"{story.one.id}: the carer was not told that nobody was reached"


def _used_up(story: Story) -> list[TimelineEvent]:
    return [one for one in story.events if one.kind == Event.LADDER_USED_UP]


def _not_chased(night: Night, story: Story) -> Iterator[str]:
    """Accepted and not spoken with in the protocol's time: paged again."""
    asked_at, priority = story.events[0].at, Priority(story.events[0].detail["priority"])
    for place, event in enumerate(story.events):
        if event.kind in OPENS:
            asked_at = event.at
        if event.kind == Event.WORSE:
            priority = min(priority, Priority(event.detail["priority"]), key=lambda one: one.rank)
        if event.kind == Event.ACCEPTED:
            target = triage.protocol().targets[priority]
            due = max(asked_at + target.contact_within, event.at + target.contact_within - target.accept_within)
            after = {Event.TAKEN_OVER, Event.CONTACTED, Event.RESOLVED, *OPENS}
            end = next((one for one in story.events[place + 1 :] if one.kind in after), None)
            if end is None or _late(night, due, end.at, timedelta()):
                yield f"{story.one.id}: accepted and forgotten"


def _in_nobody_s_hands(night: Night, story: Story) -> Iterator[str]:
    """Handed on: in the team's time the colleague answers, it ends, or others are asked besides whoever has it."""
    priority = Priority(story.events[0].detail["priority"])
    for place, event in enumerate(story.events):
        if event.kind == Event.WORSE:
            priority = min(priority, Priority(event.detail["priority"]), key=lambda one: one.rank)
        if event.kind == Event.HANDED_ON:
            answered = {Event.TAKEN_OVER, Event.DECLINED, Event.RESOLVED, Event.HANDED_ON, *OPENS}
            end = next((one for one in story.events[place + 1 :] if one.kind in answered), None)
            if end is None or _late(night, event.at, end.at, teams.hand_on_within(story.one.team_code, priority)):
                yield f"{story.one.id}: handed on, and neither taken nor anybody else asked in time"


def _left_out(night: Night, story: Story) -> Iterator[str]:
    """By the last resort everybody on duty was asked in that round, however much they carry."""
    names = {one.id: one.name for one in night.staff}
    for end in _used_up(story):
        before = [one for one in story.events if one.seq < end.seq and one.kind in {Event.LADDER_USED_UP, *OPENS}]
        since = before[-1].at
        paged = {
            one.detail["nurse"]
            for one in story.events
            if one.kind == Event.PAGED and since <= one.at <= end.at + timedelta(seconds=1)
        }
        on_duty = {names[shift.person_id] for shift in night.shifts if shift.holds_at(end.at)}
        if on_duty - paged:
            yield f"{story.one.id}: on duty and never asked: {on_duty - paged}"


def _wrongly_paged(night: Night, story: Story) -> Iterator[str]:
    """Nobody is paged after acceptance, off duty, or late."""
    for page, handed in story.pages:
        if page.rung == paging.HANDED:
            continue  # A colleague who was named, on duty or not, asked by whoever has it.
        holding = [one for one in night.shifts if one.person_id == page.person_id and one.rung == page.rung]
        if page.rung != LAST_RESORT and not any(shift.holds_at(page.placed_at) for shift in holding):
            yield f"{story.one.id}: {page.person.name} was paged off duty at {page.placed_at}"
        for one in handed:
            moves = [event.kind for event in story.events if event.kind in OPENS | HAS_IT and event.at <= one.at]
            if moves[-1] not in OPENS:
                yield f"{story.one.id}: {page.person.name} was paged after it was {moves[-1]}"
            if one.at - page.placed_at > KEEP:
                yield f"{story.one.id}: {page.person.name} was paged {one.at - page.placed_at} late"


def _mixed_up(night: Night, all_of_them: Sequence[Story]) -> Iterator[str]:
    """Whoever accepts gets that carer's number and no other; no code ever stood for two carers at once."""
    names = {str(one.phone): one.name for one in night.staff}
    moves = [(story.carer, event) for story in all_of_them for event in story.events if event.kind in HAS_IT]
    took = {(carer, event.detail["nurse"]) for carer, event in moves}
    for one in night.handed:
        if one.words.startswith("Yours since"):
            number = one.words.partition("Ring ")[2][:13]
            if (number, names[one.to]) not in took:
                yield f"{names[one.to]} got the number of a carer whom they had not accepted"
