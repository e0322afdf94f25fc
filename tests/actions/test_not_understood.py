"""The first miss is answered, the second in a row brings a person, and then the count starts again."""

import pytest

from actions.api_client import ApiClient
from actions.not_understood import ActionNotUnderstood
from tests.actions.conftest import StandInApi
from tests.actions.conversation import bot, carer, said

ASKED_AGAIN = bot("utter_not_understood")
HANDED_OVER = bot("utter_person_will_read")


@pytest.mark.parametrize("intent", ["nlu_fallback", "out_of_scope"])
async def test_the_first_miss_says_what_we_can_do(client: ApiClient, api: StandInApi, intent: str) -> None:
    assert await said(ActionNotUnderstood(), carer(intent, "m-1")) == ["utter_not_understood"]
    assert api.asked == []


async def test_the_second_in_a_row_brings_a_person(client: ApiClient, api: StandInApi) -> None:
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("out_of_scope", "m-2")]
    assert await said(ActionNotUnderstood(), *events) == ["utter_person_will_read"]
    (asked,) = api.asked
    assert (asked.path, asked.body["kind"]) == ("/v1/tasks", "reply_by_person")
    assert asked.headers["idempotency-key"] == "m-2:reply_by_person"
    assert "her own words" not in str(asked.body)


async def test_a_person_who_could_not_be_asked_is_not_promised(client: ApiClient, api: StandInApi) -> None:
    api.status = 500
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("nlu_fallback", "m-2")]
    assert await said(ActionNotUnderstood(), *events) == ["utter_person_not_reached"]


async def test_after_a_failure_the_next_miss_asks_for_a_person_again(client: ApiClient, api: StandInApi) -> None:
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("nlu_fallback", "m-2"), bot("utter_person_not_reached")]
    assert await said(ActionNotUnderstood(), *events, carer("nlu_fallback", "m-3")) == ["utter_person_will_read"]
    assert len(api.asked) == 1


async def test_an_understood_message_starts_the_count_again(client: ApiClient, api: StandInApi) -> None:
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("thanks", "m-2"), bot("utter_thanks")]
    assert await said(ActionNotUnderstood(), *events, carer("nlu_fallback", "m-3")) == ["utter_not_understood"]


async def test_a_person_starts_the_count_again(client: ApiClient, api: StandInApi) -> None:
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("nlu_fallback", "m-2"), HANDED_OVER]
    assert await said(ActionNotUnderstood(), *events, carer("nlu_fallback", "m-3")) == ["utter_not_understood"]
    again = [*events, carer("nlu_fallback", "m-3"), ASKED_AGAIN, carer("nlu_fallback", "m-4")]
    assert await said(ActionNotUnderstood(), *again) == ["utter_person_will_read"]


async def test_a_message_handed_in_twice_is_one_miss(client: ApiClient, api: StandInApi) -> None:
    events = [carer("nlu_fallback", "m-1"), ASKED_AGAIN, carer("nlu_fallback", "m-1")]
    assert await said(ActionNotUnderstood(), *events) == ["utter_not_understood"]


async def test_an_intent_without_a_rule_yet_is_answered(client: ApiClient, api: StandInApi) -> None:
    assert await said(ActionNotUnderstood(), carer("a_topic_of_tomorrow", None)) == ["utter_not_understood"]
