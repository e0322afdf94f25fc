"""The API's way into Rasa: one message in, every reply and the intent ranking out.

    POST /webhooks/nightlight/webhook   Authorization: Bearer <token>
    {"sender": "<dialogue>", "message_id": "<id>", "text": "...", "channel": "sms" | "web" | "voice",
     "topics": [only to begin the questions after a danger: what to ask about],
     "guide_open": true if the last that the carer heard was a guide's question}
    -> 200 {"replies": [{"text": "..."}], "intent": {"name", "confidence"}, "intent_ranking": [up to 10 of the same],
            "guide": "asks" | "tells" | "", "guide_from": the first of the replies that is the guide's}

Where an action says that its form leads the turn, the form's name stands in place of the intent.

The text is parsed once; what was understood goes back with the replies, so that the API can grade it without asking
again. Errors are problem documents (RFC 9457) and never hold the carer's words.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.action_answers import check_schema_once
from bot.inbound import BadBody, Inbound
from bot.replies import Replies, replies_for

logger = logging.getLogger(__name__)

Handler = Callable[[UserMessage], Awaitable[Any]]

_RANKING_LENGTH = 10
# Never recognised in a message: the API says so, and begins the form of data/rules/after_danger.yml.
_AFTER_DANGER = {"name": "after_danger", "confidence": 1.0}
_NOT_UNDERSTOOD = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": 1.0}


class NightlightInput(InputChannel):
    """Rasa's only input channel. Its token comes from `bot/credentials.yml`."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """Part of the path: /webhooks/nightlight."""
        return "nightlight"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "NightlightInput":
        """Make the channel; an empty token would let anybody in, so it stops the start instead."""
        token = str((credentials or {}).get("token") or "").strip()
        if not token:
            raise RasaException("The nightlight channel needs `token`; set NIGHTLIGHT_BOT_TOKEN.")
        # Rasa makes its channels once, before it serves; there is no better place for what the process needs once.
        check_schema_once()
        return cls(token)

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The two routes of the channel."""
        routes = Blueprint("nightlight")

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _problem(401, "Not signed in", "The token is missing or wrong.")
            try:
                inbound = Inbound.from_body(request.body)
            except BadBody as error:
                return _problem(400, "Not valid", str(error))
            return await _turn(request, inbound, on_new_message)

        return routes

    def _is_known(self, request: Request) -> bool:
        scheme, _, shown = (request.headers.get("authorization") or "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), self._token)


async def _turn(request: Request, inbound: Inbound, on_new_message: Handler) -> HTTPResponse:
    if not request.app.ctx.agent.is_ready():
        return _problem(503, "Not ready", "The assistant has no model loaded yet.")
    replies = replies_for(inbound.channel)
    parsed: dict[str, Any] = {"intent": _NOT_UNDERSTOOD}
    try:
        parsed = await _parse(request, inbound)
        await on_new_message(_user_message(inbound, parsed, replies))
    except Exception:
        logger.exception("A turn failed", extra={"message_id": inbound.message_id})
        # What was said before the failure is still an answer to the carer; only an empty turn is an error.
        if not replies.texts:
            return _problem(500, "Something went wrong", "The assistant could not answer this message.")
    return response.json(_result(replies, parsed))


async def _parse(request: Request, inbound: Inbound) -> dict[str, Any]:
    if inbound.topics:
        return {"text": "", "intent": _AFTER_DANGER, "intent_ranking": [_AFTER_DANGER], "entities": []}
    if inbound.text:
        parsed: dict[str, Any] = await request.app.ctx.agent.parse_message(inbound.text)
        return parsed
    # A picture or a blank line: there is nothing to understand, and the rule for that answers it.
    return {"text": "", "intent": _NOT_UNDERSTOOD, "intent_ranking": [_NOT_UNDERSTOOD], "entities": []}


def _user_message(inbound: Inbound, parsed: dict[str, Any], replies: Replies) -> UserMessage:
    return UserMessage(
        inbound.text,
        replies,
        inbound.sender,
        parse_data=parsed,
        input_channel=inbound.channel,
        message_id=inbound.message_id,
        metadata={
            "message_id": inbound.message_id,
            "topics": inbound.topics,
            "guide_open": inbound.guide_open,
        },
    )


def _result(replies: Replies, parsed: dict[str, Any]) -> dict[str, Any]:
    """In a form, whatever the words look like, they were taken as an answer: the form's name stands for the intent."""
    ranking = [_named(intent) for intent in parsed.get("intent_ranking", [])[:_RANKING_LENGTH]]
    return {
        "replies": [{"text": text} for text in replies.texts],
        "intent": _named({"name": replies.leads, "confidence": 1.0} if replies.leads else parsed["intent"]),
        "intent_ranking": ranking,
        "guide": replies.guide,
        "guide_from": replies.guide_from,
    }


def _named(intent: dict[str, Any]) -> dict[str, Any]:
    return {"name": intent.get("name"), "confidence": float(intent.get("confidence") or 0.0)}


def _problem(status: int, title: str, detail: str) -> HTTPResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return response.json(body, status=status, content_type="application/problem+json")
