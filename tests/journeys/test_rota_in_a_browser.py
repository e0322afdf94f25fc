"""The rota in a real browser: drawn up and published on a phone, with nothing in the way of anybody."""

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete

from api.database import transaction
from api.rota.models import Duty
from tests.harness.browser import barriers
from tests.harness.line import Line
from tests.harness.staff import PASSWORD

pytestmark = pytest.mark.browser
HERE = "/console/rota"


async def sign_in(page: Page, line: Line) -> None:
    await page.goto(f"{line.url}/console/sign-in?next={HERE}")
    await page.get_by_label("Email address").fill("lead@demo.example")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.wait_for_url(f"**{HERE}")


async def add(page: Page, rung: str, person: str) -> None:
    await page.get_by_role("link", name="Add a pattern").press("Enter")
    await page.get_by_label("Rung").select_option(rung)
    await page.get_by_label("A shift begins").fill("08:00")
    await page.get_by_label("It ends").fill("08:00")
    await page.get_by_label("Place 1").select_option(label=person)
    await page.get_by_role("button", name="Save in the draft").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("saved in the draft")


async def test_a_rota_is_published_on_a_phone_and_nothing_stands_in_the_way(line: Line, browser: Browser) -> None:
    async with transaction() as session:
        await session.execute(delete(Duty))
    context = await browser.new_context(viewport={"width": 375, "height": 800}, color_scheme="dark")
    page, found = await context.new_page(), dict[str, list[str]]()

    async def look(name: str, address: str = "") -> None:
        if address:
            await page.goto(line.url + address)
        found[name] = await barriers(page)
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] += ["wider than the screen"] if wide else []

    await sign_in(page, line)
    await look("pattern", f"{HERE}/patterns/new")
    await page.get_by_role("button", name="Save in the draft").click()
    await look("pattern with errors")
    await look("draft with gaps", f"{HERE}/draft")
    await add(page, "on_call", "Demo Nurse One")
    await add(page, "second_on_call", "Demo Nurse Two")
    await page.get_by_role("button", name="Publish until this day").press("Enter")
    await expect(page.locator("#refusal")).to_contain_text("It was not published")
    await look("refused")
    await page.goto(f"{line.url}{HERE}/draft")
    await add(page, "lead", "Demo Lead")
    await expect(page.get_by_role("main")).to_contain_text("Nothing stands against publishing")
    await page.get_by_role("button", name="Publish until this day").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("The rota is published")
    await expect(page.get_by_role("main")).to_contain_text("Now: Demo Nurse One, until")
    await look("rota")
    for name in ("overrides/new", "swaps", "calendars"):
        await look(name, f"{HERE}/{name}")
    await page.emulate_media(media="print")
    await page.goto(f"{line.url}{HERE}")
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
