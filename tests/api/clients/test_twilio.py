"""What can go wrong on the way to Twilio, and what we make of it."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from api import outbox
from api.clients import twilio
from api.clients.carrier import CarrierError, Text
from tests.harness.line import CARER, LINE, configure
from tests.harness.ports import free_port

WORDS = "he is grey and cold"
TEXT = Text(CARER, LINE, WORDS, "https://line.example/status/1")
Answer = Callable[[web.Request], Awaitable[web.Response]]


@pytest.fixture
async def answering(fresh_client: None) -> AsyncIterator[Callable[[Answer], Awaitable[None]]]:
    """Make the carrier answer so."""
    servers = []

    async def start(answer: Answer) -> None:
        app = web.Application()
        app.router.add_post("/{rest:.*}", answer)
        server = TestServer(app)
        await server.start_server()
        servers.append(server)
        configure(twilio_api_url=str(server.make_url("")))

    yield start
    await twilio.disconnect()
    for server in servers:
        await server.close()


def always(status: int, body: Any) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        if isinstance(body, str):
            return web.Response(status=status, text=body, content_type="text/html")
        return web.json_response(body, status=status)

    return answer


async def refused() -> CarrierError:
    with pytest.raises(CarrierError) as caught:
        await twilio.send_text(TEXT)
    return caught.value


@pytest.mark.parametrize("body", ["<html>not JSON</html>", [], {"sid": None}, {}, None])
async def test_an_answer_that_cannot_be_read_is_handed_over_again(answering: Any, body: Any) -> None:
    await answering(always(201, body))
    error = await refused()
    assert (error.status, error.worth_retrying) == (None, True)


@pytest.mark.parametrize(
    ("status", "body", "code", "retry"),
    [
        (503, "<html>busy</html>", 503, True),
        (503, {"code": 20503, "message": "x", "more_info": "x", "status": 503}, 20503, True),
        (429, {"code": 20429, "message": "x", "more_info": "x", "status": 429}, 20429, True),
        (400, {"code": 21211, "message": f"Invalid 'To': {CARER}", "more_info": "x", "status": 400}, 21211, False),
        (401, {"code": 20003, "message": "Authenticate", "more_info": "x", "status": 401}, 20003, False),
        (500, {"type": "about:blank", "title": "x", "status": 500, "code": 20500}, 20500, True),
        (400, {"type": "about:blank", "title": "x", "status": 400, "code": 21211}, 21211, False),
        (307, "", 307, False),
    ],
)
async def test_a_refusal_is_read(answering: Any, status: int, body: Any, code: int, retry: bool) -> None:
    await answering(always(status, body))
    error = await refused()
    assert (error.status, error.code, error.worth_retrying) == (status, code, retry)


async def test_an_opted_out_number_is_recognised(answering: Any) -> None:
    await answering(always(400, {"code": 21610, "message": "x", "more_info": "x", "status": 400}))
    error = await refused()
    assert error.opted_out
    assert not error.worth_retrying


async def test_a_carrier_that_does_not_answer_is_given_up_and_tried_again(
    answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_request: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    monkeypatch.setattr(twilio, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    await answering(never)
    assert (await refused()).worth_retrying


async def test_a_carrier_that_is_not_there_is_tried_again(fresh_client: None) -> None:
    configure(twilio_api_url=f"http://127.0.0.1:{free_port()}")
    assert (await refused()).worth_retrying


def test_we_give_up_before_the_sweep_hands_the_text_over_again() -> None:
    assert twilio.TIMEOUT.total is not None
    assert twilio.TIMEOUT.total < outbox.LEASE.total_seconds()


async def test_one_connection_serves_text_after_text(answering: Any) -> None:
    connections = set()

    async def answer(request: web.Request) -> web.Response:
        connections.add(request.transport)
        return web.json_response({"sid": "SM1"}, status=201)

    await answering(answer)
    for _ in range(5):
        await twilio.send_text(TEXT)
    assert len(connections) == 1


async def test_the_address_is_the_settings_whatever_the_environment_says(
    answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    await answering(always(201, {"sid": "SM1"}))
    assert await twilio.send_text(TEXT) == "SM1"


async def test_neither_number_nor_words_reach_a_log_or_a_traceback(
    answering: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("twilio", "twilio.async_http_client", "twilio.http_client", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    await answering(
        always(400, {"code": 21211, "message": f"Invalid: {CARER} {WORDS}", "more_info": "", "status": 400})
    )

    error = await refused()

    told = caplog.text + "".join(traceback.format_exception(error))
    for secret in (CARER, CARER[1:], WORDS):
        assert secret not in told
