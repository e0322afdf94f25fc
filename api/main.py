"""The web process: builds the application from the routers of the domains and turns errors into their one shape."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.middleware.gzip import GZipMiddleware

from api import database, health, live, logs, pages, settings
from api.channels.handset import routes as handset
from api.channels.pager import routes as pager
from api.channels.sms import routes as sms
from api.clients import rasa, twilio
from api.conversations import routes as v1
from api.errors import NightlightError
from api.people.access import SignInFirst

PROBLEM = "application/problem+json"
_log = logs.get(__name__)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    database.connect()
    listener = asyncio.create_task(live.listen_forever())
    yield
    listener.cancel()
    with suppress(asyncio.CancelledError):
        await listener
    for connection in (twilio, rasa, database):
        await connection.disconnect()


def create_app() -> FastAPI:
    """The application, for uvicorn and for tests."""
    wanted = settings.get()
    logs.configure(wanted.log_level)
    app = FastAPI(
        title="Nightlight",
        version="1",
        description="A line for carers. `/v1` is for other programs, by service token.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    for router in (health.router, sms.router, pager.router, v1.router):
        app.include_router(router)
    if wanted.environment == "development" and wanted.handset:
        app.state.carrier = handset.make_carrier()
        handset.add_to(app, app.state.carrier)
    static = pages.StaticPages(directory=pages.STATIC, check_dir=False)
    app.mount("/static", GZipMiddleware(static, minimum_size=1000), name="static")
    app.add_middleware(pages.SecurityHeaders)
    _add_error_shape(app)
    return app


def _add_error_shape(app: FastAPI) -> None:
    app.add_exception_handler(NightlightError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, NightlightError)
    if isinstance(error, SignInFirst) and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/console/sign-in?next={quote(request.url.path)}", status_code=303)
    if error.status >= 500:
        _log.error("failed", path=request.url.path, code=error.code, detail=error.detail)
    return JSONResponse(error.problem(), status_code=error.status, media_type=PROBLEM)


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    body = {"type": "about:blank", "title": "Not valid", "status": 422, "code": "invalid"}
    return JSONResponse({**body, "detail": f"{where}: {first['msg']}"}, status_code=422, media_type=PROBLEM)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected", path=request.url.path, error=type(error).__name__, exc_info=error)
    body = {"type": "about:blank", "title": "Something went wrong", "status": 500, "code": "internal"}
    detail = "It was not your doing. Try again; if a life is at risk ring 999."
    return JSONResponse({**body, "detail": detail}, status_code=500, media_type=PROBLEM)


def __getattr__(name: str) -> FastAPI:
    """`api.main:app` for uvicorn, built when it is asked for, so that importing this module needs no settings."""
    if name == "app":
        return create_app()
    raise AttributeError(name)


