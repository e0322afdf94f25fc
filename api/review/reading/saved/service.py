"""Searches that a reviewer keeps: their own, and nobody else's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.people.models import Person
from api.review.reading import rules
from api.review.reading.models import SavedSearch
from api.review.reading.rules import Filters


async def of(session: AsyncSession, person: Person) -> Sequence[SavedSearch]:
    """What this person keeps, by name."""
    found = select(SavedSearch).where(SavedSearch.owner_id == person.id).order_by(SavedSearch.name)
    return (await session.execute(found)).scalars().all()


async def keep(session: AsyncSession, person: Person, name: str, filters: Filters) -> None:
    """Keep a search under a name. What was kept under it before is replaced."""
    values = {"filters": rules.typed(filters), "created_at": clock.now()}
    new = insert(SavedSearch).values(owner_id=person.id, name=name, **values)
    await session.execute(new.on_conflict_do_update(index_elements=["owner_id", "name"], set_=values))
    audit.record(session, person.actor, "kept", "saved_search", person.id, by=sorted(rules.typed(filters)))


async def drop(session: AsyncSession, person: Person, search_id: UUID) -> None:
    """Keep it no longer. What is gone already, or somebody else's, is left as it is."""
    gone = delete(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.owner_id == person.id)
    if (await session.execute(gone)).rowcount:  # type: ignore[attr-defined]  # A deletion has one.
        audit.record(session, person.actor, "dropped", "saved_search", search_id)
