"""Other people's web addresses, tried on a real server: which of them a reader would get to."""

from collections.abc import Iterator

import aiohttp
import pytest

from api.clients import web
from api.clients.web import Web, WebError
from tests.harness.feed import Answer, Feed, fail_first, move, never_end, say, served, trickle


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    """A server that answers as it is told to. We wait for nothing between two tries."""
    monkeypatch.setattr(web, "WAIT_SECONDS", 0.001)
    with served() as feed:
        yield feed


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (say(b"<html>", kind="text/html"), ""),
        (say(b"", 404), "answered with status 404"),
        (say(b"", 500), "answered with status 500"),
        (move("/elsewhere"), ""),
        (move("/page"), "could not be reached (TooManyRedirects)"),
        (move("ftp://elsewhere.example/"), "could not be reached (NonHttpUrlRedirectClientError)"),
        (never_end, ""),
    ],
    ids=["there", "gone", "broken", "moved", "moved in a circle", "moved out of the web", "long"],
)
async def test_whether_a_reader_would_get_there(feed: Feed, answer: Answer, fault: str) -> None:
    feed.instead = {"/page": answer, "/elsewhere": say(b"here")}
    async with Web() as ours:
        assert await ours.fault(f"{feed.url}/page") == fault


async def test_a_server_that_only_knows_get_is_asked_so(feed: Feed) -> None:
    feed.instead["/page"] = fail_first(1, say(b"here"))
    async with Web() as ours:
        assert await ours.fault(f"{feed.url}/page") == ""
    assert feed.asked == ["/page", "/page"]


async def test_nobody_and_no_address_are_faults() -> None:
    async with Web() as ours:
        assert (await ours.fault("http://127.0.0.1:9/")).startswith("could not be reached")
        assert await ours.fault("mailto:a@b.example") == "is no http or https address"
        assert await ours.fault("http://[::1") == "is no http or https address"


async def test_a_server_that_never_answers_is_not_waited_for(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    feed.instead["/page"] = trickle
    async with Web() as ours:
        with pytest.raises(WebError, match="did not answer in time"):
            await ours.json(f"{feed.url}/page")


async def test_what_passes_is_tried_again_and_a_refusal_is_not(feed: Feed) -> None:
    feed.instead = {"/a": fail_first(2, say(b"[1]")), "/b": say(b"", 401), "/c": say(b"", 503)}
    async with Web() as ours:
        assert await ours.json(f"{feed.url}/a") == [1]
        for path in ("/b", "/c"):
            with pytest.raises(WebError, match="answered with status"):
                await ours.json(f"{feed.url}{path}")
    assert [feed.asked.count(path) for path in ("/a", "/b", "/c")] == [3, 1, web.TRIES]
