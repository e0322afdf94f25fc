"""Placing pages, texting staff, and finding the page that a reply is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, gsm7, outbox, queue, replies, settings
from api.errors import BadData, NotFound
from api.paging import teams
from api.paging.calls import service as calls
from api.paging.models import Page, StaffText
from api.paging.rules import By, Ladder, PageState, Step, check_ladder, free_code, ring_by, together
from api.people.models import Person
from api.rota.rules import Rung

HANDED = "handed_on"  # In place of a rung, on the page of a colleague who was named.
IN_USE = (PageState.OPEN, PageState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Carried:
    """What one person carries: calls for help accepted and not closed, and those they were paged for this night."""

    accepted: int = 0
    woken: int = 0


@cache
def ladder(team_code: str, priority: str) -> Ladder:
    """The ladder of a team for a priority, from `data/teams/<code>.yml`."""
    try:
        raw = teams.read(team_code)["ladders"][priority]
        steps = tuple(
            Step(Rung(rung), timedelta(minutes=after), ring_by(raw.get("by"), rung, priority))
            for rung, after in raw["steps"].items()
        )
        found = Ladder(steps, timedelta(minutes=raw["used_up"]), timedelta(minutes=raw["again"]))
        check_ladder(found)
        return found
    except teams.FAULTS as error:
        raise BadData(f"{team_code}.yml: no usable ladder for {priority} ({error})") from error


def rung_by(team_code: str, priority: str, rung: str) -> By:
    """How whoever holds a rung is rung. What is on no ladder, such as the last resort, as the protocol has it."""
    steps = ladder(team_code, priority).steps
    return next((step.by for step in steps if step.rung == rung), ring_by(None, rung, priority))


def drill_by(team_code: str, rung: str) -> By:
    """How a drill rings whoever holds a rung: by every way in which a call for help may ring them."""
    return together(rung_by(team_code, priority, rung) for priority in teams.priorities(team_code))


async def place(
    session: AsyncSession,
    escalation_id: UUID,
    person: Person,
    rung: str,
    reply: str,
    priority: str,
    by: By = By.TEXT,
) -> tuple[Page, StaffText | None]:
    """Ask one person, by a text and a call committed with the page. Their earlier page for the same carer is replaced.

    None for the text when this rung is rung by call alone.
    """
    page = await open_page(session, person, rung, escalation_id=escalation_id)
    if by.rings:
        await calls.ring(session, page)
    if not by.texts:
        return page, None
    words = replies.say(reply, "sms", priority=priority, time=clock.uk_time(page.placed_at), code=str(page.code))
    return page, await write(session, person, words, page)


async def open_page(
    session: AsyncSession, person: Person, rung: str, escalation_id: UUID | None = None, drill_id: UUID | None = None
) -> Page:
    """A page to one person for one of the two, with a code; the earlier page for the same gives up its code to it.

    A newer drill replaces an older one: nobody needs two proofs.
    """
    await session.execute(select(Person.id).where(Person.id == person.id).with_for_update())  # One code at a time.
    mine = (Page.person_id == person.id, Page.state.in_(IN_USE))
    for_the_same = select(Page).where(*mine, Page.escalation_id.is_not_distinct_from(escalation_id))
    earlier = (await session.execute(for_the_same.order_by(Page.code))).scalars().all()
    # The codes alone: in the worst of nights one nurse has hundreds of pages, and each new one asks for them.
    taken = set((await session.execute(select(Page.code).where(*mine))).scalars())
    for page in earlier:
        page.state = PageState.WITHDRAWN
    await session.flush()
    if earlier and escalation_id is not None:
        await calls.stop_needless(session, escalation_id)
    code = earlier[0].code if earlier else free_code(taken)
    page = Page(
        escalation_id=escalation_id,
        drill_id=drill_id,
        person=person,
        rung=rung,
        code=code,
        state=PageState.OPEN,
        placed_at=clock.now(),
    )
    session.add(page)
    return page


async def carried(session: AsyncSession, people: Collection[UUID], night_began: datetime | None) -> dict[UUID, Carried]:
    """What each of these people carries. `night_began` None: it is day, and nobody is woken."""
    since = night_began or clock.now() + timedelta(days=1)
    accepted, tonight = Page.state == PageState.ACCEPTED, Page.placed_at >= since
    found = (
        select(
            Page.person_id,
            func.count(Page.escalation_id.distinct()).filter(accepted),
            func.count(Page.escalation_id.distinct()).filter(tonight),
        )
        .where(Page.person_id.in_(people), Page.escalation_id.is_not(None), or_(accepted, tonight))
        .group_by(Page.person_id)
    )
    return {person_id: Carried(held, woken) for person_id, held, woken in (await session.execute(found)).all()}


async def asked_since(session: AsyncSession, escalation_id: UUID, since: datetime) -> set[UUID]:
    """Whoever has been paged for this escalation since then."""
    found = select(Page.person_id).where(Page.escalation_id == escalation_id, Page.placed_at >= since)
    return set((await session.execute(found)).scalars())


async def last_resort(session: AsyncSession, team_id: UUID, team_code: str) -> list[Person]:
    """Who is told when everybody on call was asked and nobody accepted: on duty or not, if they have a number."""
    roles = teams.last_resort(team_code)
    found = select(Person).where(
        Person.team_id == team_id, Person.active, Person.phone.is_not(None), Person.role.in_(roles)
    )
    return list((await session.execute(found.order_by(Person.id))).scalars())


async def write(session: AsyncSession, person: Person, words: str, page: Page | None = None) -> StaffText:
    """Queue a text to a member of staff and wake whoever sends it."""
    text = StaffText(person=person, page=page, words=gsm7.to_gsm7(words), created_at=clock.now())
    outbox.queue(text)
    session.add(text)
    await session.flush()
    if page is None:  # A page's text is sent by the job that placed it.
        await queue.wake(session, "paging.send", queue.PAGES, text_id=text.id)
    return text


async def _in_use(session: AsyncSession, person_id: UUID) -> Sequence[Page]:
    found = select(Page).where(Page.person_id == person_id, Page.state.in_(IN_USE)).order_by(Page.code)
    return (await session.execute(found)).scalars().all()


async def answerable(session: AsyncSession, person: Person) -> Sequence[Page]:
    """This person's pages that a reply may be about, by code."""
    return await _in_use(session, person.id)


