"""Whether it was right to page, in the words of whoever was paged. Kept for the review. A part of the service."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.errors import Conflict
from api.escalations import service
from api.escalations.models import PageFeedback
from api.escalations.rules import Event
from api.paging import service as paging
from api.paging.models import Page
from api.people.models import Person


async def keep(
    session: AsyncSession, escalation_id: UUID, page: Page, person: Person, was_right: bool, by: str
) -> None:
    """Keep what this person says of their page. Said again, the last word counts. `by`: console or text."""
    new = insert(PageFeedback).values(
        page_id=page.id,
        escalation_id=escalation_id,
        person_id=person.id,
        was_right=was_right,
        by=by,
        at=clock.now(),
    )
    changed = {"was_right": new.excluded.was_right, "by": new.excluded.by, "at": new.excluded.at}
    await session.execute(new.on_conflict_do_update(index_elements=[PageFeedback.page_id], set_=changed))
    escalation = await service.locked(session, escalation_id)
    await service.log_event(
        session, escalation, Event.FEEDBACK, person.actor, nurse=person.name, was_right=was_right, by=by
    )
    audit.record(session, person.actor, "said_whether_right", "page", page.id, was_right=was_right)


async def keep_here(session: AsyncSession, escalation_id: UUID, person: Person, was_right: bool) -> None:
    """The same from the console, of the newest page. Raises Conflict for somebody who was not paged."""
    page = await paging.newest_page_of(session, escalation_id, person.id)
    if page is None:
        raise Conflict("You were not paged for this, so there is nothing to say of a page.")
    await keep(session, escalation_id, page, person, was_right, "console")


async def of(session: AsyncSession, escalation_id: UUID) -> Sequence[PageFeedback]:
    """Everything that was said of the pages of one escalation."""
    found = select(PageFeedback).where(PageFeedback.escalation_id == escalation_id)
    return (await session.execute(found)).scalars().all()
