"""Another organisation answers over HTTP: with its own token, of its own referrals, once however often it says so."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update

from api import clock
from api.console.referrals import presenters
from api.console.referrals import service as console
from api.database import transaction
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from api.people import service as people
from api.people.models import ServiceToken
from api.people.rules import Scope
from api.referrals import service as referrals
from api.referrals.models import Referral
from api.referrals.rules import State
from tests.api.referrals.conftest import Hospice
from tests.harness import seeds
from tests.harness.line import CARER, Line
from tests.harness.referrals import happened, referral, stands
from tests.harness.staff import on_record

ACKNOWLEDGED, CONTACTED = {"to": "acknowledged"}, {"to": "contacted"}
DECLINED = {"to": "declined", "reason": "They live outside our area."}


async def partner(name: str = "hospice") -> dict[str, str]:
    """The headers of an organisation whose token has this name."""
    headers = await seeds.token(Scope.REFERRALS_ACKNOWLEDGE)
    made = people.hash_token(headers["Authorization"].removeprefix("Bearer "))
    async with transaction() as session:
        await session.execute(update(ServiceToken).where(ServiceToken.token_hash == made).values(name=name))
    return headers


async def posted(
    client: httpx.AsyncClient, referral_id: UUID, headers: dict[str, str], body: dict[str, Any], key: str = ""
) -> httpx.Response:
    keyed = headers | {"Idempotency-Key": key or str(uuid4())}
    return await client.post(f"/v1/referrals/{referral_id}/moves", json=body, headers=keyed)


async def test_the_hospice_reads_it_rings_and_says_so_and_saying_it_twice_changes_nothing(
    line: Line, hospice: Hospice
) -> None:
    made, headers = await referral(line.client), await partner()
    await line.settle()
    first = await posted(line.client, made, headers, ACKNOWLEDGED, "their-key-1")
    again = await posted(line.client, made, headers, ACKNOWLEDGED, "their-key-1")
    other_key = await posted(line.client, made, headers, ACKNOWLEDGED)
    assert [one.status_code for one in (first, again, other_key)] == [200, 200, 200]
    assert first.json() == again.json() == other_key.json()
    assert set(first.json()) == {"id", "service", "state", "due_at"}, "no words, no number, nothing of ours"
    assert (await posted(line.client, made, headers, CONTACTED)).json()["state"] == State.CONTACTED

    back = await posted(line.client, made, headers, ACKNOWLEDGED)
    assert back.status_code == 409
    assert "A referral that is contacted cannot become acknowledged" in back.json()["detail"]
    assert (await posted(line.client, made, headers, CONTACTED, "their-key-1")).status_code == 409, "a key is used once"

    assert await happened(made) == ["requested", "sent", "acknowledged", "contacted"]
    assert await on_record("acknowledged", made) == 1
    async with transaction() as session:
        case = await console.gather(session, await referrals.get(session, made))
    lines = [entry.words for entry in presenters.timeline(case, clock.now())]
    assert lines[:2] == [
        "Our information team noted that the carer has been rung.",
        "Our information team has read it.",
    ]
    assert lines[-1] == "The carer said yes to the call."
    now = await stands(made)
    assert (now.unread_at, now.late_at) == (None, None)


async def test_an_answer_that_is_quicker_than_our_own_note_counts(line: Line, hospice: Hospice) -> None:
    made, headers = await referral(line.client), await partner()
    assert (await posted(line.client, made, headers, ACKNOWLEDGED)).status_code == 409, "it was not told of it yet"
    async with transaction() as session:
        await session.execute(update(Referral).values(tries=1))
    assert (await posted(line.client, made, headers, ACKNOWLEDGED)).status_code == 200
    await line.settle()
    assert await happened(made) == ["requested", "sent", "acknowledged"]


async def test_a_refusal_needs_a_reason_and_carer_and_staff_hear_of_it(line: Line, hospice: Hospice) -> None:
    made, headers = await referral(line.client), await partner()
    await line.settle()
    for body in ({"to": "declined"}, {"to": "declined", "reason": " "}, {"to": "done"}, DECLINED | {"colour": "blue"}):
        assert (await posted(line.client, made, headers, body)).status_code == 422
    assert (await posted(line.client, made, headers, DECLINED)).status_code == 200
    await line.settle()
    assert "our information team cannot take this on" in line.last(CARER)
    assert DECLINED["reason"] not in line.last(CARER)
    assert (await stands(made)).note == DECLINED["reason"]
    async with transaction() as session:
        reasons = select(Task.reason).where(Task.kind == TaskKind.REFERRAL)
        assert "cannot take on a referral" in (await session.execute(reasons)).scalar_one()


async def test_nobody_else_can_move_it(line: Line, hospice: Hospice) -> None:
    made, headers = await referral(line.client), await partner()
    await line.settle()
    other = await partner("council")
    assert (await posted(line.client, made, other, ACKNOWLEDGED)).status_code == 404, "another's is not there at all"
    assert (await posted(line.client, uuid4(), headers, ACKNOWLEDGED)).status_code == 404
    forged = {"Authorization": "Bearer not-a-token"}
    assert (await posted(line.client, made, forged, ACKNOWLEDGED)).status_code == 401
    others = await seeds.token(*(scope for scope in Scope if scope != Scope.REFERRALS_ACKNOWLEDGE))
    assert (await posted(line.client, made, others, ACKNOWLEDGED)).status_code == 403
    without_a_key = await line.client.post(f"/v1/referrals/{made}/moves", json=ACKNOWLEDGED, headers=headers)
    assert without_a_key.status_code == 422
    assert (await line.client.get(f"/v1/referrals/{made}", headers=headers)).status_code == 403
    assert (await stands(made)).state == State.SENT


async def test_what_stands_in_our_own_list_is_nobody_elses(line: Line) -> None:
    made = await referral(line.client)
    assert (await posted(line.client, made, await partner(""), ACKNOWLEDGED)).status_code == 404


@pytest.mark.parametrize("body", [None, [], "acknowledged"])
async def test_what_cannot_be_read_is_refused(line: Line, body: Any) -> None:
    assert (await posted(line.client, uuid4(), await partner(), body)).status_code == 422
