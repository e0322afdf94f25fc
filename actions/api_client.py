"""The only module of `actions` that speaks HTTP: what the assistant asks of the API, as a client with a service token.

`NIGHTLIGHT_API_URL` and `NIGHTLIGHT_ACTIONS_TOKEN` are read once. Each request carries an idempotency key made of the
carer's message, so that a turn that is run twice asks for one person, not two.
"""

import asyncio
import logging
import os
from functools import lru_cache
from uuid import uuid4

import httpx

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
_DONE = frozenset({200, 201})


class NotConfirmed(Exception):
    """The API did not say that it has taken this on: it is down, slow, or refused. Nothing may be promised."""


class Refused(NotConfirmed):
    """The API said no. `why` is its `reason` (see `/v1`), empty where it gave none."""

    def __init__(self, path: str, why: str) -> None:
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
        await self._post(path, {"message_id": message_id, "topic": topic}, topic, frozenset({204}))

    async def read_number(self, conversation_id: str, message_id: str | None) -> str:
        """The mobile number in a message of the carer's, spaced to be read. Raises `Refused` where there is none."""
        path = f"/v1/conversations/{conversation_id}/numbers"
        answer = await self._post(path, {"message_id": message_id}, "number", frozenset({200}))
        return str(answer.json()["number"])

    async def text_last_answer(self, conversation_id: str, message_id: str | None, number_message_id: str) -> None:
        """Have the last answer texted to the number in a message. Raises `NotConfirmed` as `escalate` does."""
        path = f"/v1/conversations/{conversation_id}/texts"
        await self._post(path, {"message_id": message_id, "number_message_id": number_message_id}, "text")

    async def close(self) -> None:
        """Let go of the kept connections."""
        await self._http.aclose()

    async def _post(
        self, path: str, body: dict[str, str | None], what: str, done: frozenset[int] = _DONE
    ) -> httpx.Response:
        key = f"{body['message_id'] or uuid4()}:{what}"
        try:
            # httpx limits each phase of a request; the carer waits for all of them together.
            async with asyncio.timeout(self._timeout_seconds):
                answer = await self._http.post(path, json=body, headers={"Idempotency-Key": key})
        except (httpx.HTTPError, TimeoutError) as error:
            logger.error("The API did not answer POST %s: %s", path, type(error).__name__)
            raise NotConfirmed(path) from error
        if answer.status_code not in done:
            logger.error("The API answered POST %s with %s", path, answer.status_code)
            raise Refused(path, _why(answer))
        return answer


def _why(answer: httpx.Response) -> str:
    """The reason in a problem document; empty for anything else."""
    try:
        return str(answer.json().get("reason") or "")
    except (ValueError, AttributeError):
        return ""


@lru_cache(maxsize=1)
def shared_client() -> ApiClient:
    """The client of this process."""
    return ApiClient(
        os.environ.get("NIGHTLIGHT_API_URL", "http://127.0.0.1:8000"), os.environ.get("NIGHTLIGHT_ACTIONS_TOKEN", "")
    )
