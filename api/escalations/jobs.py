"""Climbing the ladder: claim what is due, commit, page, record. Kill this at any line and the sweep goes on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, queue, settings
from api.database import single, transaction
from api.escalations import holding, rules, service, tasks
from api.escalations.models import Escalation, Task
from api.escalations.rules import Event, State
from api.paging import jobs as paging_jobs
from api.paging import notes
from api.paging import service as paging
from api.paging.jobs import Fate
from api.paging.rules import next_move
from api.people.models import Person
from api.triage.rules import Priority

ACTOR = "job:paging"
_MOMENTS = (Escalation.contact_by, Escalation.hand_by, Escalation.late_at, Escalation.next_page_at)
_log = logs.get(__name__)


@queue.app.task(name="escalations.page", queue=queue.PAGES)
async def page(escalation_id: str) -> None:
    """Wake-up: an escalation is due to be paged."""
    await climb(UUID(escalation_id))


async def climb(escalation_id: UUID) -> None:
    """Take the steps of the ladder that are due now. One dead number never holds up the next person."""
    async with transaction() as session:
        placed = await _take_step(session, escalation_id)
    outcomes = await asyncio.gather(*(_hand_over(text_id) for text_id in placed), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):  # The text's lease runs out, and the sweep hands it over again.
            _log.error("page_not_handed_over", escalation_id=str(escalation_id), exc_info=outcome)


@queue.app.task(name="escalations.deliver", queue=queue.PAGES)
async def deliver(text_id: str) -> None:
    """Wake-up: a page that no ladder placed is waiting to be sent."""
    await deliver_again(text_id)


async def deliver_again(text_id: str) -> None:
    """Hand over a text to staff that was left waiting."""
    await _hand_over(UUID(text_id))


async def _hand_over(text_id: UUID) -> None:
    """A page that has failed for good sends the ladder on at once, whatever becomes of the others."""
    fate = await paging_jobs.deliver(text_id)
    if fate == Fate.DONE:
        return
    async with transaction() as session:
        text = await paging.text_of(session, text_id)
        if text.page is not None and text.page.escalation_id is not None:
            report = service.page_failed if fate == Fate.FAILED else service.page_too_late
            await report(session, text.page.escalation_id, text.person.name)


async def _take_step(session: AsyncSession, escalation_id: UUID) -> list[UUID]:
    """Record who is asked now and when to go on. Returns the texts to send."""
    escalation = await _claim(session, escalation_id)
    if escalation is None:
        return []
    now = clock.now()
    if escalation.state == State.UNREACHED:
        escalation.state = State.WAITING
    if escalation.ladder_step == 0 or escalation.round_at is None:
        escalation.round_at = now
    ladder = paging.ladder(escalation.team_code, escalation.priority)
    people, rungs = await holding.of(session, escalation, escalation.round_at)
    urgent = rules.is_urgent(Priority(escalation.priority))
    move = next_move(ladder, escalation.ladder_step, rungs, urgent)
    for rung in move.skipped:
        await service.log_event(session, escalation, Event.RUNG_SKIPPED, ACTOR, rung=rung)
    for one in move.spared:
        nurse = people[one.person_id].name
        await service.log_event(session, escalation, Event.SPARED, ACTOR, nurse=nurse, rung=one.rung)
    escalation.ladder_step, escalation.next_page_at = move.next_step, now + move.wait
    asks = [(people[ask.person_id], ask.rung) for ask in move.asks]
    if move.used_up:
        return await _used_up(session, escalation, asks)
    return await _ask(session, escalation, asks)


async def _claim(session: AsyncSession, escalation_id: UUID) -> Escalation | None:
    found = (
        select(Escalation)
        .where(
            Escalation.id == escalation_id,
            Escalation.state.in_(rules.NOBODY_HAS_IT),
            Escalation.next_page_at <= clock.now(),
        )
        .with_for_update(skip_locked=True, of=Escalation)
    )
    return (await session.execute(found)).scalar_one_or_none()


async def _ask(session: AsyncSession, escalation: Escalation, people: Sequence[tuple[Person, str]]) -> list[UUID]:
    placed = []
    for person, rung in sorted(people, key=lambda one: one[0].id):  # Two workers, one order.
        words = "page_last_resort" if rung == rules.LAST_RESORT else escalation.page_words
        by = paging.rung_by(escalation.team_code, escalation.priority, rung)
        _, text = await paging.place(session, escalation.id, person, rung, words, escalation.priority, by)
        if text is not None:
            placed.append(text.id)
        await service.log_event(session, escalation, Event.PAGED, ACTOR, nurse=person.name, rung=rung, by=by)
    _log.info("paged", escalation_id=str(escalation.id), rungs=sorted({rung for _, rung in people}), people=len(people))
    return placed


async def _used_up(session: AsyncSession, escalation: Escalation, unasked: Sequence[tuple[Person, str]]) -> list[UUID]:
    """The last resort: an alarm, the truth to the carer, the managers paged on duty or not; then from the top again."""
    first_time = escalation.page_words != "page_again"
    escalation.state, escalation.page_words, escalation.late_at = State.UNREACHED, "page_again", None
    tell = "nobody_reached" if first_time else None  # Said once; each further round is an alarm on the board only.
    await service.log_event(session, escalation, Event.LADDER_USED_UP, ACTOR, tell)
    _log.error("ladder_used_up", escalation_id=str(escalation.id), priority=escalation.priority)
    managers = await paging.last_resort(session, escalation.team_id, escalation.team_code)
    others = [one for one in unasked if one[0] not in managers]
    return await _ask(session, escalation, [*others, *((one, rules.LAST_RESORT) for one in managers)])


async def page_overdue(escalation_id: UUID) -> None:
    """Somebody accepted and is not noted as having spoken with the carer in time: page again, and wider.

    It stays with them as well: they are told, and may still say that they have spoken.
    """
    async with transaction() as session:
        escalation = await service.locked(session, escalation_id)
        now, holder, accepted_at = clock.now(), escalation.accepted_by, escalation.accepted_at
        due = escalation.contact_by is not None and escalation.contact_by <= now
        if not due or escalation.state != State.ACCEPTED or holder is None or accepted_at is None:
            return
        await service.log_event(session, escalation, Event.CONTACT_LATE, ACTOR, nurse=holder.name)
        await paging.tell_overdue(session, escalation.id, holder, accepted_at)
        await service.start_paging(session, escalation, "page_not_contacted")
    _log.error("carer_not_contacted", escalation_id=str(escalation_id))
    await climb(escalation_id)


async def hand_back(escalation_id: UUID) -> None:
    """A colleague was asked to take it over and has not in time: both hear it, and the ladder is climbed besides.

    It was never theirs, so it is nobody's but whoever's who handed it on: they may still say that they have spoken.
    """
    async with transaction() as session:
        escalation = await service.locked(session, escalation_id)
        due = escalation.hand_by is not None and escalation.hand_by <= clock.now()
        holder, asked_id = escalation.accepted_by, escalation.handed_to_id
        if not due:
            return
        escalation.hand_by = None
        if escalation.state not in rules.SOMEBODY_HAS_IT or holder is None or asked_id is None:
            return
        asked, spoken_with = await session.get_one(Person, asked_id), escalation.state == State.CONTACTED
        escalation.handed_to_id = None
        await service.log_event(session, escalation, Event.HAND_ON_LATE, ACTOR, nurse=holder.name, to=asked.name)
        await paging.withdraw_open(session, escalation.id, "page_hand_over_late")
        await paging.tell_of(session, escalation.id, holder, "page_hand_back")
        await service.start_paging(session, escalation, "page_hand_late")
        if spoken_with:
            escalation.late_at = None  # The carer waits for nobody, so they are not told that somebody is late.
    _log.error("not_taken_over", escalation_id=str(escalation_id))
    await climb(escalation_id)


async def tell_late(escalation_id: UUID) -> None:
    """The time by which somebody should have accepted has passed: the carer hears that honestly."""
    async with transaction() as session:
        escalation = await service.locked(session, escalation_id)
        due = escalation.late_at is not None and escalation.late_at <= clock.now()
        if not due or escalation.state not in rules.NOBODY_HAS_IT:
            return
        escalation.late_at = None
        await service.log_event(session, escalation, Event.ACCEPT_LATE, ACTOR, "not_reached_yet")


async def sweep() -> None:
    """Do whatever is due, woken for or not. One team's fault, such as an unusable ladder, holds up no other team."""
    now = clock.now()
    found = select(Escalation.id, *(moment <= now for moment in _MOMENTS)).where(or_(*(m <= now for m in _MOMENTS)))
    async with single() as session:
        rows = (await session.execute(found)).all()
    for place, work in enumerate((page_overdue, hand_back, tell_late, climb), start=1):
        await queue.each(partial(_by_id, work), [row[0] for row in rows if row[place]])


async def _by_id(work: Callable[[UUID], Awaitable[None]], row_id: str) -> None:
    await work(UUID(row_id))


async def tell_late_tasks() -> None:
    """Tasks whose time is over: an alarm at the desk, and one text for all of a team's to whoever is to see to that."""
    async with transaction() as session:
        by_team: dict[UUID, list[Task]] = {}
        for task in await tasks.claim_late(session):
            by_team.setdefault(task.team_id, []).append(task)
        for team_id, late in by_team.items():
            places = {"count": str(len(late)), "priority": late[0].priority}
            await notes.tell_desk(
                session, team_id, "tasks_late", link=f"{settings.get().public_url}/console/tasks", **places
            )
