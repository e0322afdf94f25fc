"""Which thread a browser holds. Its cookie has a random secret; the database has only a hash of it.

A page shown inside another site's page keeps a thread of its own, in a cookie that the browser partitions by that site.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from api import settings
from api.channels.webchat import rules
from api.people.service import new_token

KEPT_FOR = timedelta(hours=12)  # A night. The page says so in words (data/replies/chat.yml).
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser. `is_new`: it brought no secret, so this one was just made."""

    secret: str
    is_new: bool
    framed: bool

    @property
    def address(self) -> str:
        """What its conversation is kept by."""
        return rules.address_of(self.secret)

    @property
    def token(self) -> str:
        """What its forms carry."""
        return rules.token_of(self.secret)


def visitor(request: Request) -> Visitor:
    """Whoever this is."""
    framed = request.query_params.get("embed") == "1"
    secret = request.cookies.get(_name(framed), "")
    known = _SECRET.fullmatch(secret) is not None
    return Visitor(secret if known else new_token(), not known, framed)


def may_post(request: Request, who: Visitor, token: str) -> bool:
    """Whether a form was sent by our own page. A browser that brought no secret has no thread to protect yet."""
    origins = frozenset({_own_origin(), f"{request.url.scheme}://{request.url.netloc}"})
    headers = request.headers
    if not rules.comes_from_us(headers.get("sec-fetch-site"), headers.get("origin"), origins):
        return False
    return who.is_new or hmac.compare_digest(token.encode(), who.token.encode())


def remember(response: Response, who: Visitor) -> None:
    """Give the browser its secret, for twelve hours from now."""
    _set_cookie(response, who.framed, who.secret, int(KEPT_FOR.total_seconds()))


def forget(response: Response) -> None:
    """Take the secret back, in and outside other sites' pages."""
    for framed in (False, True):
        _set_cookie(response, framed, "", 0)


def _own_origin() -> str:
    address = urlsplit(settings.get().public_url)
    return f"{address.scheme}://{address.netloc}"


def _is_https() -> bool:
    return settings.get().public_url.startswith("https://")


def _name(framed: bool) -> str:
    name = "nightlight_frame" if framed else "nightlight_chat"
    return f"__Host-{name}" if _is_https() else name


def _set_cookie(response: Response, framed: bool, value: str, seconds: int) -> None:
    """Written by hand: Python 3.13 does not know `Partitioned`. Without https a browser would refuse `Secure`."""
    cookie = f"{_name(framed)}={value}; Path=/; Max-Age={seconds}; HttpOnly"
    if framed and _is_https():
        cookie += "; Secure; SameSite=None; Partitioned"
    else:
        cookie += f"{'; Secure' if _is_https() else ''}; SameSite=Lax"
    response.headers.append("Set-Cookie", cookie)
