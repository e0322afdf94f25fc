"""What the assistant asks of the API, and what counts as an answer."""

import pytest

from actions.api_client import ApiClient, NotConfirmed, Refused, shared_client
from tests.actions.conftest import TOKEN, StandInApi
from tests.harness.ports import free_port


async def ask(client: ApiClient, message_id: str | None = "m-1") -> None:
    await client.escalate("c-1", message_id, "human_request", "P2", "The carer asked to speak to a person.")


async def test_an_escalation_is_asked_for_in_the_agreed_form(client: ApiClient, api: StandInApi) -> None:
    await ask(client)
    (asked,) = api.asked
    assert asked.path == "/v1/escalations"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["idempotency-key"] == "m-1:human_request"
    assert asked.body == {
        "conversation_id": "c-1",
        "message_id": "m-1",
        "category": "human_request",
        "priority": "P2",
        "summary": "The carer asked to speak to a person.",
    }


async def test_a_task_is_asked_for_in_the_agreed_form(client: ApiClient, api: StandInApi) -> None:
    await client.ask_person_to_reply("c-1", "m-1", "Two misses.")
    (asked,) = api.asked
    assert (asked.path, asked.headers["idempotency-key"]) == ("/v1/tasks", "m-1:reply_by_person")
    assert asked.body == {
        "conversation_id": "c-1",
        "message_id": "m-1",
        "kind": "reply_by_person",
        "reason": "Two misses.",
    }


async def test_the_same_message_asks_under_the_same_key(client: ApiClient, api: StandInApi) -> None:
    await ask(client)
    await ask(client)
    assert len({asked.headers["idempotency-key"] for asked in api.asked}) == 1


async def test_without_a_message_each_request_stands_for_itself(client: ApiClient, api: StandInApi) -> None:
    await ask(client, None)
    await ask(client, None)
    assert len({asked.headers["idempotency-key"] for asked in api.asked}) == 2
    assert api.asked[0].body["message_id"] is None


@pytest.mark.parametrize("status", [200, 201])
async def test_created_and_already_there_are_both_confirmation(client: ApiClient, api: StandInApi, status: int) -> None:
    api.status = status
    await ask(client)


@pytest.mark.parametrize("status", [202, 204, 302, 401, 403, 404, 409, 422, 429, 500, 503])
async def test_anything_else_is_none(client: ApiClient, api: StandInApi, status: int) -> None:
    api.status = status
    with pytest.raises(NotConfirmed):
        await ask(client)


async def test_a_slow_answer_is_none_and_is_not_waited_for(client: ApiClient, api: StandInApi) -> None:
    api.delay = 5
    with pytest.raises(NotConfirmed):  # Whoever waits is told 201.
        await ask(client)


async def test_an_api_that_is_not_there_is_none() -> None:
    client = ApiClient(f"http://127.0.0.1:{free_port()}", TOKEN)
    with pytest.raises(NotConfirmed):
        await ask(client)
    await client.close()


async def test_the_process_has_one_client() -> None:
    assert shared_client() is shared_client()
    await shared_client().close()
    shared_client.cache_clear()


@pytest.mark.parametrize("status", [404, 409, 422])
async def test_a_refusal_has_its_reason_and_a_fault_is_no_refusal(
    client: ApiClient, api: StandInApi, status: int
) -> None:
    api.status, api.body = status, {"reason": "opted_out"}
    with pytest.raises(Refused) as refused:
        await client.text_last_answer("c-1", "m-1", "m-0")
    assert refused.value.why == "opted_out"
    api.status = 500
    with pytest.raises(NotConfirmed) as fault:
        await client.text_last_answer("c-1", "m-1", "m-0")
    assert not isinstance(fault.value, Refused)
