"""Changing the directory: each change is on record, nothing typed is lost, and no editor overwrites another."""

import pytest

from api.console.directory.changing import schemas
from api.database import transaction
from api.directory.desk import service as desk
from api.directory.files.service import made_id
from api.directory.records import service as stored
from tests.api.console.test_directory_forms import posted
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, StaffBrowser, on_record

HERE = "/console/directory"
PHONE = {"phone_0_number": "0808 808 00 00", "phone_0_type": "voice", "bank_holidays": "unknown"}
RECORD = f"{HERE}/services/carers-uk"

type Form = dict[str, str | list[str]]


@pytest.fixture
async def officer(desk: StaffBrowser) -> StaffBrowser:
    """The demo information officer, signed in."""
    return await desk.sign_in(INFORMATION)


async def form(code: str = "carers-uk", **changes: str) -> Form:
    """The form of a record as a browser would send it, with some fields changed."""
    async with transaction() as session:
        held = await desk.one(session, code)
    typed = schemas.typed_of(stored.of(held)) | {"seen": desk.seen(held), "checked": "no", "reason": "They told us."}
    return {**posted(typed), **changes}


async def test_an_edit_is_saved_shown_and_on_record(line: Line, officer: StaffBrowser) -> None:
    await officer.open(f"{RECORD}/edit")
    assert 'value="Carers UK' in officer.page
    await officer.send(f"{RECORD}/edit", await form(name="Carers UK line", phone_0_number="0808 808 00 00"))
    assert "Your changes are saved." in officer.text
    assert "Demo Information Officer changed Why: They told us." in officer.text
    assert "Name Carers UK helpline → Carers UK line" in officer.text
    assert "Phone numbers Not verified 0808 808 00 00" in officer.text
    assert "Last edited here" in officer.text
    assert await on_record("directory_edited", made_id("service", "carers-uk")) == 1


async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(line: Line, officer: StaffBrowser) -> None:
    await officer.open(f"{RECORD}/edit")
    sent = await form(name="A better name", url="not an address", reason="", checked="", phone_4_number="0151 234")
    await officer.send(f"{RECORD}/edit", sent)
    assert (officer.status, officer.title[:7]) == (422, "Error: ")
    for words in ("Enter a web address", "Say why", "Say whether you have checked", "0151 234 cannot be dialled"):
        assert officer.text.count(words) == 2, f"{words}: in the summary and beside the field"
    for typed in ("A better name", "not an address", "0151 234"):
        assert f'value="{typed}"' in officer.page
    assert await on_record("directory_edited", made_id("service", "carers-uk")) == 0


async def test_the_second_of_two_editors_is_told_what_the_first_did_and_loses_nothing(
    line: Line, officer: StaffBrowser
) -> None:
    await officer.open(f"{RECORD}/edit")
    first, second = await form(cost="Free, even from mobiles"), await form(name="The second one's name")
    await officer.send(f"{RECORD}/edit", first)
    await officer.open(f"{RECORD}/edit")
    await officer.send(f"{RECORD}/edit", second)
    assert officer.status == 409
    assert "Nothing is saved yet: somebody else has changed this record" in officer.text
    assert "→ Free, even from mobiles" in officer.text
    assert 'value="The second one&#39;s name"' in officer.page
    fresh = await form(name="The second one's name")
    assert f'name="seen" value="{fresh["seen"][0]}"' in officer.page
    await officer.send(f"{RECORD}/edit", fresh)
    assert "Your changes are saved." in officer.text
    assert "Free, even from mobiles" in officer.text


async def test_a_new_record_from_the_first_word_to_the_first_carer(line: Line, officer: StaffBrowser) -> None:
    await officer.open(f"{HERE}/new")
    new = {"name": "Night sitters of Wirral", "organisation": "Sitters", "description": "They sit.", "cost": "Free"}
    await officer.send(f"{HERE}/new", new)
    assert officer.status == 422
    assert "Choose at least one nation" in officer.text
    assert 'value="Night sitters of Wirral"' in officer.page
    where = {"nations": "england", "districts": "ch41, ch42", "needs": "night_sitting"}
    more = {"eligibility": "Adults", "always": "true", "source": "Rang them", "reason": "A nurse told us."}
    await officer.send(f"{HERE}/new", new | where | more | PHONE)
    assert "The record is added." in officer.text
    assert "No carer is told of it: no way to reach it is verified." in officer.text
    address = f"{HERE}/services/night-sitters-of-wirral"
    assert officer.address.startswith(line.url + address)

    await officer.open(f"{address}/check")
    await officer.send(f"{address}/check", {"seen": officer.hidden_seen()})
    assert officer.status == 422
    assert "Say how you have checked it" in officer.text
    assert "Say how sure it is now" in officer.text
    right = ["area", "phones", "hours"]
    ticked: Form = {"how": "phone", "confidence": "high", "borne_out": right, "reason": "Spoke with Ann"}
    await officer.send(f"{address}/check", {**ticked, "seen": officer.hidden_seen()})
    assert "Noted that it was checked today." in officer.text
    assert "Carers are told of it." in officer.text
    assert "Checked by phone: Spoke with Ann" in officer.text
    assert "Not verified Cost, Eligibility" in officer.text
    assert await on_record("directory_checked", made_id("service", "night-sitters-of-wirral")) == 1


async def test_retired_with_a_reason_and_brought_back_with_another(line: Line, officer: StaffBrowser) -> None:
    await officer.open(f"{RECORD}/status")
    await officer.send(f"{RECORD}/status", {"seen": officer.hidden_seen()})
    assert officer.status == 422
    assert officer.text.count("Say what has become of it") == 2
    sent = {"status": "temporarily closed", "reason": "Flooded", "seen": officer.hidden_seen()}
    await officer.send(f"{RECORD}/status", sent)
    assert "The record is retired." in officer.text
    assert "Retired: closed for a time" in officer.text
    await officer.send(f"{RECORD}/status", sent)
    assert officer.status in (403, 409), "the form was used up"
    await officer.open(f"{RECORD}/status")
    await officer.send(f"{RECORD}/status", {"status": "active", "reason": "Dry", "seen": officer.hidden_seen()})
    assert "The record is in use again." in officer.text
    assert "Why: Dry" in officer.text
    for action in ("directory_retired", "directory_brought_back"):
        assert await on_record(action, made_id("service", "carers-uk")) == 1, action


@pytest.mark.parametrize("page", ["new", "services/carers-uk/edit", "services/carers-uk/check"])
async def test_no_form_without_the_sessions_own_token(line: Line, officer: StaffBrowser, page: str) -> None:
    officer.page = ""
    await officer.send(f"{HERE}/{page}", {"name": "Forged"})
    assert officer.status == 403
