"""A carer says that an answer was wrong: two other needs are offered; the second miss in a row brings a person."""

from typing import Any

import pytest

from actions.api_client import ApiClient
from actions.corrections import ActionChoice, ActionNotThat
from actions.needs import names
from actions.not_understood import ActionNotUnderstood
from tests.actions.conftest import StandInApi
from tests.actions.conversation import bot, carer, done, said
from tests.bot.content import ROOT, read

ASKED = carer("benefits_carer", "m-1", "respite", "grants", "prehab")
ANSWERED = bot("utter_benefits_carer")
WRONG = carer("not_that", "m-2", "thanks")
OFFERED = bot("utter_did_you_mean")
OFFER = ["respite", "grants"]
BEFORE = (ASKED, ANSWERED, WRONG, OFFERED)


def named(place: str, text: str = "1") -> dict[str, Any]:
    """The carer names one of the three."""
    return carer("choice", "m-3", text=text, choice=place)


def understood_as(events: list[Any]) -> str:
    """How the message was handed in again."""
    listens, again = events
    assert (listens["event"], listens["name"]) == ("action", "action_listen")
    assert again["metadata"]["message_id"] == "m-3", "what it leads to belongs to the same message"
    assert again["input_channel"] == "web", "or it would be answered in the words of another channel"
    return str(again["parse_data"]["intent"]["name"])


async def test_the_second_and_third_best_are_offered_in_plain_words(client: ApiClient, api: StandInApi) -> None:
    (offer,), (slot,) = await done(ActionNotThat(), ASKED, ANSWERED, WRONG)
    assert offer["response"] == "utter_did_you_mean"
    assert (offer["first_need"], offer["second_need"]) == ("a break from caring", "a one-off grant")
    assert (slot["name"], slot["value"]) == ("offered", OFFER)
    assert api.asked == []


async def test_after_a_miss_the_two_best_are_offered_and_small_talk_is_not(client: ApiClient) -> None:
    missed = carer("nlu_fallback", "m-1", "thanks", "equipment", "person_please", "grants")
    thanked = [missed, bot("utter_not_understood"), carer("thanks", "m-2"), bot("utter_thanks")]
    _, (slot,) = await done(ActionNotThat(), missed, ANSWERED, bot("utter_person_will_read"), WRONG)
    assert slot["value"] == ["equipment", "grants"]
    assert await said(ActionNotThat(), *thanked, WRONG) == ["utter_not_understood"], "thanks have no second best"


async def test_nothing_is_offered_where_nothing_was_asked(client: ApiClient) -> None:
    assert await said(ActionNotThat(), WRONG) == ["utter_not_understood"]


@pytest.mark.parametrize("first_miss", ["nlu_fallback", "out_of_scope", "not_that"])
async def test_the_second_miss_in_a_row_brings_a_person(client: ApiClient, api: StandInApi, first_miss: str) -> None:
    events = [ASKED, ANSWERED, carer(first_miss, "m-2"), OFFERED, carer("not_that", "m-3")]
    assert await said(ActionNotThat(), *events) == ["utter_person_will_read"]
    assert [asked.body["kind"] for asked in api.asked] == ["reply_by_person"]


@pytest.mark.parametrize(("place", "need"), [("first", "respite"), ("second", "grants")])
async def test_what_is_chosen_is_answered_by_the_rules(client: ApiClient, place: str, need: str) -> None:
    messages, events = await done(ActionChoice(), *BEFORE, named(place), offered=OFFER)
    assert messages == []
    assert understood_as(events) == need


async def test_something_else_is_the_second_miss(client: ApiClient, api: StandInApi) -> None:
    assert await said(ActionChoice(), *BEFORE, named("other", "3"), offered=OFFER) == ["utter_person_will_read"]
    assert len(api.asked) == 1


async def test_a_person_who_could_not_be_asked_is_not_promised(client: ApiClient, api: StandInApi) -> None:
    api.status = 503
    assert await said(ActionChoice(), *BEFORE, named("other", "3"), offered=OFFER) == ["utter_person_not_reached"]


async def test_a_figure_long_after_the_offer_chooses_nothing(client: ApiClient) -> None:
    later = [*BEFORE, carer("thanks", "m-4"), bot("utter_thanks"), named("first")]
    assert await said(ActionChoice(), *later, offered=OFFER) == ["utter_not_understood"]
    assert await said(ActionChoice(), named("first")) == ["utter_not_understood"]


@pytest.mark.parametrize(("text", "need"), [("the break", "respite"), ("GRANT", "grants"), ("one off grant", "grants")])
async def test_the_words_of_an_offer_choose_it_too(client: ApiClient, text: str, need: str) -> None:
    events = [*BEFORE, carer("nlu_fallback", "m-3", text=text)]
    _, made = await done(ActionNotUnderstood(), *events, offered=OFFER)
    assert understood_as(made) == need


async def test_words_of_neither_are_the_second_miss(client: ApiClient, api: StandInApi) -> None:
    events = [*BEFORE, carer("nlu_fallback", "m-3", text="the purple one")]
    assert await said(ActionNotUnderstood(), *events, offered=OFFER) == ["utter_person_will_read"]


async def test_after_a_choice_the_count_starts_again(client: ApiClient, api: StandInApi) -> None:
    _, again = await done(ActionChoice(), *BEFORE, named("first"), offered=OFFER)
    events = [*BEFORE, named("first"), *again, bot("utter_respite"), carer("nlu_fallback", "m-4")]
    assert await said(ActionNotUnderstood(), *events, offered=OFFER) == ["utter_not_understood"]
    assert api.asked == []


def test_every_need_has_a_name_that_can_be_texted_and_spoken() -> None:
    small_talk = {"greeting", "thanks", "goodbye", "person_please", "out_of_scope", "nlu_fallback", "after_danger"}
    ours = {"not_that", "text_me_that", "choice", "more", "referral_cancel"}
    assert set(names()) == set(read(ROOT / "domain.yml")["intents"]) - small_talk - ours
    assert [name for name in names().values() if len(name) > 32 or not name.isascii()] == []
    assert [name for name in names().values() if any(char.isdigit() for char in name)] == []
    assert len(set(names().values())) == len(names())
