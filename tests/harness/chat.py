"""A carer's browser without JavaScript on the chat page: it keeps its cookie and posts the page's own form."""

import html
import re
from dataclasses import dataclass

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
_LINE = re.compile(r'<li class="line line--(\w+)" id="m-(\d+)">(.*?)</li>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def plain(part: str) -> str:
    """What a reader sees of a piece of HTML, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", part)).split())


@dataclass
class ChatBrowser:
    """One browser. `page` is the last page that it got."""

    client: httpx.AsyncClient
    page: str = ""
    status: int = 0

    async def open(self, address: str = "/chat") -> "ChatBrowser":
        """Go to the page."""
        self._take(await self.client.get(address))
        return self

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send the page's form as it stands, with these fields filled in, and go no further."""
        return await self.client.post(path, data={**self.hidden, "body": "", "number": "", **fields})

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send the page's form as a browser does, to the page that it leads to."""
        response = await self.send(path, **fields)
        if response.is_redirect:
            response = await self.client.get(response.headers["location"])
        self._take(response)
        return response

    async def say(self, body: str, **fields: str) -> httpx.Response:
        """Write a message and press Send."""
        return await self.post("/chat/messages", body=body, **fields)

    async def give_number(self, number: str, **fields: str) -> httpx.Response:
        """Write a number and press Save number."""
        return await self.post("/chat/number", number=number, **fields)

    def _take(self, response: httpx.Response) -> None:
        self.page, self.status = response.text, response.status_code

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the form."""
        return dict(_HIDDEN.findall(self.page))

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each message on the page: how it looks, and its words."""
        return [(look, plain(inner)) for look, _, inner in _LINE.findall(self.page)]

    @property
    def text(self) -> str:
        """The page as a reader sees it."""
        return plain(self.page)
