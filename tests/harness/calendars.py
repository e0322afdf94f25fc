"""Somebody else's server with one calendar."""

from dataclasses import dataclass, field

from api.clients.public_web import Page
from api.clients.web import WebError

URL = "https://calendar.example/secret-7.ics"


@dataclass
class Elsewhere:
    """What stands at URL (`text`), or how it fails (`refusal`). `asked`: the headers of each question."""

    text: str = ""
    refusal: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)

    async def get(self, url: str, headers: dict[str, str], most_bytes: int, local: bool = False) -> Page:
        """As `public_web.get`."""
        assert (url, local) == (URL, False)
        self.asked.append(headers)
        if self.refusal:
            raise WebError(self.refusal)
        etag = f'"{len(self.text)}"'
        if headers.get("If-None-Match") == etag:
            return Page(304, {}, b"")
        return Page(200, {"ETag": etag, "Last-Modified": "x" * 400}, self.text.encode())
