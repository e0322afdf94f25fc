"""The chat page as HTML: whole for a browser without JavaScript, in parts for one with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api import pages, replies, settings
from api.channels.webchat import rules, visitor
from api.channels.webchat.rules import Standing
from api.channels.webchat.service import WEB, TeamWords, Thread
from api.channels.webchat.visitor import Visitor

EXIT = "https://www.bbc.co.uk/weather"


@dataclass(slots=True)
class Page:
    """A thread with what its reader has typed and what went wrong. Errors and notices are names of approved texts."""

    who: Visitor
    thread: Thread
    typed: str = ""
    error: str | None = None
    number_typed: str = ""
    number_error: str | None = None
    notice: str | None = None
    sent: bool = False
    client_id: str = field(default_factory=lambda: str(uuid4()))


def wants_parts(request: Request) -> bool:
    """Whether the page's script asks, and not the browser itself."""
    return "application/json" in request.headers.get("accept", "")


def answer(request: Request, page: Page, status: int = 200) -> Response:
    """The page, or for the page's script the parts of it that may have changed. Renews the browser's secret."""
    if wants_parts(request):
        response: Response = JSONResponse(_parts(page), status_code=status)
    else:
        response = pages.render(request, "chat/page.html", _context(page), status)
    if page.who.framed:
        allowed = settings.get().embed_origins or "'none'"
        response.headers["Content-Security-Policy"] = pages.content_security_policy(frame_ancestors=allowed)
    visitor.remember(response, page.who)
    return response


def lines_html(thread: Thread) -> list[tuple[int, str]]:
    """Each message of a thread, with its sequence number."""
    say = _say(thread.team)
    return [(line.seq, pages.fragment("chat/line.html", line=line, say=say).strip()) for line in thread.lines]


def standing_html(thread: Thread) -> str:
    """How things stand, in words."""
    return pages.fragment("chat/standing.html", thread=thread, standing=_filled(thread), say=_say(thread.team)).strip()


def embed_script() -> str:
    """The script that puts the chat into another site's page, with its words."""
    names = {"label": "chat_embed_label", "close": "chat_embed_close", "ownTab": "chat_own_tab"}
    words = {place: replies.say(name, WEB) for place, name in names.items()}
    return pages.fragment("chat/embed.js", words=words | {"exit": EXIT})


def _parts(page: Page) -> dict[str, Any]:
    say = _say(page.thread.team)
    return {
        "sent": page.sent,
        "lines": "\n".join(html for _, html in lines_html(page.thread)),
        "standing": standing_html(page.thread),
        "offer": page.thread.offer_number,
        "number": pages.fragment("chat/number.html", **_context(page)).strip(),
        "error": say(page.error) if page.error else None,
        "notice": say(page.notice) if page.notice else None,
        "client_id": page.client_id,
        "token": page.who.token,
    }


def _context(page: Page) -> dict[str, Any]:
    thread = page.thread
    return {
        "page": page,
        "thread": thread,
        "standing": _filled(thread),
        "say": _say(thread.team),
        "tel": rules.tel,
        "embed": "?embed=1" if page.who.framed else "",
        "exit": EXIT,
        "framed": page.who.framed,
    }


def _say(team: TeamWords) -> Callable[..., str]:
    """An approved text of the page by its name, with the team's number in its place."""

    def say(name: str, **places: str) -> str:
        return replies.say(name, WEB, team_number=team.phone, **places)

    return say


def _filled(thread: Thread) -> str | None:
    standing: Standing | None = thread.standing
    return _say(thread.team)(standing.reply, **standing.places) if standing else None
