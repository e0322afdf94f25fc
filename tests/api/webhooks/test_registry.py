"""`/v1/webhooks`: endpoints as their owners keep them."""

import asyncio
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner

from api import commands, database
from api.database import transaction
from api.people.rules import Scope
from api.webhooks.models import Delivery
from api.webhooks.rules import DeliveryState
from tests.api.webhooks.conftest import URL, Program
from tests.harness import seeds

NEW = {"url": URL, "events": ["escalation.*"]}
PATH = "/v1/webhooks/endpoints"


async def test_an_endpoint_is_made_read_changed_and_removed(owner: httpx.AsyncClient, program: Program) -> None:
    made = (await owner.post(PATH, json=NEW | {"team": "demo"})).json()
    assert made["secret"].startswith("whsec_")
    assert (await owner.post(PATH, json=NEW | {"team": "demo"})).status_code == 409, "it is there"
    assert (await owner.post(PATH, json=NEW)).status_code == 201, "another one, for the whole installation"

    found = await owner.get(f"{PATH}/{made['id']}")
    assert "secret" not in found.json()
    change, if_match = {"events": ["task.done"]}, {"If-Match": found.headers["etag"]}
    changed = await owner.patch(f"{PATH}/{made['id']}", json=change, headers=if_match)
    assert changed.json()["events"] == ["task.done"]
    assert (await owner.patch(f"{PATH}/{made['id']}", json=change, headers=if_match)).status_code == 412
    assert len((await owner.get(PATH)).json()["items"]) == 2
    assert (await owner.delete(f"{PATH}/{made['id']}", headers=if_match)).status_code == 412
    assert (await owner.delete(f"{PATH}/{made['id']}")).status_code == 204
    assert (await owner.get(f"{PATH}/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "http://hospice.example/hook"},
        {"url": "https://127.0.0.1/hook"},
        {"url": "https://169.254.169.254/latest/meta-data"},
        {"events": []},
        {"events": ["everything"]},
        {"team": "nowhere"},
    ],
)
async def test_what_may_not_be_told_is_refused(owner: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    answer = await owner.post(PATH, json=NEW | wrong)
    assert answer.status_code == (404 if "team" in wrong else 422), answer.text


async def test_the_scope_is_needed(client: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.ESCALATIONS_READ, Scope.ESCALATIONS_WRITE)
    assert (await client.post(PATH, json=NEW, headers=headers)).status_code == 403
    assert (await client.get("/v1/webhooks/deliveries", headers=headers)).status_code == 403


async def test_an_operator_sees_what_failed_and_tries_it_again(owner: httpx.AsyncClient, program: Program) -> None:
    made = (await owner.post(PATH, json=NEW)).json()
    delivery = (await owner.post(f"{PATH}/{made['id']}/test")).json()
    async with transaction() as session:
        (await session.get_one(Delivery, UUID(delivery["id"]))).state = DeliveryState.FAILED

    async def api(*words: str) -> str:
        await database.disconnect()  # The command opens and closes its own connections.
        done = await asyncio.to_thread(CliRunner().invoke, commands.app, ["webhooks", *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    listed = await api("failed")
    assert delivery["id"] in listed
    assert "1 failed." in listed
    assert "1 are tried again." in await api("replay", "--endpoint", made["id"])
    assert "0 failed." in await api("failed")
