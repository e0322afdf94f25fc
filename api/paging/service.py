"""Placing pages, texting staff, and finding the page that a reply is about."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, gsm7, outbox, queue, replies, settings
from api.errors import BadData, NotFound
from api.paging.models import Page, StaffText
from api.paging.rules import Ladder, PageState, Step, check_ladder, free_code
from api.people.models import Person
from api.rota.rules import Rung

HANDED = "handed_on"  # In place of a rung, on the page of a colleague who was named.
IN_USE = (PageState.OPEN, PageState.ACCEPTED)


@cache
def ladder(team_code: str, priority: str) -> Ladder:
    """The ladder of a team for a priority, from `data/teams/<code>.yml`."""
    path = settings.get().data_dir / "teams" / f"{team_code}.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))["ladders"][priority]
        steps = tuple(Step(Rung(rung), timedelta(minutes=after)) for rung, after in raw["steps"].items())
        found = Ladder(steps, timedelta(minutes=raw["used_up"]), timedelta(minutes=raw["again"]))
        check_ladder(found)
        return found
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: no usable ladder for {priority} ({error})") from error


async def place(
    session: AsyncSession, escalation_id: UUID, person: Person, rung: str, reply: str, priority: str
) -> tuple[Page, StaffText]:
    """Ask one person, by a text committed with the page. Their earlier open page for the same carer is replaced."""
    await session.execute(select(Person.id).where(Person.id == person.id).with_for_update())  # One code at a time.
    mine = list(await _in_use(session, person.id))
    earlier = [page for page in mine if page.escalation_id == escalation_id and page.state == PageState.OPEN]
    for page in earlier:
        page.state = PageState.WITHDRAWN
    await session.flush()
    code = earlier[0].code if earlier else free_code({page.code for page in mine})
    now = clock.now()
    page = Page(escalation_id=escalation_id, person=person, rung=rung, code=code, state=PageState.OPEN, placed_at=now)
    words = replies.say(reply, "sms", priority=priority, time=clock.uk_time(now), code=str(code))
    return page, await write(session, person, words, page)


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


async def open_page_of(session: AsyncSession, escalation_id: UUID, person_id: UUID) -> Page | None:
    """This person's open page for this escalation, if they have one."""
    found = select(Page).where(
        Page.escalation_id == escalation_id, Page.person_id == person_id, Page.state == PageState.OPEN
    )
    return (await session.execute(found)).scalar_one_or_none()


async def answer(session: AsyncSession, page: Page, state: PageState) -> None:
    """Record what this person said to their page."""
    page.state, page.answered_at = state, clock.now()
    await session.flush()


async def withdraw_open(session: AsyncSession, escalation_id: UUID, reply: str | None) -> int:
    """Take back every page of an escalation that is still open; those who already got theirs are told with `reply`."""
    found = (
        select(Page).where(Page.escalation_id == escalation_id, Page.state == PageState.OPEN).with_for_update(of=Page)
    )
    pages = (await session.execute(found)).scalars().all()
    for page in pages:
        page.state = PageState.WITHDRAWN
        if reply and await _has_gone_out(session, page):
            places = {"code": str(page.code), "time": clock.uk_time(clock.now())}
            await write(session, page.person, replies.say(reply, "sms", **places))
    return len(pages)


async def _has_gone_out(session: AsyncSession, page: Page) -> bool:
    found = select(StaffText.delivery).where(StaffText.page_id == page.id)
    return (await session.execute(found)).scalar_one_or_none() != "queued"


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
    _, words = await place(session, escalation_id, person, HANDED, "page_handed", priority)
    return words


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
