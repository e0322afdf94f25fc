"""`/v1/webhooks`: endpoints as their owners keep them."""

import httpx
import pytest

from api.people.rules import Scope
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
