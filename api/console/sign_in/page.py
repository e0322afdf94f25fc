"""The cookies of signing in, and what a browser calls itself."""

import hmac
import secrets
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api import pages, settings
from api.people import access

PATH = "/console/sign-in"
FORM_COOKIE = "nightlight_sign_in"  # Before there is a session: a form must carry what this cookie holds.


def put_cookie(response: Response, name: str, value: str, path: str = "/") -> None:
    """A cookie for this browser's session, out of reach of scripts and of other sites' forms."""
    secure = settings.get().public_url.startswith("https://")
    response.set_cookie(name, value, path=path, httponly=True, samesite="lax", secure=secure)


def let_in(token: str, onward: str) -> Response:
    """On to the page that was wanted, with a session."""
    response = RedirectResponse(onward, 303)
    put_cookie(response, access.COOKIE, token)
    response.delete_cookie(FORM_COOKIE, path=PATH)
    return response


def is_own(request: Request, csrf: str) -> bool:
    """Whether a form without a session came from a page that we showed to this browser."""
    return bool(csrf) and hmac.compare_digest(csrf.encode(), request.cookies.get(FORM_COOKIE, "").encode())


def render(request: Request, template: str, status: int, path: str = PATH, **shown: Any) -> Response:
    """A page with such a form."""
    csrf = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
    response = pages.render(request, template, {"csrf": csrf, **shown}, status)
    put_cookie(response, FORM_COOKIE, csrf, path)
    return response


def browser_of(request: Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")
