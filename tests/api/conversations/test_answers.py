"""`/v1`: which of the few questions after a danger a message answers."""

from uuid import uuid4

import httpx
from sqlalchemy import select

from api.database import transaction
from api.escalations import answers
from api.escalations.models import Found
from api.people.rules import Scope
from tests.api.conversations.test_v1 import code
from tests.harness import seeds
from tests.harness.line import Line


async def test_an_answer_is_noted_once_and_only_for_a_message_of_the_same_carer(
    line: Line, client: httpx.AsyncClient
) -> None:
    every_scope = await seeds.token(*Scope)
    await seeds.crisis("+447700900078")
    async with transaction() as session:
        found = (await session.execute(select(Found))).scalars().one()
    path = f"/v1/escalations/{found.escalation_id}/answers"
    body = {"message_id": str(found.message_id), "topic": "where"}
    for _ in range(2):
        assert (await client.post(path, json=body, headers=every_scope)).status_code == 204
    async with transaction() as session:
        assert [answer.topic for answer in await answers.of(session, found.escalation_id)] == ["where"]
    elsewhere = await client.post(path, json={**body, "message_id": str(uuid4())}, headers=every_scope)
    assert (elsewhere.status_code, code(elsewhere)) == (404, "not_found")
    wrong = await client.post(path, json={**body, "topic": "Robert'); DROP"}, headers=every_scope)
    assert wrong.status_code == 422
