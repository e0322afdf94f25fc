"""Every page of the console, with something on it, on a desk and on a phone: nothing stands in anybody's way.

The pages come from the application's own routes, so that a new one cannot be forgotten.
"""

import re
from urllib.parse import quote

import pytest
from fastapi.routing import iter_route_contexts
from playwright.async_api import Browser, Page
from sqlalchemy import select

from api import demo
from api.clients.pretend import Behaviour
from api.database import transaction
from api.main import create_app
from api.people.invitations import service as invitations
from api.people.models import Person
from api.reporting.rollups import jobs as figures
from tests.api.people.test_matrix import subjects
from tests.harness.browser import barriers
from tests.harness.line import CARER, NURSE_TWO, OTHER_CARER, Line, configure
from tests.harness.staff import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]  # Some thirty pages, twice each.
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
NO_PAGES = re.compile(r"/events$|\.csv$|\.pdf$|\.patch$|/sign-in/elsewhere")  # Streams, files, elsewhere.
BEFORE = re.compile(r"^/console/(sign-in|join)")  # For whoever is not signed in, or not yet quite.
PARTS = 2  # Two processes look at a half each.
ONLY_WITH_A_CODE = "/console/sign-in/code"


def console_pages() -> list[str]:
    """The path of each page, as the application has it."""
    found = {
        context.path or "" for context in iter_route_contexts(create_app().routes) if "GET" in (context.methods or ())
    }
    return sorted(path for path in found if path.startswith("/console") and not NO_PAGES.search(path))


def behind_the_sign_in() -> list[str]:
    """Those that somebody sees who is signed in."""
    return [path for path in console_pages() if not BEFORE.match(path)]


async def a_night(line: Line) -> dict[str, str]:
    """Calls, one of them late and with an alarm, and one of each thing that a path names. Returns their ids."""
    async with transaction() as session:
        await demo.publish_rota(session)
    line.carrier.phones[NURSE_TWO] = Behaviour.OFF
    await line.text(OTHER_CARER, "i keep thinking about killing myself")
    await line.text("+447700900003", "", NumMedia="1")
    await line.jump(minutes=5)
    await line.jump(minutes=4)
    named = await subjects(line.client)
    await line.text(CARER, "his lips are blue, please hurry")
    await figures.count()
    return named


async def invitation(email: str) -> str:
    """The address of the page with which this person joins."""
    async with transaction() as session:
        person = (await session.execute(select(Person).where(Person.email == email))).scalar_one()
        return await invitations.make(session, person, "test")


async def sign_in(page: Page, line: Line, email: str) -> None:
    await page.goto(f"{line.url}/console/sign-in")
    await page.get_by_label("Email address").fill(email)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_load_state("load")


async def look(page: Page, address: str) -> list[str]:
    """What is wrong with a page, at both widths."""
    answer = await page.goto(address)
    found = [] if answer and answer.status == 200 else [f"{answer and answer.status}"]
    for size in (DESK, PHONE):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        found += [f"{size['width']}: {wrong}" for wrong in await barriers(page)]
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{size['width']}: wider than the screen")
    return found


@pytest.mark.parametrize("part", range(PARTS))
async def test_nothing_on_any_page_stands_in_anybodys_way(line: Line, browser: Browser, part: int) -> None:
    named, wrong = await a_night(line), dict[str, list[str]]()
    context = await browser.new_context(color_scheme="dark")
    page = await context.new_page()
    await sign_in(page, line, "lead@demo.example")
    for path in behind_the_sign_in()[part::PARTS]:
        address = re.sub(r"\{\w+\}", lambda name: quote(named[name[0]]), path)
        wrong[path] = await look(page, line.url + address)
    await context.close()
    assert {path: found for path, found in wrong.items() if found} == {}


async def test_nothing_stands_in_the_way_of_signing_in(line: Line, browser: Browser) -> None:
    await a_night(line)
    context, wrong = await browser.new_context(color_scheme="dark"), dict[str, list[str]]()
    page = await context.new_page()
    wrong["/console/sign-in"] = await look(page, f"{line.url}/console/sign-in")
    wrong["/console/join"] = await look(page, await invitation("subject@x.example"))
    configure(second_factor="true")
    await sign_in(page, line, "reviewer@demo.example")
    wrong["/console/sign-in/set-up"] = await look(page, f"{line.url}/console/sign-in/set-up")
    configure(second_factor="false")
    await context.close()
    assert set(console_pages()) - set(behind_the_sign_in()) - set(wrong) == {ONLY_WITH_A_CODE}
    assert {path: found for path, found in wrong.items() if found} == {}
