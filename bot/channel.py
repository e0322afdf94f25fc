"""The API's way into Rasa: one message in, every reply and the intent ranking out.

    POST /webhooks/nightlight/webhook   Authorization: Bearer <token>
    {"sender": "<dialogue>", "message_id": "<id>", "text": "...", "channel": "sms" | "web" | "voice",
     "topics": [only to begin the questions after a danger: what to ask about],
     "guide_open": true if the last that the carer heard was a guide's question}
    -> 200 {"replies": [{"text": "..."}], "topic": "<name of the first response, or the intent>",
            "second": {"replies": [...], "topic"} or null: a second need of the same message, answered after the first,
            "intent": {"name", "confidence"}, "intent_ranking": [up to 10 of the same, of the whole message],
            "guide": "asks" | "tells" | "", "guide_from": the first of the replies that is the guide's,
            "offers": true if the last of the replies offers a call from a service}

    GET /webhooks/nightlight/model   -> 200 {"model": file name}
    PUT /webhooks/nightlight/model   {"model_file": path}   -> the same; turns go on meanwhile (bot/models_in_use.py)

Where an action says that its form leads the turn, the form's name stands in place of the intent and the topic.

A text of one part is parsed once; what was understood goes back with the replies, so that the API can grade it without
asking again. Errors are problem documents (RFC 9457) and never hold the carer's words.
"""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import models_in_use as models
from bot.action_answers import check_schema_once
from bot.inbound import BadBody, Inbound
from bot.needs import Needs, Parsed, needs
from bot.replies import Replies, replies_for
from bot.whole_messages import CHOICE, choice

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

        @routes.get("/model")
        async def which(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _problem(401, "Not signed in", "The token is missing or wrong.")
            return response.json({"model": request.app.ctx.agent.model_name})

        @routes.put("/model")
        async def use(request: Request) -> HTTPResponse:
            if not self._is_known(request):
                return _problem(401, "Not signed in", "The token is missing or wrong.")
            return await _use(request)

        return routes

    def _is_known(self, request: Request) -> bool:
        scheme, _, shown = (request.headers.get("authorization") or "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), self._token)


async def _use(request: Request) -> HTTPResponse:
    try:
        path = str(json.loads(request.body)["model_file"])
    except (ValueError, KeyError, TypeError):
        return _problem(400, "Not valid", 'Send {"model_file": the path of a trained model}.')
    if not await models.use(request.app, path):
        return _problem(400, "Not valid", "This model cannot be loaded. The one that was in use stays.")
    return response.json({"model": request.app.ctx.agent.model_name})


async def _turn(request: Request, inbound: Inbound, on_new_message: Handler) -> HTTPResponse:
    agent = request.app.ctx.agent
    if not agent.is_ready():
        return _problem(503, "Not ready", "The assistant has no model loaded yet.")
    first, second = replies_for(inbound.channel), replies_for(inbound.channel)
    read = _alone(_NOT_UNDERSTOOD)
    try:
        read = await _read(agent, inbound)
        await on_new_message(_user_message(inbound, read, read.first, first))
        if read.second and not await _in_a_form(agent, inbound.sender):
            await on_new_message(_user_message(inbound, read, read.second, second))
    except Exception:
        logger.exception("A turn failed", extra={"message_id": inbound.message_id})
        # What was said before the failure is still an answer to the carer; only an empty turn is an error.
        if not first.texts:
            return _problem(500, "Something went wrong", "The assistant could not answer this message.")
    return response.json(_result(read, first, second))


async def _read(agent: Any, inbound: Inbound) -> Needs:
    if inbound.topics:
        return _alone(_AFTER_DANGER)
    if not inbound.text:
        # A picture or a blank line: there is nothing to understand, and the rule for that answers it.
        return _alone(_NOT_UNDERSTOOD)
    if choice(inbound.text) and not await _in_a_form(agent, inbound.sender):
        return _alone({"name": CHOICE, "confidence": 1.0}, inbound.text)
    read = await needs(inbound.text, agent.parse_message)
    if read.second and await _in_a_form(agent, inbound.sender):
        return Needs(read.whole, None, read.whole)  # What is said there is one answer to one question.
    return read


def _alone(intent: dict[str, Any], text: str = "") -> Needs:
    parsed: Parsed = {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}
    return Needs(parsed, None, parsed)


async def _in_a_form(agent: Any, sender: str) -> bool:
    tracker = await agent.tracker_store.retrieve(sender)
    return tracker is not None and bool(tracker.active_loop_name)


def _user_message(inbound: Inbound, read: Needs, parsed: Parsed, replies: Replies) -> UserMessage:
    metadata = {
        "message_id": inbound.message_id,
        "topics": inbound.topics,
        "choice": choice(inbound.text),
        "guide_open": inbound.guide_open,
        "one_of_two": read.second is not None,  # Then neither answer ends with a question of its own.
    }
    return UserMessage(
        read.second["text"] if parsed is read.second else inbound.text,
        replies,
        inbound.sender,
        parse_data=parsed,
        input_channel=inbound.channel,
        message_id=inbound.message_id,
        metadata=metadata,
    )


def _result(read: Needs, first: Replies, second: Replies) -> dict[str, Any]:
    """In a form, whatever the words look like, they were taken as an answer: the form's name stands for the intent."""
    ranking = [_named(intent) for intent in read.whole.get("intent_ranking", [])[:_RANKING_LENGTH]]
    return {
        **_answer(first, read.first),
        "second": _answer(second, read.second) if read.second and second.texts else None,
        "intent": _named({"name": first.form, "confidence": 1.0} if first.form else read.first["intent"]),
        "intent_ranking": ranking,
        "guide": first.guide,
        "guide_from": first.guide_from,
        "offers": first.offers,
    }


def _answer(replies: Replies, parsed: Parsed) -> dict[str, Any]:
    topic = replies.form or replies.topic or parsed["intent"].get("name")
    return {"replies": [{"text": text} for text in replies.texts], "topic": topic}


def _named(intent: dict[str, Any]) -> dict[str, Any]:
    return {"name": intent.get("name"), "confidence": float(intent.get("confidence") or 0.0)}


def _problem(status: int, title: str, detail: str) -> HTTPResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return response.json(body, status=status, content_type="application/problem+json")
