"""Who is on call at a moment: gaps, overlaps, handovers, and the two nights on which clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from api import clock
from api.database import transaction
from api.people.models import Team
from api.rota import service
from api.rota.models import Duty
from api.rota.rules import Rung
from tests.harness import seeds

ONE, TWO, LEAD = "Demo Nurse One", "Demo Nurse Two", "Demo Lead"
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)


def uk(text: str) -> datetime:
    """A moment as it stands on a rota in the UK, for example `2026-03-29 20:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.UK)


async def rota(*duties: tuple[str, Rung, datetime, datetime | None]) -> None:
    """The team's rota is this and nothing else."""
    people = {name: await seeds.nurse(name) for name in (ONE, TWO, LEAD)}
    async with transaction() as session:
        await session.execute(delete(Duty))
        for name, rung, starts, ends in duties:
            person = people[name]
            session.add(Duty(team_id=person.team_id, person_id=person.id, rung=rung, starts_at=starts, ends_at=ends))


async def on_call(at: datetime) -> dict[str, list[str]]:
    team_id = (await seeds.nurse(ONE)).team_id
    async with transaction() as session:
        found = await service.on_call(session, team_id, at)
    return {rung: [person.name for person in people] for rung, people in found.items()}


async def test_nobody_is_on_an_empty_rota(db: str) -> None:
    await rota()
    assert await on_call(MIDNIGHT) == {}


async def test_a_duty_without_an_end_goes_on(db: str) -> None:
    await rota((ONE, Rung.ON_CALL, MIDNIGHT, None))
    assert await on_call(MIDNIGHT + timedelta(days=400)) == {"on_call": [ONE]}
    assert await on_call(MIDNIGHT - timedelta(seconds=1)) == {}


async def test_at_the_stroke_of_midnight_exactly_one_of_the_two_is_on_call(db: str) -> None:
    await rota(
        (ONE, Rung.ON_CALL, MIDNIGHT - timedelta(hours=12), MIDNIGHT),
        (TWO, Rung.ON_CALL, MIDNIGHT, MIDNIGHT + timedelta(hours=12)),
    )
    assert await on_call(MIDNIGHT - timedelta(microseconds=1)) == {"on_call": [ONE]}
    assert await on_call(MIDNIGHT) == {"on_call": [TWO]}


async def test_a_gap_is_a_gap_and_the_other_rungs_stand(db: str) -> None:
    await rota(
        (ONE, Rung.ON_CALL, MIDNIGHT - timedelta(hours=12), MIDNIGHT),
        (ONE, Rung.ON_CALL, MIDNIGHT + timedelta(minutes=15), None),
        (LEAD, Rung.LEAD, MIDNIGHT - timedelta(days=1), None),
    )
    assert await on_call(MIDNIGHT + timedelta(minutes=5)) == {"lead": [LEAD]}
    assert await on_call(MIDNIGHT + timedelta(minutes=15)) == {"on_call": [ONE], "lead": [LEAD]}


async def test_two_on_one_rung_are_both_on_call(db: str) -> None:
    await rota(
        (TWO, Rung.ON_CALL, MIDNIGHT, None),
        (ONE, Rung.ON_CALL, MIDNIGHT - timedelta(hours=1), None),
    )
    assert await on_call(MIDNIGHT) == {"on_call": [ONE, TWO]}, "whoever began first comes first"


async def test_another_teams_rota_is_another_teams(db: str) -> None:
    await rota((ONE, Rung.ON_CALL, MIDNIGHT, None))
    async with transaction() as session:
        other = Team(code="north", name="North team", phone="01632 960001", line_number="+447700900300")
        session.add(other)
        await session.flush()
        assert await service.on_call(session, other.id, MIDNIGHT) == {}


async def test_who_has_left_holds_no_rung(db: str) -> None:
    await rota((ONE, Rung.ON_CALL, MIDNIGHT, None))
    async with transaction() as session:
        person = await session.merge(await seeds.nurse(ONE), load=False)
        person.active = False
    assert await on_call(MIDNIGHT) == {}


@pytest.mark.parametrize(
    ("night", "hours"), [("2026-10-24", 13), ("2026-03-28", 11), ("2026-12-01", 12)], ids=["autumn", "spring", "usual"]
)
async def test_a_night_lasts_from_eight_to_eight_however_many_hours_it_has(db: str, night: str, hours: int) -> None:
    starts = uk(f"{night} 20:00")
    ends = uk(f"{(starts + timedelta(days=1)).date()} 08:00")
    await rota((ONE, Rung.ON_CALL, starts, ends), (TWO, Rung.ON_CALL, ends, None))

    begin = starts.astimezone(UTC)
    assert ends.astimezone(UTC) - begin == timedelta(hours=hours)
    for hour in range(hours):
        assert await on_call(begin + timedelta(hours=hour)) == {"on_call": [ONE]}
    assert await on_call(begin + timedelta(hours=hours)) == {"on_call": [TWO]}


async def test_in_the_hour_that_comes_twice_the_handover_happens_once(db: str) -> None:
    """Half past one on the morning of 25 October comes twice; the rota says which of them it means."""
    second_half_past_one = uk("2026-10-25 01:30").replace(fold=1)
    await rota(
        (ONE, Rung.ON_CALL, uk("2026-10-24 20:00"), second_half_past_one),
        (TWO, Rung.ON_CALL, second_half_past_one, None),
    )
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.uk_time(first) == clock.uk_time(first + timedelta(hours=1)) == "01:30"
    assert await on_call(first) == {"on_call": [ONE]}
    assert await on_call(first + timedelta(minutes=59)) == {"on_call": [ONE]}
    assert await on_call(first + timedelta(hours=1)) == {"on_call": [TWO]}


async def test_a_duty_that_ends_before_it_begins_cannot_be_kept(db: str) -> None:
    with pytest.raises(IntegrityError, match="ends_after_start"):
        await rota((ONE, Rung.ON_CALL, MIDNIGHT, MIDNIGHT))
