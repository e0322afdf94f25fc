"""The console in a real browser, on a nurse's phone and on a desk: live without reload, and honest when it is not."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from api import clock
from api.clients.pretend import Behaviour
from tests.harness.browser import barriers
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, OTHER_CARER, PAGER, Line
from tests.harness.staff import NURSE_ONE as EMAIL
from tests.harness.staff import PASSWORD

pytestmark = pytest.mark.browser
CRISIS = "please help, hes stopped breathing"
PHONE, DESK = (375, 800), (1280, 900)
LOOKS = [(size, scheme) for size in (PHONE, DESK) for scheme in ("light", "dark")]


async def sign_in(page: Page, line: Line, next: str = "") -> Page:
    await page.goto(f"{line.url}/console/sign-in" + (f"?next={next}" if next else ""))
    await page.get_by_label("Email address").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"**{next or '/console'}")
    return page


@pytest.fixture
async def phone(line: Line, browser: Browser) -> AsyncIterator[Page]:
    """A nurse's phone, signed in; whatever its scripts complain of fails the test."""
    context = await browser.new_context(viewport={"width": 375, "height": 800}, has_touch=True, color_scheme="dark")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    yield await sign_in(page, line)
    await context.close()
    assert complaints == []


async def open_escalation(page: Page, line: Line, words: str = CRISIS) -> None:
    await line.text(CARER, words)
    await page.get_by_role("link", name="Not breathing / no pulse").click()
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")