async def page_with_code(session: AsyncSession, person: Person, code: int) -> Page | None:
    """The newest page that this person knows by this code, whatever its state."""
    found = select(Page).where(Page.person_id == person.id, Page.code == code).order_by(Page.placed_at.desc()).limit(1)
    return (await session.execute(found)).scalar_one_or_none()


async def page_in_use(session: AsyncSession, escalation_id: UUID, person_id: UUID) -> Page | None:
    """This person's page for this escalation, open or accepted, if they have one."""
    found = select(Page).where(Page.escalation_id == escalation_id, Page.person_id == person_id, Page.state.in_(IN_USE))
    return (await session.execute(found)).scalar_one_or_none()


async def answer(session: AsyncSession, page: Page, state: PageState) -> None:
    """Record what this person said to their page."""
    page.state, page.answered_at = state, clock.now()
    await session.flush()
    if page.escalation_id is not None:
        await calls.stop_needless(session, page.escalation_id)


async def withdraw_others(session: AsyncSession, escalation_id: UUID, holder: Person) -> None:
    """Somebody has it: every other page for it ends, and those who already got theirs are told who has."""
    others = (Page.state.in_(IN_USE), Page.person_id != holder.id)
    for page in await _withdraw(session, escalation_id, *others):
        await _tell(session, page, "page_taken", nurse=holder.name)


async def withdraw_open(session: AsyncSession, escalation_id: UUID, reply: str = "page_closed") -> None:
    """Nobody is to be asked any more: open pages end, and those who already got theirs are told with `reply`."""
    for page in await _withdraw(session, escalation_id, Page.state == PageState.OPEN):
        await _tell(session, page, reply)


async def _withdraw(session: AsyncSession, escalation_id: UUID, *which: ColumnElement[bool]) -> Sequence[Page]:
    found = select(Page).where(Page.escalation_id == escalation_id, *which).with_for_update(of=Page)
    pages = (await session.execute(found)).scalars().all()
    for page in pages:
        page.state = PageState.WITHDRAWN
    if pages:
        await calls.stop_needless(session, escalation_id)
    return pages


