"""`/v1/conversations/{id}/place`: where a carer is, for the assistant's actions, never more than a district."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text

from api.audit.models import AuditEntry
from api.database import transaction
from api.people.rules import Scope
from tests.api.conversations.test_v1 import QUIET, code
from tests.harness import seeds
from tests.harness.line import Line

WHOLE = "ol4 1ty"  # Letters that no id has.


@pytest.fixture
async def place(line: Line) -> str:
    """The path of the place of a carer who has said nothing of it."""
    return path_of(await seeds.carer_writes(QUIET))


@pytest.fixture
async def actions(line: Line) -> dict[str, str]:
    """The headers of the assistant's actions."""
    return await seeds.token(Scope.CONVERSATIONS_READ, Scope.CONVERSATIONS_WRITE)


def path_of(conversation_id: UUID) -> str:
    return f"/v1/conversations/{conversation_id}/place"


async def test_a_place_is_empty_until_it_is_told_and_then_there(
    client: httpx.AsyncClient, place: str, actions: dict[str, str]
) -> None:
    assert (await client.get(place, headers=actions)).json() == {"nation": None, "district": None}
    told = await client.put(place, json={"said": "its EH1 2AB"}, headers=actions)
    assert (told.status_code, told.json()) == (200, {"nation": "scotland", "district": "EH1"})
    assert (await client.get(place, headers=actions)).json() == told.json()


async def test_a_border_district_waits_for_its_nation(
    client: httpx.AsyncClient, place: str, actions: dict[str, str]
) -> None:
    border = await client.put(place, json={"said": "CH4 8RD"}, headers=actions)
    assert border.json() == {"nation": None, "district": "CH4"}
    whole = await client.put(place, json={"said": "in wales"}, headers=actions)
    assert whole.json() == {"nation": "wales", "district": "CH4"}


async def test_what_names_no_place_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, place: str, actions: dict[str, str]
) -> None:
    await client.put(place, json={"said": "fife"}, headers=actions)
    for said in ("rather not say", "OL4 or M35", "OL4 in wales", "JE2 3AB"):
        answer = await client.put(place, json={"said": said}, headers=actions)
        assert (answer.status_code, code(answer)) == (422, "invalid")
        assert said not in answer.text
    assert (await client.get(place, headers=actions)).json() == {"nation": "scotland", "district": None}


@pytest.mark.parametrize("body", [{}, {"said": ""}, {"said": "x" * 1001}, {"said": "ol4\x00"}, {"said": "ol4", "x": 1}])
async def test_what_cannot_be_read_is_refused(
    client: httpx.AsyncClient, place: str, actions: dict[str, str], body: dict[str, object]
) -> None:
    answer = await client.put(place, json=body, headers=actions)
    assert (answer.status_code, code(answer)) == (422, "invalid")


async def test_only_whoever_may_read_reads_and_whoever_may_write_writes(client: httpx.AsyncClient, place: str) -> None:
    for method, scope in (("GET", Scope.CONVERSATIONS_READ), ("PUT", Scope.CONVERSATIONS_WRITE)):
        others = await seeds.token(*(other for other in Scope if other != scope))
        refused = await client.request(method, place, json={"said": "fife"}, headers=others)
        assert (refused.status_code, code(refused)) == (403, "forbidden")
        nobody = await client.request(method, place, json={"said": "fife"})
        assert (nobody.status_code, code(nobody)) == (401, "not_signed_in")


async def test_a_conversation_that_does_not_exist_has_no_place(
    client: httpx.AsyncClient, actions: dict[str, str]
) -> None:
    nowhere = path_of(uuid4())
    for answer in (
        await client.get(nowhere, headers=actions),
        await client.put(nowhere, json={"said": "fife"}, headers=actions),
    ):
        assert (answer.status_code, code(answer)) == (404, "not_found")


async def test_both_go_on_record_without_the_place_and_a_whole_postcode_is_kept_nowhere(
    client: httpx.AsyncClient, place: str, actions: dict[str, str]
) -> None:
    await client.put(place, json={"said": WHOLE}, headers=actions)
    await client.get(place, headers=actions)
    async with transaction() as session:
        found = select(AuditEntry.action, AuditEntry.detail).where(AuditEntry.subject_kind == "conversation")
        entries = [tuple(row) for row in (await session.execute(found.order_by(AuditEntry.seq))).all()]
        kept = (await session.execute(text("SELECT conversations::text FROM conversations"))).scalar_one()
        entire = text("SELECT string_agg(audit_entries::text, ' ') FROM audit_entries")
        logged = str((await session.execute(entire)).scalar_one())
    assert entries == [("kept_place", {"nation": True, "district": True}), ("read_place", {})]
    assert "OL4" in kept
    for said in (kept, logged):
        assert "1ty" not in said.lower()
    assert "OL4" not in logged
