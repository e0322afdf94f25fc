"""`/v1/guides`: a guide walked through as the assistant does, who may, and what is refused."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from httpx import ASGITransport
from typer.testing import CliRunner

from api import clock, commands, settings
from api.errors import BadData
from api.guides import service
from api.main import create_app
from api.people.rules import Scope
from tests.api.guides.examples import example
from tests.harness import seeds

NEXT = "/v1/guides/example/next"
AFTER = datetime(2027, 4, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def one_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example is the only guide there is."""
    monkeypatch.setattr(service, "guides", lambda: {"example": example()})


@pytest.fixture
async def assistant(db: str, one_guide: None) -> AsyncIterator[httpx.AsyncClient]:
    """A program that may ask for guides."""
    headers = await seeds.token(Scope.GUIDES_READ)
    address = settings.get().public_url
    async with httpx.AsyncClient(transport=ASGITransport(create_app()), base_url=address, headers=headers) as client:
        yield client


@pytest.fixture
def after() -> Iterator[None]:
    """The year in which the amounts held is over."""
    clock.reset()
    clock.move(AFTER - clock.now())
    yield
    clock.reset()


async def step(assistant: httpx.AsyncClient, finish: bool = False, **facts: str) -> dict[str, Any]:
    answer = await assistant.post(NEXT, json={"facts": facts, "finish": finish})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_guides_are_listed_with_the_needs_that_begin_them(assistant: httpx.AsyncClient) -> None:
    found = (await assistant.get("/v1/guides")).json()
    listed = {"code": "example", "title": "What to claim first", "begins": ["benefits_carer", "benefits_disability"]}
    assert found == {"guides": [listed | {"already": {}}]}


async def test_a_guide_is_walked_through_to_its_end(assistant: httpx.AsyncClient) -> None:
    first = await step(assistant)
    assert set(first) == {"ask"}
    assert (first["ask"]["code"], first["ask"]["reads"]) == ("nation", "nation")
    assert first["ask"]["options"]["wales"] == ["3"]
    assert set(first["ask"]["words"]) == {"sms", "web", "voice"}

    second = await step(assistant, nation="wales")
    assert second["ask"]["options"]["child"] == ["1", "under 16", "child", "a kid"]

    last = await step(assistant, nation="wales", age="child")
    assert set(last) == {"end"}
    assert [one["id"] for one in last["end"]] == ["child_rules", "council"]
    assert last["end"][1]["words"]["sms"] == "Ask the council."


async def test_a_guide_can_be_ended_early(assistant: httpx.AsyncClient) -> None:
    assert [one["id"] for one in (await step(assistant, finish=True))["end"]] == ["otherwise"]


@pytest.mark.parametrize(
    "body",
    [
        {"facts": {"nation": "france"}},
        {"facts": {"shoes": "yes"}},
        {"facts": {"nation": 1}},
        {"facts": {str(number): "yes" for number in range(7)}},
        {"facts": {}, "said": "her own words"},
        {"finish": "perhaps"},
        [],
    ],
    ids=str,
)
async def test_what_makes_no_sense_is_refused(assistant: httpx.AsyncClient, body: object) -> None:
    answer = await assistant.post(NEXT, json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_a_guide_that_is_not_there_is_not_found(assistant: httpx.AsyncClient) -> None:
    answer = await assistant.post("/v1/guides/none/next", json={"facts": {}})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_only_a_token_with_the_scope_may_ask(assistant: httpx.AsyncClient) -> None:
    wrong = await seeds.token(Scope.DIRECTORY_READ)
    for headers, status in ((wrong, 403), ({"Authorization": ""}, 401)):
        assert (await assistant.get("/v1/guides", headers=headers)).status_code == status
        assert (await assistant.post(NEXT, json={}, headers=headers)).status_code == status


def test_the_assistants_own_token_holds_the_scope() -> None:
    assert Scope.GUIDES_READ in commands.ACTIONS_SCOPES


async def test_the_log_warns_once_of_a_statement_that_is_out_of_date(
    assistant: httpx.AsyncClient, after: None, capsys: pytest.CaptureFixture[str]
) -> None:
    service._warn.cache_clear()
    for _ in range(2):
        last = await step(assistant, nation="wales", age="working_age", very_ill="yes")
        assert "Ask the adviser how much" in last["end"][0]["words"]["sms"]
    rows = [json.loads(row) for row in capsys.readouterr().err.splitlines()]
    warned = [row for row in rows if row["event"] == "guide_statement_out_of_date"]
    assert [(row["guide"], row["statement"], row["level"]) for row in warned] == [("example", "quick_rules", "warning")]


def test_the_command_lists_what_is_past_its_date(one_guide: None, after: None) -> None:
    result = CliRunner().invoke(commands.app, ["guides", "check"])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "past        example:quick_rules                     not said since 2027-04-05: carers get its `instead`",
        "1 to look at.",
    ]


def test_the_command_says_which_file_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BadData("guides/example.yml: no [owner]")

    monkeypatch.setattr(service, "guides", broken)
    result = CliRunner().invoke(commands.app, ["guides", "check"])
    assert result.exit_code == 1
    assert "guides/example.yml: no [owner]" in result.output
