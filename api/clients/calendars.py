"""Other people's calendars: read from an https address that somebody typed, and from nowhere inside our own network.

Whoever may type an address must not reach through us what only we can reach. So every host, that of a redirect too, is
looked up once, must have public addresses only, and is connected to at those very addresses.
"""

import ipaddress
import socket
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from api.clients.public_web import is_public
from api.clients.web import TIMEOUT, WebError

MOST_BYTES = 1_000_000  # Of a calendar.
MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_NAME = {"User-Agent": "Nightlight rota (reads calendars)", "Accept": "text/calendar"}


class _Public(AbstractResolver):
    """Looks a name up and gives it only if all of its addresses are public."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises OSError for one that leads inside."""
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise OSError("the name leads to an address that is not public")
        return found

    async def close(self) -> None:
        """Nothing is kept open."""
        await self._resolver.close()


class Calendars:
    """A connection for as long as the block: `async with Calendars() as calendars`."""

    def __init__(self, resolver: AbstractResolver | None = None, ssl: bool = True) -> None:
        self._resolver, self._ssl = resolver or _Public(), ssl

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=2, resolver=self._resolver, use_dns_cache=False, force_close=True)
        cookies = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, headers=_NAME, cookie_jar=cookies, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def read(self, url: str) -> str:
        """The text of a calendar. Raises WebError, in words that follow the address."""
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            try:
                async with self._session.get(url, allow_redirects=False) as answer:
                    if answer.status not in _MOVED:
                        return await _text(answer)
                    url = urljoin(url, answer.headers.get("Location", ""))
            except TimeoutError as error:
                raise WebError("did not answer in time") from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise WebError(f"could not be reached ({type(error).__name__})") from error
        raise WebError("leads on and on")

    def _check(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            is_fine = parts.scheme == ("https" if self._ssl else "http") and bool(host) and parts.username is None
        except ValueError:
            is_fine, host = False, ""
        if not is_fine:
            raise WebError("is no https address")
        if _is_number(host) and not is_public(host):  # A name is looked up; a number is connected to as it stands.
            raise WebError("is no public address")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


async def _text(answer: aiohttp.ClientResponse) -> str:
    if answer.status != 200:
        raise WebError(f"answered with status {answer.status}")
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > MOST_BYTES:
            raise WebError(f"answered with more than {MOST_BYTES:,} bytes")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WebError("answered with something that is no UTF-8 text") from error
