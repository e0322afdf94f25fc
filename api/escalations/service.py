"""Opening, raising and moving escalations. Every change writes its timeline line in the same transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from api import clock, live, queue
from api.audit import service as audit
from api.errors import Conflict, NotFound
from api.escalations import lifting, programs, rules
from api.escalations.models import Escalation, Found, TimelineEvent
from api.escalations.rules import Danger, Event, NotAllowed, Outcome, SafetyNet, State, Step
from api.paging import service as paging
from api.paging.rules import PageState
from api.people.models import Person, Team
from api.triage import service as triage
from api.triage.rules import Priority, Target

# Put together once, because every message asks for it.
_OPEN_FOR = (
    select(Escalation)
    .options(joinedload(Escalation.accepted_by).lazyload(Person.team))
    .where(Escalation.conversation_id == bindparam("conversation"), Escalation.state != State.RESOLVED)
)
_OPEN_FOR_LOCKED = _OPEN_FOR.with_for_update(of=Escalation)


class Change(StrEnum):
    """What a report of danger did."""

    OPENED = "opened"
    WORSE = "worse"
    ADDED = "added"


async def raise_alarm(
    session: AsyncSession,
    conversation_id: UUID,
    team: Team,
    dangers: Sequence[Danger],
    message_id: UUID | None,
    actor: str,
) -> tuple[Escalation, Change]:
    """Open an escalation, or add to the one that is open and page again if things are worse.

    `dangers` come most urgent first and must not be empty. Other carers' escalations are never touched.
    """
    dangers, lifted = await lifting.lift(session, conversation_id, dangers, message_id)
    now, lead = clock.now(), dangers[0]
    escalation = await open_for(session, conversation_id, lock=True)
    if escalation is None:
        escalation = Escalation(
            conversation_id=conversation_id,
            team_id=team.id,
            team_code=team.code,
            state=State.WAITING,
            priority=lead.priority,
            category=lead.category,
            raised_at=now,
            asked_at=now,
            silent=False,
        )
        session.add(escalation)
        await session.flush()
        change, event = Change.OPENED, Event.RAISED
    elif rules.must_page_again(escalation.state, Priority(escalation.priority).rank, lead.priority.rank):
        change, event = Change.WORSE, Event.WORSE
        escalation.priority = min(escalation.priority, lead.priority, key=lambda code: Priority(code).rank)
        escalation.category = lead.category
    else:
        change, event = Change.ADDED, Event.ADDED
    escalation.silent = escalation.silent or lifting.may_be_watched(dangers)
    _note_findings(session, escalation, dangers, message_id, now)
    if change != Change.ADDED:
        await start_paging(session, escalation, "page" if change == Change.OPENED else "page_worse")
    elif escalation.accepted_by is not None:
        await paging.tell_holder(session, escalation.id, escalation.accepted_by, lead.priority)
    categories = [danger.category for danger in dangers]
    why = {"lifted": lifted} if lifted else {}
    await log_event(session, escalation, event, actor, priority=lead.priority, categories=categories, **why)
    return escalation, change


def _note_findings(
    session: AsyncSession, escalation: Escalation, dangers: Sequence[Danger], message_id: UUID | None, now: datetime
) -> None:
    for danger in dangers:
        session.add(Found(escalation_id=escalation.id, message_id=message_id, at=now, **asdict(danger)))


async def start_paging(session: AsyncSession, escalation: Escalation, words: str) -> None:
    """Page from the top of the ladder, now. `words`: which page text."""
    now = clock.now()
    escalation.state, escalation.asked_at = State.WAITING, now
    escalation.next_page_at, escalation.ladder_step, escalation.page_words = now, 0, words
    escalation.late_at = rules.late_at(now, _target(escalation).accept_within)
    escalation.contact_by = escalation.hand_by = None
    await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


def _target(escalation: Escalation) -> Target:
    return triage.protocol().targets[Priority(escalation.priority)]


async def log_event(
    session: AsyncSession, escalation: Escalation, kind: Event, actor: str, tell: str | None = None, **detail: Any
) -> None:
    """Write the timeline, and wake whoever tells the carer and whoever watches the board."""
    event = TimelineEvent(
        escalation_id=escalation.id, at=clock.now(), kind=kind, actor=actor, detail=detail, tell=tell, told_at=None
    )
    session.add(event)
    await session.flush()
    await live.changed(session, live.BOARD, live.conversation(escalation.conversation_id))
    programs.tell(session, escalation, kind)
    if tell:
        await queue.wake(session, "channels.tell", queue.PAGES, conversation_id=escalation.conversation_id)


async def open_for(session: AsyncSession, conversation_id: UUID, lock: bool = False) -> Escalation | None:
    """The open escalation of a conversation, if there is one."""
    found = _OPEN_FOR_LOCKED if lock else _OPEN_FOR
    return (await session.execute(found, {"conversation": conversation_id})).scalar_one_or_none()


async def locked(session: AsyncSession, escalation_id: UUID) -> Escalation:
    """One escalation, held for change until the transaction ends."""
    found = select(Escalation).where(Escalation.id == escalation_id).with_for_update(of=Escalation)
    escalation = (await session.execute(found.execution_options(populate_existing=True))).scalar_one_or_none()
    if escalation is None:
        raise NotFound("There is no such escalation.")
    return escalation


def _move(escalation: Escalation, new: State) -> None:
    try:
        rules.check_move(escalation.state, new)
    except NotAllowed as refused:
        raise Conflict(str(refused), state=escalation.state) from refused
    escalation.state = new


def check_step(escalation: Escalation, step: Step) -> None:
    """Raise Conflict, with the reason, unless the desk may do this now."""
    if why_not := rules.check_step(step, escalation.state):
        raise Conflict(why_not, state=escalation.state)


async def accept(session: AsyncSession, escalation_id: UUID, person: Person, by: str) -> Escalation:
    """One person takes it: every other page stops, the carer is told who and when. `by`: text, call, console, api."""
    escalation = await locked(session, escalation_id)
    if escalation.state == State.ACCEPTED and escalation.accepted_by_id == person.id:
        return escalation  # Said twice: nothing changes.
    before = escalation.accepted_by if escalation.is_handed_to(person) else None
    if before is None:
        _move(escalation, State.ACCEPTED)
    now = clock.now()
    if before is not None:
        await paging.hand_over(session, escalation.id, before)
    await _take(session, escalation, person)
    if escalation.state == State.ACCEPTED:  # What is taken over after they have spoken waits for nobody's call.
        escalation.contact_by = rules.contact_by(escalation.asked_at, now, _target(escalation))
    kind = Event.TAKEN_OVER if before else Event.ACCEPTED
    await log_event(
        session, escalation, kind, person.actor, "accepted", nurse=person.name, time=clock.uk_time(now), by=by
    )
    audit.record(session, person.actor, "accepted", "escalation", escalation.id, by=by)
    return escalation


async def _take(session: AsyncSession, escalation: Escalation, person: Person) -> None:
    """It is this person's: nothing is due to be paged, and everybody else's page ends."""
    escalation.accepted_by, escalation.accepted_at, escalation.handed_to_id = person, clock.now(), None
    escalation.next_page_at = escalation.late_at = escalation.hand_by = None
    mine = await paging.page_in_use(session, escalation.id, person.id)
    if mine:
        await paging.answer(session, mine, PageState.ACCEPTED)
    await paging.withdraw_others(session, escalation.id, person)


async def decline(session: AsyncSession, escalation_id: UUID, person: Person) -> Escalation:
    """One person cannot take it: if nobody else still has an open page, the next rung is tried at once.

    What was handed on stays with whoever has it.
    """
    escalation = await locked(session, escalation_id)
    page, handed = await paging.page_in_use(session, escalation.id, person.id), escalation.is_handed_to(person)
    if not handed:
        check_step(escalation, Step.DECLINE)
    if page is None or page.state != PageState.OPEN:
        raise Conflict("You have no open page for this, so there is nothing to decline.", state=escalation.state)
    await paging.answer(session, page, PageState.DECLINED)
    if handed and escalation.accepted_by is not None:
        escalation.handed_to_id = escalation.hand_by = None
        await paging.tell_of(session, escalation.id, escalation.accepted_by, "page_hand_declined")
    await log_event(session, escalation, Event.DECLINED, person.actor, nurse=person.name)
    audit.record(session, person.actor, "declined", "escalation", escalation.id)
    await hurry(session, escalation)
    return escalation


async def hurry(session: AsyncSession, escalation: Escalation) -> None:
    """Try the next rung now, unless somebody is still being asked or somebody has it."""
    still_asked = any(page.state == PageState.OPEN for page, _ in await paging.pages_of(session, escalation.id))
    if escalation.state == State.WAITING and not still_asked and escalation.ladder_step > 0:
        await _page_now(session, escalation)


async def page_failed(session: AsyncSession, escalation_id: UUID, person_name: str, by: str = "text") -> None:
    """A page could not be delivered: an alarm, and the next rung at once. `by`: text or call."""
    escalation = await locked(session, escalation_id)
    await log_event(session, escalation, Event.PAGE_FAILED, "job:paging", nurse=person_name, by=by)
    if escalation.state == State.WAITING and escalation.ladder_step > 0:
        await _page_now(session, escalation)


async def page_too_late(session: AsyncSession, escalation_id: UUID, person_name: str) -> None:
    """A page was held up on our side and dropped, because it would have come late: again from the top, at once."""
    escalation = await locked(session, escalation_id)
    await log_event(session, escalation, Event.PAGE_TOO_LATE, "job:paging", nurse=person_name)
    if escalation.state in rules.NOBODY_HAS_IT:
        escalation.ladder_step = 0
        await _page_now(session, escalation)


async def _page_now(session: AsyncSession, escalation: Escalation) -> None:
    escalation.next_page_at = clock.now()
    await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


async def contacted(session: AsyncSession, escalation_id: UUID, person: Person, by: str) -> Escalation:
    """The nurse has spoken with the carer. Whoever had accepted may say so though it is being paged again."""
    escalation = await locked(session, escalation_id)
    if escalation.state == State.CONTACTED:
        return escalation
    if escalation.state in rules.NOBODY_HAS_IT and escalation.accepted_by_id == person.id:
        _move(escalation, State.ACCEPTED)
        await _take(session, escalation, person)
    _move(escalation, State.CONTACTED)
    escalation.contacted_at, escalation.contact_by = clock.now(), None
    await log_event(session, escalation, Event.CONTACTED, person.actor, nurse=person.name, by=by)
    audit.record(session, person.actor, "contacted", "escalation", escalation.id, by=by)
    return escalation


async def resolve(
    session: AsyncSession,
    escalation_id: UUID,
    person: Person,
    outcome: Outcome,
    note: str,
    net: SafetyNet | None = None,
) -> Escalation:
    """A person closes it, with how it ended, why, and the safety-net that was given. The carer is told."""
    escalation = await locked(session, escalation_id)
    _move(escalation, State.RESOLVED)
    escalation.resolved_at, escalation.outcome, escalation.handed_to_id = clock.now(), outcome, None
    escalation.next_page_at = escalation.late_at = escalation.contact_by = escalation.hand_by = None
    escalation.safety_net = asdict(net) if net else None
    await paging.withdraw_open(session, escalation.id)
    await paging.close_all(session, escalation.id)
    if escalation.accepted_by is not None:
        await paging.ask_whether_right(session, escalation.id, escalation.accepted_by)
    told = {"nurse": person.name, "outcome": outcome, "note": note, **(escalation.safety_net or {})}
    await log_event(session, escalation, Event.RESOLVED, person.actor, rules.words_on_closing(outcome, net), **told)
    audit.record(session, person.actor, "resolved", "escalation", escalation.id, outcome=outcome)
    return escalation


async def board(session: AsyncSession, team_id: UUID) -> Sequence[Escalation]:
    """A team's open escalations: the most urgent first, then whoever has waited longest."""
    found = select(Escalation).where(Escalation.team_id == team_id, Escalation.state != State.RESOLVED)
    rows = (await session.execute(found)).scalars().all()
    return sorted(rows, key=lambda row: (Priority(row.priority).rank, row.raised_at))


async def timeline(session: AsyncSession, escalation_id: UUID) -> Sequence[TimelineEvent]:
    """Everything that happened, oldest first."""
    found = select(TimelineEvent).where(TimelineEvent.escalation_id == escalation_id).order_by(TimelineEvent.seq)
    return (await session.execute(found)).scalars().all()


async def findings(session: AsyncSession, escalation_id: UUID) -> Sequence[Found]:
    """What was recognised and in which words, newest first."""
    found = select(Found).where(Found.escalation_id == escalation_id).order_by(Found.at.desc(), Found.id)
    return (await session.execute(found)).scalars().all()
