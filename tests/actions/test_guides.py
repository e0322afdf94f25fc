"""A carer is led through a guide: asked little, told one thing at a time, and let go for whatever else they need."""

import pytest

from actions.api_client import ApiClient
from tests.actions.conftest import StandInApi
from tests.actions.guided import PLACE, Carer, serve
from tests.api.guides.examples import example

GUIDE = example()
NATION, AGE, VERY_ILL = (question.words for question in GUIDE.questions)
QUICK, _, CHILD, COUNCIL = (statement.words for statement in GUIDE.statements)
SKIP, MORE, END = "utter_guide_skip", "utter_guide_more", "utter_guide_end"

pytestmark = pytest.mark.usefixtures("client")


async def test_from_the_first_question_to_the_last_statement(api: StandInApi) -> None:
    serve(api)
    carer = Carer()
    assert await carer.needs("benefits_carer") == [NATION.sms, SKIP]
    assert carer.marks[0] == {"guide": "asks"}
    assert await carer.answers("hes in wales") == [AGE.sms]
    assert await carer.answers("2") == [VERY_ILL.sms]
    assert await carer.answers("aye") == [QUICK.sms, MORE]
    assert carer.marks[0] == {"guide": "tells"}
    assert not carer.in_form
    assert await carer.wants_more() == [COUNCIL.sms, END]
    assert await carer.wants_more() == ["utter_no_more"]


async def test_on_the_web_all_is_said_at_once_and_by_voice_one_by_one(api: StandInApi) -> None:
    serve(api, kept="wales")
    web, voice = Carer("web"), Carer("voice")
    assert await web.needs("benefits_disability") == [AGE.web, SKIP]
    assert await web.answers("a child") == [f"{CHILD.web}\n\n{COUNCIL.web}", END]
    assert await voice.needs("benefits_disability") == [AGE.voice, SKIP]
    assert await voice.answers("a child") == [CHILD.voice, MORE]


async def test_by_telephone_keys_answer_a_choice_by_its_number_and_1_and_2_are_yes_and_no(api: StandInApi) -> None:
    serve(api, kept="wales")
    for key, answer in (("1", "yes"), ("2", "no")):
        by_key, by_voice = Carer("voice"), Carer("voice")
        await by_key.needs("benefits_disability")
        await by_voice.needs("benefits_disability")
        assert await by_key.answers("2") == [VERY_ILL.voice], "the second choice"
        await by_voice.answers("2")
        assert await by_key.answers(key) == await by_voice.answers(answer)
        assert by_key.slots["facts"] == by_voice.slots["facts"]


async def test_a_need_without_a_guide_begins_none(api: StandInApi) -> None:
    serve(api)
    carer = Carer()
    assert await carer.needs("prehab") == []
    assert not carer.in_form


async def test_a_nation_that_is_kept_is_not_asked_for(api: StandInApi) -> None:
    serve(api, kept="scotland")
    carer = Carer()
    assert await carer.needs("benefits_carer") == [AGE.sms, SKIP]
    assert carer.slots["facts"] == {"nation": "scotland"}


async def test_a_nation_that_is_said_is_kept(api: StandInApi) -> None:
    serve(api, readable={"northern ireland": "northern_ireland"})
    carer = Carer()
    await carer.needs("benefits_carer")
    await carer.answers("4")
    (kept,) = [asked.body for asked in api.asked if asked.method == "PUT"]
    assert kept == {"said": "northern ireland"}


async def test_a_postcode_says_the_nation_too(api: StandInApi) -> None:
    serve(api, readable={"eh1 2ab": "scotland"})
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("EH1 2AB") == [AGE.sms]
    assert carer.slots["facts"] == {"nation": "scotland"}
    assert len([asked for asked in api.asked if asked.path == PLACE and asked.method == "PUT"]) == 1


async def test_where_places_are_not_to_be_had_the_guide_goes_on(api: StandInApi) -> None:
    serve(api)
    for method in ("GET", "PUT"):
        api.answers[f"{method} {PLACE}"] = lambda _: (500, {})
    carer = Carer()
    assert await carer.needs("benefits_carer") == [NATION.sms, SKIP]
    assert await carer.answers("wales") == [AGE.sms]


async def test_what_cannot_be_read_is_asked_once_more_and_then_left_open(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("hes 70 odd") == [AGE.sms]
    assert await carer.answers("hes 70 odd") == [COUNCIL.sms, END]
    assert carer.slots["facts"] == {"nation": "wales", "age": "unsure"}


async def test_each_question_has_its_own_second_chance(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    await carer.answers("purple")
    assert await carer.answers("2") == [VERY_ILL.sms]
    assert await carer.answers("purple") == [VERY_ILL.sms]


async def test_another_need_is_answered_and_the_guide_is_left(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("can someone sit with her tonight", "night_sitting", 0.7) == []
    assert (carer.rejected, carer.in_form) == (True, False)


@pytest.mark.parametrize(
    ("intent", "confidence"),
    [("night_sitting", 0.5), ("benefits_disability", 0.9), ("out_of_scope", 0.9), ("more", 0.9)],
)
async def test_only_a_sure_sign_of_another_need_leaves_it(api: StandInApi, intent: str, confidence: float) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("what is all this for?", intent, confidence) == [AGE.sms]
    assert not carer.rejected


async def test_an_answer_is_an_answer_whatever_it_sounds_like(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    await carer.answers("2", "person_please", 0.95)
    assert carer.slots["facts"]["age"] == "working_age"


async def test_where_somebody_else_has_spoken_since_nothing_is_taken_for_an_answer(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("yes the nurse came", guide_open=False) == []
    assert (carer.rejected, carer.in_form) == (True, False)


async def test_skip_ends_the_questions_with_what_is_known_and_they_do_not_come_back_that_day(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    assert await carer.answers("SKIP") == [COUNCIL.sms, END]
    assert not carer.in_form
    assert await carer.needs("benefits_carer") == []
    carer.now += 13 * 3600
    assert await carer.needs("benefits_carer") == [AGE.sms, SKIP]


async def test_who_comes_back_the_same_day_is_not_asked_the_same_again(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    await carer.answers("2")
    await carer.answers("can someone sit with her tonight", "night_sitting", 0.7)
    assert await carer.needs("benefits_disability") == [VERY_ILL.sms, SKIP]
    await carer.answers("no")
    assert await carer.needs("benefits_disability") == [COUNCIL.sms, END]
    carer.now += 13 * 3600
    assert await carer.needs("benefits_disability") == [AGE.sms, SKIP], "what was true yesterday is asked anew"


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_without_the_api_no_guide_begins(api: StandInApi, status: int) -> None:
    serve(api)
    api.status = status
    assert await Carer().needs("benefits_carer") == []


async def test_when_the_api_fails_in_the_middle_the_carer_is_told(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    api.delay = 5
    assert await carer.answers("2") == ["utter_guide_broken"]
    assert not carer.in_form


async def test_whoever_seems_to_need_something_else_is_let_go_where_the_api_cannot_say(api: StandInApi) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    api.status = 500
    assert await carer.answers("can someone sit with her tonight", "night_sitting", 0.7) == []
    assert carer.rejected


async def test_the_carers_words_go_nowhere_but_to_the_place(api: StandInApi, client: ApiClient) -> None:
    serve(api, kept="wales")
    carer = Carer()
    await carer.needs("benefits_carer")
    await carer.answers("shes a child, our zebedee")
    assert "zebedee" not in str([asked.body for asked in api.asked]) + str(carer.slots["facts"])
