"""The web process: builds the application from the routers of the domains and turns errors into their one shape."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from api import database, health, live, logs, pages, replies, settings
from api.channels.bridge import routes as bridge
from api.channels.calls import routes as calls
from api.channels.handset import routes as handset
from api.channels.pager import routes as pager
from api.channels.rules import XML
from api.channels.sms import routes as sms
from api.channels.voice import routes as voice
from api.channels.voice import rules as spoken
from api.channels.voice.holding import routes as voice_holding
from api.channels.voice.offices import routes as voice_offices
from api.channels.voice.streamed import routes as voice_streamed
from api.channels.webchat import routes as webchat
from api.clients import rasa, twilio
from api.console.account import routes as account
from api.console.alarms import routes as alarms
from api.console.audit import routes as audit_log
from api.console.board import routes as board
from api.console.conversation import routes as conversation
from api.console.directory import routes as directory_search
from api.console.directory.changing import routes as directory_desk
from api.console.directory.gaps import routes as directory_gaps
from api.console.directory.reported import routes as directory_reported
from api.console.directory.told import routes as directory_told
from api.console.escalation import routes as escalation
from api.console.escalation.closing import routes as closing
from api.console.escalation.steps import routes as steps
from api.console.figures import routes as figure_pages
from api.console.figures.cases import routes as figure_cases
from api.console.handover import routes as handover_pages
from api.console.inbox import routes as inbox
from api.console.outcomes import routes as outcome_pages
from api.console.people import routes as people
from api.console.privacy import routes as privacy_pages
from api.console.privacy.agreed import routes as consent_pages
from api.console.referrals import routes as referral_pages
from api.console.review import routes as review_pages
from api.console.review.judging import routes as judging
from api.console.review.judging.ledger import routes as ledger
from api.console.review.learning import routes as learning_pages
from api.console.review.learning.proposing import routes as proposing
from api.console.review.transcript import routes as transcript_pages
from api.console.rota import routes as rota_pages
from api.console.rota.calendars import routes as rota_calendars
from api.console.rota.changes import routes as rota_changes
from api.console.rota.draft import routes as rota_draft
from api.console.sign_in import routes as sign_in
from api.console.sign_in.elsewhere import routes as sign_in_elsewhere
from api.console.sign_in.joining import routes as joining
from api.console.sign_in.second import routes as second_factor
from api.console.switches import routes as switch_pages
from api.console.tasks import routes as task_pages
from api.conversations import routes as v1
from api.conversations.languages import service as languages
from api.directory import routes as directory
from api.errors import PROBLEM, NightlightError
from api.escalations import routes as task_moves
from api.escalations.listing import routes as listing
from api.fhir import routes as fhir
from api.guides import routes as guides
from api.people import routes as grants
from api.people.access import SignInFirst
from api.referrals import routes as referrals
from api.review.learning import jobs as learning
from api.rota import routes as rota
from api.switches import routes as switches
from api.triage import screening
from api.watch import jobs as watch
from api.webhooks import routes as webhooks

# What answers HTTP, in the order in which a path is looked up.
FOR_CARRIERS = (health, sms, voice, voice_holding, voice_offices, webchat, pager, calls, bridge, voice_streamed)
FOR_PROGRAMS = (v1, directory, guides, referrals, rota, switches, grants, listing, task_moves, webhooks, fhir)
FOR_STAFF = (
    *(sign_in_elsewhere, second_factor, joining, sign_in, account, people, audit_log),
    *(board, escalation, closing, steps, alarms, conversation, inbox, task_pages, handover_pages, switch_pages),
    *(rota_pages, rota_draft, rota_changes, rota_calendars, referral_pages, outcome_pages),
    *(directory_search, directory_desk, directory_gaps, directory_reported, directory_told),
    *(review_pages, transcript_pages, judging, ledger, learning_pages, proposing),
    *(figure_pages, figure_cases, consent_pages, privacy_pages),
)
_log = logs.get(__name__)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    for _ in iter_route_contexts(app.routes):
        pass  # FastAPI works out each route when it is first asked for; half a second that no carer should wait.
    database.connect()
    await learning.begin()
    listener = asyncio.gather(live.listen_forever(), watch.watch_forever(), learning.follow_forever())
    ready = asyncio.create_task(_make_ready())  # Seconds of work: the first carer must not wait.
    yield
    await ready
    listener.cancel()
    with suppress(asyncio.CancelledError):
        await listener
    if hasattr(app.state, "carrier"):
        await app.state.carrier.close(wait=False)
    for connection in (twilio, rasa, database):
        await connection.disconnect()


async def _make_ready() -> None:
    """Read phrases, models and languages beforehand. Without phrases or model the other hears, and messages say so."""
    try:
        await asyncio.to_thread(screening.make_ready)
    except Exception:
        _log.exception("screen_not_ready")
    try:
        await asyncio.to_thread(languages.make_ready)
    except Exception:
        _log.exception("languages_not_ready")


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
        openapi_url=None,  # A route of /v1, behind its gate, hands it out.
    )
    for one in (*FOR_CARRIERS, *FOR_PROGRAMS, *FOR_STAFF):
        app.include_router(one.router)
    if wanted.environment == "development" and wanted.handset:
        handset.add_to(app)
    static = pages.StaticPages(directory=pages.STATIC, check_dir=False)
    app.mount("/static", GZipMiddleware(static, minimum_size=1000), name="static")
    app.add_middleware(pages.SecurityHeaders)
    _add_error_shape(app)
    return app


def _add_error_shape(app: FastAPI) -> None:
    app.add_exception_handler(NightlightError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SQLAlchemyError, _database_away)
    app.add_exception_handler(Exception, _unexpected)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, NightlightError)
    if isinstance(error, SignInFirst) and _is_for_reading(request):
        return RedirectResponse(f"{error.page}?next={quote(_page_of(request))}", status_code=303)
    if error.status >= 500:
        _log.error("failed", path=request.url.path, code=error.code, detail=error.detail)
    return _answer(request, error.problem(), error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    body = {"type": "about:blank", "title": "Not valid", "status": 422, "code": "invalid"}
    return _answer(request, {**body, "detail": f"{where}: {first['msg']}"})


async def _http(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: a page that is not there, a method that a page does not know."""
    assert isinstance(error, HTTPException)
    title, detail = HTTPStatus(error.status_code).phrase, str(error.detail)
    body = {"type": "about:blank", "title": title, "status": error.status_code, "code": title.lower().replace(" ", "_")}
    return _answer(request, {**body, "detail": detail}, error.headers)


