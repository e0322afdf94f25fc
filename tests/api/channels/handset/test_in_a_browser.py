"""The desk in a real browser: a carer texts on the left, a nurse's phone rings on the right."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from api.clients.pretend import Behaviour
from api.clients.pretend_call_parts import PretendNumber
from tests.harness.browser import barriers
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.script import Script, answering

pytestmark = pytest.mark.browser
CARERS, NURSES = f"#phone-{CARER[1:]}", f"#phone-{NURSE_ONE[1:]}"


@pytest.fixture
async def desk(line: Line, browser: Browser) -> AsyncIterator[Page]:
    """The desk, open; whatever its scripts complain of fails the test."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{line.url}/handset")
    yield page
    await context.close()
    assert complaints == []


async def comes(line: Line, number: str, words: str) -> None:
    """Until such a text is on the phone: what the browser sends arrives when it arrives."""
    for _ in range(300):
        await line.settle()
        if any(words in text for text in line.phone(number)):
            return
        await asyncio.sleep(0.1)


async def test_a_carer_texts_and_the_nurse_s_phone_rings(line: Line, desk: Page) -> None:
    box = desk.locator(f"{CARERS} input[name=body]")
    await box.fill("hes stopped breathing")
    await box.press("Enter")
    await expect(desk.locator(f"{CARERS} .text--mine")).to_contain_text("hes stopped breathing")
    await comes(line, NURSE_ONE, "NIGHTLIGHT P0")

    await expect(desk.locator(f"{NURSES} .text--theirs")).to_contain_text("NIGHTLIGHT P0")
    await expect(desk.locator(NURSES)).to_have_class("phone phone--staff phone--ringing")
    await expect(desk.locator("#heard")).to_have_text(re.compile("^(New text|A call) on Demo Nurse One’s phone$"))
    await expect(box).to_have_value("")
    await expect(box).to_be_focused()

    await desk.locator(f"{NURSES} button", has_text="accept").click()
    await expect(desk.locator(f"{NURSES} .text--mine")).to_contain_text("Taken")
    await comes(line, CARER, "Demo Nurse One from the on-call team")
    await expect(desk.locator(f"{CARERS} .text").last).to_contain_text("Demo Nurse One from the on-call team")


async def test_a_switch_shows_what_it_did_and_keeps_the_focus(desk: Page) -> None:
    off = desk.locator(f"{NURSES} button", has_text="Off")
    await off.click()
    await expect(off).to_have_attribute("aria-pressed", "true")
    await expect(off).to_be_focused()
    await expect(desk.locator(f"{NURSES} .bar")).to_contain_text("Switched off")


async def test_a_request_that_is_open_on_the_wire_stays_open(line: Line, desk: Page) -> None:
    await desk.locator(f"{CARERS} button", has_text="nurse").click()
    await line.settle()
    first = desk.locator(".one", has_text="/twilio/sms").last
    await first.locator("summary").click()
    await expect(first.locator("dl")).to_contain_text("SmsMessageSid")
    await desk.locator(f"{CARERS} button", has_text="money").click()
    await expect(desk.locator(".one", has_text="is there any money")).to_be_visible()
    await expect(first).to_have_attribute("open", "")


@pytest.mark.parametrize("width", [320, 768, 1280])
async def test_nobody_is_shut_out_and_nothing_is_cut_off(line: Line, desk: Page, width: int) -> None:
    assert await barriers(desk) == [], "while it is empty"
    await line.text(CARER, "hes stopped breathing")
    await line.carrier.send_in(CARER, LINE, "", picture=True)
    line.carrier.phones[CARER] = Behaviour.OPTED_OUT
    await line.pick_up(NURSE_ONE)
    await expect(desk.locator(f"{NURSES} .ring__heard li").first).to_contain_text("Press 1 to accept.")
    assert await barriers(desk) == [], "while somebody is on the telephone"
    await line.staff_text(NURSE_ONE, "accept")
    await desk.locator(".one summary").first.click()
    await desk.set_viewport_size({"width": width, "height": 700})
    await expect(desk.locator(f"{CARERS} .text--bad").last).to_contain_text("Refused")

    assert await barriers(desk) == []
    assert await desk.evaluate("document.documentElement.scrollWidth") <= width


async def test_without_javascript_the_newest_text_is_in_view(line: Line, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.goto(f"{line.url}/handset")
    for words in ("hes stopped breathing", "please hurry", "hes blue"):
        await page.locator(f"{CARERS} input[name=body]").fill(words)
        await page.locator(f"{CARERS} input[name=body]").press("Enter")
        await expect(page.locator(f"{CARERS} .text--mine").last).to_contain_text(words)
        await line.settle()
    await page.get_by_role("link", name="Refresh").click()
    await expect(page.locator(f"{CARERS} .text").last).to_be_in_viewport(ratio=0.9)
    await context.close()


async def test_a_carer_telephones_the_line(line: Line, desk: Page) -> None:
    script, board = Script(), line.carrier.switchboard
    script.says = {
        "/first": '<Gather input="speech" timeout="300" action="/second"><Say>What is wrong?</Say></Gather>',
        "/second": '<Gather numDigits="1" timeout="300" action="/third"><Say>Press 1 for a nurse.</Say></Gather>',
        "/third": '<Gather timeout="300"><Say>I am telling the nurse.</Say></Gather>',
    }
    phone = desk.locator(CARERS)
    heard, wants = phone.locator(".ring__heard li"), phone.locator(".ring__wants")
    async with answering(script) as address:
        board.number, board.real_time = PretendNumber(f"{address}/first"), True
        await phone.get_by_role("button", name="Ring the line").click()
        await expect(heard).to_have_text(["What is wrong?"])
        await expect(wants).to_have_text("Say something")
        await expect(phone.get_by_role("button", name="Ring the line")).to_be_hidden()
        box = phone.get_by_role("textbox", name="Say into Carer 1’s phone")
        await box.fill("hes in pain")
        await phone.get_by_label("How well Carer 1 is recognised").select_option("unsure")
        await box.press("Enter")
        await expect(heard.last).to_have_text("Press 1 for a nurse.")
        await expect(box).to_have_value("")
        assert script.to("/second")[0]["Confidence"] == "0.31"
        await desk.set_viewport_size({"width": 375, "height": 700})
        assert await barriers(desk) == []
        assert await desk.evaluate("document.documentElement.scrollWidth") <= 375
        await phone.get_by_role("button", name="1", exact=True).click()
        await expect(heard.last).to_have_text("I am telling the nurse.")
        await phone.get_by_role("button", name="Hang up").click()
        await expect(phone.locator(".ring__state")).to_contain_text("Call over")
        await expect(phone.get_by_role("button", name="Ring the line")).to_be_visible()
