"""What docs/operating.md tells somebody to type at three in the morning works as it stands."""

import re
from datetime import timedelta

from sqlalchemy import text

from api import clock
from api.database import transaction
from api.escalations.models import Escalation
from api.people import service as people
from api.rota import service as rota
from tests.guards.tree import ROOT
from tests.harness import seeds

DOCUMENT = (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def statements(holding: str) -> list[str]:
    """The SQL statements of the one block that holds these words, with a real team and a real hash in their places."""
    (block,) = [block for block in re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL) if holding in block]
    filled = block.replace("<code>", "demo").replace("<hash>", people.hash_password("a first password"))
    return [one.strip() for one in filled.split(";") if one.strip()]


async def test_adding_somebody_and_putting_them_on_call_works_as_it_is_written(db: str) -> None:
    async with transaction() as session:
        for statement in statements("INSERT INTO people"):
            await session.execute(text(statement.replace(":", "\\:")))

    async with transaction() as session:
        assert await people.sign_in(session, "first.last@example.org", "a first password")
        team = await people.team_by_code(session, "demo")
        at_night = clock.now().replace(year=2026, month=12, day=1, hour=23)
        on_call = await rota.on_call(session, team.id, at_night)
    assert "First Last" in [person.name for person in on_call["on_call"]]


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
