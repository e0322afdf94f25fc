"""The description of `/v1` (OpenAPI) is valid and whole, and what `/v1` answers is what it says."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.main import create_app
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import Line

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PROBLEM = "application/problem+json"
CHANGE_NOTHING = {"POST /v1/guides/{code}/next", "POST /v1/token"}  # Asked with a body, and so with POST.


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The description, without the server."""
    return create_app().openapi()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in described["paths"].items():
        if path.startswith("/v1/"):
            for method, operation in item.items():
                yield f"{method.upper()} {path}", operation


def test_every_operation_says_what_it_is_for_and_how_it_may_fail(described: dict[str, Any]) -> None:
    found = dict(operations(described))
    assert len(found) >= 5
    for name, operation in found.items():
        assert operation["description"], name
        assert operation["security"], name
        for status in ("401", "403", "422"):
            assert PROBLEM in operation["responses"][status]["content"], (name, status)
        if "{" in name or name.startswith("POST"):
            assert PROBLEM in operation["responses"]["404"]["content"], name
        if name.startswith("POST") and name not in CHANGE_NOTHING:
            assert PROBLEM in operation["responses"]["409"]["content"], name
    assert found["POST /v1/escalations"]["responses"]["200"], "a repeat is described"


def test_the_description_itself_is_valid(described: dict[str, Any]) -> None:
    schemathesis.openapi.from_dict(described).validate()


def test_an_invalid_description_would_be_noticed(described: dict[str, Any]) -> None:
    broken = described | {"paths": {"/v1/x": {"get": {"responses": "none"}}}}
    with pytest.raises(Exception, match="responses"):
        schemathesis.openapi.from_dict(broken).validate()


async def test_whoever_may_call_may_read_the_description(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/openapi.json", headers=await seeds.token())
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Nightlight"


@pytest.mark.slow
async def test_whatever_is_sent_the_answer_is_one_that_is_described(line: Line) -> None:
    """Hundreds of odd requests made up from the whole description, some of them about things that are really there.

    Carriers' webhooks have no description of their answers: unsigned as these are, they must be refused and no more.
    Nothing need be left out: no route of the description rings or texts anybody while no worker runs.
    """
    headers = await seeds.token(*Scope)
    escalation = await seeds.escalation(await seeds.crisis())
    tried: list[int] = []
    new = {"url": "https://hospice.example/hook", "events": ["task.*"]}
    endpoint = (await line.client.post("/v1/webhooks/endpoints", json=new, headers=headers)).json()
    real = {
        "escalation_id": str(escalation.id),
        "conversation_id": str(escalation.conversation_id),
        "endpoint_id": endpoint["id"],
    }
    schema = schemathesis.openapi.from_dict(create_app().openapi())

    def run() -> None:
        for found in schema.get_all_operations():
            operation = found.ok()  # type: ignore[union-attr]  # A description that cannot be read fails here.
            is_ours = operation.path.startswith("/v1/")
            attack(operation.as_strategy(), CHECKS if is_ours else [not_a_server_error])

    def attack(cases: Any, checks: list[Any]) -> None:
        @how(max_examples=8, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def one(case: Any) -> None:
            case.path_parameters = {name: real.get(name, value) for name, value in (case.path_parameters or {}).items()}
            if isinstance(case.body, dict) and "conversation_id" in case.body and len(str(case.body)) % 2:
                case.body["conversation_id"] = real["conversation_id"]
            answer = case.call_and_validate(base_url=line.url, headers=headers, checks=checks, timeout=60)
            tried.append(answer.status_code)

        one()

    await asyncio.to_thread(run)
    assert len(tried) >= 200
    assert {200, 201, 403, 404, 422} <= set(tried), "the requests reach what is there, what is not, and what is refused"
