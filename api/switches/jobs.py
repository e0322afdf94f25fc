"""Switches end by themselves, and whoever set one hears of it."""

from api.database import transaction
from api.paging import notes
from api.switches import service
from api.switches.rules import TITLES


async def sweep() -> None:
    """End what has run out. The console says so to everybody, and a text to the person who set it."""
    async with transaction() as session:
        for row, person in await service.end_due(session):
            if person is not None and person.active and person.phone:
                await notes.tell_person(session, person, "switch_ended", switch=TITLES[row.kind])
