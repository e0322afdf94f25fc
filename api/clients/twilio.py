"""Twilio's REST API, through Twilio's own library, sent to whatever address the settings name.

The library words the requests and reads the answers. How they travel is ours: one pooled session for the process, a
time limit shorter than the outbox's lease, and no logging, because both sides quote a carer's number and words.
"""

import re
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from api import settings
from api.clients.carrier import Call, CarrierError, ListedCall, Text

TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)  # Seconds.
_PUBLISHED = re.compile(r"^https://([a-z]+)\.twilio\.com")
_PAGE_SIZE = 1000  # The most that Twilio gives at once.
_FILTERED_BY = timedelta(days=1)
# The library would take a region out of the process's environment and change the address; ours comes from the settings.
_NO_ENVIRONMENT = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}


class _Http(AsyncHttpClient):
    """Sends the library's requests over one pooled session, to Twilio or to what stands in for it."""

    def __init__(self, base_url: str) -> None:
        super().__init__(None, True, None)
        self._base_url = base_url.rstrip("/")
        self._session = aiohttp.ClientSession(timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # The library's signature; the session has our own limit.
        allow_redirects: bool = False,
    ) -> Response:
        """One request, as Twilio's library words it."""
        async with self._session.request(
            method.upper(),
            _PUBLISHED.sub(self._host, url),
            params=params,
            data=data,
            headers={**(headers or {}), "Authorization": aiohttp.encode_basic_auth(*auth)} if auth else headers,
            allow_redirects=allow_redirects,
        ) as response:
            return Response(response.status, await response.text(), response.headers)

    def _host(self, published: re.Match[str]) -> str:
        """Where one of Twilio's products is asked: beside the API that the settings name, or what stands in for all."""
        return self._base_url.replace("//api.", f"//{published[1]}.", 1)

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the address of a request may hold a telephone number."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing: what Twilio answers repeats the number and the words."""

    async def close(self) -> None:
        await self._session.close()


class _Connection:
    http: _Http | None = None
    client: Client | None = None


def client() -> Client:
    """Twilio's library, with our account and our way of travelling."""
    if _Connection.client is None:
        wanted = settings.get()
        _Connection.http = _Http(wanted.twilio_api_url)
        _Connection.client = Client(
            wanted.twilio_account_sid,
            wanted.twilio_auth_token.get_secret_value(),
            http_client=_Connection.http,
            environment=_NO_ENVIRONMENT,
        )
    return _Connection.client


def connect() -> None:
    """Make the client now: the library's first use takes half a second, which no page should wait for."""
    _ = client().messages


async def disconnect() -> None:
    """Close the pooled connections of this process."""
    if _Connection.http is not None:
        await _Connection.http.close()
    _Connection.http = _Connection.client = None


async def send_text(text: Text) -> str:
    """Hand one text to Twilio: its SID. Raises CarrierError when Twilio did not take it, or may not have."""
    return await _sid(client().messages.create_async(to=text.to, from_=text.sender, body=text.body, **_options(text)))


async def place_call(call: Call) -> str:
    """Have Twilio ring somebody: the call's SID. Raises CarrierError when Twilio did not take it, or may not have.

    No answering machine is looked for: what answers must press a key, and a machine does not.
    """
    told = {"status_callback": call.status_callback} if call.status_callback else {}  # Once, however it ends.
    spoken = {"twiml": call.twiml} if call.twiml else {"url": call.url}
    return await _sid(
        client().calls.create_async(to=call.to, from_=call.sender, timeout=call.ring_seconds, **spoken, **told)
    )


async def cancel_call(sid: str) -> None:
    """Stop a call that is ringing; one that somebody has picked up goes on. Raises CarrierError."""
    await _sid(client().calls(sid).update_async(status="canceled"))


async def redirect_call(sid: str, url: str) -> None:
    """Have Twilio ask `url` at once what comes next in a call that is going on. Raises CarrierError."""
    await _sid(client().calls(sid).update_async(url=url, method="POST"))


async def _sid(asked: Awaitable[Any]) -> str:
    """The SID of what Twilio made or changed. Raises CarrierError."""
    with our_error():
        made = await asked
    if not made.sid:
        raise CarrierError(None, None)
    return str(made.sid)


@contextmanager
def our_error() -> Iterator[None]:
    """Whatever goes wrong is a CarrierError.

    The library's own error is left out of ours on purpose: it quotes the number, and a traceback would print it.
    """
    try:
        yield
    except TwilioException as error:
        raise CarrierError(*_why(error)) from None
    except (aiohttp.ClientError, OSError, ValueError, TypeError, AttributeError):
        raise CarrierError(None, None) from None  # No answer, or one that cannot be read: it is handed over again.


async def calls_to(number: str, since: datetime) -> list[ListedCall]:
    """Every call that came in to this number of ours since then, oldest first. Raises CarrierError.

    Twilio's filter knows days (UTC), not moments: what is older is left out here.
    Source: https://www.twilio.com/docs/voice/api/call-resource, read 26 November 2026.
    """
    listed = []
    with our_error():
        async for one in await client().calls.stream_async(to=number, start_time_after=since, page_size=_PAGE_SIZE):
            begun = one.start_time
            if begun is not None and begun < since - _FILTERED_BY:
                break  # The filter is not kept, and the list may have no end.
            if one.direction == "inbound" and begun is not None and begun >= since:
                listed.append(ListedCall(str(one.sid), one._from or "", number, str(one.status), begun))
    return sorted(listed, key=lambda one: one.started_at)


async def answers() -> bool:
    """Whether Twilio answers, and knows us."""
    try:
        await client().api.v2010.accounts(settings.get().twilio_account_sid).fetch_async()
    except (TwilioException, aiohttp.ClientError, OSError, ValueError, TypeError, AttributeError):
        return False
    return True


def _options(text: Text) -> dict[str, Any]:
    options: dict[str, Any] = {"status_callback": text.status_callback} if text.status_callback else {}
    if text.keep_seconds:
        options["validity_period"] = text.keep_seconds
    service_sid = settings.get().twilio_messaging_service_sid
    if service_sid and text.sender != settings.get().pager_number:
        options["messaging_service_sid"] = service_sid
    return options


def _why(error: TwilioException) -> tuple[int | None, int | None]:
    """HTTP status and Twilio's code, of any of the kinds of error that the library raises.

    For a page of a list it has only the answer itself, as the second of its arguments.
    """
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    for answer in error.args[1:]:
        status = status or getattr(answer, "status_code", None)
    return status if isinstance(status, int) else None, code if isinstance(code, int) else None
