"""The only module of `actions` that speaks HTTP: what the assistant asks of the API, as a client with a service token.

`NIGHTLIGHT_API_URL`, `NIGHTLIGHT_ACTIONS_TOKEN` and `NIGHTLIGHT_ACTIONS_PATIENCE` (seconds for one request) are read
once. Each request carries an idempotency key made of the carer's message, so that a turn that is run twice asks for
one person, not two.
"""

import asyncio
import logging
import os
from functools import lru_cache
from typing import Any
from uuid import uuid4

import httpx

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
LOOK_UP_SHARE = 0.5  # One turn of a guide may look up several things, and the carer waits for them all.
_DONE = frozenset({200, 201})
_NOTED = frozenset({204})
_NO = frozenset({404, 409, 422})  # Answers, and not faults: there is no such thing, or not now.


class NotConfirmed(Exception):
    """The API did not say that it has taken this on: it is down, slow, or refused. Nothing may be promised."""


class Refused(NotConfirmed):
    """The API said no. `why` is its `reason` (see `/v1`), empty where it gave none."""

    def __init__(self, path: str, why: str = "") -> None:
        super().__init__(path)
        self.why = why


class ApiClient:
    """A client of the API. One for the process, so that connections are kept."""

    def __init__(self, base_url: str, token: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._timeout_seconds = timeout_seconds
        self._http = httpx.AsyncClient(
            base_url=base_url, headers={"Authorization": f"Bearer {token}"}, timeout=timeout_seconds
        )

    async def escalate(
        self, conversation_id: str, message_id: str | None, category: str, priority: str, summary: str
    ) -> None:
        """Open an escalation. `priority` is P0 to P3; `summary` is one line without the carer's words.

        Raises `NotConfirmed` unless the API answered that the escalation exists.
        """
        body = {
            "conversation_id": conversation_id,
            "message_id": message_id,
            "category": category,
            "priority": priority,
            "summary": summary,
        }
        await self._post("/v1/escalations", body, category)

    async def ask_person_to_reply(self, conversation_id: str, message_id: str | None, reason: str) -> None:
        """Make a task for a person to read the conversation and reply. Raises `NotConfirmed` as `escalate` does."""
        kind = "reply_by_person"
        body = {"conversation_id": conversation_id, "message_id": message_id, "kind": kind, "reason": reason}
        await self._post("/v1/tasks", body, kind)

    async def keep_answer(self, escalation_id: str, message_id: str | None, topic: str) -> None:
        """Note which question this message answers. Raises `NotConfirmed` as `escalate` does."""
        path = f"/v1/escalations/{escalation_id}/answers"
        await self._post(path, {"message_id": message_id, "topic": topic}, topic, _NOTED)

    async def guide_begun_by(self, intent: str) -> tuple[str | None, dict[str, str]]:
        """The code of the guide that this need begins, if one does, and what the need says already.

        Raises `NotConfirmed` without an answer.
        """
        listed = (await self._look_up("GET", "/v1/guides"))["guides"]
        guide: dict[str, Any] = next((guide for guide in listed if intent in guide["begins"]), {})
        return guide.get("code"), guide.get("already", {}).get(intent, {})

    async def next_step(self, guide: str, facts: dict[str, str], finish: bool = False) -> dict[str, Any]:
        """The next question of a guide (`ask`) or its statements (`end`). Raises `NotConfirmed` without an answer."""
        return await self._look_up("POST", f"/v1/guides/{guide}/next", json={"facts": facts, "finish": finish})

    async def known_nation(self, conversation_id: str) -> str | None:
        """The nation that is kept for this conversation. Raises `NotConfirmed` without an answer."""
        nation: str | None = (await self._look_up("GET", _place(conversation_id))).get("nation")
        return nation

    async def keep_place(self, conversation_id: str, said: str) -> str | None:
        """Keep the place that was said; the nation of it, if that is certain. Raises `Refused` where none was in it."""
        nation: str | None = (await self._look_up("PUT", _place(conversation_id), json={"said": said})).get("nation")
        return nation

    async def offer_referral(self, conversation_id: str, need: str | None, unasked: bool = False) -> dict[str, Any]:
        """A service that could ring the carer: `service`, `asks_number` and `say`, the approved words.

        `need` None: they asked for a referral and not for what. `unasked`: the offer is ours, after a guide, and waits
        for a question of the API's own. Raises `Refused` where no service takes it or this is no moment to offer it,
        and `NotConfirmed`.
        """
        asked = {"conversation_id": conversation_id, **({"need": need} if need else {})}
        asked |= {"unasked": "true"} if unasked else {}
        return await self._look_up("GET", "/v1/referrals/offer", params=asked)

    async def check_turn(self, conversation_id: str, message_id: str | None) -> None:
        """Raises `Refused` where somebody else has spoken to the carer since the assistant's last question."""
        asked = {"conversation_id": conversation_id, "message_id": message_id or ""}
        await self._ask("GET", "/v1/referrals/turn", done=_NOTED, params=asked)

    async def referral_question(self, wanted: dict[str, Any]) -> str:
        """The words that say what would be passed on. Raises as `offer_referral` does."""
        return str((await self._ask("POST", "/v1/referrals/question", json=wanted))["say"])

    async def refer(self, wanted: dict[str, Any], message_id: str | None) -> str:
        """Ask the service, on the yes in this message. Returns the words with the date. Raises as `offer_referral`."""
        body = {**wanted, "message_id": message_id}
        return str((await self._ask("POST", "/v1/referrals", f"{message_id}:referral", json=body))["say"])

    async def withdraw_referral(self, conversation_id: str, message_id: str | None) -> str:
        """The carer wants no call. Returns the words for it. Raises `Refused` where none is open, or `NotConfirmed`."""
        body = {"conversation_id": conversation_id, "message_id": message_id}
        path = "/v1/referrals/withdrawals"
        return str((await self._ask("POST", path, f"{message_id}:withdrawal", json=body))["say"])

    async def read_number(self, conversation_id: str, message_id: str | None) -> str:
        """The mobile number in a message of the carer's, spaced to be read. Raises `Refused` where there is none."""
        path = f"/v1/conversations/{conversation_id}/numbers"
        return str((await self._post(path, {"message_id": message_id}, "number"))["number"])

    async def text_last_answer(self, conversation_id: str, message_id: str | None, number_message_id: str) -> None:
        """Have the last answer texted to the number in a message. Raises `NotConfirmed` as `escalate` does."""
        path = f"/v1/conversations/{conversation_id}/texts"
        await self._post(path, {"message_id": message_id, "number_message_id": number_message_id}, "text")

    async def close(self) -> None:
        """Let go of the kept connections."""
        await self._http.aclose()

    async def _post(self, path: str, body: dict[str, Any], what: str, done: frozenset[int] = _DONE) -> dict[str, Any]:
        """Ask for something under a key made of the carer's message."""
        return await self._ask("POST", path, f"{body['message_id'] or uuid4()}:{what}", done=done, json=body)

    async def _look_up(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """Ask within a turn that asks several things."""
        return await self._ask(method, path, share=LOOK_UP_SHARE, **sent)

    async def _ask(
        self, method: str, path: str, key: str = "", done: frozenset[int] = _DONE, share: float = 1.0, **sent: Any
    ) -> dict[str, Any]:
        """What the API answers, empty where it has nothing to say. Raises `Refused` and `NotConfirmed`."""
        headers = {"Idempotency-Key": key} if key else {}
        try:
            # httpx limits each phase of a request; the carer waits for all of them together.
            async with asyncio.timeout(self._timeout_seconds * share):
                answer = await self._http.request(method, path, headers=headers, **sent)
            found: dict[str, Any] = answer.json() if answer.status_code in done and answer.content else {}
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            logger.error("The API did not answer %s %s: %s", method, path, type(error).__name__)
            raise NotConfirmed(path) from error
        if answer.status_code in _NO:
            logger.warning("The API answered %s %s with %s", method, path, answer.status_code)
            raise Refused(path, _why(answer))
        if answer.status_code not in done:
            logger.error("The API answered %s %s with %s", method, path, answer.status_code)
            raise NotConfirmed(path)
        return found


def _why(answer: httpx.Response) -> str:
    """The reason in a problem document; empty for anything else."""
    try:
        return str(answer.json().get("reason") or "")
    except (ValueError, AttributeError):
        return ""


def _place(conversation_id: str) -> str:
    return f"/v1/conversations/{conversation_id}/place"


@lru_cache(maxsize=1)
def shared_client() -> ApiClient:
    """The client of this process."""
    return ApiClient(
        os.environ.get("NIGHTLIGHT_API_URL", "http://127.0.0.1:8000"),
        os.environ.get("NIGHTLIGHT_ACTIONS_TOKEN", ""),
        float(os.environ.get("NIGHTLIGHT_ACTIONS_PATIENCE", TIMEOUT_SECONDS)),
    )
