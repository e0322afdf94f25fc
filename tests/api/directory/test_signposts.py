"""What carers were told of is kept without their words; what there was nothing for is counted so that nobody shows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api import clock
from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import Turn
from api.database import transaction
from api.directory import service as directory
from api.directory.hours.rules import Nation, Standing
from api.directory.rules import Area, Confidence, Need, Number, Option, Place, option
from api.directory.signposts import service as signposts
from api.directory.signposts.models import Signpost
from api.directory.signposts.rules import Asked, Missing, any_open, figure, missing, most_asked, named, places_of
from tests.api.directory.test_rules import NOON, made
from tests.harness.seeds import carer_writes
from tests.harness.stand_in import Carrier

WIRRAL, ENGLAND = Place(Nation.ENGLAND, "CH41", "Wirral"), Place(Nation.ENGLAND)
QUESTION = "can i get any money for looking after him"


async def note(need: Need = Need.RESPITE, place: Place = WIRRAL, *codes: str, found: bool = True) -> None:
    async with transaction() as session:
        await signposts.note(session, uuid4(), None, need, place, codes, found)


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


@pytest.mark.parametrize(
    ("words", "is_named"),
    [
        ("Ring 0808 808 0000 now.", True),
        ("Ring 08088080000.", True),
        ("Ring 0808 808 00 00", True),
        ("A Line is open now", True),
        ("A Lineup of help", False),
        ("Ring 0808 808 00001.", False),
        ("Ring 10808 808 0000.", False),
        ("Nothing is open now.", False),
    ],
)
def test_a_service_is_named_by_its_whole_name_or_its_whole_number(words: str, is_named: bool) -> None:
    line = made("a line", numbers=(Number("0808 808 00 00"),))
    assert named([option(line, NOON)], words) == (["a line"] if is_named else [])


def test_a_short_number_is_not_found_inside_a_long_one() -> None:
    nhs = made("nhs", numbers=(Number("111"),))
    assert named([option(nhs, NOON)], "Ring 0300 111 222") == []
    assert named([option(nhs, NOON)], "Ring 111, day or night.") == ["nhs"]


def test_whether_something_that_was_named_was_open() -> None:
    stand = {"o": Standing.OPEN, "c": Standing.CLOSED, "u": Standing.UNKNOWN}
    options = [Option(made(code), standing) for code, standing in stand.items()]
    found = [any_open(options, codes) for codes in (["c", "o"], ["c"], ["c", "u"], [])]
    assert found == [True, False, None, None]


def test_figures_under_five_of_a_local_area_are_not_shown() -> None:
    assert [figure(times, WIRRAL) for times in (1, 4, 5, 40)] == ["fewer than 5", "fewer than 5", "5", "40"]
    assert figure(1, Place(Nation.ENGLAND, authority="Wirral")) == "fewer than 5"
    assert [figure(1, place) for place in (ENGLAND, Place())] == ["1", "1"]


def test_the_order_of_the_rows_tells_no_small_figure() -> None:
    four, one = Asked("2026-11", "respite", WIRRAL, 4), Asked("2026-11", "grants", WIRRAL, 1)
    many, older = Asked("2026-11", "prehab", ENGLAND, 9), Asked("2026-10", "prehab", ENGLAND, 99)
    assert most_asked([four, older, one, many]) == [many, one, four, older]


def test_what_no_verified_service_meets_in_a_place_is_missing_there() -> None:
    whole = [made(need, need=need) for need in Need if need is not Need.RESPITE]
    local = made("local", area=Area(frozenset({Nation.ENGLAND}), frozenset({"CH41"})))
    unsure = made("unsure", confidence=Confidence.LOW)
    narrow, ended = made("narrow", narrow=True), made("ended", active=False)
    found = missing([*whole, local, unsure, narrow, ended], [WIRRAL, ENGLAND, Place(Nation.ENGLAND, "OL1")])
    assert found == [Missing(one, (Need.RESPITE,)) for one in (ENGLAND, Place(Nation.ENGLAND, "OL1"))]


def test_places_are_the_nations_and_what_services_name() -> None:
    area = Area(frozenset({Nation.ENGLAND}), frozenset({"CH41"}), frozenset({"Wirral"}))
    found = places_of([made("local", area=area), made("whole")])
    nations = {Place(nation) for nation in Nation}
    assert found == nations | {Place(Nation.ENGLAND, "CH41"), Place(Nation.ENGLAND, authority="Wirral")}


async def test_what_a_service_was_told_for_is_found_again_the_newest_first(db: str) -> None:
    await note(Need.GRANTS, WIRRAL, "macmillan-grants", "carers-uk")
    clock.move(timedelta(hours=1))
    await note(Need.RESPITE, ENGLAND, "carers-uk")
    async with transaction() as session:
        times, newest = await signposts.told_of(session, "carers-uk")
        assert (await signposts.told_of(session, "carers")) == (0, [])
    assert times == 2
    assert [one.need for one in newest] == [Need.RESPITE, Need.GRANTS]


async def test_needs_that_found_nothing_are_counted_by_month_and_place(db: str) -> None:
    at(datetime(2027, 1, 31, 23, 30, tzinfo=UTC))
    await note(Need.PREHAB, WIRRAL, found=False)
    await note(Need.PREHAB, WIRRAL, found=False)
    await note(Need.PREHAB, Place(), found=False)
    await note(Need.PREHAB, WIRRAL, "a-line", found=True)
    at(datetime(2027, 6, 30, 23, 30, tzinfo=UTC))  # July by the clocks of the UK.
    await note(Need.PREHAB, WIRRAL, found=False)
    async with transaction() as session:
        found = await signposts.asked_in_vain(session, datetime(2027, 1, 1, tzinfo=UTC))
        later = await signposts.asked_in_vain(session, datetime(2027, 6, 1, tzinfo=UTC))
    assert set(found) == {
        Asked("2027-01", "prehab", WIRRAL, 2),
        Asked("2027-01", "prehab", Place(), 1),
        Asked("2027-07", "prehab", WIRRAL, 1),
    }
    assert later == [Asked("2027-07", "prehab", WIRRAL, 1)]


async def test_places_are_listed_where_enough_carers_asked_to_hide_among(db: str) -> None:
    since = clock.now() - timedelta(days=1)
    for place, times in ((WIRRAL, 5), (Place(Nation.ENGLAND, "OL1"), 4), (Place(), 9)):
        for _ in range(times):
            await note(Need.GRANTS, place)
    async with transaction() as session:
        assert await signposts.places(session, since) == {WIRRAL}


async def answered(monkeypatch: pytest.MonkeyPatch, intent: str, answer: str) -> UUID:
    async def ask(*_: Any, guide_open: bool = False) -> Turn:
        return Turn((answer,), intent, 0.9, ((intent, 0.9),))

    monkeypatch.setattr(rasa, "ask", ask)
    conversation_id = await carer_writes(QUESTION)
    await channels.turn(str(conversation_id))
    return conversation_id


async def kept(conversation_id: UUID) -> list[Signpost]:
    async with transaction() as session:
        found = select(Signpost).where(Signpost.conversation_id == conversation_id)
        return list((await session.execute(found)).scalars())


async def test_an_answer_leaves_what_it_named_and_none_of_the_carers_words(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with transaction() as session:
        choice = await directory.choose(session, Need.BENEFITS_CARER, Place(), low_mood=False)
    first = choice.options[0].listing
    conversation_id = await answered(monkeypatch, Need.BENEFITS_CARER, f"{first.name} can help.")
    (one,) = await kept(conversation_id)
    assert (one.need, one.found, one.nation) == (Need.BENEFITS_CARER, True, None)
    assert first.code in one.service_codes
    assert one.is_open is any_open((*choice.options, *choice.near, *choice.beside), one.service_codes)
    assert QUESTION not in str(vars(one))


async def test_what_a_guide_names_is_kept_for_the_need_with_which_it_began(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await answered(monkeypatch, Need.BENEFITS_CARER, "I can help with that.")
    before = {one.id for one in await kept(conversation_id)}

    async def tell(*_: Any, guide_open: bool = False) -> Turn:
        return Turn(("Ring Carers UK: 0808 808 7777.",), "nlu_fallback", 0.3, (), guide="tells")

    monkeypatch.setattr(rasa, "ask", tell)
    await carer_writes(QUESTION)
    await channels.turn(str(conversation_id))
    (one,) = [one for one in await kept(conversation_id) if one.id not in before]
    assert (one.need, one.found, one.service_codes) == (Need.BENEFITS_CARER, True, ["carers-uk"])


async def test_a_need_that_nothing_meets_is_kept_as_such(
    db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await answered(monkeypatch, Need.PREHAB, "Ask the hospital team about prehab.")
    (one,) = await kept(conversation_id)
    assert (one.need, one.found, one.service_codes) == (Need.PREHAB, False, [])


async def test_what_is_no_need_leaves_nothing(db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await kept(await answered(monkeypatch, "thanks", "You are welcome.")) == []
