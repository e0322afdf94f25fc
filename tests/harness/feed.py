"""A directory of somebody else's on a real port, which answers as Open Referral UK has it, or as it is told to."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

type Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Feed:
    """What it serves, what it does instead on some paths (`/services?page=2`), and what it was asked."""

    url: str = ""
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    instead: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    per_page: int = 2

    def put(self, *documents: dict[str, Any]) -> None:
        """Serve these services and no others."""
        self.services = {one["id"]: one for one in documents}

    def page(self, number: int) -> dict[str, Any]:
        """A page of the list: only what a service has one of."""
        whole = list(self.services.values())
        pages = -(-len(whole) // self.per_page)
        some = whole[(number - 1) * self.per_page : number * self.per_page]
        listed = [{name: one[name] for name in ("id", "name", "status") if name in one} for one in some]
        ends = {"first_page": number == 1, "last_page": number >= pages, "empty": not listed}
        counts = {"total_items": len(whole), "total_pages": pages, "page_number": number, "size": len(listed)}
        return {**counts, **ends, "contents": listed}


def say(body: bytes, status: int = 200, kind: str = "application/json") -> Answer:
    """Answers with just this."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    return answer


def fail_first(times: int, then: Answer) -> Answer:
    """Answers with 500 so many times, then as it should."""
    left = [say(b"", 500)] * times

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (left.pop() if left else then)(handler)

    return answer


def never_end(handler: BaseHTTPRequestHandler, size: int = 65_536, wait_seconds: float = 0.0) -> None:
    """A page that goes on until whoever reads it has had enough."""
    handler.send_response(200)
    handler.end_headers()
    try:
        while handler.command != "HEAD":
            handler.wfile.write(b" " * size)
            handler.wfile.flush()
            time.sleep(wait_seconds)
    except OSError:
        handler.close_connection = True


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A letter now and then, for ever."""
    never_end(handler, size=1, wait_seconds=0.05)


def move(address: str) -> Answer:
    """Sends the reader elsewhere."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", address)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


@contextmanager
def served() -> Iterator[Feed]:
    """The directory, listening in a thread of its own."""
    feed = Feed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feed.asked.append(self.path)
            parts = urlsplit(self.path)
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            name = f"{parts.path}?page={number}" if parts.query else parts.path
            wanted = feed.services.get(parts.path.removeprefix("/services/"))
            if name in feed.instead:
                feed.instead[name](self)
            elif parts.path == "/services":
                say(json.dumps(feed.page(number)).encode())(self)
            elif wanted is not None:
                say(json.dumps(wanted).encode())(self)
            else:
                say(b"{}", 404)(self)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    feed.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield feed
    server.shutdown()
    thread.join()
    server.server_close()
