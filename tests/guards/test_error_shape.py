"""One shape for every error that a program may see: RFC 9457, `application/problem+json`.

It has `type`, `title`, `status`, `detail` in words and `code` for programs; `api/errors.py` shows one.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import uuid4

import httpx
import pytest
from fastapi import Body, FastAPI
from httpx import ASGITransport

from api import errors, settings
from api.errors import NightlightError
from api.main import create_app
from api.people.rules import Scope
from tests.harness import seeds

MEMBERS = {"type", "title", "status", "detail", "code"}
WORDS = "hes stopped breathing"


def add_faults(app: FastAPI) -> None:
    @app.get("/test/fault")
    async def fault() -> None:
        raise RuntimeError(WORDS)

    @app.get("/test/conflict")
    async def conflict() -> None:
        raise errors.Conflict("It is taken.", state="accepted")

    @app.get("/test/data")
    async def data() -> None:
        raise errors.BadData("north.yml: no ladder")

    @app.post("/test/body")
    async def body(number: Annotated[int, Body(embed=True)]) -> int:
        return number


@pytest.fixture
async def browser(db: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app()
    add_faults(app)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.get().public_url) as client:
        yield client


def shape(answer: httpx.Response) -> dict[str, Any]:
    """The problem, after its shape was checked."""
    assert answer.headers["content-type"] == errors.PROBLEM
    problem: dict[str, Any] = answer.json()
    assert set(problem) >= MEMBERS
    assert problem["type"] == "about:blank"
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]
    return problem


async def test_every_kind_of_error_has_the_one_shape(browser: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.CONVERSATIONS_READ)
    expected = [
        (await browser.get(f"/v1/escalations/{uuid4()}"), 401, "not_signed_in"),
        (await browser.get(f"/v1/escalations/{uuid4()}", headers=headers), 403, "forbidden"),
        (await browser.post("/twilio/sms", data={"Body": WORDS}), 403, "forbidden"),
        (await browser.get(f"/v1/conversations/{uuid4()}", headers=headers), 404, "not_found"),
        (await browser.get("/nowhere"), 404, "not_found"),
        (await browser.delete("/health/live"), 405, "method_not_allowed"),
        (await browser.get("/test/conflict"), 409, "conflict"),
        (await browser.get("/v1/conversations/no-id", headers=headers), 422, "invalid"),
        (await browser.post("/test/body", content=b"{"), 422, "invalid"),
        (await browser.get("/test/data"), 500, "bad_data"),
        (await browser.get("/test/fault"), 500, "internal"),
    ]
    for answer, status, code in expected:
        assert (answer.status_code, shape(answer)["code"]) == (status, code), answer.url


async def test_an_error_never_repeats_what_was_sent_or_what_went_wrong_inside(browser: httpx.AsyncClient) -> None:
    for answer in (
        await browser.get("/test/fault"),
        await browser.post("/test/body", json={"number": WORDS}),
        await browser.post("/twilio/sms", data={"Body": WORDS}),
        await browser.get("/test/data"),
    ):
        assert WORDS not in answer.text
        assert "Traceback" not in answer.text


async def test_a_refused_method_says_which_are_allowed(browser: httpx.AsyncClient) -> None:
    assert "GET" in (await browser.delete("/health/live")).headers["allow"]


async def test_more_members_stand_beside_the_usual_ones(browser: httpx.AsyncClient) -> None:
    assert shape(await browser.get("/test/conflict"))["state"] == "accepted"


def test_each_error_of_ours_has_a_status_and_a_code_of_its_own() -> None:
    kinds = NightlightError.__subclasses__()
    assert len(kinds) >= 6
    codes = [kind.code for kind in kinds if kind.__module__ == errors.__name__]
    assert len(codes) == len(set(codes))
    assert all(400 <= kind.status <= 599 for kind in kinds)
