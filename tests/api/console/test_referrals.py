"""Referrals at the console: who is due first, what the carer said yes to, and only the moves that the state allows."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from api import clock
from api.database import transaction
from api.referrals import service as referrals
from api.referrals.rules import State
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.referrals import agreed, asking, happened, referral, stands
from tests.harness.seeds import nurse
from tests.harness.staff import StaffBrowser, another_team_s_nurse, on_record

LIST = "/console/referrals"
_ROW = re.compile(r'<h3 class="row__title"><a class="row__link"[^>]*>(.*?)</a>')


def url(referral_id: UUID, move: str = "") -> str:
    return f"{LIST}/{referral_id}{move}"


async def moved(referral_id: UUID, *states: State) -> None:
    """A colleague has brought it here."""
    person = await nurse("Demo Nurse Two")
    for state in states:
        async with transaction() as session:
            await referrals.move_by_person(session, referral_id, state, person, "by a colleague")


async def test_the_menu_leads_to_a_list_that_says_when_it_is_empty(signed_in: StaffBrowser) -> None:
    assert f'<a href="{LIST}">Referrals</a>' in signed_in.page
    await signed_in.open(LIST)
    assert signed_in.title == "Referrals – Nightlight"
    assert "No carer is waiting for a call from a service." in signed_in.text
    assert f'<a href="{LIST}" aria-current="page">' in signed_in.page


async def test_the_one_that_is_due_first_stands_first_and_names_nobody(line: Line, signed_in: StaffBrowser) -> None:
    await referral(line.client, "benefits", "benefits_carer")
    other = await asking(line.client, address=OTHER_CARER)
    await other.create(await agreed(other))
    await signed_in.open(LIST)
    assert _ROW.findall(signed_in.page) == [
        "Our information team: someone to sit at night",
        "Our benefits team: money for carers",
    ]
    assert "2 open, 0 late" in signed_in.text
    assert re.search(r"Not read yet Within 24 hours Our information team", signed_in.text)
    assert "Margaret" not in signed_in.page
    assert CARER[-3:] not in signed_in.text


async def test_what_is_late_says_so_in_words(line: Line, signed_in: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    clock.move((await stands(referral_id)).due_at - clock.now() + timedelta(hours=2, minutes=1))
    await signed_in.sign_in()
    text = (await signed_in.open(LIST)).text
    assert "1 open, 1 late" in text
    assert "Late by 2 hours" in text


async def test_one_referral_shows_what_is_passed_on_and_the_very_words_of_the_yes(
    line: Line, signed_in: StaffBrowser
) -> None:
    referral_id = await referral(line.client)
    text = (await signed_in.open(url(referral_id))).text
    for words in (
        "Our information team: someone to sit at night",
        "its Margaret",
        "evenings best",
        "our information team (Our own staff, from this list)",
        "Is that all right? Reply YES or NO.",
        "The carer said yes to the call.",
        "It came into our own list.",
    ):
        assert words in text
    assert re.search(r"They said yes \d\d:\d\d", text)
    assert signed_in.title == "Our information team: someone to sit at night: Not read yet – Nightlight"


async def test_reading_one_and_seeing_its_number_are_on_record(line: Line, signed_in: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    await signed_in.open(url(referral_id))
    assert CARER not in signed_in.page
    assert await on_record("read", referral_id) == 1
    await signed_in.post(url(referral_id, "/number"))
    assert f'href="tel:{CARER}"' in signed_in.page
    assert await on_record("number_shown", referral_id) == 1


async def test_it_is_read_rung_and_done_with_a_note(line: Line, signed_in: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    await signed_in.open(url(referral_id))
    await signed_in.post(url(referral_id, "/moves"), to="acknowledged")
    assert "Demo Nurse One has read it." in signed_in.text
    assert 'value="acknowledged"' not in signed_in.page
    await signed_in.post(url(referral_id, "/moves"), to="contacted", note="Rang at six.")
    assert "Demo Nurse One noted that the carer has been rung. “Rang at six.”" in signed_in.text
    await signed_in.post(url(referral_id, "/moves"), to="done")
    assert (signed_in.status, "Write in a few words how it ended" in signed_in.text) == (422, True)
    await signed_in.post(url(referral_id, "/moves"), to="done", note="x" * 501)
    assert (signed_in.status, "x" * 501 in signed_in.page) == (422, True)
    await signed_in.post(url(referral_id, "/moves"), to="done", note="A sitter comes on Friday.")
    assert signed_in.address.endswith("/console/referrals?done=1")
    assert "It has ended and is off the list of open ones." in signed_in.text
    assert "A sitter comes on Friday." in signed_in.text
    assert await happened(referral_id) == ["requested", "sent", "acknowledged", "contacted", "done"]
    assert await on_record("done", referral_id) == 1


async def test_a_move_that_is_no_longer_possible_says_why_and_keeps_what_was_typed(
    line: Line, signed_in: StaffBrowser
) -> None:
    referral_id = await referral(line.client)
    await signed_in.open(url(referral_id))
    await moved(referral_id, State.CONTACTED, State.DONE)
    await signed_in.post(url(referral_id, "/moves"), to="declined", note="Not for us.")
    assert signed_in.status == 409
    assert "Nothing was changed. A referral that is done cannot become declined" in signed_in.text
    assert (await stands(referral_id)).note == "by a colleague"


async def test_a_move_that_nobody_can_make_is_refused(line: Line, signed_in: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    await signed_in.open(url(referral_id))
    await signed_in.post(url(referral_id, "/moves"), to="forgotten")
    assert signed_in.status == 422
    assert (await stands(referral_id)).state == State.SENT


async def test_a_carer_who_cancelled_is_not_to_be_rung(line: Line, signed_in: StaffBrowser) -> None:
    one = await asking(line.client)
    referral_id = UUID((await one.create(await agreed(one))).json()["id"])
    await one.withdraw(await one.carer("cancel that"))
    text = (await signed_in.open(url(referral_id))).text
    assert "They do not want to be rung." in text
    assert "The carer does not want the call." in text
    assert "What has been done?" not in text


async def test_what_a_carer_wrote_is_shown_and_never_run(line: Line, signed_in: StaffBrowser) -> None:
    one = await asking(line.client)
    one.wanted |= {"name_in": await one.carer("<b>Meg</b>")}
    referral_id = UUID((await one.create(await agreed(one))).json()["id"])
    await signed_in.open(url(referral_id))
    assert "&lt;b&gt;Meg&lt;/b&gt;" in signed_in.page
    assert "<b>Meg" not in signed_in.page


async def test_a_team_sees_its_own_only(line: Line, desk: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    await desk.sign_in(await another_team_s_nurse())
    assert "No carer is waiting" in (await desk.open(LIST)).text
    for path in ("", "/number", "/moves"):
        answer = await desk.post(url(referral_id, path), to="contacted") if path else await desk.open(url(referral_id))
        assert answer.status in (403, 404)
    assert (await stands(referral_id)).state == State.SENT
    assert (await desk.open(url(uuid4()))).status == 404


@pytest.mark.parametrize("path", ["", "/00000000-0000-0000-0000-000000000000"])
async def test_nobody_reads_them_without_signing_in(desk: StaffBrowser, path: str) -> None:
    await desk.open(f"{LIST}{path}")
    assert "/console/sign-in" in desk.address


async def test_a_form_without_the_sessions_own_token_changes_nothing(line: Line, signed_in: StaffBrowser) -> None:
    referral_id = await referral(line.client)
    signed_in.page = ""
    await signed_in.post(url(referral_id, "/moves"), to="contacted")
    assert signed_in.status == 403
    assert (await stands(referral_id)).state == State.SENT
