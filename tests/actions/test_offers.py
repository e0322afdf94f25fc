"""A call that is offered unasked after a guide: behind its last words, or when the carer wants more or says thanks."""

from typing import Any

import pytest

from actions.offers import AFTER_A_STATEMENT, DECLINED, LATER, LONGEST_TEXT, ActionOfferLater
from tests.actions.conftest import StandInApi
from tests.actions.conversation import carer as wrote
from tests.actions.conversation import done
from tests.actions.guided import OFFER, Carer, serve
from tests.api.guides.examples import example
from tests.bot.content import responses

COUNCIL = example().statements[-1].words
MORE, END = "utter_guide_more", "utter_guide_end"
LONG = {**OFFER, "say": f"Shall I ask {'x' * 270} to ring you?"}

pytestmark = pytest.mark.usefixtures("client")


def begun(carer: Carer) -> bool:
    """Whether the last thing that an action did was to begin the form with the offer in it."""
    return carer.events[-1].get("name") == "referral" and carer.slots.get("referral_offer") is not None


async def told_all(api: StandInApi, channel: str = "sms", offer: dict[str, object] | None = None) -> Carer:
    """A carer who has heard the last of what the guide had to say."""
    serve(api, kept="wales", offer=offer or OFFER)
    one = Carer(channel)
    await one.needs("benefits_carer")
    await one.answers("2")
    await one.answers("no")
    return one


@pytest.mark.parametrize("channel", ["sms", "web", "voice"])
async def test_a_call_is_offered_behind_the_last_of_a_guide(api: StandInApi, channel: str) -> None:
    one = await told_all(api, channel)
    assert begun(one)
    assert one.slots["referral_offer"] == {**OFFER, "need": "benefits_carer"}
    asked = next(asked.path for asked in api.asked if "/offer" in asked.path)
    assert asked.endswith("&need=benefits_carer&unasked=true")


async def test_it_waits_until_all_is_said(api: StandInApi) -> None:
    serve(api, kept="wales", offer=OFFER)
    one = Carer()
    await one.needs("benefits_carer")
    await one.answers("2")
    await one.answers("yes")
    assert not begun(one), "there is more to say"
    assert await one.wants_more() == [COUNCIL.sms, END]
    assert begun(one)


async def test_what_does_not_fit_into_the_text_comes_when_more_is_wanted(api: StandInApi) -> None:
    one = await told_all(api, offer=LONG)
    assert not begun(one)
    assert await one.wants_more() == []
    assert begun(one)
    assert (await told_all(api, "web", LONG)).slots["referral_offer"]["say"] == LONG["say"]


async def test_what_is_kept_free_for_it_is_what_follows_a_statement() -> None:
    assert len(responses()[END]["sms"]) + 1 <= AFTER_A_STATEMENT < LONGEST_TEXT


async def test_it_comes_after_thanks_where_another_question_came_first(api: StandInApi) -> None:
    one = await told_all(api)
    api.answers["GET /v1/referrals/offer"] = lambda _: (409, {"code": "conflict"})
    await one.needs("benefits_disability")
    assert one.slots[LATER] == "benefits_disability"
    api.answers["GET /v1/referrals/offer"] = lambda _: (200, {**OFFER, "service": "information"})
    assert begun(await thanks(one))
    assert one.slots[LATER] is None


async def thanks(one: Carer) -> Carer:
    one._writes("ta", "thanks", 0.9, guide_open=False)
    assert await one._run(ActionOfferLater()) == []
    return one


async def test_the_same_service_is_not_offered_twice(api: StandInApi) -> None:
    one = await told_all(api)
    assert await one.needs("benefits_carer") == [COUNCIL.sms, END]
    assert not begun(one)
    assert not begun(await thanks(one))


async def test_after_a_no_nothing_more_is_offered_and_the_api_is_not_asked(api: StandInApi) -> None:
    serve(api, kept="wales", offer=OFFER)
    one = Carer(slots={DECLINED: True})
    await one.needs("benefits_carer")
    await one.answers("2")
    await one.answers("no")
    await thanks(one)
    assert not begun(one)
    assert [asked for asked in api.asked if "/offer" in asked.path] == []


async def test_whoever_wants_no_more_questions_is_not_asked_this_one_at_once(api: StandInApi) -> None:
    serve(api, kept="wales", offer=OFFER)
    one = Carer()
    await one.needs("benefits_carer")
    await one.answers("SKIP")
    assert not begun(one)
    assert begun(await thanks(one))


async def test_a_day_later_thanks_is_thanks(api: StandInApi) -> None:
    serve(api, kept="wales", offer=OFFER)
    one = Carer()
    await one.needs("benefits_carer")
    await one.answers("SKIP")
    one.now += 13 * 3600
    assert not begun(await thanks(one))


async def test_beside_another_answer_nothing_is_offered(api: StandInApi) -> None:
    serve(api, offer=OFFER)
    events: list[dict[str, Any]] = [wrote("thanks", "m-1", one_of_two=True)]
    assert await done(ActionOfferLater(), *events, **{LATER: "benefits_carer"}) == ([], [])
    assert api.asked == []
