"""What docs/operating.md tells somebody to type at three in the morning works as it stands."""

import asyncio
import re
import shlex
from datetime import timedelta

import pytest
from sqlalchemy import text

from api import clock, commands
from api.database import transaction
from api.escalations.models import Escalation
from api.people import service as people
from api.people.invitations import service as invitations
from api.rota import service as rota
from tests.guards.tree import ROOT
from tests.harness import seeds

PASSWORD = "kettle-harbour-ninety"
DOCUMENT = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def statements(holding: str) -> list[str]:
    """The SQL statements of the one block that holds these words."""
    (block,) = [block for block in re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL) if holding in block]
    return [one.strip() for one in block.split(";") if one.strip()]


async def test_adding_somebody_and_putting_them_on_call_works_as_it_is_written(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (written,) = re.findall(r"api\.commands (people invite .*?)`", DOCUMENT)
    command = shlex.split(written.replace("<code>", "demo"))
    await asyncio.to_thread(commands.app, command, standalone_mode=False)
    token = capsys.readouterr().out.split("invitation=")[1].strip()
    async with transaction() as session:
        invitation = await invitations.good(session, token)
        assert invitation is not None
        await invitations.accept(session, invitation, PASSWORD)
        for statement in statements("INSERT INTO duties"):
            await session.execute(text(statement.replace(":", "\\:")))

    async with transaction() as session:
        assert await people.sign_in(session, "first.last@example.org", PASSWORD)
        team = await people.team_by_code(session, "demo")
        at_night = clock.now().replace(year=2026, month=12, day=1, hour=23)
        on_call = await rota.on_call(session, team.id, at_night)
    assert "First Last" in [person.name for person in on_call["on_call"]]


async def test_whoever_has_lost_everything_begins_anew_as_it_is_written(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (written,) = set(re.findall(r"… (people reset [^ `]+@[^ `]+)`", DOCUMENT))
    command = shlex.split(written.replace("first.last@example.org", "lead@demo.example"))
    await asyncio.to_thread(commands.app, command, standalone_mode=False)
    async with transaction() as session:
        assert await people.sign_in(session, "lead@demo.example", "nightlight-demo") is None
        assert await invitations.good(session, capsys.readouterr().out.split("invitation=")[1].strip())


@pytest.mark.real_time
async def test_the_query_for_a_dead_worker_counts_who_waits_too_long(db: str) -> None:
    (query,) = statements("next_page_at")
    escalation_id = await seeds.crisis()
    async with transaction() as session:
        assert (await session.execute(text(query))).scalar_one() == 0
        (await session.get_one(Escalation, escalation_id)).next_page_at = clock.now() - timedelta(minutes=5)
    async with transaction() as session:
        assert (await session.execute(text(query))).scalar_one() == 1


async def test_unlocking_an_account_works_as_it_is_written(db: str) -> None:
    (statement,) = re.findall(r"`(UPDATE people SET .*?);`", DOCUMENT)
    async with transaction() as session:
        for _ in range(6):
            await people.sign_in(session, "nurse.one@demo.example", "wrong")
        await session.execute(text(statement.replace("…", "nurse.one@demo.example")))
    async with transaction() as session:
        assert await people.sign_in(session, "nurse.one@demo.example", "nightlight-demo")
