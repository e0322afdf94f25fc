"""Random nights: crises, dead phones, empty rungs, people who decline or forget, killed workers, changed clocks.

`NIGHTS=10000` plays so many (and `SEED` other ones). What must hold stands in `tests/harness/judging.py`:
every crisis is accepted or at its last resort in time, and then paged on; everybody on duty has been asked by then;
whoever accepted and forgot is chased; nobody is paged after acceptance, late, or off duty by a wall clock; and no carer
is ever mixed up with another.
"""

import os
import random
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from api import clock, queue
from api.clients import twilio
from api.database import transaction
from api.paging import teams
from api.paging.rules import Limits
from api.people.models import Person, Team
from tests.harness.judging import faults
from tests.harness.nights import Night

NIGHTS = int(os.environ.get("NIGHTS", "40"))
LIMITS = Limits(open_at_once=1, wake_ups=1, night_from=time(23), night_until=time(7))  # Often reached.
SEED = int(os.environ.get("SEED", "20261126"))


def last_sunday(year: int, month: int) -> date:
    """The day on which the clocks change in the early morning."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def nights_ahead(dice: random.Random) -> list[date]:
    """The dates of the nights, one after another; every tenth is one on which the clocks change."""
    day, found = clock.now().date(), list[date]()
    for number in range(NIGHTS):
        day += timedelta(days=dice.randrange(1, 4))
        if number % 10 == 0:
            changes = [last_sunday(year, month) for year in (day.year, day.year + 1) for month in (3, 10)]
            day = next(one for one in changes if one - timedelta(days=1) > day) - timedelta(days=1)
        found.append(day)
    return found


async def staff() -> tuple[Team, list[Person]]:
    """The demonstration team with five more nurses; the first is the manager."""
    async with transaction() as session:
        team = (await session.execute(select(Team))).scalar_one()
        for number in range(5):
            phone, mail = f"+44770090031{number}", f"night{number}@demo.example"
            session.add(Person(team=team, name=f"Night Nurse {number}", email=mail, phone=phone, password_hash="-"))
        await session.flush()
        found = select(Person).where(Person.phone.is_not(None)).order_by(Person.role, Person.email)
        return team, list((await session.execute(found)).scalars())


@pytest.mark.slow
@pytest.mark.timeout(0)
async def test_nobody_s_crisis_waits_unseen(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_: object, **__: object) -> None:
        """No wake-up ever arrives."""

    monkeypatch.setattr(queue, "wake", lost)
    monkeypatch.setattr(teams, "limits", lambda _code: LIMITS)
    team, people = await staff()
    dice, paged = random.Random(SEED), 0
    for day in nights_ahead(dice):
        night = Night(day, dice.randrange(2**32), team, people)
        monkeypatch.setattr(twilio, "send_text", night.send_text)
        await night.play()
        assert await faults(night) == [], f"the night of {night.day}, seed {night.seed}"
        paged += len(night.handed)
    assert paged > NIGHTS, "something happened on these nights"
