"""Pages: the one Jinja environment, the addresses of static files, and the headers that keep a page to itself.

Every response gets strict headers from `SecurityHeaders`; a page that needs another policy sets its own header, and
that one stays. Pages are never stored by the browser: a carer or a nurse may share the machine.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import clock, settings

HERE = Path(__file__).parent
STATIC = HERE / "static"
_FOR_EVER = "public, max-age=31536000, immutable"
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def content_security_policy(**directives: str) -> str:
    """Our policy with some directives replaced or added, for example `frame_ancestors="https://charity.example"`."""
    changed = {name.replace("_", "-"): value for name, value in directives.items()}
    return "; ".join(f"{name} {value}" for name, value in (_POLICY | changed).items())


def _default_headers() -> dict[str, str]:
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
    if settings.get().public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


class SecurityHeaders:
    """Adds the headers to every response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.defaults = _default_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.defaults.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class StaticPages(StaticFiles):
    """Static files: kept for ever when asked for by version, checked again each time otherwise."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        is_versioned = scope["query_string"].startswith(b"v=") and response.status_code == 200
        response.headers["Cache-Control"] = _FOR_EVER if is_versioned else "no-cache"
        return response


@lru_cache
def _digest(path: Path, _changed_at: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, which changes whenever the file does. `name` is relative to `api/static`."""
    path = STATIC / name
    version = _digest(path, path.stat().st_mtime_ns) if path.exists() else "missing"
    return f"/static/{name}?v={version}"


def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(HERE / "templates"), PackageLoader("nhsuk_frontend_jinja")]),
        undefined=ChainableUndefined,  # The NHS.UK macros look into parameters that were not given.
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset
    environment.filters["uk_time"] = clock.uk_time
    return environment


templates = Jinja2Templates(env=_environment())


def render(
    request: Request, template: str, context: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A whole page. `template` is relative to `api/templates`."""
    return templates.TemplateResponse(request, template, context, status_code=status, headers=headers)


def fragment(template: str, **context: Any) -> str:
    """A part of a page as HTML, for what is put into a page that is already open."""
    return templates.get_template(template).render(context)
