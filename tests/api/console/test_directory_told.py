"""What carers were told and when, over all records; and one tap for whoever has just rung a service."""

from datetime import timedelta
from uuid import uuid4

import pytest

from api import clock
from api.database import transaction
from api.directory.desk import service as desk_of
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.signposts import service as signposts
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, StaffBrowser

TOLD, RECORD = "/console/directory/told", "/console/directory/services/samaritans"


@pytest.fixture
async def officer(desk: StaffBrowser) -> StaffBrowser:
    """The demo information officer, signed in."""
    return await desk.sign_in(INFORMATION)


async def note(need: Need, place: Place, *codes: str, found: bool = True) -> None:
    async with transaction() as session:
        await signposts.note(session, uuid4(), None, need, place, codes, found)


async def test_what_carers_were_told_is_listed_and_can_be_narrowed(line: Line, officer: StaffBrowser) -> None:
    assert "Nothing yet." in (await officer.open(TOLD)).text
    await note(Need.EMOTIONAL_SUPPORT, Place(Nation.WALES, "CF10"), "samaritans")
    clock.move(timedelta(minutes=5))
    await note(Need.PREHAB, Place(), found=False)
    text = (await officer.open(TOLD)).text
    assert "2 answers" in text
    assert "Emotional support Wales Samaritans" in text
    assert "Prehab Not known None by name Nothing meets the need" in text
    assert text.index("Not known None by name") < text.index("Wales Samaritans"), "the newest first"
    assert f'href="{RECORD}"' in officer.page
    assert "CF10" not in text, "nobody is to be known by their district"
    assert "1 answer" in (await officer.open(f"{TOLD}?need=prehab")).text
    assert "Samaritans" not in (await officer.open(f"{TOLD}?found=nothing")).text
    assert "Prehab Not known" not in (await officer.open(f"{TOLD}?nation=wales&found=something")).text
    await officer.open(f"{TOLD}?need=nonsense")
    assert (officer.status, "Choose a need from the list" in officer.text) == (422, True)


async def test_it_is_for_information_staff(line: Line, signed_in: StaffBrowser) -> None:
    await signed_in.open(TOLD)
    assert signed_in.status == 403


async def test_who_has_rung_a_service_says_so_in_one_tap(line: Line, officer: StaffBrowser) -> None:
    await officer.open(RECORD)
    assert "Checked today, by phone: nothing has changed" in officer.text
    async with transaction() as session:
        before = await desk_of.one(session, "samaritans")
    tapped = {"how": "phone", "confidence": before.confidence, "seen": desk_of.seen(before)}
    for field, value in tapped.items():
        assert f'name="{field}" value="{value}"' in officer.page.replace("&#43;", "+")
    await officer.post(f"{RECORD}/check", **tapped)
    assert "Noted that it was checked today." in officer.text
    async with transaction() as session:
        after = await desk_of.one(session, "samaritans")
        (change, *_) = await desk_of.history(session, after.id)
    assert after.assured_date == clock.now().astimezone(clock.UK).date()
    assert (after.confidence, after.unverified) == (before.confidence, before.unverified)
    assert (change.kind, change.person.name) == ("checked", "Demo Information Officer")
    await officer.post(f"{RECORD}/check", **tapped)
    assert officer.status == 409, "a page that is out of date changes nothing"
