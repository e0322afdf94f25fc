"""How the pretend carrier posts webhooks, and the record of everything that passes between it and us over HTTP."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import aiohttp
from twilio.request_validator import RequestValidator

from api import clock

KEPT_EXCHANGES = 400
_TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)  # Twilio's own limits, in seconds.
_LONGEST_ANSWER = 2_000  # Characters of an answer that are kept.


@dataclass(frozen=True, slots=True)
class Exchange:
    """One HTTP request between the carrier and us. `phone` is whose text it is about; `status` 0: nobody answered."""

    seq: int
    at: datetime
    to_us: bool
    method: str
    path: str
    status: int
    milliseconds: float
    phone: str
    sent: dict[str, str]
    answer: str
    fault: str = ""  # What is wrong with the TwiML that was answered.


@dataclass
class Webhooks:
    """Posts to our public address, signed. `numbered` gives an exchange its place in the order of all that happens."""

    auth_token: str
    public_url: str
    reach: str
    numbered: Callable[[], int]
    exchanges: list[Exchange] = field(default_factory=list)
    _http: aiohttp.ClientSession | None = None

    async def post(self, path: str, form: dict[str, str], phone: str) -> int:
        """Post a form, signed as Twilio signs. Returns the HTTP status, 0 when nobody answered."""
        return (await self.ask(path, form, phone))[0]

    async def ask(self, path: str, form: dict[str, str], phone: str) -> tuple[int, str]:
        """The same, with what was answered.

        `path` may be a whole address. Like Twilio, it tries once more if no connection could be made, and no more.
        """
        url = self.whole(path)
        headers = {
            "X-Twilio-Signature": RequestValidator(self.auth_token).compute_signature(url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        started = time.perf_counter()
        try:
            status, answer = await self._try(url, form, headers)
        except aiohttp.ClientConnectorError:
            status, answer = await self._try_again(url, form, headers)
        except (aiohttp.ClientError, TimeoutError):
            status, answer = 0, ""  # Twilio would note error 11200 and not send it again.
        self.note(True, ("POST", url.removeprefix(self.public_url)), status, started, phone, form, answer)
        return status, answer

    async def _try_again(self, url: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        try:
            return await self._try(url, form, headers)
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    async def _try(self, url: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=_TIMEOUT)
        if self.reach and url.startswith(self.public_url):
            url = self.reach + url.removeprefix(self.public_url)
        async with self._http.post(url, data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    def note(
        self,
        to_us: bool,
        request: tuple[str, str],
        status: int,
        started: float,
        phone: str,
        sent: dict[str, str],
        answer: str,
    ) -> None:
        """Keep what passed, for people to look at. `request` is method and path, `started` of `time.perf_counter`."""
        method, path = request
        milliseconds = (time.perf_counter() - started) * 1000
        self.exchanges.append(
            Exchange(
                self.numbered(),
                clock.now(),
                to_us,
                method,
                path,
                status,
                milliseconds,
                phone,
                sent,
                answer[:_LONGEST_ANSWER],
            )
        )
        del self.exchanges[:-KEPT_EXCHANGES]

    def whole(self, path: str) -> str:
        """A path at our public address; a whole address as it is."""
        return path if path.startswith("http") else f"{self.public_url}{path}"

    def blame(self, path: str, phone: str, fault: str) -> None:
        """Write beside the newest request there what is wrong with its answer, for people to look at."""
        path = path.removeprefix(self.public_url)
        for place in range(len(self.exchanges) - 1, -1, -1):
            one = self.exchanges[place]
            if one.path == path and one.phone == phone:
                self.exchanges[place] = replace(one, fault=fault)
                return

    async def close(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()
