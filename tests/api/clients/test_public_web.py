"""Addresses that others gave us: of the internet only, whatever the address, a redirect or a name server says."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from api.clients import public_web
from api.clients.public_web import NotSent
from api.clients.web import WebError

MOST_BYTES = 100_000
TEXT = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"


@pytest.fixture
async def elsewhere() -> AsyncIterator[str]:
    """Somebody's web server, on this machine, which only `local` lets us ask."""

    async def answer(request: web.Request) -> web.StreamResponse:
        answers: dict[str, Any] = {
            "/good.ics": lambda: web.Response(text=TEXT, headers={"ETag": '"1"'}),
            "/same.ics": lambda: web.Response(status=304 if request.headers.get("If-None-Match") == '"1"' else 500),
            "/moved": lambda: web.Response(status=302, headers={"Location": "/good.ics"}),
            "/inside": lambda: web.Response(status=302, headers={"Location": "http://169.254.169.254/latest"}),
            "/round": lambda: web.Response(status=302, headers={"Location": "/round"}),
            "/long": lambda: web.Response(body=b"x" * (MOST_BYTES + 1)),
        }
        return answers.get(request.path, lambda: web.Response(status=404))()  # type: ignore[no-any-return]

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def read(url: str, **headers: str) -> public_web.Page:
    return await public_web.get(url, headers, MOST_BYTES, local=True)


async def test_a_page_is_read_where_it_has_moved_to_as_well(elsewhere: str) -> None:
    found = await read(f"{elsewhere}/good.ics#here")
    assert (found.status, found.body.decode(), found.headers["etag"]) == (200, TEXT, '"1"')
    assert (await read(f"{elsewhere}/moved")).body.decode() == TEXT
    same = await read(f"{elsewhere}/same.ics", **{"If-None-Match": '"1"'})
    assert (same.status, same.body) == (304, b"")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/inside", "no https address of the public internet"),
        ("/round", "leads on"),
        ("/long", "more than"),
        ("/none", "status 404"),
    ],
)
async def test_what_is_no_page_of_the_internet_is_refused(elsewhere: str, path: str, words: str) -> None:
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
    with pytest.raises(WebError, match="is no https address of the public internet"):
        await public_web.get(url, {}, MOST_BYTES)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104  (Nobody listens there: it is refused.)
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.1.1.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "255.255.255.255", "not an address"),
    ],
)
def test_an_address_inside_is_not_public_however_it_is_written(address: str) -> None:
    assert not public_web.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert public_web.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://hospice.example/", "ftp://hospice.example/", "https://", "hospice.example", "https://localhost/x"),
        *("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "https://2130706433/"),
        *(
            "https://me:secret@hospice.example/",
            "https://hospice.example/#x",
            "https://intranet/",
            "https://x.y:99999/",
        ),
    ],
)
def test_an_address_that_is_plainly_wrong_is_refused_when_it_is_given(url: str) -> None:
    assert public_web.fault(url, local=False)


def test_an_ordinary_address_is_taken() -> None:
    assert public_web.fault("https://hospice.example:8443/nightlight?team=1", local=False) == ""
    assert public_web.fault("http://127.0.0.1:9/x", local=True) == ""
    assert public_web.fault("http://10.0.0.1/x", local=True)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
async def test_a_name_that_leads_inside_is_found_out_at_the_moment_of_connecting(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """Somebody's public name server may say anything, and something else a second later."""
    looked_up = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, 443))]
    opened: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: looked_up)
    monkeypatch.setattr("api.clients.public_web.socket.socket", lambda *args: opened.append(args))
    with pytest.raises(WebError, match="is no address of the public internet"):
        await public_web.get("https://calendar.example/a.ics", {}, MOST_BYTES)
    with pytest.raises(NotSent, match="is no address of the public internet"):
        await public_web.post("https://hospice.example/", {}, "{}", 5, local=False)
    assert opened == [], "not even a socket"
