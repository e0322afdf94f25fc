"""`/v1`: every move of the desk in the name of a person, or the reason why not."""

import httpx

from api import clock
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import Line


async def test_a_call_goes_through_every_move_and_each_refusal_says_why(client: httpx.AsyncClient, line: Line) -> None:
    headers = await seeds.token(Scope.ESCALATIONS_WRITE, expires_at=None)
    escalation_id, one, two = await seeds.crisis(), await seeds.nurse("Demo Nurse One"), await seeds.nurse("Demo Lead")
    await line.settle()

    async def move(to: str, **more: object) -> tuple[int, str]:
        body = {"to": to, "person_id": str(one.id)} | more
        answer = await client.post(f"/v1/escalations/{escalation_id}/moves", json=body, headers=headers)
        return answer.status_code, str(answer.json().get("detail", answer.json().get("state")))

    assert await move("handed_on", hand_to=str(two.id)) == (
        409,
        "Nobody has this, so it cannot be handed on. Accept it first, or have the next rung paged.",
    )
    assert await move("widened") == (200, "waiting")
    assert await move("declined") == (200, "waiting")
    assert (await move("declined"))[0] == 409
    assert await move("accepted") == (200, "accepted")
    assert (await move("stood_down", note="x"))[0] == 409
    assert (await move("handed_on"))[0] == 422
    assert await move("handed_on", hand_to=str(one.id)) == (409, "Demo Nurse One has this already.")
    assert await move("handed_on", hand_to=str(two.id)) == (200, "accepted")
    assert (await seeds.escalation(escalation_id)).handed_to_id == two.id
    net = {"code": "pain", "number": "no number of ours"}
    assert (await move("resolved", outcome="advice_given", note="calm", safety_net=net))[0] == 422
    net = {"watch_for": "his colour", "come_back": "he is worse", "number": "111"}
    assert await move("resolved", outcome="advice_given", note="calm", safety_net=net) == (200, "resolved")
    found = await seeds.escalation(escalation_id)
    assert (found.handed_to_id, found.safety_net) == (None, net | {"by_text": False})
    assert found.resolved_at is not None
    assert found.resolved_at <= clock.now()


async def test_a_call_that_needs_no_nurse_is_stood_down_with_a_reason(client: httpx.AsyncClient) -> None:
    headers, escalation_id = await seeds.token(Scope.ESCALATIONS_WRITE), await seeds.crisis()
    by = {"to": "stood_down", "person_id": str((await seeds.nurse("Demo Lead")).id)}
    where = f"/v1/escalations/{escalation_id}/moves"
    assert (await client.post(where, json=by, headers=headers)).status_code == 422
    answer = await client.post(where, json=by | {"note": "A film."}, headers=headers)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "stood_down")
    assert (await seeds.escalation(escalation_id)).next_page_at is None
