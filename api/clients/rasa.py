"""The assistant, over our own input channel. It is asked; it is never relied upon."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from api import settings

_LOADS_WITHIN_SECONDS = 120.0


class BotUnavailable(Exception):
    """Rasa did not answer in time, or answered with an error."""


class ModelRefused(BotUnavailable):
    """Rasa cannot load a model and goes on with the one it had."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the assistant said about one need. `topic`: that need's intent, or the name of another response."""

    replies: tuple[str, ...]
    topic: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What the assistant said and how it understood the message. It may have understood and yet said nothing.

    `topic`: what the replies are about, where that is not the intent. `second`: the answer to a second need. `guide`: a
    guide `asks` or `tells` something, in the replies from `guide_from` on. Empty: none had a part in it. `offers`: the
    last of the replies asks whether a service may ring, so that no other question should follow it.
    """

    replies: tuple[str, ...]
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    topic: str = ""
    second: Said | None = None
    guide: str = ""
    guide_from: int = 0
    offers: bool = False


class _Connection:
    session: aiohttp.ClientSession | None = None


def _session() -> aiohttp.ClientSession:
    if _Connection.session is None:
        # Rasa closes a connection that was idle for five seconds; we must not use it again in just that moment.
        _Connection.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=3))
    return _Connection.session


async def disconnect() -> None:
    """Close the pooled connections of this process."""
    if _Connection.session is not None:
        await _Connection.session.close()
    _Connection.session = None


async def answers() -> bool:
    """Whether the assistant has loaded its model and answers."""
    timeout = aiohttp.ClientTimeout(total=settings.get().bot_timeout_seconds)
    try:
        async with _session().get(f"{settings.get().bot_url}/webhooks/nightlight/", timeout=timeout) as response:
            return response.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


async def model() -> str:
    """The file name of the model that the assistant has. Raises BotUnavailable."""
    answer = await _of_model("GET")
    return str(answer["model"])


async def use_model(path: str) -> None:
    """Let the assistant load another model, beside its turns, and go by it. Raises BotUnavailable; then it has not:
    ModelRefused, if it cannot.

    `path`: as the assistant finds it.
    """
    await _of_model("PUT", {"model_file": path})


async def _of_model(method: str, body: dict[str, str] | None = None) -> dict[str, Any]:
    wanted = settings.get()
    seconds = _LOADS_WITHIN_SECONDS if body else wanted.bot_timeout_seconds
    try:
        async with _session().request(
            method,
            f"{wanted.bot_url}/webhooks/nightlight/model",
            json=body,
            headers={"Authorization": f"Bearer {wanted.bot_token.get_secret_value()}"},
            timeout=aiohttp.ClientTimeout(total=seconds),
        ) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            if response.status != 200:
                refused = ModelRefused if response.status == 400 else BotUnavailable
                raise refused(str(answer.get("detail") or response.status))
            return answer
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, AttributeError) as error:
        raise BotUnavailable(type(error).__name__) from error


async def ask(
    dialogue: str,
    message_id: object,
    text: str,
    channel: str,
    topics: Sequence[str] = (),
    guide_open: bool = False,
) -> Turn:
    """One turn of a dialogue. Raises BotUnavailable after `bot_timeout_seconds` and on any error.

    `topics`: begin the questions after a danger with these; then `text` is not read. `guide_open`: the last that the
    carer heard was a guide's question, so that this may be an answer to it.
    """
    wanted = settings.get()
    body: dict[str, Any] = {"sender": dialogue, "message_id": str(message_id), "text": text, "channel": channel}
    if topics:
        body["topics"] = list(topics)
    if guide_open:
        body["guide_open"] = True
    try:
        async with _session().post(
            f"{wanted.bot_url}/webhooks/nightlight/webhook",
            json=body,
            headers={"Authorization": f"Bearer {wanted.bot_token.get_secret_value()}"},
            timeout=aiohttp.ClientTimeout(total=wanted.bot_timeout_seconds),
        ) as response:
            if response.status != 200:
                raise BotUnavailable(f"status {response.status}")
            return _read(await response.json())
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
        raise BotUnavailable(type(error).__name__) from error


def _read(answer: dict[str, Any]) -> Turn:
    said, then = _said(answer), answer.get("second")
    intent = answer.get("intent") or {}
    ranking = tuple((item["name"], float(item["confidence"])) for item in answer.get("intent_ranking", ()))
    name, confidence = intent.get("name") or "", float(intent.get("confidence") or 0.0)
    then_said = _said(then) if then else None
    guide, guide_from = answer.get("guide") or "", int(answer.get("guide_from") or 0)
    offers = bool(answer.get("offers"))
    return Turn(said.replies, name, confidence, ranking, said.topic, then_said, guide, guide_from, offers)


def _said(answer: dict[str, Any]) -> Said:
    replies = tuple(reply["text"] for reply in answer["replies"] if reply.get("text"))
    return Said(replies, answer.get("topic") or "")
