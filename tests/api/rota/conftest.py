"""A team's rota that is about to be published."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete

from api import clock
from api.clients import public_web
from api.database import transaction
from api.people.models import Person
from api.rota.models import Duty
from api.rota.patterns import service as patterns
from api.rota.patterns.rules import Days, Pattern, Turns
from tests.harness import seeds
from tests.harness.calendars import Elsewhere

MONDAY = datetime(2026, 11, 30, 12, tzinfo=clock.UK)  # Noon on the day on which these stories begin.
NAMES = ("Demo Nurse One", "Demo Nurse Two", "Demo Lead")


def uk(text: str) -> datetime:
    """A moment as it stands on a rota in the UK, for example `2026-12-01 20:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.UK)


def at(moment: datetime) -> None:
    """It is now this moment."""
    clock.reset()
    clock.move(moment - clock.now())


@pytest.fixture
async def team(db: str) -> tuple[Person, Person, Person]:
    """Two nurses and their lead, at noon on a Monday. Nobody is on call."""
    at(MONDAY)
    async with transaction() as session:
        await session.execute(delete(Duty))
    one, two, lead = [await seeds.nurse(name) for name in NAMES]
    return one, two, lead


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Somebody else's server, in the place of the internet."""
    made = Elsewhere()
    monkeypatch.setattr(public_web, "get", made.get)
    return made


def pattern(
    rung: str, people: Sequence[Person], starts: str = "08:00", ends: str = "08:00", days: Days = Days.EVERY
) -> Pattern:
    """Every day from these stories' first on, with turns by shift."""
    who, all_week = tuple(person.id for person in people), frozenset(range(7))
    hours = (time.fromisoformat(starts), time.fromisoformat(ends))
    return Pattern(rung, who, MONDAY.date(), None, 1, all_week, *hours, days, Turns.SHIFT)


async def add(lead: Person, *wanted: Pattern) -> None:
    """The lead draws these up."""
    async with transaction() as session:
        for one in wanted:
            await patterns.save(session, lead, one)


def in_days(number: int) -> date:
    """A day so many days after the first."""
    return MONDAY.date() + timedelta(days=number)
