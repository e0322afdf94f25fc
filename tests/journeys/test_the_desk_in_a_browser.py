"""The desk on a nurse's phone: a takeover, a call-back, a switch and the handover, with nothing in the way."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from api.conversations import service as conversations
from api.database import transaction
from api.escalations import tasks
from api.escalations.rules import TaskKind
from tests.harness.browser import barriers
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.seeds import carer_writes
from tests.harness.staff import NURSE_ONE, PASSWORD

pytestmark = pytest.mark.browser


async def to_be_rung() -> None:
    conversation_id = await carer_writes("can somebody ring me about the bed", OTHER_CARER)
    async with transaction() as session:
        team_id = (await conversations.get(session, conversation_id)).team_id
        await tasks.add(session, conversation_id, team_id, TaskKind.CALL_BACK, "Ring about the bed.")


async def sign_in(page: Page, line: Line) -> None:
    await page.goto(f"{line.url}/console/sign-in")
    await page.get_by_label("Email address").fill(NURSE_ONE)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/console")


async def test_a_takeover_a_call_back_a_switch_and_the_handover_on_a_phone(line: Line, browser: Browser) -> None:
    context = await browser.new_context(viewport={"width": 375, "height": 800}, color_scheme="dark")
    page, found = await context.new_page(), dict[str, list[str]]()

    async def look(name: str) -> None:
        found[name] = await barriers(page)
        wide = await page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[name] += ["wider than the screen"] if wide else []

    menu = page.get_by_role("navigation", name="Menu")
    await sign_in(page, line)
    await menu.get_by_role("link", name="Inbox").click()
    await expect(page.locator("#live")).to_have_attribute("data-state", "on")
    await line.text(CARER, "what money is there for carers")
    await expect(page.locator("#inbox")).to_contain_text("from ...001")  # By itself: nobody has reloaded.
    await look("inbox")
    await page.get_by_text("Search and narrow down").click()
    await page.get_by_label("Last digits of a number").fill("1")
    await page.get_by_role("button", name="Search").click()
    await look("inbox with errors")
    await page.get_by_label("Last digits of a number").fill("001")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="Text message from ...001").click()
    await page.get_by_role("button", name="Take over").click()
    await expect(page.locator("#holding")).to_contain_text("You are writing here.")
    await line.settle()
    assert "is now reading and writing here" in line.last(CARER)
    await look("taken over")

    await to_be_rung()
    await menu.get_by_role("link", name="To do").click()
    await look("to do")
    await page.get_by_role("link", name="Ring back").click()
    await page.get_by_role("button", name="I will see to it").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    await look("task with errors")
    await page.get_by_label("No answer: ring again").check()
    await page.get_by_label(re.compile("ring again at")).fill("03:15")
    await page.get_by_label("What was done?").fill("Rang out.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#notice")).to_contain_text("It is due again")

    await menu.get_by_role("link", name="Switches").click()
    await page.get_by_text("Switch on: No free nurse").click()
    await page.get_by_role("textbox", name="Why?").fill("Two are ill.")
    await look("switches")
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.locator("#switches")).to_contain_text("No free nurse. Two are ill.")
    await look("switched on")

    await menu.get_by_role("link", name="Handover").click()
    await look("handovers")
    await page.get_by_role("button", name="Make a sheet now").click()
    await expect(page.get_by_role("main")).to_contain_text("Ring about the bed.")
    await look("handover")
    await page.get_by_role("button", name="I have read this").click()
    await expect(page.get_by_role("main")).to_contain_text("Demo Nurse One, ")
    await context.close()
    assert [f"{name}: {one}" for name, wrong in found.items() for one in wrong] == []
