"""Carers who each send their next message when they have an answer to the last, from raw Rasa or the whole line."""

import asyncio
import time
from collections import Counter
from typing import Protocol
from uuid import UUID, uuid5

import aiohttp

from api import clock
from api.clients.pretend_forms import PassedText, inbound_form, new_sid
from tests.bench.figures import Figures, figures
from tests.bench.messages import TURNS, for_carer
from tests.harness.carrier import ACCOUNT, StandingCarrier
from tests.harness.line import LINE

PATIENCE = 30.0  # Seconds; an answer that takes longer counts as lost.
_SPACE = UUID("6f3c8f6e-6a0e-4d55-9b1e-1f6a8f5c2f10")


class Way(Protocol):
    """One way to ask."""

    async def turn(self, who: str, words: str) -> None:
        """One message and its answer. Raises when there is none."""


def sender(name: str) -> UUID:
    """The id under which raw Rasa keeps a conversation of the benchmark."""
    return uuid5(_SPACE, name)


def message_of(conversation: UUID, turn: int) -> UUID:
    """The id under which the custom actions speak to the API of one message to raw Rasa."""
    return uuid5(conversation, str(turn))


class RawRasa:
    """Rasa over its stock REST channel, as it comes."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, f"{url}/webhooks/rest/webhook"
        self.turns: Counter[str] = Counter()

    async def turn(self, who: str, words: str) -> None:
        """Ask; the replies are the response."""
        known = {"message_id": str(message_of(sender(who), self.turns[who]))}
        self.turns[who] += 1
        asked = {"sender": str(sender(who)), "message": words, "metadata": known}
        async with self.http.post(self.url, json=asked) as answer:
            if answer.status != 200 or not await answer.json():
                raise RuntimeError(f"Rasa answered {answer.status} and said nothing.")


class WholeLine:
    """A signed webhook in, and the answer as the carrier gets it."""

    def __init__(self, carrier: "ListeningCarrier") -> None:
        self.carrier = carrier
        self.numbers: dict[str, str] = {}
        self.sent: list[str] = []
        self.acknowledged: list[float] = []

    async def turn(self, who: str, words: str) -> None:
        """Text the line and wait for its text."""
        number = self.number(who)
        answered = self.carrier.next_text(number)
        await self.text(number, words)
        await answered

    def number(self, who: str) -> str:
        """A telephone number for each conversation, one digit too long for anybody to have it."""
        return self.numbers.setdefault(who, f"+4477009{len(self.numbers):06d}")

    async def text(self, number: str, words: str) -> None:
        """One text to the line, acknowledged with 200."""
        text = PassedText(new_sid(), LINE, number, words, clock.now(), inbound=True)
        self.sent.append(text.sid)
        started = time.perf_counter()
        status = await self.carrier.post("/twilio/sms", inbound_form(text, ACCOUNT, ""), number)
        self.acknowledged.append(time.perf_counter() - started)
        if status != 200:
            raise RuntimeError(f"The webhook was answered {status}.")


class ListeningCarrier(StandingCarrier):
    """A pretend carrier that tells whoever waits for a text to a number."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.waiting: dict[str, asyncio.Future[float]] = {}

    def next_text(self, number: str) -> "asyncio.Future[float]":
        """Done when the next text to this number is handed over."""
        self.waiting[number] = asyncio.get_running_loop().create_future()
        return self.waiting[number]

    def accept(self, form: dict[str, str]) -> PassedText:
        """Take a text and tell."""
        text = super().accept(form)
        waiter = self.waiting.pop(text.to, None)
        if waiter is not None and not waiter.done():
            waiter.set_result(time.time())
        return text


async def talk(way: Way, carers: int, turns: int, label: str) -> Figures:
    """So many carers at once, until so many turns are done between them."""
    seconds: list[float] = []
    left = iter(range(turns))
    lost = 0

    async def one(number: int) -> None:
        nonlocal lost
        for conversation, words in for_carer(number):
            if next(left, None) is None:
                return
            started = time.perf_counter()
            try:
                async with asyncio.timeout(PATIENCE):
                    await way.turn(f"{label}-{number}-{conversation}", words)
            except (TimeoutError, RuntimeError, aiohttp.ClientError):
                lost += 1
            else:
                seconds.append(time.perf_counter() - started)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(carers)))
    return figures(seconds, time.perf_counter() - began, lost)


def conversations_of(carers: int, turns: int, label: str) -> list[UUID]:
    """The raw conversations that a run of `talk` can come to, so that the actions find them in the API."""
    most = 3 * turns // (carers * TURNS) + 2  # Some carers get further than others.
    return [sender(f"{label}-{number}-{conversation}") for number in range(carers) for conversation in range(most)]
