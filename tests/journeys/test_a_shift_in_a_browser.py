"""A nurse's whole shift, once by keyboard alone and once on a phone with one thumb, and nothing in anybody's way."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.harness.browser import barriers
from tests.harness.line import CARER, NURSE_TWO, OTHER_CARER, PAGER, Line
from tests.harness.staff import NURSE_ONE as EMAIL
from tests.harness.staff import PASSWORD

pytestmark = pytest.mark.browser
CRISIS, SAD = "please help, hes stopped breathing", "i keep thinking about killing myself"


async def keys(page: Page, *pressed: str) -> None:
    await page.wait_for_load_state("load")  # The scripts that know the keys are there by then.
    for key in pressed:
        await page.keyboard.press(key)


async def fits(page: Page) -> bool:
    wider: bool = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return not wider


async def focused(page: Page, place: str) -> None:
    await expect(page.locator(place)).to_be_focused()


async def to(page: Page, place: str) -> None:
    """Tab until it has the focus, as somebody without a mouse does."""
    for _ in range(60):
        if await page.evaluate("place => document.activeElement.matches(place)", place):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {place}")


async def test_a_whole_shift_by_keyboard_alone(line: Line, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    found: dict[str, list[str]] = {}
    await page.goto(f"{line.url}/console/sign-in")
    await to(page, "#email")
    await page.keyboard.type(EMAIL)
    await to(page, "#password")
    await page.keyboard.type(PASSWORD)
    await keys(page, "Enter")
    await page.wait_for_url("**/console")
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")

    await line.text(CARER, CRISIS)
    row = page.get_by_role("link", name="Not breathing / no pulse")
    await expect(row).to_be_visible()
    await keys(page, "j")
    await expect(row).to_be_focused()
    await keys(page, "?")
    await expect(page.locator("#keys-list")).to_contain_text("Next call or task")
    found["shortcuts"] = await barriers(page)
    await keys(page, "Escape", "j", "Enter")
    await page.wait_for_url("**/escalations/*")

    await keys(page, "a")
    await focused(page, "#accept")
    await expect(page.locator("#state")).to_contain_text("Nobody has accepted yet.")  # A letter alone makes no move.
    await keys(page, "Enter")
    await expect(page.locator("#notice")).to_contain_text("You have this.")
    await keys(page, "m")
    await page.keyboard.type("a nurse here, can you hear him?")
    await expect(page.locator("#words")).to_have_value("a nurse here, can you hear him?")
    await keys(page, "Tab", "Enter")
    await expect(page.locator(".line--staff")).to_contain_text("can you hear him?")
    await page.locator("h1").evaluate("heading => document.activeElement.blur()")
    await keys(page, "h", "Enter")
    await page.wait_for_url("**/hand-on")
    await to(page, "#to")
    found["hand on"] = await barriers(page)
    await keys(page, "Space")
    await to(page, "form .nhsuk-button")
    await keys(page, "Enter")
    await expect(page.locator("#notice")).to_contain_text("until they take it over")
    await keys(page, "c", "Enter")
    await expect(page.locator("#notice")).to_contain_text("Noted that you have spoken with the carer.")

    await keys(page, "x", "Enter")
    await page.wait_for_url("**/resolve")
    await to(page, "#outcome")
    await keys(page, "Space")
    await to(page, "#note")
    await page.keyboard.type("Breathing again.")
    await to(page, "#net")
    await keys(page, "Space", "ArrowDown", "ArrowDown")
    found["closing"] = await barriers(page)
    await to(page, "form .nhsuk-button")
    await keys(page, "Enter")
    await expect(page.locator("#board")).to_contain_text("No call for help is open.")
    await line.settle()
    assert "Watch for breathing that gets harder." in line.last(CARER)

    await to(page, "#keys-open")
    await keys(page, "Enter")
    await to(page, "#keys-switch")
    await keys(page, "Enter", "Escape")
    await line.text(OTHER_CARER, CRISIS)
    await expect(row).to_be_visible()
    await keys(page, "j", "?")
    await expect(row).not_to_be_focused()
    await expect(page.locator("#keys")).to_be_hidden()
    await context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


async def test_a_whole_shift_on_a_phone(line: Line, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 375, "height": 800}, has_touch=True, color_scheme="dark")
    page = await context.new_page()
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found[name] = await barriers(page)
        assert await fits(page), name

    await page.goto(f"{line.url}/console/sign-in")
    await page.get_by_label("Email address").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").tap()
    await page.wait_for_url("**/console")
    await line.text(CARER, CRISIS)
    await line.text(OTHER_CARER, SAD)
    await line.later(minutes=9)
    await page.goto(f"{line.url}/console")
    await expect(page).to_have_title("(2) waiting, 2 late – Live board – Nightlight")
    await look("a board with alarms")
    boxes = page.get_by_role("button", name=re.compile("I have seen this"))
    await expect(boxes).to_have_count(2)
    await boxes.first.tap()
    await expect(boxes).to_have_count(1)

    await page.get_by_role("link", name="Not breathing / no pulse").last.tap()
    await page.get_by_role("button", name="Accept").tap()
    await page.get_by_text("Note what you found out").tap()
    await page.get_by_label("What is known").fill("Home, if he can")
    await page.get_by_role("button", name="Note it").tap()
    await expect(page.locator("#told")).to_contain_text("Home, if he can Demo Nurse One")
    await page.get_by_label("Ready words").select_option("snippet_ringing")
    await page.get_by_role("button", name="Put them in the box").tap()
    await expect(page.locator("#words")).to_have_value(re.compile("I am going to try to ring you now."))
    await page.get_by_role("button", name="Send").tap()
    await expect(page.locator(".line--staff")).to_contain_text("Is it safe for you to talk?")
    await page.locator("#hand-on").tap()
    await page.get_by_label("Demo Nurse Two").check()
    await look("hand on")
    await page.get_by_role("button", name="Page them").tap()
    await expect(page.locator("#state")).to_contain_text("Demo Nurse Two was asked at")
    await look("an escalation")
    await line.settle()
    code = re.search(r"Reply (\d+a) to take them", line.last(NURSE_TWO))
    assert code is not None
    await line.text(NURSE_TWO, code[1], to=PAGER)
    await expect(page.locator("#state")).to_contain_text("Demo Nurse Two accepted")
    await page.get_by_role("button", name="No", exact=True).tap()
    await expect(page.locator("#notice")).to_contain_text("kept for the review of pages")

    await page.goto(f"{line.url}/console")
    await page.get_by_role("link", name="Carer with suicidal thoughts").last.tap()
    await page.locator("#stand-down").tap()
    await page.wait_for_url("**/stand-down")
    await look("stand down")
    await page.get_by_label("Why is no nurse needed?").fill("Same carer, one nurse is with her.")
    await page.get_by_role("button", name="Stand down").tap()
    await expect(page.locator("#notice")).to_contain_text("Stood down.")
    await context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
