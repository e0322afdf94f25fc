"""The gap report: what is missing where, what carers asked for in vain, and nobody to be known by a small figure."""

import csv
import io
from uuid import uuid4

import pytest

from api import clock
from api.database import transaction
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.signposts import service as signposts
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, StaffBrowser

GAPS = "/console/directory/gaps"
WIRRAL = Place(Nation.ENGLAND, "CH41")


@pytest.fixture
async def officer(desk: StaffBrowser) -> StaffBrowser:
    """The demo information officer, signed in."""
    return await desk.sign_in(INFORMATION)


async def in_vain(need: Need, place: Place, times: int) -> None:
    async with transaction() as session:
        for _ in range(times):
            await signposts.note(session, uuid4(), None, need, place, [], found=False)


def rows(browser: StaffBrowser) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.page)))


async def test_small_figures_of_a_local_area_are_shown_nowhere(line: Line, officer: StaffBrowser) -> None:
    assert "Nothing yet." in (await officer.open(GAPS)).text
    await in_vain(Need.PREHAB, WIRRAL, 4)
    await in_vain(Need.GRANTS, WIRRAL, 5)
    await in_vain(Need.PREHAB, Place(), 2)
    now = clock.now().astimezone(clock.UK)
    text = (await officer.open(GAPS)).text
    for shown in ("Prehab CH41, England fewer than 5", "Grants CH41, England 5", "Prehab Not known 2"):
        assert f"{now:%B %Y} {shown}" in text
    await officer.open(f"{GAPS}/asked.csv")
    assert rows(officer)[1:] == [
        [f"{now:%Y-%m}", "grants", "england", "", "CH41", "5"],
        [f"{now:%Y-%m}", "prehab", "", "", "", "2"],
        [f"{now:%Y-%m}", "prehab", "england", "", "CH41", "fewer than 5"],
    ]


async def test_what_is_missing_is_listed_by_nation_and_for_a_place_that_is_chosen(
    line: Line, officer: StaffBrowser
) -> None:
    text = (await officer.open(GAPS)).text
    assert "Needs without a verified service What should" in text
    assert "Northern Ireland" in text
    assert "Prehab" in text
    text = (await officer.open(f"{GAPS}?nation=england&district=ol1")).text
    assert "Needs without a verified service in OL1, England" in text
    await officer.open(f"{GAPS}?district=OL1")
    assert officer.status == 422
    assert officer.text.count("Choose the nation that this place is in") == 2
    assert 'value="OL1"' in officer.page
    await officer.open(f"{GAPS}/missing.csv")
    assert ["england", "", "", "prehab"] in rows(officer)
    assert ["england", "", "CH41", "prehab"] in rows(officer)
    assert len(rows(officer)[0]) == 4
