"""Tokens of other programs: until when they count, how they are changed, and how a short-lived one is had."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from api import clock, commands, database
from api.database import transaction
from api.errors import NotFound, TooMany
from api.people import limits, tokens
from api.people import service as people
from api.people.rules import Bucket, Scope, take
from api.people.tokens import Caller
from tests.harness import seeds

NOW = clock.now()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def put(name: str, token: str, *scopes: Scope, **more: Any) -> None:
    async with transaction() as session:
        await tokens.put(session, name, token, scopes or list(Scope), **more)


async def known(token: str) -> Caller | None:
    async with transaction() as session:
        return await tokens.caller(session, token)


async def test_a_token_counts_until_its_end_and_while_it_is_rotated_the_old_one_does_too(db: str) -> None:
    await put("ward", "first", Scope.TASKS_READ, expires_at=clock.now() + timedelta(days=2))
    found = await known("first")
    assert found == "ward"
    assert found.scopes == {Scope.TASKS_READ}

    async with transaction() as session:
        second = await tokens.rotate(session, "ward", timedelta(hours=24))
    assert (await known("first"), await known(second)) == ("ward", "ward")
    clock.move(timedelta(hours=24))
    assert (await known("first"), await known(second)) == (None, "ward")
    clock.move(timedelta(hours=24))
    assert await known(second) is None, "its own end"

    with pytest.raises(NotFound):
        async with transaction() as session:
            await tokens.rotate(session, "nobody", timedelta())


async def test_a_short_lived_token_is_had_for_a_long_one_and_dies_with_it(client: httpx.AsyncClient) -> None:
    await put("ward", "long", Scope.TASKS_READ, Scope.ESCALATIONS_READ)
    form = {"grant_type": "client_credentials", "scope": "tasks:read"}
    answer = await client.post("/v1/token", data=form, auth=("ward", "long"))
    given = answer.json()
    assert (answer.status_code, given["token_type"], given["scope"]) == (200, "Bearer", "tasks:read")
    assert 890 <= given["expires_in"] <= 900
    assert answer.headers["cache-control"] == "no-store"

    short = bearer(given["access_token"])
    assert (await client.get("/v1/tasks", headers=short)).status_code == 200
    assert (await client.get("/v1/escalations", headers=short)).status_code == 403, "only what it was asked for"
    clock.move(timedelta(minutes=15))
    assert (await client.get("/v1/tasks", headers=short)).status_code == 401

    in_form = form | {"client_id": "ward", "client_secret": "long"}
    again = bearer((await client.post("/v1/token", data=in_form)).json()["access_token"])
    assert (await client.get("/v1/tasks", headers=again)).status_code == 200
    async with transaction() as session:
        await tokens.revoke(session, "ward")
    assert (await client.get("/v1/tasks", headers=again)).status_code == 401


@pytest.mark.parametrize(
    ("form", "secret", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, "wrong", 401, "invalid_client"),
        ({"grant_type": "client_credentials", "scope": "tasks:write"}, "long", 400, "invalid_scope"),
        ({"grant_type": "password"}, "long", 400, "unsupported_grant_type"),
    ],
)
async def test_a_request_for_a_token_is_refused_in_the_words_of_oauth(
    client: httpx.AsyncClient, form: dict[str, str], secret: str, status: int, error: str
) -> None:
    await put("ward", "long", Scope.TASKS_READ)
    answer = await client.post("/v1/token", data=form, auth=("ward", secret))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_who_guesses_secrets_must_wait(db: str) -> None:
    for _ in range(limits.GRANTS_PER_MINUTE):
        limits.take_by_name("guessed")
    with pytest.raises(TooMany) as refused:
        limits.take_by_name("guessed")
    assert refused.value.headers["Retry-After"] == "2"
    limits.take_by_name("somebody else")


def test_a_bucket_lets_a_burst_pass_and_then_fills_evenly() -> None:
    bucket: Bucket | None = None
    for _ in range(60):
        bucket, wait = take(bucket, 60, NOW)
        assert wait == timedelta()
    bucket, wait = take(bucket, 60, NOW)
    assert wait == timedelta(seconds=1)
    bucket, wait = take(bucket, 60, NOW + timedelta(seconds=1))
    assert wait == timedelta()
    bucket, wait = take(bucket, 60, NOW + timedelta(hours=1))
    assert (bucket.left, wait) == (59, timedelta()), "never more than one minute's worth"
    assert take(bucket, 60, NOW)[1] == timedelta(), "a clock that goes back takes nothing away"


async def test_what_is_done_by_hand(db: str) -> None:
    async def api(*words: str) -> Any:
        await database.disconnect()  # The command opens and closes its own connections.
        return await asyncio.to_thread(CliRunner().invoke, commands.app, ["tokens", *words])

    made = await api("make", "ward", "--scope", "tasks:read", "--team", "demo", "--days", "30")
    assert (made.exit_code, len(made.stdout.strip())) == (0, 43), made.output
    rotated = (await api("rotate", "ward")).stdout.strip()
    assert len(rotated) == 43
    assert rotated != made.stdout.strip()
    (line,) = [line for line in (await api("list")).stdout.splitlines() if line.startswith("ward")]
    assert line.split()[1:3] == ["demo", "rotating"]
    assert (await api("revoke", "ward")).exit_code == 0
    assert "ended" in (await api("list")).stdout
    refused = await api("make", "ward", "--scope", "tasks:read", "--team", "nowhere")
    assert refused.exit_code == 1
    assert "no such team" in refused.output


async def test_a_team_sees_its_own(db: str) -> None:
    other = await seeds.other_team()
    await put("theirs", "token", team_id=other.id)
    found = await known("token")
    assert found is not None
    found.must_reach(other.id, "task")
    async with transaction() as session:
        mine = (await people.default_team(session)).id
    with pytest.raises(NotFound):
        found.must_reach(mine, "task")
