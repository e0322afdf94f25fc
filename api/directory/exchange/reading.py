"""Reads a feed: an API of the standard, page by page and service by service, or a file (JSON, NDJSON, CSV).

Nothing here trusts what it reads: lengths, pages and tries have limits, and what is wrong with one record is a fault
of that record. What makes the whole feed unreadable raises Invalid, in words for an operator.
"""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from api.clients.web import Web, WebError
from api.directory.exchange import tables
from api.directory.exchange.rules import Fault
from api.errors import Invalid

PER_PAGE = 100
MOST_PAGES = 1000
MOST_SERVICES = 20_000
MOST_BYTES = 100_000_000  # Of a file.
MOST_FAILURES = 5  # Services of an API that cannot be read, before we take the API for broken.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Raw:
    """One record as it came: where it stands, and the address that it has."""

    where: str
    document: Any
    url: str = ""


@dataclass(slots=True)
class Read:
    """What a feed holds."""

    raws: list[Raw] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_table: bool = False


def is_address(source: str) -> bool:
    """Whether a source is an address and no file."""
    return "://" in source


def host(address: str) -> str:
    """Whose address it is. Raises Invalid for one with a question, or that is none."""
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise Invalid(f"{address} is no http or https address.") from error
    if parts.query or parts.fragment:
        raise Invalid("Give the address of the API without what follows a question mark.")
    return parts.hostname or ""


async def read(source: str) -> Read:
    """Everything in an API or a file. Raises Invalid."""
    found = await _from_api(source) if is_address(source) else await asyncio.to_thread(_from_file, Path(source))
    if not found.raws and not found.faults:
        raise Invalid(f"{source} holds no service. Nothing is changed.")
    if len(found.raws) > MOST_SERVICES:
        raise Invalid(f"{source} holds more than {MOST_SERVICES:,} services. Nothing is changed.")
    return found


async def broken(addresses: Iterable[str]) -> dict[str, str]:
    """Which of these web addresses a reader would not get to, and why."""
    async with Web() as web:
        gate = asyncio.Semaphore(AT_ONCE)

        async def look(address: str) -> tuple[str, str]:
            async with gate:
                return address, await web.fault(address)

        found = await asyncio.gather(*(look(address) for address in addresses))
    return {address: fault for address, fault in found if fault}


async def _from_api(address: str) -> Read:
    base = address.rstrip("/").removesuffix("/services")
    host(address)
    async with Web() as web:
        ids, faults = await _ids(web, base)
        found = await _services(web, base, ids)
    found.faults += faults
    return found


async def _ids(web: Web, base: str) -> tuple[list[str], list[Fault]]:
    """The ids of every page, each once, and what has none. Ends at the last page, or raises."""
    seen: dict[str, None] = {}
    faults: list[Fault] = []
    for number in range(1, MOST_PAGES + 1):
        page, contents = await _page(web, base, number)
        new = {one["id"] for one in contents if _has_id(one)} - seen.keys()
        if contents and not new:
            raise Invalid(
                f"Page {number} of {base}/services has nothing new: this feed never ends. Nothing is changed."
            )
        seen |= dict.fromkeys(one["id"] for one in contents if _has_id(one))
        without = [place for place, one in enumerate(contents, start=1) if not _has_id(one)]
        faults += [Fault(f"page {number}, record {place}", "id", "is missing or no plain text") for place in without]
        if len(seen) > MOST_SERVICES:
            break
        if _is_last(page, number, contents):
            return list(seen), faults
    raise Invalid(
        f"{base}/services has more than {MOST_PAGES} pages or {MOST_SERVICES:,} services. Nothing is changed."
    )


async def _page(web: Web, base: str, number: int) -> tuple[Any, list[Any]]:
    """One page, and the services on it."""
    try:
        page = await web.json(f"{base}/services", page=number, per_page=PER_PAGE)
    except WebError as error:
        raise Invalid(f"Page {number} of {base}/services {error}. Nothing is changed.") from error
    contents = _contents(page)
    if contents is None:
        raise Invalid(f"Page {number} of {base}/services is no page of services. Nothing is changed.")
    return page, contents


def _contents(page: Any) -> list[Any] | None:
    """The services of a page, of a bare list, or a service alone."""
    if isinstance(page, dict) and "contents" not in page:
        return [page] if _has_id(page) else None
    contents = page["contents"] if isinstance(page, dict) else page
    return contents if isinstance(contents, list) else None


def _has_id(record: Any) -> bool:
    found = record.get("id") if isinstance(record, dict) else None
    return isinstance(found, str) and found.isprintable() and bool(found.strip())


def _is_last(page: Any, number: int, contents: list[Any]) -> bool:
    if not contents or not isinstance(page, dict) or page.get("last_page") is True:
        return True
    pages = page.get("total_pages")
    return isinstance(pages, int) and number >= pages


async def _services(web: Web, base: str, ids: list[str]) -> Read:
    """Each service with all that belongs to it. One that cannot be read is a fault; too many of them end it."""
    found = Read()
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(feed_id: str) -> None:
        where, url = f"service {feed_id}", f"{base}/services/{quote(feed_id, safe='')}"
        async with gate:
            if len(found.faults) > MOST_FAILURES:
                return
            try:
                document = await web.json(url)
            except WebError as error:
                found.faults.append(Fault(where, "the service", str(error), feed_id))
                return
        if not _has_id(document) or document["id"] != feed_id:
            found.faults.append(Fault(where, "id", "is another one when the service itself is read", feed_id))
        else:
            found.raws.append(Raw(where, document, url))

    await asyncio.gather(*(one(feed_id) for feed_id in ids))
    if len(found.faults) > MOST_FAILURES:
        raise Invalid(
            f"{base} could not be read: {found.faults[-1].where} {found.faults[-1].words}. Nothing is changed."
        )
    order = {feed_id: number for number, feed_id in enumerate(ids)}
    found.raws.sort(key=lambda raw: order[raw.document["id"]])
    return found


def _from_file(path: Path) -> Read:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid(f"{path.name} is longer than {MOST_BYTES:,} bytes. Nothing is changed.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is no UTF-8 text: save it as UTF-8.") from error
    if path.suffix.casefold() == ".csv":
        return _from_table(text)
    return _from_json(path.name, text)


def _from_table(text: str) -> Read:
    found = Read(is_table=True)
    for where, row in tables.rows(text):
        if isinstance(row, Fault):
            found.faults.append(row)
        else:
            found.raws.append(Raw(where, row))
    return found


def _from_json(name: str, text: str) -> Read:
    try:
        contents = _contents(json.loads(text))
    except (ValueError, RecursionError) as error:
        if text.lstrip()[:1] == "<":
            raise Invalid(f"{name} is a web page and not JSON.") from error
        return _from_lines(name, text)
    if contents is None:
        raise Invalid(f"{name} holds no list of services.")
    return Read([Raw(f"record {number}", one) for number, one in enumerate(contents, start=1)])


def _from_lines(name: str, text: str) -> Read:
    """NDJSON: one service a line."""
    found = Read()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.raws.append(Raw(f"line {number}", json.loads(line)))
        except (ValueError, RecursionError):
            found.faults.append(Fault(f"line {number}", "the line", "is not JSON"))
    if not found.raws:
        raise Invalid(f"{name} is not JSON.")
    return found
