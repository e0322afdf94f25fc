"""A carer asks for a person: we say that one was asked only when that is so."""

from actions.api_client import ApiClient
from actions.person_please import ActionPersonPlease
from tests.actions.conftest import StandInApi
from tests.actions.conversation import CONVERSATION, carer, said


async def test_a_nurse_is_asked_and_the_carer_is_told(client: ApiClient, api: StandInApi) -> None:
    assert await said(ActionPersonPlease(), carer("person_please", "m-7")) == ["utter_person_asked"]
    (asked,) = api.asked
    assert (asked.path, asked.body["conversation_id"]) == ("/v1/escalations", CONVERSATION)
    assert (asked.body["category"], asked.body["priority"]) == ("human_request", "P2")
    assert asked.headers["idempotency-key"] == "m-7:human_request"


async def test_where_it_is_not_sure_it_asks_and_wakes_nobody(client: ApiClient, api: StandInApi) -> None:
    unsure = carer("person_please", "m-7")
    unsure["parse_data"]["intent"]["confidence"] = 0.4
    assert await said(ActionPersonPlease(), unsure) == ["utter_person_maybe"]
    assert api.asked == []


async def test_a_repeat_is_told_the_same(client: ApiClient, api: StandInApi) -> None:
    api.status = 200
    assert await said(ActionPersonPlease(), carer("person_please", "m-7")) == ["utter_person_asked"]


async def test_a_refusal_is_told_as_what_it_is(client: ApiClient, api: StandInApi) -> None:
    api.status = 503
    assert await said(ActionPersonPlease(), carer("person_please", "m-7")) == ["utter_person_not_reached"]


async def test_silence_is_told_as_what_it_is(client: ApiClient, api: StandInApi) -> None:
    api.delay = 5
    assert await said(ActionPersonPlease(), carer("person_please", "m-7")) == ["utter_person_not_reached"]


async def test_the_carers_words_are_not_in_the_summary(client: ApiClient, api: StandInApi) -> None:
    await said(ActionPersonPlease(), carer("person_please", "m-7"))
    assert "her own words" not in str(api.asked[0].body)
