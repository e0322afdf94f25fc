"""Twilio's REST API, through Twilio's own library, sent to whatever address the settings name."""

from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from api import settings
from api.clients.carrier import CarrierError, Text

_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
_PUBLISHED = "https://api.twilio.com"


class _Http(AsyncHttpClient):
    """Sends the library's requests over one pooled session, to Twilio or to what stands in for it."""

    def __init__(self, base_url: str) -> None:
        super().__init__(None, True, None)
        self._base_url = base_url.rstrip("/")
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def request(  # type: ignore[override]  # The library's own asynchronous client overrides it so, too.
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """One request, as Twilio's library words it."""
        async with self._session.request(
            method.upper(),
            self._base_url + url.removeprefix(_PUBLISHED),
            params=params,
            data=data,
            headers=headers,
            auth=aiohttp.BasicAuth(*auth) if auth else None,
            allow_redirects=allow_redirects,
        ) as response:
            return Response(response.status, await response.text(), response.headers)

    async def close(self) -> None:
        await self._session.close()


class _Connection:
    http: _Http | None = None
    client: Client | None = None


def _client() -> Client:
    if _Connection.client is None:
        wanted = settings.get()
        _Connection.http = _Http(wanted.twilio_api_url)
        _Connection.client = Client(
            wanted.twilio_account_sid, wanted.twilio_auth_token.get_secret_value(), http_client=_Connection.http
        )
    return _Connection.client


async def disconnect() -> None:
    """Close the pooled connections of this process."""
    if _Connection.http is not None:
        await _Connection.http.close()
    _Connection.http = _Connection.client = None


async def send_text(text: Text) -> str:
    """Hand one text to Twilio: its SID. Raises CarrierError when Twilio did not take it."""
    options: dict[str, Any] = {"status_callback": text.status_callback}
    if text.keep_seconds:
        options["validity_period"] = text.keep_seconds
    service_sid = settings.get().twilio_messaging_service_sid
    if service_sid and text.sender != settings.get().pager_number:
        options["messaging_service_sid"] = service_sid
    try:
        sent = await _client().messages.create_async(to=text.to, from_=text.sender, body=text.body, **options)
    except TwilioRestException as error:
        raise CarrierError(error.status, error.code) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise CarrierError(None, None) from error
    return str(sent.sid)
