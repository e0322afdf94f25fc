"""`/v1` lists: a piece at a time, narrowed, read again cheaply, and never another team's."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from api import clock, cursors
from api.database import transaction
from api.errors import Invalid
from api.escalations import tasks
from api.escalations.jobs import climb
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from api.main import create_app
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.stand_in import Carrier

PHONES = [f"+4477009000{number:02}" for number in range(10, 15)]


async def test_a_list_is_read_a_piece_at_a_time_whatever_is_added_meanwhile(client: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.ESCALATIONS_READ)
    made = []
    for phone in PHONES[:4]:
        made.append(str(await seeds.crisis(phone)))
        clock.move(timedelta(seconds=1))

    first = (await client.get("/v1/escalations?limit=2", headers=headers)).json()
    await seeds.crisis(PHONES[4])
    second = (await client.get("/v1/escalations", params={"limit": 2, "cursor": first["next"]}, headers=headers)).json()

    assert [row["id"] for row in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    wrong = await client.get("/v1/escalations?cursor=bm9uZQ==", headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("cursor", ["", "x", "bm9uZQ==", "ü", "MjAyNnwx", "MjAyNi0xMS0yNnxh"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        cursors.read(cursor)


async def test_a_list_is_narrowed(client: httpx.AsyncClient, carrier: Carrier) -> None:
    headers = await seeds.token(*Scope)
    escalation_id = await seeds.crisis()
    await climb(escalation_id)
    escalation = await seeds.escalation(escalation_id)
    async with transaction() as session:
        await tasks.add(session, escalation.conversation_id, escalation.team_id, TaskKind.CALL_BACK, "ring")

    async def count(path: str) -> int:
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    soon = (clock.now() + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert await count("/v1/escalations?state=waiting&state=accepted&priority=P0&team=demo") == 1
    assert await count("/v1/escalations?state=resolved") == 0
    assert await count(f"/v1/escalations?since={soon}") == 0
    assert await count(f"/v1/escalations?until={soon}&conversation_id={escalation.conversation_id}") == 1
    assert await count(f"/v1/pages?escalation_id={escalation_id}&state=open") >= 1
    assert await count(f"/v1/pages?person_id={uuid4()}") == 0
    assert await count("/v1/tasks?state=open&kind=call_back") == 1
    assert await count("/v1/tasks?state=done") == 0
    assert await count("/v1/conversations?channel=sms&mode=assistant&state=open") == 1
    assert await count("/v1/conversations?state=closed") == 0
    for path in ("/v1/escalations?nonsense=1", "/v1/tasks?limit=101", "/v1/pages?state=x", "/v1/conversations?limit=0"):
        assert (await client.get(path, headers=headers)).status_code == 422, path
    for path in ("/v1/pages", "/v1/tasks"):
        (row,) = (await client.get(f"{path}?limit=1", headers=headers)).json()["items"]
        assert (await client.get(f"{path}/{row['id']}", headers=headers)).json() == row
        assert (await client.get(f"{path}/{uuid4()}", headers=headers)).status_code == 404


async def test_what_has_not_changed_is_not_sent_again_and_what_has_is_not_changed_blindly(
    client: httpx.AsyncClient,
) -> None:
    headers = await seeds.token(*Scope)
    escalation_id = await seeds.crisis()
    nurse = await seeds.nurse("Demo Nurse One")
    path = f"/v1/escalations/{escalation_id}"
    tag = (await client.get(path, headers=headers)).headers["etag"]

    for sent in (tag, f"W/{tag}", f'"other", {tag}'):
        same = await client.get(path, headers=headers | {"If-None-Match": sent})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    of_list = (await client.get("/v1/escalations", headers=headers)).headers["etag"]
    again = await client.get("/v1/escalations", headers=headers | {"If-None-Match": of_list})
    assert again.status_code == 304

    move = {"to": "accepted", "person_id": str(nurse.id)}
    taken = await client.post(f"{path}/moves", json=move, headers=headers | {"If-Match": tag})
    assert taken.status_code == 200
    late = await client.post(f"{path}/moves", json=move | {"to": "contacted"}, headers=headers | {"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert (await client.get(path, headers=headers)).json()["state"] == "accepted"
    changed = await client.get("/v1/escalations", headers=headers | {"If-None-Match": of_list})
    assert changed.status_code == 200
    any_state = headers | {"If-Match": "*"}
    assert (await client.post(f"{path}/moves", json=move | {"to": "contacted"}, headers=any_state)).status_code == 200


async def test_another_teams_program_finds_nothing_of_ours(client: httpx.AsyncClient, carrier: Carrier) -> None:
    """Every route of `/v1` that has an id in its path, and every list. A new one must be told how to be asked."""
    headers = await seeds.token(*Scope, team_id=(await seeds.other_team()).id)
    headers |= {"Idempotency-Key": "a-key-of-theirs"}
    ids = await _ours(carrier)
    nurse, message = str((await seeds.nurse("Demo Nurse One")).id), str(uuid4())
    bodies = {
        "/moves": {"to": "accepted", "person_id": nurse},
        "/calls": {"person_id": nurse},
        "/done": {"person_id": nurse, "outcome": "spoke", "note": "Rung back"},
        "/answers": {"message_id": message, "topic": "pain"},
        "/place": {"said": "OL4"},
        "/numbers": {"message_id": message},
        "/texts": {"message_id": message, "number_message_id": message},
    }
    tried = 0
    for path, item in create_app().openapi()["paths"].items():
        for method in item:
            names = [name for name in ids if f"{{{name}}}" in path]
            if path.startswith("/v1") and names:
                address = path.replace(f"{{{names[0]}}}", ids[names[0]])
                body = bodies.get("/" + path.rsplit("/", 1)[1], {} if method == "patch" else None)
                answer = await client.request(method, address, json=body, headers=headers)
                assert answer.status_code == 404, (method, path, answer.text)
                tried += 1
    assert tried >= 15
    for path in ("escalations", "pages", "tasks", "conversations", "webhooks/endpoints", "webhooks/deliveries"):
        assert (await client.get(f"/v1/{path}", headers=headers)).json()["items"] == [], path
        assert (await client.get(f"/v1/{path}?team=demo", headers=headers)).status_code in {404, 422}
    for path, body in (
        ("escalations", {"conversation_id": ids["conversation_id"], "category": "human_request"}),
        ("tasks", {"conversation_id": ids["conversation_id"], "kind": "call_back", "reason": "x"}),
    ):
        assert (await client.post(f"/v1/{path}", json=body, headers=headers)).status_code == 404, path


async def _ours(carrier: Carrier) -> dict[str, str]:
    """The ids of one of each of our team's."""
    escalation_id = await seeds.crisis()
    await climb(escalation_id)
    escalation = await seeds.escalation(escalation_id)
    mine = await seeds.token(*Scope, team_id=escalation.team_id)
    async with transaction() as session:
        task = await tasks.add(session, escalation.conversation_id, escalation.team_id, TaskKind.CALL_BACK, "ring")
        assert (await session.execute(select(func.count()).select_from(Task))).scalar_one() >= 1
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(create_app()), base_url="http://line.test", headers=mine
    ) as own:
        page = (await own.get("/v1/pages")).json()["items"][0]["id"]
        new = {"url": "https://hospice.example/hook", "events": ["task.*"]}
        endpoint = (await own.post("/v1/webhooks/endpoints", json=new)).json()["id"]
        delivery = (await own.post(f"/v1/webhooks/endpoints/{endpoint}/test")).json()["id"]
    ids: dict[str, UUID | str] = {
        "escalation_id": escalation_id,
        "conversation_id": escalation.conversation_id,
        "page_id": page,
        "task_id": task.id,
        "endpoint_id": endpoint,
        "delivery_id": delivery,
    }
    return {name: str(value) for name, value in ids.items()}


async def test_nothing_about_a_life_waits_and_everything_else_does(client: httpx.AsyncClient) -> None:
    conversation = str(await seeds.carer_writes("can i get any money for looking after him"))
    headers = await seeds.token(*Scope, per_minute=1)
    assert (await client.get("/v1/tasks", headers=headers)).status_code == 200
    refused = await client.get("/v1/tasks", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert 0 < int(refused.headers["retry-after"]) <= 60

    def asked(number: int, **more: str) -> dict[str, Any]:
        key = {"Idempotency-Key": f"a-key-{number}-of-a-test"}
        body = {"conversation_id": conversation, "category": "human_request", **more}
        return {"json": body, "headers": headers | key}

    assert (await client.post("/v1/escalations", **asked(1))).status_code == 429, "amber"
    for number in range(5):
        assert (await client.post("/v1/escalations", **asked(number, priority="P0"))).status_code in {200, 201}
    moves = f"/v1/escalations/{(await seeds.escalation(await seeds.crisis())).id}/moves"
    nurse = await seeds.nurse("Demo Nurse One")
    taken = await client.post(moves, json={"to": "accepted", "person_id": str(nurse.id)}, headers=headers)
    assert taken.status_code == 200
