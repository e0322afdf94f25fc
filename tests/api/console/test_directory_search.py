"""Finding a record and reading it: everybody on the staff may, and it says how it stands at this moment."""

from datetime import UTC, datetime, timedelta

import pytest

from api import clock
from api.database import transaction
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.signposts import service as signposts
from tests.harness.line import Line
from tests.harness.seeds import carer_writes
from tests.harness.staff import INFORMATION, StaffBrowser

HERE = "/console/directory"
NIGHT, DAY = datetime(2027, 3, 10, 3, 0, tzinfo=UTC), datetime(2027, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture
async def officer(desk: StaffBrowser) -> StaffBrowser:
    """The demo information officer, signed in."""
    return await desk.sign_in(INFORMATION)


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


async def found(browser: StaffBrowser, query: str) -> str:
    await browser.open(f"{HERE}?{query}")
    assert browser.status == 200
    return browser.text


async def test_an_information_officer_comes_to_the_directory_and_not_to_the_board(officer: StaffBrowser) -> None:
    assert officer.address.endswith(HERE)
    assert officer.title == "Directory of services – Nightlight"
    assert "Live board" not in officer.page
    assert "Add a record" in officer.text


async def test_no_carer_s_words_or_number_are_for_information_staff(line: Line, officer: StaffBrowser) -> None:
    conversation_id = await carer_writes("hes stopped breathing")
    await officer.open(f"/console/conversations/{conversation_id}")
    assert officer.status == 403
    assert "This is for the staff who look after carers." in officer.text
    await officer.open(HERE)
    await officer.post(f"/console/conversations/{conversation_id}/number")
    assert officer.status == 403
    assert (await officer.open("/console/events")).status == 403


async def test_nurses_read_the_directory_and_change_nothing(signed_in: StaffBrowser) -> None:
    text = await found(signed_in, "words=samaritans")
    assert "Samaritans" in text
    assert "Add a record" not in text
    await signed_in.open(f"{HERE}/services/samaritans")
    assert (signed_in.status, "It was checked today" in signed_in.text) == (200, False)
    for page in ("/new", "/gaps", "/services/samaritans/edit"):
        assert (await signed_in.open(HERE + page)).status == 403
    await signed_in.open(HERE)
    for page in ("/new", "/services/samaritans/edit", "/services/samaritans/check", "/services/samaritans/status"):
        assert (await signed_in.post(HERE + page)).status == 403


async def test_without_signing_in_nothing_is_read(desk: StaffBrowser) -> None:
    await desk.open(f"{HERE}/services/samaritans")
    assert "/console/sign-in?next=/console/directory/services/samaritans" in desk.address


async def test_search_by_words_number_need_place_and_status(officer: StaffBrowser) -> None:
    assert "Macmillan" in await found(officer, "words=macmillan")
    assert "1 record" in await found(officer, "words=116+123")
    assert "Samaritans" in officer.text
    assert "Dr Kershaw" in await found(officer, "words=kershaw&nation=england&district=ol1")
    assert "Dr Kershaw" not in await found(officer, "words=kershaw&nation=england&district=CH41")
    assert "1 record " in await found(officer, "need=prehab"), "those for staff only among them"
    assert "For staff only" in await found(officer, "status=staff")
    assert " 0 records" in await found(officer, "status=retired")
    assert " 0 records" in await found(officer, "status=edited")
    assert "not verified" in await found(officer, "status=unverified")


async def test_what_is_due_to_be_checked_is_what_was_never_checked_or_too_long_ago(officer: StaffBrowser) -> None:
    assert "Telecare" in await found(officer, "status=due&words=telecare"), "never checked"
    assert " 0 records" in await found(officer, "status=due&words=samaritans")
    clock.move(timedelta(days=400))
    await officer.sign_in(INFORMATION)
    assert "1 record " in await found(officer, "status=due&words=116+123")
    assert "176 records" in await found(officer, "status=due")


async def test_a_search_goes_on_from_page_to_page_with_what_was_asked(officer: StaffBrowser) -> None:
    assert "page 1 of" in await found(officer, "status=active&nation=england")
    assert 'rel="prev"' not in officer.page
    assert 'rel="next" href="/console/directory?nation=england&amp;status=active&amp;page=2"' in officer.page
    assert "page 2 of" in await found(officer, "status=active&nation=england&page=2")
    assert "No record matches." in await found(officer, "page=999")
    assert "page 1 of" in await found(officer, "page=-1")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("district=CH41", "Choose the nation that this place is in"),
        ("nation=england&district=CH41+1AA", "Enter the first half of a postcode, such as CH41"),
        ("nation=france", "Choose a nation from the list"),
        ("need=goodbye", "Choose a need from the list"),
        ("status=lost", "Choose from the list"),
        ("words=" + "x" * 101, "Use plain words, up to 100 characters"),
        ("words=a%00b", "Use plain words, up to 100 characters"),
    ],
)
async def test_what_is_wrong_with_a_search_is_said_and_what_was_typed_stays(
    officer: StaffBrowser, query: str, words: str
) -> None:
    await officer.open(f"{HERE}?{query}")
    assert (officer.status, officer.title[:7]) == (422, "Error: ")
    assert officer.text.count(words) == 2, "in the summary and beside the field"


async def test_a_record_says_how_it_stands_at_this_moment(line: Line, desk: StaffBrowser) -> None:
    at(DAY)
    officer = await desk.sign_in(INFORMATION)
    assert "Open now" in (await officer.open(f"{HERE}/services/carers-uk")).text
    at(NIGHT)
    officer = await desk.sign_in(INFORMATION)
    assert "Closed now, opens today at 9am" in (await officer.open(f"{HERE}/services/carers-uk")).text
    assert "Open now" in (await officer.open(f"{HERE}/services/samaritans")).text


async def test_a_record_shows_its_facts_its_source_and_what_is_not_verified(officer: StaffBrowser) -> None:
    text = (await officer.open(f"{HERE}/services/samaritans")).text
    for words in (
        "116 123",
        "Day and night, every day",
        "England, Scotland, Wales, Northern Ireland",
        "Assured date Last checked on 23 November 2026",
        "Confidence High:",
        "Not verified Text relay, Languages",
        "As the file crisis.yml has it.",
        "Carers are told of it.",
        "Nothing has been changed here.",
        "No carer has been told of it since this is kept.",
    ):
        assert words in text, words
    assert "Languages Not verified" in text


async def test_a_record_says_what_carers_were_told_of_it_and_when_but_not_to_whom(officer: StaffBrowser) -> None:
    at(NIGHT)
    conversation_id = await carer_writes("is anyone there")
    place = Place(Nation.ENGLAND, "CH41")
    async with transaction() as session:
        await signposts.note(session, conversation_id, None, Need.GRANTS, place, ["samaritans"], True)
    clock.reset()
    text = (await officer.open(f"{HERE}/services/samaritans")).text
    assert "Carers were told of it 1 time." in text
    assert "10 March 2027, 03:00: Grants, England" in text
    assert "CH41" not in text
    assert str(conversation_id) not in officer.page


async def test_what_is_not_there_is_not_found(officer: StaffBrowser) -> None:
    for page in ("no-such-record", "no-such-record/edit", "no-such-record/check", "no-such-record/status"):
        assert (await officer.open(f"{HERE}/services/{page}")).status == 404
