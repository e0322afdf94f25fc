"""What the desk does with a call: hands it on, has the next paged, stands it down, closes it with a safety-net."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import select

from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations.models import PageFeedback
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, Line
from tests.harness.seeds import carer_writes, crisis, escalation, nurse
from tests.harness.staff import NURSE_TWO as EMAIL_TWO
from tests.harness.staff import StaffBrowser, another_team_s_nurse

CRISIS = "please help, hes stopped breathing"


@pytest.fixture
async def other(line: Line) -> AsyncIterator[StaffBrowser]:
    """Demo Nurse Two, at her own console."""
    browser = StaffBrowser(line.url)
    yield await browser.sign_in(EMAIL_TWO)
    await browser.client.aclose()


async def a_call(line: Line, browser: StaffBrowser, words: str = CRISIS) -> str:
    """A carer has texted, and the page of their call is open. Returns its address."""
    await line.text(CARER, words)
    await browser.open("/console")
    found = re.search(r'href="(/console/escalations/[^"]+)"', browser.page)
    assert found is not None
    await browser.open(found[1])
    return found[1]


def id_of(url: str) -> UUID:
    return UUID(url.rpartition("/")[2])


async def test_a_call_handed_on_stays_with_the_first_until_the_other_takes_it(
    line: Line, signed_in: StaffBrowser, other: StaffBrowser
) -> None:
    url, two = await a_call(line, signed_in), await nurse("Demo Nurse Two")
    await signed_in.post(f"{url}/hand-on", to=str(two.id))
    assert (signed_in.status, "Nobody has this, so it cannot be handed on." in signed_in.text) == (409, True)
    await signed_in.post(f"{url}/accept")
    await signed_in.open(f"{url}/hand-on")
    assert "Demo Nurse Two" in signed_in.text
    await signed_in.post(f"{url}/hand-on")
    assert (signed_in.status, "Choose a colleague" in signed_in.text) == (422, True)
    await signed_in.post(f"{url}/hand-on", to=str(two.id))
    await line.settle()
    assert "You have this until they take it over." in signed_in.text
    assert "Demo Nurse Two was asked at" in signed_in.text
    assert "a colleague hands a carer on to you" in line.last(NURSE_TWO)

    await line.staff_text(NURSE_TWO, "1d")
    assert "Your colleague cannot take 1. It is still yours." in line.last(NURSE_ONE)
    assert (await escalation(id_of(url))).accepted_by_id != two.id

    await signed_in.open(f"{url}/hand-on")
    await signed_in.post(f"{url}/hand-on", to=str(two.id))
    await line.settle()
    assert "Take over" in (await other.open(url)).text
    await other.post(f"{url}/accept")
    await line.settle()
    assert (await escalation(id_of(url))).accepted_by_id == two.id
    assert "1 was taken over by your colleague" in line.last(NURSE_ONE)
    assert "Demo Nurse Two from the on-call team has your message" in line.last(CARER)
    text = (await other.open(url)).text
    assert "Demo Nurse Two took over (here)" in text
    assert re.search(r"Demo Nurse One asked Demo Nurse Two to take over \(declined \d\d:\d\d\)", text)


async def test_the_next_rung_is_paged_now_and_a_page_can_be_declined_here(line: Line, signed_in: StaffBrowser) -> None:
    url = await a_call(line, signed_in)
    assert not line.phone(NURSE_TWO)
    await signed_in.post(f"{url}/widen")
    await line.settle()
    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO)
    assert "Demo Nurse One had the next on call paged at once" in (await signed_in.open(url)).text
    await signed_in.post(f"{url}/decline")
    assert "Demo Nurse One declined" in signed_in.text
    await signed_in.post(f"{url}/decline")
    assert (signed_in.status, "You have no open page for this" in signed_in.text) == (409, True)
    await signed_in.post(f"{url}/feedback", right="no")
    assert "Demo Nurse One: it was NOT right to page (here)" in signed_in.text


async def test_standing_down_stops_the_ladder_for_a_reason_and_tells_the_carer(
    line: Line, signed_in: StaffBrowser
) -> None:
    url = await a_call(line, signed_in)
    await signed_in.open(f"{url}/stand-down")
    await signed_in.post(f"{url}/stand-down", reason=" ")
    assert (signed_in.status, "Write why no nurse is needed" in signed_in.text) == (422, True)
    await signed_in.post(f"{url}/stand-down", reason="She wrote about a film.")
    assert "Stood down. Paging has stopped" in signed_in.text
    await line.later(minutes=10)
    assert not line.phone(NURSE_TWO)
    assert "We are not calling a nurse for it now." in line.last(CARER)
    await signed_in.open(url)
    assert "Stood down: no nurse was needed. She wrote about a film." in signed_in.text
    await signed_in.post(f"{url}/widen")
    assert (signed_in.status, "Nobody is being paged for this any more." in signed_in.text) == (409, True)


async def test_closing_needs_a_safety_net_which_the_carer_gets_in_approved_words(
    line: Line, signed_in: StaffBrowser
) -> None:
    url = await a_call(line, signed_in)
    await signed_in.post(f"{url}/accept")
    await signed_in.open(f"{url}/resolve")
    given = {"outcome": "advice_given", "note": "Settled."}
    await signed_in.post(f"{url}/resolve", **given, net="none")
    assert (signed_in.status, "a carer needs to know what to watch for" in signed_in.text) == (422, True)
    await signed_in.post(f"{url}/resolve", **given, net="own", watch_for="his colour")
    assert (signed_in.status, "Write when they come back" in signed_in.text) == (422, True)
    await signed_in.post(f"{url}/resolve", **given, net="breathing", number="01632 960 000")
    assert signed_in.status == 422
    await signed_in.open(f"{url}/resolve")
    await signed_in.post(f"{url}/resolve", **given, net="breathing", number="111", by_text="true")
    await line.settle()
    told = line.last(CARER)
    assert "Watch for breathing that gets harder. If you see that, or it changes suddenly, ring 111" in told
    assert (await escalation(id_of(url))).safety_net == {
        "watch_for": "breathing that gets harder",
        "come_back": "it changes suddenly",
        "number": "111",
        "by_text": True,
    }
    assert "Safety-net, sent to the carer: watch for breathing that gets harder" in (await signed_in.open(url)).text


async def test_a_death_changes_how_the_line_speaks_on_every_channel(line: Line, signed_in: StaffBrowser) -> None:
    url = await a_call(line, signed_in, "shes really bad with her breathing cant get her breath")
    await carer_writes("hello", channel=Channel.WEB)  # The same number, given in the web chat.
    await signed_in.post(f"{url}/accept")
    await signed_in.open(f"{url}/resolve")
    await signed_in.post(f"{url}/resolve", outcome="died", net="none", note="Died at 03:10, family with her.")
    await line.settle()
    assert "We are so sorry for your loss." in line.last(CARER)
    async with transaction() as session:
        died = (await session.execute(select(Conversation.died_at))).scalars().all()
    assert len(died) == 2
    assert all(died)


async def test_whether_it_was_right_to_page_is_asked_and_answered_by_text_and_by_tap(
    line: Line, signed_in: StaffBrowser
) -> None:
    url = await a_call(line, signed_in)
    await line.staff_text(NURSE_ONE, "1y")  # While the page is open this may mean yes: nothing is done.
    assert "Not understood and nothing was changed. Reply 1a to accept" in line.last(NURSE_ONE)
    await line.staff_text(NURSE_ONE, "1a")
    await signed_in.open(f"{url}/resolve")
    await signed_in.post(f"{url}/resolve", outcome="ambulance_called", net="none", note="Crew is there.")
    await line.settle()
    assert "Was it right to page you? Reply 1y for yes, 1n for no." in line.last(NURSE_ONE)
    await line.staff_text(NURSE_ONE, "1n")
    assert "Kept for the review" in line.last(NURSE_ONE)
    await signed_in.open(url)
    await signed_in.post(f"{url}/feedback", right="yes")  # The last word counts.
    async with transaction() as session:
        kept = (await session.execute(select(PageFeedback))).scalar_one()
    assert (kept.was_right, kept.by, kept.person_id) == (True, "console", (await nurse("Demo Nurse One")).id)
    assert "it was NOT right to page (by text)" in signed_in.text


async def test_what_a_nurse_finds_out_and_the_carer_s_other_calls_are_on_the_page(
    line: Line, signed_in: StaffBrowser
) -> None:
    url = await a_call(line, signed_in)
    assert "Plan, and where they want to be cared for Not known yet" in signed_in.text
    await signed_in.post(f"{url}/facts", topic="plan", words="Home, DNACPR in the yellow folder")
    assert "Home, DNACPR in the yellow folder Demo Nurse One, " in signed_in.text
    await signed_in.post(f"{url}/facts", topic="nonsense", words="x")
    assert signed_in.status == 422
    await carer_writes("he cant breathe, hes stopped breathing", channel=Channel.WEB)  # The same number.
    text = (await signed_in.open(url)).text
    assert re.search(r"Other calls of the same carer P0 Not breathing / no pulse Open\. Web chat, \d\d:\d\d", text)


async def test_ready_words_are_put_into_the_box_and_nothing_is_sent(line: Line, signed_in: StaffBrowser) -> None:
    url = await a_call(line, signed_in)
    found = re.search(r'action="(/console/conversations/[^"]+/messages)"', signed_in.page)
    assert found is not None
    await signed_in.post(found[1], words="Hello.", snippet="snippet_hello", use="true")
    box = re.search(r"<textarea[^>]*>(.*?)</textarea>", signed_in.page, re.DOTALL)
    assert box is not None
    assert box[1].startswith("Hello.\nHello, I am Demo Nurse One, a nurse from the on-call team.")
    assert "a nurse from the on-call team" not in "".join(line.phone(CARER))
    assert (await escalation(id_of(url))).state == "waiting"


async def test_another_team_and_a_forged_form_change_nothing(line: Line, desk: StaffBrowser) -> None:
    escalation_id = await crisis()
    sent = {"topic": "plan", "words": "x", "right": "yes", "reason": "x", "to": str(escalation_id)}
    steps = ["decline", "widen", "facts", "feedback", "stand-down", "hand-on"]
    await desk.sign_in(await another_team_s_nurse())
    mine = desk.page
    for step in steps:
        desk.page = mine
        await desk.post(f"/console/escalations/{escalation_id}/{step}", **sent)
        assert desk.status == 404, step
        desk.page = ""
        await desk.post(f"/console/escalations/{escalation_id}/{step}", **sent)
        assert desk.status == 403, step
    assert (await escalation(escalation_id)).state == "waiting"
