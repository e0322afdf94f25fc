"""`/v1`, as other programs see it: who may call, what is made once, which moves are allowed, and what is never said."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from api import clock
from api.database import transaction
from api.escalations.models import Escalation, Found, Task, TimelineEvent
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import CARER, Line

QUIET = "can i get any money for looking after him"
PROBLEM = "application/problem+json"


@pytest.fixture
async def every_scope(line: Line) -> dict[str, str]:
    """The headers of a caller that may do everything, beside the key that makes a request repeatable."""
    return await seeds.token(*Scope) | {"Idempotency-Key": "a-key-of-a-test"}


@pytest.fixture
async def conversation(line: Line) -> UUID:
    """A conversation in which nobody is in danger."""
    return await seeds.carer_writes(QUIET)


def wanted(conversation_id: UUID, **more: Any) -> dict[str, Any]:
    return {
        "conversation_id": str(conversation_id),
        "category": "human_request",
        "summary": "asked for a person",
        **more,
    }


def code(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return str(problem["code"])


async def how_many(model: type) -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def test_an_escalation_is_made_once_for_a_key(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    first = await client.post("/v1/escalations", json=wanted(conversation), headers=every_scope)
    again = await client.post("/v1/escalations", json=wanted(conversation), headers=every_scope)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["state"] == "waiting"
    assert first.json()["priority"] == "P2"
    assert await how_many(Escalation) == 1
    assert await how_many(Found) == 1


async def test_the_same_request_ten_times_at_once_makes_one(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    answers = await asyncio.gather(
        *(client.post("/v1/escalations", json=wanted(conversation), headers=every_scope) for _ in range(10))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.text for answer in answers}) == 1
    assert await how_many(Found) == 1


async def test_a_key_is_good_for_one_request_only(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    await client.post("/v1/escalations", json=wanted(conversation), headers=every_scope)
    other = await client.post("/v1/escalations", json=wanted(conversation, summary="else"), headers=every_scope)
    task = {"conversation_id": str(conversation), "kind": "call_back", "reason": "x"}
    elsewhere = await client.post("/v1/tasks", json=task, headers=every_scope)

    assert (other.status_code, code(other)) == (409, "conflict")
    assert (elsewhere.status_code, code(elsewhere)) == (409, "conflict")


async def test_two_callers_may_use_the_same_key(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    other_caller = every_scope | await seeds.token(*Scope)
    first = await client.post("/v1/escalations", json=wanted(conversation), headers=every_scope)
    second = await client.post("/v1/escalations", json=wanted(conversation), headers=other_caller)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"], "one carer has one open escalation"


async def test_a_priority_may_be_raised_and_never_lowered(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    low = await client.post("/v1/escalations", json=wanted(conversation, priority="P3"), headers=every_scope)
    assert low.json()["priority"] == "P2"

    key = {"Idempotency-Key": "another-key"}
    high = await client.post("/v1/escalations", json=wanted(conversation, priority="P0"), headers=every_scope | key)
    assert high.json()["priority"] == "P0"


@pytest.mark.parametrize(
    "change",
    [
        {"category": "no_such_category"},
        {"priority": "P9"},
        {"conversation_id": "not-an-id"},
        {"summary": "x" * 201},
        {"summary": "a null \x00 byte"},
        {"surprise": "an unknown member"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_what_cannot_be_read_is_refused_and_nothing_is_made(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID, change: dict[str, str]
) -> None:
    answer = await client.post("/v1/escalations", json=wanted(conversation) | change, headers=every_scope)

    assert (answer.status_code, code(answer)) == (422, "invalid")
    assert await how_many(Escalation) == 0


async def test_a_request_without_a_key_is_refused(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    del every_scope["Idempotency-Key"]
    answer = await client.post("/v1/escalations", json=wanted(conversation), headers=every_scope)
    assert (answer.status_code, code(answer)) == (422, "invalid")


async def test_what_does_not_exist_is_not_found(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    nothing = uuid4()
    answers = [
        await client.post("/v1/escalations", json=wanted(nothing), headers=every_scope),
        await client.post("/v1/escalations", json=wanted(conversation, message_id=str(nothing)), headers=every_scope),
        await client.get(f"/v1/escalations/{nothing}", headers=every_scope),
        await client.get(f"/v1/conversations/{nothing}", headers=every_scope),
        await client.get("/v1/nowhere", headers=every_scope),
    ]
    assert [(answer.status_code, code(answer)) for answer in answers] == [(404, "not_found")] * len(answers)
    assert await how_many(Escalation) == 0


async def test_another_carers_message_cannot_be_given_as_the_reason(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    await seeds.crisis("+447700900077")
    async with transaction() as session:
        other = (await session.execute(select(Found.message_id))).scalar_one()

    answer = await client.post("/v1/escalations", json=wanted(conversation, message_id=str(other)), headers=every_scope)
    assert (answer.status_code, code(answer)) == (404, "not_found")


CALLS = [
    ("POST", "/v1/escalations", Scope.ESCALATIONS_WRITE),
    ("GET", f"/v1/escalations/{uuid4()}", Scope.ESCALATIONS_READ),
    ("POST", f"/v1/escalations/{uuid4()}/moves", Scope.ESCALATIONS_WRITE),
    ("POST", f"/v1/escalations/{uuid4()}/answers", Scope.ESCALATIONS_WRITE),
    ("POST", "/v1/tasks", Scope.TASKS_WRITE),
    ("GET", f"/v1/conversations/{uuid4()}", Scope.CONVERSATIONS_READ),
]


async def test_nobody_calls_without_a_good_token(client: httpx.AsyncClient) -> None:
    now = clock.now()
    ended = await seeds.token(*Scope, expires_at=now)
    revoked = await seeds.token(*Scope, revoked_at=now - timedelta(days=1))
    made_up = {"Authorization": "Bearer made-up"}
    wrong_kind = {"Authorization": "Basic " + ended["Authorization"].partition(" ")[2]}
    for method, path, _ in [*CALLS, ("GET", "/v1/openapi.json", None)]:
        for headers in ({}, made_up, wrong_kind, ended, revoked):
            answer = await client.request(method, path, headers=headers)
            assert (answer.status_code, code(answer)) == (401, "not_signed_in"), (path, headers)


async def test_a_token_does_what_its_scopes_say_and_nothing_else(client: httpx.AsyncClient) -> None:
    for method, path, scope in CALLS:
        others = await seeds.token(*(other for other in Scope if other != scope))
        answer = await client.request(method, path, headers=others)
        assert (answer.status_code, code(answer)) == (403, "forbidden"), path
        assert scope in answer.json()["detail"]


async def test_a_token_ends_when_it_says(client: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.ESCALATIONS_READ, expires_at=clock.now() + timedelta(minutes=5))
    assert (await client.get(f"/v1/escalations/{uuid4()}", headers=headers)).status_code == 404
    clock.move(timedelta(minutes=6))
    assert (await client.get(f"/v1/escalations/{uuid4()}", headers=headers)).status_code == 401


async def test_accepted_contacted_resolved_and_each_on_the_timeline(
    client: httpx.AsyncClient, every_scope: dict[str, str]
) -> None:
    escalation_id, nurse = await seeds.crisis(), await seeds.nurse("Demo Nurse One")
    where, by = f"/v1/escalations/{escalation_id}/moves", {"person_id": str(nurse.id)}

    states = []
    for move in (
        {"to": "accepted"},
        {"to": "contacted"},
        {"to": "resolved", "outcome": "advice_given", "note": "calm"},
    ):
        answer = await client.post(where, json=move | by, headers=every_scope)
        assert answer.status_code == 200
        states.append(answer.json()["state"])
    assert states == ["accepted", "contacted", "resolved"]

    read = (await client.get(f"/v1/escalations/{escalation_id}", headers=every_scope)).json()
    assert read["outcome"] == "advice_given"
    assert read["accepted_at"] <= read["contacted_at"] <= read["resolved_at"]
    async with transaction() as session:
        found = select(TimelineEvent.kind, TimelineEvent.actor).where(TimelineEvent.escalation_id == escalation_id)
        lines = [tuple(row) for row in (await session.execute(found.order_by(TimelineEvent.seq))).all()]
    assert lines[1:] == [(state, f"staff:{nurse.id}") for state in states]


async def test_a_refused_move_is_a_conflict_and_says_what_is_possible(
    client: httpx.AsyncClient, every_scope: dict[str, str]
) -> None:
    escalation_id, nurse = await seeds.crisis(), await seeds.nurse("Demo Nurse One")
    where, by = f"/v1/escalations/{escalation_id}/moves", {"person_id": str(nurse.id)}

    early = await client.post(where, json={"to": "contacted"} | by, headers=every_scope)
    assert (early.status_code, code(early)) == (409, "conflict")
    assert "accepted, resolved, unreached" in early.json()["detail"]
    assert early.json()["state"] == "waiting"

    await client.post(
        where, json={"to": "resolved", "outcome": "no_help_needed", "note": "a slip"} | by, headers=every_scope
    )
    late = await client.post(where, json={"to": "accepted"} | by, headers=every_scope)
    assert late.status_code == 409
    assert "can become: nothing" in late.json()["detail"]


@pytest.mark.parametrize(
    "move", [{}, {"outcome": "advice_given"}, {"note": "why"}, {"outcome": "advice_given", "note": " "}]
)
async def test_nothing_is_closed_without_an_outcome_and_a_reason(
    client: httpx.AsyncClient, every_scope: dict[str, str], move: dict[str, str]
) -> None:
    escalation_id, nurse = await seeds.crisis(), await seeds.nurse("Demo Nurse One")
    body = {"to": "resolved", "person_id": str(nurse.id)} | move
    answer = await client.post(f"/v1/escalations/{escalation_id}/moves", json=body, headers=every_scope)

    assert (answer.status_code, code(answer)) == (422, "invalid")
    assert (await seeds.escalation(escalation_id)).state == "waiting"


async def test_only_a_person_who_works_here_can_take_it(client: httpx.AsyncClient, every_scope: dict[str, str]) -> None:
    escalation_id = await seeds.crisis()
    where = f"/v1/escalations/{escalation_id}/moves"
    answer = await client.post(where, json={"to": "accepted", "person_id": str(uuid4())}, headers=every_scope)
    assert (answer.status_code, code(answer)) == (404, "not_found")


async def test_a_task_is_made_once_and_raised_rather_than_doubled(
    client: httpx.AsyncClient, every_scope: dict[str, str], conversation: UUID
) -> None:
    body = {"conversation_id": str(conversation), "kind": "reply_by_person", "reason": "not understood twice"}
    first = await client.post("/v1/tasks", json=body, headers=every_scope)
    again = await client.post("/v1/tasks", json=body, headers=every_scope)
    more = await client.post("/v1/tasks", json=body, headers=every_scope | {"Idempotency-Key": "another-key"})

    assert [answer.status_code for answer in (first, again, more)] == [201, 200, 201]
    assert len({answer.json()["id"] for answer in (first, again, more)}) == 1
    assert first.json()["state"] == "open"
    assert await how_many(Task) == 1


async def test_a_conversation_says_nothing_of_the_carer(client: httpx.AsyncClient, every_scope: dict[str, str]) -> None:
    escalation_id = await seeds.crisis()
    conversation_id = (await seeds.escalation(escalation_id)).conversation_id
    answer = await client.get(f"/v1/conversations/{conversation_id}", headers=every_scope)
    alone = await client.get(f"/v1/escalations/{escalation_id}", headers=every_scope)

    assert answer.json()["channel"] == "sms"
    assert set(answer.json()["team"]) == {"name", "phone"}
    assert answer.json()["open_escalation"] == alone.json()
    for said in (CARER, CARER[-6:], "stopped"):
        assert said not in answer.text
        assert said not in alone.text
