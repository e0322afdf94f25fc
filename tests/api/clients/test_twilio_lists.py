"""Reading Twilio's lists: page after page, only what was asked for, and our own error when it does not answer."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from api.clients import twilio
from api.clients.carrier import CarrierError, ListedCall
from tests.harness.line import CARER, LINE, configure

NOW = datetime(2026, 11, 26, 0, 5, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=10)


def call(number: int, minutes: int, status: str = "completed", direction: str = "inbound") -> dict[str, str]:
    begun = format_datetime(NOW - timedelta(minutes=minutes))
    return {
        "sid": f"CA{number:032}",
        "from": CARER,
        "to": LINE,
        "status": status,
        "direction": direction,
        "start_time": begun,
    }


PAGES = {
    "0": [call(1, 2, "in-progress"), call(2, 3, direction="outbound-api")],
    "1": [call(3, 9), call(4, 11), call(5, 700)],
}


@pytest.fixture
async def asked(fresh_client: None) -> AsyncIterator[list[dict[str, str]]]:
    """Twilio's list of calls in two pages. What it was asked for, once for each page."""
    questions: list[dict[str, str]] = []

    async def answer(request: web.Request) -> web.Response:
        questions.append(dict(request.query))
        page = request.query.get("Page", "0")
        more = f"{request.path}?Page=1&PageToken=PT1" if page == "0" else None
        return web.json_response({"calls": PAGES[page], "next_page_uri": more, "page": int(page), "page_size": 2})

    app = web.Application()
    app.router.add_get("/2010-04-01/Accounts/{account}/Calls.json", answer)
    async with TestServer(app) as server:
        configure(twilio_api_url=str(server.make_url("")))
        yield questions
        await twilio.disconnect()


async def test_calls_to_a_number_are_read_from_every_page_and_only_what_came_in_since(
    asked: list[dict[str, str]],
) -> None:
    found = await twilio.calls_to(LINE, SINCE)
    assert found == [
        ListedCall(f"CA{3:032}", CARER, LINE, "completed", NOW - timedelta(minutes=9)),
        ListedCall(f"CA{1:032}", CARER, LINE, "in-progress", NOW - timedelta(minutes=2)),
    ]
    assert [one.get("Page") for one in asked] == [None, "1"]
    assert (asked[0]["To"], asked[0]["StartTime>"][:10]) == (LINE, "2026-11-25")


async def test_a_list_that_cannot_be_read_is_our_own_error(asked: list[dict[str, str]]) -> None:
    configure(twilio_api_url="http://127.0.0.1:9")
    await twilio.disconnect()
    with pytest.raises(CarrierError) as refused:
        await twilio.calls_to(LINE, SINCE)
    assert refused.value.status is None


async def test_a_list_that_is_refused_says_with_which_status(fresh_client: None) -> None:
    async def unknown(_request: web.Request) -> web.Response:
        return web.json_response({"code": 20003, "message": "Authenticate", "status": 401}, status=401)

    app = web.Application()
    app.router.add_get("/{rest:.*}", unknown)
    async with TestServer(app) as server:
        configure(twilio_api_url=str(server.make_url("")))
        with pytest.raises(CarrierError) as refused:
            await twilio.calls_to(LINE, SINCE)
        await twilio.disconnect()
    assert refused.value.status == 401
