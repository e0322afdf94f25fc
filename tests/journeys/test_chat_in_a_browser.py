"""A carer writes on the chat page: on a small phone and a desktop, with scripts and without, by keyboard, off line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, Request, expect
from sqlalchemy import select

from api.conversations.models import Message
from api.database import transaction
from tests.harness.browser import barriers
from tests.harness.line import NURSE_ONE, Line

pytestmark = pytest.mark.browser
CRISIS = "hes choking on a tablet cant breathe"
WEATHER = "https://www.bbc.co.uk/weather"
PHONE, DESKTOP = (320, 640), (1280, 800)
Scheme = Literal["light", "dark"]


@asynccontextmanager
async def _chat(browser: Browser, line: Line, size: tuple[int, int] = PHONE, **context: Any) -> AsyncIterator[Page]:
    """The chat page; a script that fails, or that the policy stops, fails the test."""
    opened = await browser.new_context(viewport={"width": size[0], "height": size[1]}, **context)
    page = await opened.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(f"{line.url}/chat")
    yield page
    await opened.close()
    assert complaints == []


async def _say(page: Page, words: str) -> None:
    await page.get_by_label("Write your message").fill(words)
    await page.get_by_role("button", name="Send").click()


async def _is_usable(page: Page, size: tuple[int, int], scripts: bool = True) -> None:
    """Nobody is shut out, nothing is cut off at the side, and whom to ring and the way out are in view."""
    if scripts:  # Where pages may run no scripts, axe cannot either; the page is the same.
        assert await barriers(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for name in ("ring 999", "the team on", "Leave this page"):
        link = page.get_by_role("banner").get_by_role("link", name=name)
        await expect(link).to_be_in_viewport(ratio=1)
        box = await link.bounding_box()
        assert box is not None
        assert box["height"] >= 44


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False])
async def test_from_the_first_word_to_the_nurse(
    line: Line, browser: Browser, size: tuple[int, int], scheme: Scheme, scripts: bool
) -> None:
    async with _chat(browser, line, size, color_scheme=scheme, java_script_enabled=scripts) as page:
        await _is_usable(page, size, scripts)

        await _say(page, CRISIS)
        await expect(page.locator(".line--urgent")).to_contain_text("Do this now")
        await expect(page.locator(".line--urgent .line__now")).to_be_in_viewport()
        await _is_usable(page, size, scripts)

        await page.get_by_label("Phone number, so that").fill("07700 900")
        await page.get_by_role("button", name="Save number").click()
        await expect(page.locator("#number-error")).to_contain_text("does not look like a phone number")
        await _is_usable(page, size, scripts)
        await page.get_by_label("Phone number, so that").fill("07700 900123")
        await page.get_by_role("button", name="Save number").click()
        await expect(page.get_by_text("on the number that ends in 123")).to_be_visible()

        await line.settle()
        await line.staff_text(NURSE_ONE, "accept")
        if not scripts:
            await page.get_by_role("link", name="Check for new messages").click()
        await expect(page.locator(".line--nurse")).to_contain_text("Demo Nurse One")
        await expect(page.locator("#standing")).to_contain_text("Demo Nurse One from the on-call team has your message")
        await expect(page.locator("#standing")).to_be_in_viewport()
        await _is_usable(page, size, scripts)

        shown = await page.locator(".line").all_inner_texts()
        await page.reload()
        assert await page.locator(".line").all_inner_texts() == shown, "the thread is kept, and nothing came twice"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_number_written_as_a_message_is_no_longer_asked_for(
    line: Line, browser: Browser, scripts: bool
) -> None:
    async with _chat(browser, line, java_script_enabled=scripts) as page:
        await _say(page, CRISIS)
        await expect(page.locator("#standing")).to_contain_text("Give your phone number")

        await _say(page, "07700 900123")
        await expect(page.get_by_text("on the number that ends in 123")).to_be_visible()
        await expect(page.get_by_label("Phone number, so that")).to_be_hidden()
        await expect(page.locator("#standing")).not_to_contain_text("Give your phone number")
        await _is_usable(page, PHONE, scripts)


async def test_by_keyboard_alone(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        for name in ("If a life is at risk ring 999", "the team on 01632 960 999", "Leave this page"):
            await page.keyboard.press("Tab")
            await expect(page.get_by_role("link", name=name)).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Write your message")).to_be_focused()
        await page.keyboard.type("first line")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("nurse please")
        await page.keyboard.press("Enter")

        await expect(page.locator(".line--mine .line__words")).to_have_text("first line\nnurse please")
        await expect(page.get_by_label("Write your message")).to_have_value("")
        await expect(page.get_by_label("Write your message")).to_be_focused()


async def test_new_words_are_announced_and_what_was_there_is_not(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        await _say(page, "nurse")
        log = page.get_by_role("log", name="Messages")
        await expect(log).to_contain_text("I am telling the on-call nurse now")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(page.locator("#standing")).to_have_attribute("role", "status")


def _note(request: Request, asked: list[str]) -> None:
    asked.append(request.url)


async def test_one_press_leaves_and_nothing_stays(line: Line, browser: Browser) -> None:
    for scripts in (True, False):
        async with _chat(browser, line, java_script_enabled=scripts) as page:
            await _say(page, "something private")
            await expect(page.locator(".line--mine")).to_be_visible()
            asked: list[str] = []
            page.on("request", lambda request: _note(request, asked))  # noqa: B023  (used in this round only)
            await page.get_by_role("link", name="Leave this page").click(no_wait_after=True)
            await page.wait_for_timeout(500)

            assert WEATHER in asked
            assert await page.context.cookies() == []
            await page.goto(f"{line.url}/chat")
            await expect(page.get_by_text("something private")).to_have_count(0)


async def test_escape_three_times_leaves_before_anything_is_loaded(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        await _say(page, "something private")
        await expect(page.locator(".line--mine")).to_be_visible()
        await page.route("**/chat/leave", lambda route: route.fulfill(status=204))  # Nothing comes.
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("something private")).to_be_visible()
        await page.keyboard.press("Escape")

        await expect(page.get_by_text("something private")).to_be_hidden()
        assert await page.title() == "Weather"


async def test_what_was_typed_outlives_a_lost_connection_and_arrives_once(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        box = page.get_by_label("Write your message")
        await page.context.set_offline(True)
        await _say(page, CRISIS)
        await expect(page.get_by_role("alert")).to_contain_text("Not sent. Your words are still in the box.")
        await expect(box).to_have_value(CRISIS)

        await page.context.set_offline(False)
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".line--urgent")).to_be_visible()
        await expect(box).to_have_value("")
        await expect(page.locator(".line--mine")).to_have_count(1)


async def test_an_answer_that_got_lost_on_its_way_is_not_a_second_message(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:

        async def arrives_but_answers_nothing(route: Any) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/chat/messages", arrives_but_answers_nothing)
        await _say(page, CRISIS)
        await expect(page.get_by_role("alert")).to_contain_text("Not sent")
        await page.unroute("**/chat/messages")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".line--urgent")).to_be_visible()

    async with transaction() as session:
        bodies = (await session.execute(select(Message.body).where(Message.author == "carer"))).scalars().all()
    assert bodies == [CRISIS]


async def test_a_message_that_comes_while_the_carer_reads_does_not_move_the_page(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        await _say(page, CRISIS)
        await expect(page.locator(".line--urgent .line__now")).to_be_in_viewport()
        await line.settle()
        await line.staff_text(NURSE_ONE, "accept")

        newer = page.get_by_role("link", name="New message below")
        await expect(newer).to_be_visible()
        await expect(page.locator(".line--urgent .line__now")).to_be_in_viewport()
        await newer.click()
        await expect(page.locator(".line--nurse")).to_be_in_viewport()
        await expect(newer).to_be_hidden()


@pytest.mark.parametrize("size", [(320, 256), (320, 200)])
async def test_at_four_hundred_per_cent_nothing_covers_what_has_the_focus(
    line: Line, browser: Browser, size: tuple[int, int]
) -> None:
    async with _chat(browser, line, size) as page:
        await _say(page, CRISIS)
        await expect(page.locator(".line--urgent")).to_be_visible()
        await _is_usable(page, size)
        bar = await page.get_by_role("banner").bounding_box()
        assert bar is not None
        for field in (page.get_by_label("Phone number, so that"), page.get_by_label("Write your message")):
            await field.focus()
            box = await field.bounding_box()
            assert box is not None
            assert box["y"] >= bar["height"]
            assert box["y"] < size[1]


async def test_the_whole_page_is_light_enough_for_a_slow_line(line: Line, browser: Browser) -> None:
    async with _chat(browser, line) as page:
        await _say(page, CRISIS)
        await expect(page.locator(".line--urgent")).to_be_visible()
        await page.reload()
        await page.context.clear_cookies()
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        await session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        received = 0

        def count(event: dict[str, Any]) -> None:
            nonlocal received
            received += int(event["encodedDataLength"])

        session.on("Network.loadingFinished", count)
        await page.goto(f"{line.url}/chat", wait_until="load")
        await page.wait_for_timeout(300)

    assert 10_000 < received < 60_000
