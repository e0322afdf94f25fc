"""The directory in a real browser, on a phone and on a desk: nothing in the way of anybody, and all without scripts."""

import re
from typing import Literal
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from api.database import transaction
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.signposts import service as signposts
from tests.harness.browser import barriers
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, PASSWORD

pytestmark = pytest.mark.browser
HERE = "/console/directory"
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(375, "dark"), (1280, "light")]


async def sign_in(page: Page, line: Line) -> Page:
    await page.goto(f"{line.url}/console/sign-in")
    await page.get_by_label("Email address").fill(INFORMATION)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").press("Enter")
    await page.wait_for_url(f"**{HERE}")
    return page


async def told_in_vain() -> None:
    async with transaction() as session:
        place = Place(Nation.ENGLAND, "CH41", "Wirral")
        await signposts.note(session, uuid4(), None, Need.PREHAB, place, [], found=False)
        await signposts.note(session, uuid4(), None, Need.GRANTS, place, ["samaritans"], found=True)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
async def test_nothing_stands_in_the_way_of_anybody(
    line: Line, browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 850}, color_scheme=scheme)
    page, found = await context.new_page(), dict[str, list[str]]()
    await told_in_vain()
    await sign_in(page, line)

    async def look(name: str, address: str = "", press: str = "") -> None:
        if address:
            await page.goto(line.url + address)
        if press:
            await page.get_by_role("button", name=press).click()
        found[name] = await barriers(page)
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] += ["wider than the screen"] if wide else []

    await look("search", f"{HERE}?nation=england&district=CH41")
    await look("search with errors", f"{HERE}?district=CH41")
    await look("record", f"{HERE}/services/samaritans")
    await look("new", f"{HERE}/new")
    await look("new with errors", press="Save")
    await look("edit", f"{HERE}/services/carers-uk/edit")
    await look("check with errors", f"{HERE}/services/samaritans/check", press="Save")
    await look("retire with errors", f"{HERE}/services/samaritans/status", press="Retire")
    await look("gaps", f"{HERE}/gaps")
    await context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


async def test_a_record_is_found_edited_and_checked_by_keyboard_without_scripts(line: Line, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await sign_in(await context.new_page(), line)
    await page.get_by_label("Words or a number").fill("116 123")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Samaritans").press("Enter")
    await page.get_by_role("link", name="Edit").press("Enter")
    await page.get_by_role("textbox", name="Cost").fill("Free, also from mobiles")
    await page.get_by_label("By phone").press("Space")
    await page.get_by_label("Why?").fill("They said so.")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Your changes are saved.")
    await page.get_by_role("link", name="It was checked today").press("Enter")
    await page.get_by_label("On its website").press("Space")
    await page.get_by_label("Languages").press("Space")
    await page.get_by_role("radio", name=re.compile("High")).press("Space")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Noted that it was checked today.")
    await expect(page.get_by_role("main")).to_contain_text("Why: Checked on the website")
    await context.close()
