"""An example of a program that calls Nightlight's `/v1`. One file to copy from; it needs `httpx` and nothing else.

    NIGHTLIGHT_URL=https://line.example NIGHTLIGHT_CLIENT=ward NIGHTLIGHT_SECRET=... python nightlight_client.py

The id and the secret are a service token's name and the token (`api tokens make`). What it shows: short-lived tokens, a
key that makes a request safe to repeat, lists a piece at a time, changes that lose nothing, and waiting when told to.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

import httpx

TRIES = 4
LONGEST_WAIT = 30.0  # Seconds.


class NightlightProblem(Exception):
    """Nightlight refused. `code` is for programs (`conflict`, `not_found`, ...), the message for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status, self.code = status, code


@dataclass(frozen=True)
class Escalation:
    """A carer who needs a person. `etag`: the state in which it was read; empty in lists."""

    id: UUID
    conversation_id: UUID
    state: str
    priority: str
    category: str
    raised_at: datetime
    etag: str = ""

    @classmethod
    def of(cls, row: dict[str, Any], etag: str = "") -> Self:
        """An escalation as `/v1` has it."""
        return cls(
            id=UUID(row["id"]),
            conversation_id=UUID(row["conversation_id"]),
            state=row["state"],
            priority=row["priority"],
            category=row["category"],
            raised_at=datetime.fromisoformat(row["raised_at"]),
            etag=etag,
        )


class Nightlight:
    """One Nightlight, as one program may use it. `http` is an httpx client whose base URL is the installation's."""

    def __init__(self, http: httpx.Client, client_id: str, secret: str) -> None:
        self._http, self._client = http, (client_id, secret)
        self._token, self._ends = "", 0.0

    def escalations(self, **wanted: str | list[str]) -> Iterator[Escalation]:
        """Every escalation that is wanted, the newest first: `state`, `priority`, `team`, `since`, `until`."""
        cursor: str | None = ""
        while cursor is not None:
            params = wanted | ({"cursor": cursor} if cursor else {})
            piece = self._call("GET", "/v1/escalations", params=params).json()
            yield from (Escalation.of(row) for row in piece["items"])
            cursor = piece["next"]

    def escalation(self, escalation_id: UUID) -> Escalation:
        """One escalation with its ETag."""
        answer = self._call("GET", f"/v1/escalations/{escalation_id}")
        return Escalation.of(answer.json(), answer.headers["etag"])

    def raise_escalation(self, conversation_id: UUID, category: str, summary: str) -> Escalation:
        """Say that a carer needs a person. However often the network fails, it is made once."""
        body = {"conversation_id": str(conversation_id), "category": category, "summary": summary}
        headers = {"Idempotency-Key": str(uuid4())}  # The same at each try inside _call.
        return Escalation.of(self._call("POST", "/v1/escalations", json=body, headers=headers).json())

    def accept(self, seen: Escalation, person_id: UUID) -> Escalation:
        """Somebody takes it, if it is still as we saw it. Raises NightlightProblem with 412 if it has changed."""
        body = {"to": "accepted", "person_id": str(person_id)}
        headers = {"If-Match": seen.etag} if seen.etag else {}
        return Escalation.of(self._call("POST", f"/v1/escalations/{seen.id}/moves", json=body, headers=headers).json())

    def fhir(self, escalation_id: UUID) -> dict[str, Any]:
        """The escalation as a FHIR R4 message Bundle."""
        bundle: dict[str, Any] = self._call("GET", f"/v1/escalations/{escalation_id}/fhir").json()
        return bundle

    def _call(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """Try a few times: a lost connection and 429, 502, 503 and 504 may be over in a moment."""
        for tried in range(1, TRIES + 1):
            try:
                sent = {"Authorization": f"Bearer {self._short_token()}", **(headers or {})}
                answer = self._http.request(method, path, headers=sent, **more)
            except httpx.TransportError:
                if tried == TRIES:
                    raise
                time.sleep(2.0 ** (tried - 1))
                continue
            if answer.status_code not in (429, 502, 503, 504) or tried == TRIES:
                return _checked(answer)
            time.sleep(min(float(answer.headers.get("retry-after", 2.0 ** (tried - 1))), LONGEST_WAIT))
        raise AssertionError("unreachable")

    def _short_token(self) -> str:
        """A token for a quarter of an hour, had again a minute before it ends."""
        if time.monotonic() > self._ends:
            form = {"grant_type": "client_credentials"}
            given = _checked(self._http.post("/v1/token", data=form, auth=self._client)).json()
            self._token, self._ends = given["access_token"], time.monotonic() + given["expires_in"] - 60
        return self._token


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_success:
        return answer
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    problem = answer.json() if is_problem else {"code": "unknown", "detail": answer.reason_phrase}
    raise NightlightProblem(answer.status_code, problem["code"], problem["detail"])


if __name__ == "__main__":
    with httpx.Client(base_url=os.environ["NIGHTLIGHT_URL"], timeout=10) as http:
        line = Nightlight(http, os.environ["NIGHTLIGHT_CLIENT"], os.environ["NIGHTLIGHT_SECRET"])
        for one in line.escalations(state=["waiting", "unreached"]):
            print(one.raised_at, one.priority, one.state, one.id)