async def fits(page: Page) -> bool:
    wider: bool = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return not wider


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
async def test_nothing_stands_in_the_way_of_anybody(
    line: Line, browser: Browser, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = await context.new_page()
    found: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found[name] = await barriers(page)
        assert await fits(page), name

    await page.goto(f"{line.url}/console/sign-in")
    await look("sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await look("sign-in with errors")
    await sign_in(page, line)
    await look("empty board")
    line.carrier.phones[NURSE_TWO] = Behaviour.OFF
    await line.text(CARER, CRISIS)
    await line.text(OTHER_CARER, "", NumMedia="1")
    await line.later(minutes=9)
    await page.goto(f"{line.url}/console")
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")
    await look("full board")
    await page.get_by_role("link", name=re.compile("Mark as done")).click()
    await look("task")
    await page.goto(f"{line.url}/console")
    await page.get_by_role("link", name="Not breathing / no pulse").last.click()
    await look("escalation")
    await page.get_by_role("button", name="Show number").click()
    await expect(page.get_by_role("link", name="Ring 07700 900001")).to_be_focused()
    await page.get_by_role("button", name="Accept").click()
    await look("accepted")
    await page.get_by_label(re.compile("Write to the carer")).fill("x" * 400)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#words-error")).to_be_visible()
    await look("message too long")
    await page.locator("#resolve").click()
    await page.get_by_role("button", name="Close it").click()
    await look("closing with errors")
    await context.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


async def test_an_error_takes_the_focus(line: Line, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{line.url}/console/sign-in")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    await page.get_by_role("link", name="Enter your password").click()
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await context.close()


async def test_a_new_call_shows_without_reload_and_in_the_tab_s_title(line: Line, phone: Page) -> None:
    await expect(phone.locator("#live-words")).to_contain_text("Live. Last checked")
    await expect(phone).to_have_title("Live board – Nightlight")
    await phone.evaluate("window.same = true")
    await line.text(CARER, CRISIS)
    await expect(phone.get_by_role("link", name="Not breathing / no pulse")).to_be_visible()
    await expect(phone).to_have_title("(1) waiting – Live board – Nightlight")
    await expect(phone.locator("#waiting")).to_contain_text("1 waiting")
    await line.text(NURSE_ONE, "accept", to=PAGER)
    await expect(phone.locator("#board")).to_contain_text("Who has it Demo Nurse One")
    await expect(phone).to_have_title("Live board – Nightlight")
    assert await phone.evaluate("window.same")


async def test_the_keyboard_stays_where_it_is_while_the_board_changes(line: Line, phone: Page) -> None:
    await line.text(CARER, CRISIS)
    row = phone.get_by_role("link", name="Not breathing / no pulse")
    await row.focus()
    await line.text(NURSE_ONE, "accept", to=PAGER)
    await expect(phone.locator("#board")).to_contain_text("Who has it Demo Nurse One")
    await expect(row).to_be_focused()


async def test_another_call_shows_while_one_is_looked_after(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    await line.text(OTHER_CARER, CRISIS)
    await expect(phone.locator("#waiting")).to_contain_text("2 waiting")
    await expect(phone).to_have_title(re.compile(r"^\(2\) P0 Not breathing"))


async def test_a_dead_line_is_never_mistaken_for_a_quiet_night(line: Line, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.clock.install()
    await sign_in(page, line)
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")
    await page.clock.run_for(31_000)  # Nothing is heard from the server in all that time.
    await expect(page.locator("#not-live")).to_contain_text("Nothing has been heard. Not live since")
    await expect(page.locator("#not-live")).to_contain_text("New calls for help do not show here.")
    await line.text(CARER, CRISIS)
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")
    await expect(page.locator("#not-live")).to_be_hidden()
    await context.close()


async def test_the_end_of_a_session_is_told_before_and_after(line: Line, phone: Page) -> None:
    await expect(phone.locator("#live")).to_have_attribute("data-state", "on")
    clock.move(timedelta(minutes=26))
    await line.text(CARER, CRISIS)
    await expect(phone.locator("#ending")).to_contain_text("unless you use this page. Stay signed in")
    clock.move(timedelta(minutes=5))
    await line.text(OTHER_CARER, CRISIS)
    await expect(phone.locator("#not-live")).to_contain_text("You have been signed out. Not live since")
    await phone.get_by_role("link", name="Sign in again").click()
    await expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_call_from_first_words_to_the_end_with_one_thumb(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    await expect(phone.locator("mark")).to_have_text("stopped breathing")
    for name in ("Accept", "I have spoken with them"):
        button = phone.get_by_role("button", name=name)
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] > 600  # Under the thumb, without scrolling.
        await button.tap()
    await expect(phone.locator("#notice")).to_contain_text("Noted that you have spoken with the carer.")
    await phone.locator("#resolve").tap()
    await phone.get_by_label("Advice given").check()
    await phone.get_by_label("Why can it be closed?").fill("Ambulance is there.")
    await phone.get_by_label("Anything new or worse").check()
    await phone.get_by_role("button", name="Close it").tap()
    await expect(phone.locator("#board")).to_contain_text("No call for help is open.")
    await line.settle()
    assert "Demo Nurse One has closed this on our side" in line.last(CARER)


async def test_writing_as_a_person_is_a_conversation_without_reload(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    await phone.evaluate("window.same = true")
    box, send = phone.get_by_label(re.compile("Write to the carer")), phone.get_by_role("button", name="Send")
    await box.fill("I am ringing you now. “Hold on.”")
    await expect(phone.locator("#words-count")).to_have_text("274 characters left")
    await send.click()
    await expect(phone.locator(".line--staff")).to_contain_text("I am ringing you now.")
    await expect(box).to_have_value("")
    await line.settle()
    await expect(phone.locator(".line--staff")).to_contain_text("delivered", timeout=30_000)  # Read every ten seconds.
    await line.text(CARER, "thank you")
    await expect(phone.locator(".line--carer").last).to_contain_text("thank you")
    await expect(phone.locator("#heard")).to_have_text("The carer wrote: thank you")
    await expect(phone.locator("#holding")).to_contain_text("You are writing here. The assistant is silent.")
    assert await phone.evaluate("window.same")


async def test_what_is_too_long_is_said_while_typing_and_is_never_lost(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    box = phone.get_by_label(re.compile("Write to the carer"))
    await box.fill("€" * 154)
    await expect(phone.locator("#words-count")).to_have_text("2 characters too long for a text")
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.locator("#words-error")).to_contain_text("Shorten it by 2.")
    await expect(box).to_have_value("€" * 154)
    await phone.reload()
    await expect(box).to_have_value("€" * 154)


async def test_no_signal_loses_nothing_and_says_so(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    box = phone.get_by_label(re.compile("Write to the carer"))
    await box.fill("Is somebody with you?")
    await phone.context.set_offline(True)
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.locator("#reply-problem")).to_contain_text("Not sent. What you typed is still here: try again.")
    await expect(box).to_have_value("Is somebody with you?")
    await phone.context.set_offline(False)
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.locator(".line--staff")).to_have_count(1)


async def test_somebody_else_accepting_takes_the_button_away(line: Line, phone: Page) -> None:
    await open_escalation(phone, line)
    await line.later(minutes=3)
    await line.text(NURSE_TWO, "accept", to=PAGER)
    await expect(phone.locator("#state")).to_contain_text("Demo Nurse Two accepted")
    await expect(phone.get_by_role("button", name="Accept")).to_have_count(0)


async def test_all_of_it_works_without_scripts(line: Line, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await sign_in(await context.new_page(), line)
    await line.text(CARER, CRISIS)
    await page.reload()
    await page.get_by_role("link", name="Not breathing / no pulse").click()
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_label(re.compile("Write to the carer")).fill("I am ringing you.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".line--staff")).to_contain_text("I am ringing you.")
    await page.get_by_role("button", name="Hand back to the assistant").click()
    await expect(page.locator("#holding")).to_contain_text("The assistant answers here.")
    await page.get_by_role("button", name="I have spoken with them").click()
    await page.locator("#resolve").click()
    await page.get_by_label("Advice given").check()
    await page.get_by_label("Why can it be closed?").fill("All is well.")
    await page.get_by_label("Anything new or worse").check()
    await page.get_by_role("button", name="Close it").click()
    await expect(page.locator("#notice")).to_contain_text("Closed.")
    await context.close()


async def test_the_keyboard_alone_reaches_everything_in_order(line: Line, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await sign_in(await context.new_page(), line)
    await page.keyboard.press("Tab")
    await expect(page.locator(".nhsuk-skip-link")).to_be_focused()
    await line.text(CARER, CRISIS)
    await page.goto(page.url)
    await page.get_by_role("link", name="Not breathing / no pulse").press("Enter")
    await page.wait_for_url("**/escalations/*")
    stops: list[str] = []
    while "Send" not in stops and len(stops) < 40:
        await page.keyboard.press("Tab")
        stops.append(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    wanted = ["accept", "decline", "widen", "stand-down", "show-number", "thread-box", "words", "Send"]
    assert [stop for stop in stops if stop in wanted] == wanted
    await context.close()
