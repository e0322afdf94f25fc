"""Other people's web addresses: read as JSON, or only looked at, with limits on time, size and tries."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5, sock_read=10)  # Seconds.
MOST_BYTES = 5_000_000  # Of one answer, unpacked.
MOST_BYTES_IN_ALL = 200_000_000
TRIES = 3
WAIT_SECONDS = 0.5  # Before the second try; twice as long before the next.
AGAIN = frozenset({429, 500, 502, 503, 504})
FAILURES = (aiohttp.ClientError, OSError, ValueError)  # What a connection can end in.
_NAME = {"User-Agent": "Nightlight directory (reads Open Referral UK feeds)"}


class WebError(Exception):
    """An address could not be read. The message says why, in words for an operator."""


def why(error: Exception) -> str:
    """Why a connection failed, in words that follow the address."""
    is_late = isinstance(error, TimeoutError)
    return "did not answer in time" if is_late else f"could not be reached ({type(error).__name__})"


async def limited(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """The body, if it ends in time for this. Raises WebError."""
    body = bytearray()
    async for part in answer.content.iter_chunked(65_536):
        body += part
        if len(body) > most_bytes:
            raise WebError(f"answered with more than {most_bytes:,} bytes")
    return bytes(body)


class _Passing(WebError):
    """What may be over in a moment."""


class Web:
    """A few connections, open for as long as the block: `async with Web() as web`."""

    def __init__(self) -> None:
        self._read = 0  # Bytes.

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=8, limit_per_host=4)
        cookies = aiohttp.DummyCookieJar()
        self._session = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, headers=_NAME, cookie_jar=cookies)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def json(self, url: str, **query: int) -> Any:
        """What the address answers with. Raises WebError when it is no JSON, too long, too late, or a refusal."""
        _check(url)
        for tried in range(1, TRIES + 1):
            try:
                return _json(await self._body(url, query))
            except _Passing:
                if tried == TRIES:
                    raise
                await asyncio.sleep(WAIT_SECONDS * 2 ** (tried - 1))
        raise AssertionError("unreachable")

    async def _body(self, url: str, query: dict[str, int]) -> bytes:
        try:
            async with self._session.get(url, params=query, max_redirects=5) as answer:
                if answer.status != 200:
                    kind = _Passing if answer.status in AGAIN else WebError
                    raise kind(f"answered with status {answer.status}")
                return await self._limited(answer)
        except FAILURES as error:
            raise _Passing(why(error)) from error

    async def _limited(self, answer: aiohttp.ClientResponse) -> bytes:
        """The body, if this and all before it stay within the limits."""
        body = await limited(answer, MOST_BYTES)
        self._read += len(body)
        if self._read > MOST_BYTES_IN_ALL:
            raise WebError(f"and what came before are more than {MOST_BYTES_IN_ALL:,} bytes")
        return body

    async def fault(self, url: str) -> str:
        """Why a reader would not get there; empty if they would. Asks for the head, and for the page if need be."""
        fault = ""
        for method in ("HEAD", "GET"):  # Some servers only know GET.
            fault = await self._fault(method, url)
            if not fault:
                break
        return fault

    async def _fault(self, method: str, url: str) -> str:
        try:
            _check(url)
            async with self._session.request(method, url, max_redirects=5) as answer:
                return f"answered with status {answer.status}" if answer.status >= 400 else ""
        except WebError as error:
            return str(error)
        except FAILURES as error:
            return why(error)


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web:
        raise WebError("is no http or https address")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        is_page = body.lstrip()[:1] == b"<"
        raise WebError(f"answered with {'a web page' if is_page else 'something'} that is not JSON") from error