async def _database_away(request: Request, error: Exception) -> Response:
    """Whoever is on the telephone hears numbers that work without us, and is asked again.

    Who rang us and has heard that often enough gets no answer: then the carrier turns to the number's fallback, which
    rings the team. A call that we made has none, so it goes on for as long as they stay.
    """
    path = request.url.path
    if not spoken.is_listened_to(path):
        raise error
    said = request.query_params.get("tried", "0")
    tried = int(said) if said.isdecimal() else 0
    if tried >= spoken.MOST_TRIES and (await request.form()).get("Direction") == "inbound":
        raise error
    _log.error("call_not_answered", path=path, exc_info=error)
    return Response(spoken.try_again(replies.say("voice_away", "voice"), path, tried + 1), media_type=XML)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("unexpected", path=request.url.path, error=type(error).__name__, exc_info=error)
    body = {"type": "about:blank", "title": "Something went wrong", "status": 500, "code": "internal"}
    detail = "It was not your doing. Try again; if a life is at risk ring 999."
    return _answer(request, {**body, "detail": detail})


def _answer(request: Request, problem: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The same problem as a page for a member of staff who reads, and as data for everything else."""
    if _is_for_reading(request):
        return pages.render(request, "console/problem.html", {"problem": problem}, problem["status"])
    return JSONResponse(problem, status_code=problem["status"], media_type=PROBLEM, headers=dict(headers or {}))


def _is_for_reading(request: Request) -> bool:
    wants_page = "text/html" in request.headers.get("accept", "")
    return wants_page and request.url.path.startswith("/console") and "hx-request" not in request.headers


def _page_of(request: Request) -> str:
    """The page to come back to after signing in: for a form, the page that it stood on."""
    if request.method == "GET":
        return request.url.path
    return urlsplit(request.headers.get("referer", "")).path or "/console"


def __getattr__(name: str) -> FastAPI:
    """`api.main:app` for uvicorn, built when it is asked for, so that importing this module needs no settings."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