async def _tell(session: AsyncSession, page: Page, reply: str, **places: str) -> None:
    if await _has_gone_out(session, page):
        places |= {"code": str(page.code), "time": clock.uk_time(clock.now())}
        await write(session, page.person, replies.say(reply, "sms", **places))


async def _has_gone_out(session: AsyncSession, page: Page) -> bool:
    found = select(StaffText.delivery).where(StaffText.page_id == page.id)
    return (await session.execute(found)).scalar_one_or_none() != "queued"


async def tell_overdue(session: AsyncSession, escalation_id: UUID, holder: Person, accepted_at: datetime) -> None:
    """Whoever took it hears that they are not noted as having spoken with the carer, and that others are asked."""
    page = await page_in_use(session, escalation_id, holder.id)
    places = {"code": str(page.code) if page else "it", "time": clock.uk_time(accepted_at)}
    await write(session, holder, replies.say("page_overdue", "sms", **places))


async def tell_holder(session: AsyncSession, escalation_id: UUID, holder: Person, priority: str) -> None:
    """Whoever has it hears that the carer has said something more that matters."""
    link = f"{settings.get().public_url}/console/escalations/{escalation_id}"
    await tell_of(session, escalation_id, holder, "page_added", priority=priority, link=link)


async def tell_of(session: AsyncSession, escalation_id: UUID, person: Person, reply: str, **places: str) -> None:
    """Text somebody who has an escalation, by the code under which they know it, if they were paged for it."""
    page = await newest_page_of(session, escalation_id, person.id)
    code = str(page.code) if page else "it"
    await write(session, person, replies.say(reply, "sms", code=code, time=clock.uk_time(clock.now()), **places))


async def newest_page_of(session: AsyncSession, escalation_id: UUID, person_id: UUID) -> Page | None:
    """The newest page of this person for this escalation, whatever its state."""
    found = select(Page).where(Page.escalation_id == escalation_id, Page.person_id == person_id)
    return (await session.execute(found.order_by(Page.placed_at.desc()).limit(1))).scalar_one_or_none()


async def ask_to_take_over(session: AsyncSession, escalation_id: UUID, person: Person, priority: str) -> StaffText:
    """Page one named colleague for what somebody has."""
    page = await open_page(session, person, HANDED, escalation_id=escalation_id)
    words = replies.say(
        "page_handed", "sms", priority=priority, time=clock.uk_time(page.placed_at), code=str(page.code)
    )
    return await write(session, person, words, page)


async def hand_over(session: AsyncSession, escalation_id: UUID, before: Person) -> None:
    """Somebody else has it now: whoever had it is told, and their page is over."""
    await tell_of(session, escalation_id, before, "page_handed_over")
    page = await newest_page_of(session, escalation_id, before.id)
    if page is not None and page.state == PageState.ACCEPTED:
        await answer(session, page, PageState.CLOSED)


async def ask_whether_right(session: AsyncSession, escalation_id: UUID, person: Person) -> None:
    """Whoever dealt with it is asked, by the code of their page, whether it was right to page them."""
    if await newest_page_of(session, escalation_id, person.id) is not None:
        await tell_of(session, escalation_id, person, "page_was_right")


async def close_all(session: AsyncSession, escalation_id: UUID) -> None:
    """The escalation is over: its codes are free again."""
    over = (
        update(Page).where(Page.escalation_id == escalation_id, Page.state.in_(IN_USE)).values(state=PageState.CLOSED)
    )
    await session.execute(over)


async def pages_of(session: AsyncSession, escalation_id: UUID) -> list[tuple[Page, StaffText | None]]:
    """Every page of an escalation with its text, oldest first."""
    found = (
        select(Page, StaffText)
        .outerjoin(StaffText, StaffText.page_id == Page.id)
        .where(Page.escalation_id == escalation_id)
        .order_by(Page.placed_at)
    )
    return [(page, text) for page, text in (await session.execute(found)).unique().all()]


async def text_of(session: AsyncSession, text_id: UUID) -> StaffText:
    """One text to staff."""
    found: Any = await session.get(StaffText, text_id)
    if found is None:
        raise NotFound("There is no such text.")
    return found  # type: ignore[no-any-return]  # The session returns the class that it was asked for.
