"""A calendar taken over at a terminal, by the same rules as at the console."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select
from typer.testing import CliRunner

from api import commands
from api.database import disconnect, transaction
from api.people.models import Person
from api.rota.models import Duty, RotaEntry, RotaFeed
from tests.api.rota.test_calendars import calendar, event
from tests.harness.calendars import URL, Elsewhere
from tests.harness.staff import on_record

SATURDAY = event("a", start="20261205T200000")
GOOD = calendar(SATURDAY, event("b", start="20261206T200000"))
WRONG = calendar(SATURDAY, event("z", "Nobody", start="20261206T200000"))


async def types(*words: str, fails: bool = False) -> str:
    """What `api rota import …` says, in a process of its own."""
    await disconnect()
    ran = await asyncio.to_thread(CliRunner().invoke, commands.app, ["rota", "import", *words])
    assert (ran.exit_code == 1) == fails, ran.output
    return ran.output


async def counts() -> list[int]:
    """Shifts in the draft, calendars that are read again, and shifts that paging goes by."""
    async with transaction() as session:
        every = [select(func.count()).select_from(one) for one in (RotaEntry, RotaFeed, Duty)]
        return [(await session.execute(one)).scalar_one() for one in every]


async def test_a_calendar_is_tried_out_refused_and_taken_over_into_the_draft(
    team: tuple[Person, Person, Person], elsewhere: Elsewhere, tmp_path: Path
) -> None:
    file = tmp_path / "nights.ics"
    named = ("--calendar", "Nights")
    file.write_text(WRONG, encoding="utf-8")
    said = await types("demo", str(file), *named, "--apply", fails=True)
    assert "Line 10 (UID z): names nobody of the team" in said
    assert "Nothing was taken over." in said
    file.write_text(GOOD, encoding="utf-8")
    said = await types("demo", str(file), *named)
    assert "New      Demo Nurse One: Sat 5 Dec, 20:00 to Sun 6 Dec, 08:00" in said
    assert "2 shifts are new, 0 changed, 0 gone, 0 as before." in said
    assert "this was a trial" in said
    assert await counts() == [0, 0, 0]
    assert "A coordinator publishes it" in await types("demo", str(file), *named, "--apply")
    assert await counts() == [2, 0, 0]

    elsewhere.text = calendar(SATURDAY)
    assert "0 shifts are new, 0 changed, 1 gone, 1 as before." in await types("demo", URL, *named, "--apply")
    assert await counts() == [1, 1, 0]
    assert await on_record("rota_imported", team[2].team_id) == 2
    elsewhere.refusal = "did not answer in time"
    for words, refusal in (
        (("demo", URL, *named), "That address did not answer in time."),
        (("nowhere", str(file), *named), "There is no such team."),
        (("demo", str(tmp_path / "none.ics"), *named), "none.ics cannot be read"),
        (("demo", str(file), *named, "--rung", "lead"), "another rung"),
    ):
        assert refusal in await types(*words, fails=True)
    assert await counts() == [1, 1, 0]
