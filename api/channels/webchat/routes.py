"""The chat page, its posts, its stream of new messages, the way out, and the tag that puts it into other sites."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sse_starlette import EventSourceResponse
from starlette.datastructures import FormData

from api import logs
from api.channels.rules import whole_number
from api.channels.webchat import page as chat
from api.channels.webchat import rules, service, stream, visitor
from api.channels.webchat.numbers import service as numbers
from api.channels.webchat.page import EXIT, Page
from api.channels.webchat.service import WEB, Thread
from api.channels.webchat.visitor import Visitor
from api.conversations.receiving import receive
from api.conversations.service import Inbound
from api.database import transaction
from api.errors import NotFound
from api.people import access
from api.people import service as people
from api.triage import service as triage

WAIT_SECONDS = 3.0  # A page without JavaScript is held back this long for its answer.
READ_SECONDS = 6.0  # Then the page says that it does not work and whom to ring, rather than show nothing.
SAVE_SECONDS = 12.0  # A message is worth waiting for.
MAX_FORM_BYTES = 1_000_000
router = APIRouter(prefix="/chat", include_in_schema=False, dependencies=[Depends(access.anyone)])
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Form:
    """What the page's form holds. `after`: the newest message that the page's script already shows."""

    body: str
    number: str
    client_id: str
    token: str
    team: str
    after: int


@router.get("")
async def show(request: Request) -> Response:
    """The thread of this browser, or the first page. `wait`: hold it back for a moment if an answer is on its way."""
    who, team = visitor.visitor(request), request.query_params.get("team")
    thread, works = await _thread(who, team)
    if thread.waiting and thread.conversation_id and "wait" in request.query_params:
        await stream.until_answered(thread.conversation_id, WAIT_SECONDS)
        thread, works = await _thread(who, team)
    page = Page(who, thread, notice=None if works else "chat_down_first")
    return chat.answer(request, page, 200 if works else 503)


async def _thread(who: Visitor, team: str | None, after: int = 0) -> tuple[Thread, bool]:
    """The thread, and whether the database could be asked. If not: the team's number from the files."""
    try:
        async with asyncio.timeout(READ_SECONDS), transaction() as session:
            return await service.read(session, who.address, team, after), True
    except Exception as error:  # Whatever it is, the page must still show whom to ring.
        _log.error("chat_not_read", error=type(error).__name__)
        return Thread(service.team_in_files(team)), False


@router.post("/messages")
async def post_message(request: Request) -> Response:
    """What the carer wrote: kept, screened, then shown. Whatever goes wrong, the words stay in the box."""
    return await _post(request, number_only=False)


@router.post("/number")
async def post_number(request: Request) -> Response:
    """The number that the carer gives. What stands in the message box stays there."""
    return await _post(request, number_only=True)


async def _post(request: Request, number_only: bool) -> Response:
    who = visitor.visitor(request)
    if whole_number(request.headers.get("content-length", "")) > MAX_FORM_BYTES:
        thread, _ = await _thread(who, None)
        return chat.answer(request, Page(who, thread, error="chat_too_big"), 413)
    form = _read_form(await request.form())
    page = Page(who, Thread(service.team_in_files(form.team)), form.body, number_typed=form.number)
    if visitor.may_post(request, who, form.token):
        status = await _act(page, form, number_only)
    else:
        page.error, status = "chat_out_of_date", 403
    if status == 200 and not (chat.wants_parts(request) or page.typed or page.number_typed or page.notice):
        return _see_thread(who)
    page.thread, _ = await _thread(who, form.team, form.after)
    return chat.answer(request, page, status)


def _read_form(raw: FormData) -> Form:
    def field(name: str) -> str:
        value = raw.get(name, "")
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    after = whole_number(field("after"))
    return Form(field("body"), field("number"), field("client_id"), field("token"), field("team"), after)


def _see_thread(who: Visitor) -> Response:
    response = RedirectResponse(f"/chat?wait=1{'&embed=1' if who.framed else ''}#newest", 303)
    visitor.remember(response, who)
    return response


async def _act(page: Page, form: Form, number_only: bool) -> int:
    """Do what the form asks for, and note in the page how it went. Returns the HTTP status."""
    number = numbers.read(form.number)
    has_words = bool(form.body.strip()) and not number_only
    if form.number.strip() and number is None:
        page.number_error = "chat_number_wrong"
    elif number_only and number is None:
        page.number_error = "chat_number_empty"
    if not number_only and not has_words and number is None:
        page.error = "chat_empty"
    try:
        await _keep(page.who, form, has_words, number)
    except NotFound:
        page.error = "chat_number_first"  # Where there is no chat, the page has no field for a number.
        return 422
    except Exception as error:  # Whatever it was, to the carer it means the same.
        _log.error("chat_not_saved", error=type(error).__name__)
        page.error, page.client_id = "chat_down", form.client_id or page.client_id
        return 503
    _note_success(page, has_words, number)
    return 422 if page.error or (number_only and page.number_error) else 200


async def _keep(who: Visitor, form: Form, has_words: bool, number: str | None) -> None:
    await asyncio.to_thread(triage.protocol)  # Read once in a process, which takes a while: not within the time below.
    async with asyncio.timeout(SAVE_SECONDS), transaction() as session:
        if has_words:
            team = await people.team_by_code(session, form.team)
            inbound_id = rules.inbound_id(who.address, form.client_id, form.body)
            inbound = Inbound(WEB, who.address, inbound_id, form.body, team)
            if given := await numbers.given(session, inbound):
                await numbers.take(session, inbound, given)
            else:
                await receive(session, inbound)
        if number:
            await numbers.save(session, who.address, number)


def _note_success(page: Page, has_words: bool, number: str | None) -> None:
    if number:
        page.number_typed = ""
    if has_words:
        page.sent, page.typed = True, ""
        if page.who.is_new:  # The page had given it a secret, and it did not bring it back.
            page.notice = "chat_no_cookie"


@router.get("/messages")
@router.get("/number")
async def back_to_thread(request: Request) -> Response:
    """Somebody opened the address that the form posts to, perhaps from the history."""
    return RedirectResponse(f"/chat{'?embed=1' if visitor.visitor(request).framed else ''}", 303)


@router.get("/events")
async def events(request: Request) -> Response:
    """New messages as they come (server-sent events). 204 while there is no thread: the browser does not come back."""
    who = visitor.visitor(request)
    seen = request.headers.get("last-event-id") or request.query_params.get("after", "")
    thread, works = await _thread(who, None, whole_number(seen))
    if thread.conversation_id is None:
        return Response(status_code=204 if works else 503)
    return EventSourceResponse(stream.events(who, thread.conversation_id, whole_number(seen)))


@router.get("/leave")
async def leave(request: Request) -> Response:
    """Forget the thread in this browser and go to a page about the weather. Another site's link forgets nothing."""
    response = RedirectResponse(EXIT, 303, headers={"Referrer-Policy": "no-referrer"})
    if request.headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        visitor.forget(response)
    return response


@router.get("/embed.js")
async def embed_script() -> Response:
    """The tag that other sites put into their pages."""
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(chat.embed_script(), media_type="text/javascript", headers=headers)
