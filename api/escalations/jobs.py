"""Climbing the ladder: claim what is due, commit, page, record. Kill this at any line and the sweep goes on."""

import asyncio
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, queue, settings
from api.database import transaction
from api.escalations import rules, service, tasks
from api.escalations.models import Escalation, Task
from api.escalations.rules import Event, State
from api.paging import jobs as paging_jobs
from api.paging import notes
from api.paging import service as paging
from api.paging.rules import Move, next_move
from api.people.models import Person
from api.rota import service as rota

ACTOR = "job:paging"
_log = logs.get(__name__)


@queue.app.task(name="escalations.page", queue=queue.PAGES)
async def page(escalation_id: str) -> None:
    """Wake-up: an escalation is due to be paged."""
    await climb(UUID(escalation_id))


async def climb(escalation_id: UUID) -> None:
    """Take the steps of the ladder that are due now. One dead number never holds up the next person."""
    async with transaction() as session:
        placed = await _take_step(session, escalation_id)
    outcomes = await asyncio.gather(*(paging_jobs.deliver(text_id) for text_id, _ in placed), return_exceptions=True)
    failed = [name for (_, name), arrived in zip(placed, outcomes, strict=True) if arrived is False]
    for outcome in outcomes:
        if isinstance(outcome, BaseException):  # The text's lease runs out, and the sweep hands it over again.
            _log.error("page_not_handed_over", escalation_id=str(escalation_id), exc_info=outcome)
    if failed:
        async with transaction() as session:
            for name in failed:
                await service.page_failed(session, escalation_id, name)


async def deliver_again(text_id: str) -> None:
    """Hand over a text to staff that was left waiting. A page that has failed for good sends the ladder on at once."""
    if await paging_jobs.deliver(UUID(text_id)):
        return
    async with transaction() as session:
        text = await paging.text_of(session, UUID(text_id))
        if text.page is not None:
            await service.page_failed(session, text.page.escalation_id, text.person.name)


async def _take_step(session: AsyncSession, escalation_id: UUID) -> list[tuple[UUID, str]]:
    """Record who is asked now and when to go on. Returns the texts to send with the names of their people."""
    escalation = await _claim(session, escalation_id)
    if escalation is None:
        return []
    now = clock.now()
    if escalation.state == State.UNREACHED:
        escalation.state = State.WAITING
    ladder = paging.ladder(escalation.team_code, escalation.priority)
    holders = await rota.on_call(session, escalation.team_id, now)
    reachable = {rung: [p for p in people if p.phone] for rung, people in holders.items()}
    move = next_move(ladder, escalation.ladder_step, {rung for rung, people in reachable.items() if people})
    for rung in move.skipped:
        await service.log_event(session, escalation, Event.RUNG_SKIPPED, ACTOR, rung=rung)
    escalation.ladder_step, escalation.next_page_at = move.next_step, now + move.wait
    if move.rung is None:
        return await _used_up(session, escalation)
    return await _ask(session, escalation, move, reachable[move.rung])


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


async def _ask(
    session: AsyncSession, escalation: Escalation, move: Move, people: list[Person]
) -> list[tuple[UUID, str]]:
    placed = []
    for person in sorted(people, key=lambda p: p.id):
        _, text = await paging.place(
            session, escalation.id, person, move.rung or "", escalation.page_words, escalation.priority
        )
        placed.append((text.id, person.name))
        await service.log_event(session, escalation, Event.PAGED, ACTOR, nurse=person.name, rung=move.rung)
    _log.info("paged", escalation_id=str(escalation.id), rung=move.rung, people=len(placed))
    return placed


async def _used_up(session: AsyncSession, escalation: Escalation) -> list[tuple[UUID, str]]:
    """Nobody is left to ask: an alarm, the truth to the carer, and then from the top again."""
    first_time = escalation.page_words != "page_again"
    escalation.state, escalation.page_words, escalation.late_at = State.UNREACHED, "page_again", None
    tell = "nobody_reached" if first_time else None  # Said once; each further round is an alarm on the board only.
    await service.log_event(session, escalation, Event.LADDER_USED_UP, ACTOR, tell)
    _log.error("ladder_used_up", escalation_id=str(escalation.id), priority=escalation.priority)
    return []


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
    async with transaction() as session:
        late = (await session.execute(select(Escalation.id).where(Escalation.late_at <= now))).scalars().all()
        due = (await session.execute(select(Escalation.id).where(Escalation.next_page_at <= now))).scalars().all()
    await queue.each(lambda row_id: tell_late(UUID(row_id)), late)
    await queue.each(page, due)


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
