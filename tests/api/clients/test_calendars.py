"""Calendars from an address that somebody typed: from the internet only, whatever the address or a redirect says."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from api.clients.calendars import MOST_BYTES, Calendars
from api.clients.web import WebError

TEXT = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"


class Here(AbstractResolver):
    """Every name leads to the test's own server."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None: ...


@pytest.fixture
async def elsewhere() -> AsyncIterator[str]:
    """Somebody's web server, by a name of the internet."""

    async def answer(request: web.Request) -> web.StreamResponse:
        answers: dict[str, Any] = {
            "/good.ics": lambda: web.Response(text=TEXT),
            "/moved": lambda: web.Response(status=302, headers={"Location": "/good.ics"}),
            "/inside": lambda: web.Response(status=302, headers={"Location": "http://169.254.169.254/latest"}),
            "/round": lambda: web.Response(status=302, headers={"Location": "/round"}),
            "/long": lambda: web.Response(body=b"x" * (MOST_BYTES + 1)),
            "/binary": lambda: web.Response(body=b"\xff\xfe\xff"),
        }
        return answers.get(request.path, lambda: web.Response(status=404))()  # type: ignore[no-any-return]

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield f"http://calendar.example:{port}"
    await runner.cleanup()


async def read(url: str) -> str:
    async with Calendars(Here(), ssl=False) as calendars:
        return await calendars.read(url)


async def test_a_calendar_is_read_where_it_has_moved_to_as_well(elsewhere: str) -> None:
    assert await read(f"{elsewhere}/good.ics") == TEXT
    assert await read(f"{elsewhere}/moved") == TEXT


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/inside", "no public address"),
        ("/round", "leads on"),
        ("/long", "more than"),
        ("/binary", "no UTF-8"),
        ("/none", "status 404"),
    ],
)
async def test_what_is_no_calendar_of_the_internet_is_refused(elsewhere: str, path: str, words: str) -> None:
    with pytest.raises(WebError, match=words):
        await read(elsewhere + path)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.ics",
        "https://[::1]/a.ics",
        "https://[::ffff:10.0.0.1]/a.ics",
        "https://169.254.169.254/latest/meta-data",
        "https://[64:ff9b::a9fe:a9fe]/latest/meta-data",  # The same, inside IPv6.
        "https://localhost/a.ics",
        "http://calendar.example/a.ics",
        "https://user:word@calendar.example/a.ics",
        "file:///etc/passwd",
        "https://",
        "nothing",
    ],
)
async def test_nothing_inside_and_nothing_but_https_is_asked(url: str) -> None:
    with pytest.raises(WebError):
        async with Calendars() as calendars:
            await calendars.read(url)
