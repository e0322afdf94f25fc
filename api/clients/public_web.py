"""Addresses that others gave us, posted to and read: only of the public internet, so that nobody reaches inside by us.

The address is checked at each connection, on the very address that the socket is opened to: a name that meant a public
host when it was given may mean another one now. No proxy of the environment is used.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp

from api.clients.web import FAILURES, TIMEOUT, WebError, limited, why

MOST_REDIRECTS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 addresses inside IPv6: RFC 6052.


class NotSent(Exception):
    """Nobody took it. Says why, without what was to be sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How somebody answered. `retry_after`: the header of that name as it came, which may be anything."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at an address. `status`: 200, or 304 (as before, and no body). `headers`: by name, as they came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _NotPublic(OSError):
    """The address belongs to a private network, this machine, or nobody."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whichever way it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def fault(url: str, local: bool) -> str:
    """Why this may not be asked; empty if it may. `local`: a developer's own machine may be, too."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "It is no web address."
    if local and host in {"127.0.0.1", "localhost"}:
        return ""
    if parts.scheme != "https" or not host:
        return "It must begin with https:// and name a host."
    if parts.username is not None or parts.fragment:
        return "It must have no user name and no fragment."
    is_written_out = ":" in host or host.replace(".", "").isdigit()
    if (is_written_out and not is_public(host)) or host == "localhost" or "." not in host.strip("."):
        return "It must be an address of the public internet."
    return ""


async def post(url: str, headers: dict[str, str], body: str, seconds: float, local: bool) -> Answer:
    """Post once. No redirect is followed, and the body of the answer is not read. Raises NotSent."""
    wrong = fault(url, local)
    if wrong:
        raise NotSent(wrong)
    try:
        async with (
            _session(aiohttp.ClientTimeout(total=seconds), local) as session,
            session.post(url, data=body.encode(), headers=headers, allow_redirects=False) as answer,
        ):
            return Answer(answer.status, answer.headers.get("Retry-After", "")[:100])
    except (*FAILURES, asyncio.IncompleteReadError) as error:
        raise NotSent(f"it {_why(error)}") from error


async def get(url: str, headers: dict[str, str], most_bytes: int, local: bool = False) -> Page:
    """What stands at an address, or where it has moved to. Raises WebError, in words that follow the address."""
    async with _session(TIMEOUT, local) as session:
        for _ in range(MOST_REDIRECTS + 1):
            url = url.partition("#")[0]
            if fault(url, local):
                raise WebError("is no https address of the public internet")
            try:
                async with session.get(url, headers=headers, allow_redirects=False) as answer:
                    if answer.status not in _MOVED:
                        return await _page(answer, most_bytes)
                    url = urljoin(url, answer.headers.get("Location", ""))
            except FAILURES as error:
                raise WebError(_why(error)) from error
    raise WebError("leads on and on")


async def _page(answer: aiohttp.ClientResponse, most_bytes: int) -> Page:
    if answer.status not in {200, 304}:
        raise WebError(f"answered with status {answer.status}")
    return Page(answer.status, answer.headers, await limited(answer, most_bytes))


def _session(timeout: aiohttp.ClientTimeout, local: bool) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(socket_factory=_opening(local), force_close=True, use_dns_cache=False)
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


def _opening(local: bool) -> Any:
    """Opens sockets to public addresses, and to nothing else."""

    def opened(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        host = str(address[0])
        if not is_public(host) and not (local and host in {"127.0.0.1", "::1"}):
            raise _NotPublic("not a public address")
        made = socket.socket(family, kind, protocol)
        made.setblocking(False)
        return made

    return opened


def _why(error: Exception) -> str:
    """Why it failed, in words that follow the address."""
    inner = getattr(error, "os_error", error)
    is_private = isinstance(inner, _NotPublic) or isinstance(error.__cause__, _NotPublic)
    return "is no address of the public internet" if is_private else why(error)
