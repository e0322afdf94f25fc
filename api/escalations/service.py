"""Opening, raising and moving escalations. Every change writes its timeline line in the same transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from api import clock, live, queue
from api.audit import service as audit
from api.errors import Conflict, NotFound
from api.escalations import lifting, rules
from api.escalations.models import Escalation, Found, IdempotencyKey, TimelineEvent
from api.escalations.rules import Danger, Event, NotAllowed, Outcome, State
from api.paging import service as paging
from api.paging.rules import PageState
from api.people.models import Person, Team
from api.triage import service as triage
from api.triage.rules import Priority
from api.webhooks import service as webhooks

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
        session.add(
            Found(
                escalation_id=escalation.id,
                message_id=message_id,
                at=now,
                category=danger.category,
                title=danger.title,
                priority=danger.priority,
                about=danger.about,
                phrase=danger.phrase,
                matched=danger.matched,
                source=danger.source,
            )
        )


async def start_paging(session: AsyncSession, escalation: Escalation, words: str) -> None:
    """Page from the top of the ladder, now. `words`: which page text."""
    now = clock.now()
    target = triage.protocol().targets[Priority(escalation.priority)]
    escalation.state = State.WAITING
    escalation.next_page_at, escalation.ladder_step, escalation.page_words = now, 0, words
    escalation.late_at = rules.late_at(now, target.accept_within)
    await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


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
    _tell_programs(session, escalation, kind)
    if tell:
        await queue.wake(session, "channels.tell", queue.PAGES, conversation_id=escalation.conversation_id)


def _tell_programs(session: AsyncSession, escalation: Escalation, kind: Event) -> None:
    if kind == Event.WEBHOOK_FAILED:
        return  # It would go the way that has just failed.
    webhooks.emit(
        session,
        escalation.team_id,
        f"escalation.{kind}",
        urgent=kind in rules.URGENT,
        escalation_id=escalation.id,
        conversation_id=escalation.conversation_id,
        state=escalation.state,
        priority=escalation.priority,
    )


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


async def accept(session: AsyncSession, escalation_id: UUID, person: Person, by: str) -> Escalation:
    """One person takes it: every other page stops and the carer is told who and when. `by`: text, console, api."""
    escalation = await locked(session, escalation_id)
    if escalation.state == State.ACCEPTED and escalation.accepted_by_id == person.id:
        return escalation  # Said twice: nothing changes.
    _move(escalation, State.ACCEPTED)
    now = clock.now()
    escalation.accepted_by, escalation.accepted_at = person, now
    escalation.next_page_at = escalation.late_at = None
    mine = await paging.open_page_of(session, escalation.id, person.id)
    if mine:
        await paging.answer(session, mine, PageState.ACCEPTED)
    await paging.withdraw_open(session, escalation.id, "page_taken")
    await log_event(
        session, escalation, Event.ACCEPTED, person.actor, "accepted", nurse=person.name, time=clock.uk_time(now), by=by
    )
    audit.record(session, person.actor, "accepted", "escalation", escalation.id, by=by)
    return escalation


async def decline(session: AsyncSession, escalation_id: UUID, person: Person) -> Escalation:
    """One person cannot take it: if nobody else still has an open page, the next rung is tried at once."""
    escalation = await locked(session, escalation_id)
    page = await paging.open_page_of(session, escalation.id, person.id)
    if page is None or escalation.state not in rules.NOBODY_HAS_IT:
        raise Conflict("You have no open page for this.", state=escalation.state)
    await paging.answer(session, page, PageState.DECLINED)
    await log_event(session, escalation, Event.DECLINED, person.actor, nurse=person.name)
    audit.record(session, person.actor, "declined", "escalation", escalation.id)
    await hurry(session, escalation)
    return escalation


async def hurry(session: AsyncSession, escalation: Escalation) -> None:
    """Try the next rung now, unless somebody is still being asked or somebody has it."""
    still_asked = any(page.state == PageState.OPEN for page, _ in await paging.pages_of(session, escalation.id))
    if escalation.state == State.WAITING and not still_asked and escalation.ladder_step > 0:
        escalation.next_page_at = clock.now()
        await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


async def page_failed(session: AsyncSession, escalation_id: UUID, person_name: str) -> None:
    """A page could not be delivered: an alarm, and the next rung at once."""
    escalation = await locked(session, escalation_id)
    await log_event(session, escalation, Event.PAGE_FAILED, "job:paging", nurse=person_name)
    if escalation.state == State.WAITING and escalation.ladder_step > 0:
        escalation.next_page_at = clock.now()
        await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


async def contacted(session: AsyncSession, escalation_id: UUID, person: Person, by: str) -> Escalation:
    """The nurse has spoken with the carer."""
    escalation = await locked(session, escalation_id)
    if escalation.state == State.CONTACTED:
        return escalation
    _move(escalation, State.CONTACTED)
    escalation.contacted_at = clock.now()
    await log_event(session, escalation, Event.CONTACTED, person.actor, nurse=person.name, by=by)
    audit.record(session, person.actor, "contacted", "escalation", escalation.id, by=by)
    return escalation


async def resolve(
    session: AsyncSession, escalation_id: UUID, person: Person, outcome: Outcome, note: str
) -> Escalation:
    """A person closes it, with how it ended and why. The carer gets the safety-net text."""
    escalation = await locked(session, escalation_id)
    _move(escalation, State.RESOLVED)
    escalation.resolved_at, escalation.outcome = clock.now(), outcome
    escalation.next_page_at = escalation.late_at = None
    await paging.withdraw_open(session, escalation.id, "page_closed")
    await paging.close_all(session, escalation.id)
    await log_event(
        session,
        escalation,
        Event.RESOLVED,
        person.actor,
        "closed_by_nurse",
        nurse=person.name,
        outcome=outcome,
        note=note,
    )
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


async def once(
    session: AsyncSession, key: str, kind: str, digest: str, make: Callable[[AsyncSession], Awaitable[UUID]]
) -> tuple[UUID, bool]:
    """Make something once for a caller's key: its id, and whether it was already there.

    Raises Conflict when the key was used for another request.
    """
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    known = await session.get(IdempotencyKey, key)
    if known is not None:
        if known.request_hash != digest:
            raise Conflict("This Idempotency-Key was used for another request.")
        return known.subject_id, True
    made = await make(session)
    session.add(IdempotencyKey(key=key, kind=kind, subject_id=made, request_hash=digest, created_at=clock.now()))
    await session.flush()
    return made, False
