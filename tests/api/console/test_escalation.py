"""One escalation: the carer's words first, the truth about who was asked, and only the moves that its state allows."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from api.conversations import service as conversations
from api.conversations.rules import Mode
from api.database import transaction
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import Danger
from api.triage.rules import Priority
from tests.harness.line import CARER, NURSE_ONE, Line
from tests.harness.seeds import crisis, escalation, nurse
from tests.harness.staff import NURSE_TWO, StaffBrowser, another_team_s_nurse, on_record

TIME = r"\d\d:\d\d"


@pytest.fixture
async def other(line: Line) -> AsyncIterator[StaffBrowser]:
    """Demo Nurse Two, at her own console."""
    browser = StaffBrowser(line.url)
    yield await browser.sign_in(NURSE_TWO)
    await browser.client.aclose()


async def a_crisis(line: Line, words: str = "please help, hes stopped breathing & <b>blue</b>") -> UUID:
    await line.text(CARER, words)
    async with transaction() as session:
        return (await escalations.board(session, (await nurse("Demo Lead")).team_id))[0].id


def url(escalation_id: UUID, move: str = "") -> str:
    return f"/console/escalations/{escalation_id}{move}"


async def test_the_carer_s_exact_words_come_first_with_what_was_recognised_marked(
    line: Line, signed_in: StaffBrowser
) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id))
    assert "please help, hes <mark>stopped breathing</mark> &amp; &lt;b&gt;blue&lt;/b&gt;" in signed_in.page
    order = [
        signed_in.text.index(words)
        for words in ("please help", "How it stands", "Ring the carer", "Why this was raised")
    ]
    assert order == sorted(order)
    for words in ("Life threat now", "The screen recognised “stopped breathing”.", "About the person they care for."):
        assert words in signed_in.text
    assert "time last seen breathing" in signed_in.text  # What the protocol asks a nurse to find out.
    assert signed_in.title == "P0 Not breathing / no pulse: Waiting – Nightlight"


async def test_reading_it_is_on_record(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id))
    await signed_in.open(url(escalation_id))
    assert await on_record("read", escalation_id) == 2


async def test_the_timeline_has_each_page_with_what_became_of_it(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await a_crisis(line)
    await line.later(minutes=3)
    await line.staff_text(NURSE_ONE, "decline")
    text = (await signed_in.open(url(escalation_id))).text
    assert re.search(rf"Paged Demo Nurse One, on call \(declined {TIME}\)", text)
    assert re.search(rf"{TIME} Paged Demo Nurse Two, second on call \(delivered\)", text)
    assert re.search(r"Help asked for: [^()]*Not breathing / no pulse[^()]*\(P0\)", text)
    assert re.search(rf"Paged: Demo Nurse One {TIME} \(declined {TIME}\), Demo Nurse Two {TIME} \(delivered\)\.", text)


async def test_accepting_stops_the_pages_and_the_carer_hears_the_name(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id))
    await signed_in.post(url(escalation_id, "/accept"))
    await line.settle()
    assert (
        "You have this. Nobody else is being paged for it any more. The carer is being told your name."
        in signed_in.text
    )
    assert 'id="accept"' not in signed_in.page
    assert "I have spoken with them" in signed_in.text
    assert "Demo Nurse One from the on-call team has your message" in line.last(CARER)
    await line.later(minutes=9)
    assert "NIGHTLIGHT" not in "".join(line.phone("+447700900202"))


async def test_whoever_is_second_is_told_kindly_who_was_first_and_nothing_changes(
    line: Line, signed_in: StaffBrowser, other: StaffBrowser
) -> None:
    escalation_id = await a_crisis(line)
    for browser in (signed_in, other):
        await browser.open(url(escalation_id))
    await other.post(url(escalation_id, "/accept"))
    await signed_in.post(url(escalation_id, "/accept"))
    assert signed_in.status == 409
    assert re.search(
        rf"This has moved on since you opened it, so nothing was changed\. Demo Nurse Two accepted at {TIME}\.",
        signed_in.text,
    )
    assert (await escalation(escalation_id)).accepted_by_id == (await nurse("Demo Nurse Two")).id


async def test_pressing_twice_changes_nothing(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id))
    await signed_in.post(url(escalation_id, "/accept"))
    await signed_in.post(url(escalation_id, "/accept"))
    assert "You have this." in signed_in.text
    assert await on_record("accepted", escalation_id) == 1


async def test_from_acceptance_over_the_call_to_the_end(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id))
    await signed_in.post(url(escalation_id, "/accept"))
    await signed_in.post(url(escalation_id, "/contacted"))
    assert "Noted that you have spoken with the carer." in signed_in.text
    assert re.search(rf"Demo Nurse One spoke with the carer at {TIME}\. Not closed yet\.", signed_in.text)
    await signed_in.open(url(escalation_id, "/resolve"))
    await signed_in.post(
        url(escalation_id, "/resolve"), outcome="ambulance_called", net="none", note="Crew has taken over."
    )
    assert "Closed. It is off the board and on record." in signed_in.text
    await line.settle()
    assert "Demo Nurse One has closed this on our side" in line.last(CARER)
    text = (await signed_in.open(url(escalation_id))).text
    assert re.search(rf"Demo Nurse One closed this at {TIME}\. An ambulance was called \(999\)\.", text)
    assert "Crew has taken over." in text
    assert 'id="resolve"' not in signed_in.page


async def test_closing_needs_an_outcome_and_a_reason_and_keeps_what_was_typed(
    line: Line, signed_in: StaffBrowser
) -> None:
    escalation_id = await a_crisis(line)
    await signed_in.open(url(escalation_id, "/resolve"))
    await signed_in.post(url(escalation_id, "/resolve"), note="He is fine, she rang again.")
    assert signed_in.status == 422
    assert '<a href="#outcome">' in signed_in.page
    assert "He is fine, she rang again." in signed_in.page
    await signed_in.post(url(escalation_id, "/resolve"), outcome="advice_given", note=" ")
    assert signed_in.status == 422
    assert re.search(r'value="advice_given"\s+checked', signed_in.page)
    assert (await escalation(escalation_id)).state == "waiting"


async def test_closing_again_is_refused_with_how_it_ended(
    line: Line, signed_in: StaffBrowser, other: StaffBrowser
) -> None:
    escalation_id = await a_crisis(line)
    for browser in (signed_in, other):
        await browser.open(url(escalation_id, "/resolve"))
    await other.post(url(escalation_id, "/resolve"), outcome="no_help_needed", net="anything", note="A mistake.")
    await signed_in.post(url(escalation_id, "/resolve"), outcome="advice_given", net="pain", note="Spoke with her.")
    assert (signed_in.status, "Demo Nurse Two closed this" in signed_in.text) == (409, True)
    assert (await escalation(escalation_id)).outcome == "no_help_needed"


async def test_closing_hands_a_held_conversation_back_unless_told_otherwise(
    line: Line, signed_in: StaffBrowser
) -> None:
    escalation_id = await a_crisis(line)
    conversation_id = (await escalation(escalation_id)).conversation_id
    await signed_in.open(url(escalation_id))
    await signed_in.post(f"/console/conversations/{conversation_id}/messages", words="I am here.")
    assert signed_in.address.endswith(f"{url(escalation_id)}#reply")
    await signed_in.open(url(escalation_id, "/resolve"))
    assert "Hand the conversation back to the assistant" in signed_in.text
    settled = {"outcome": "advice_given", "net": "anything", "note": "Settled.", "give_back": "true"}
    await signed_in.post(url(escalation_id, "/resolve"), **settled)
    async with transaction() as session:
        assert (await conversations.get(session, conversation_id)).mode == Mode.ASSISTANT


async def test_somebody_else_may_take_what_got_worse_after_it_was_accepted(
    line: Line, signed_in: StaffBrowser, other: StaffBrowser
) -> None:
    await line.text(CARER, "NURSE")
    async with transaction() as session:
        found = (await escalations.board(session, (await nurse("Demo Lead")).team_id))[0]
    for browser in (signed_in, other):
        await browser.open(url(found.id))
    await signed_in.post(url(found.id, "/accept"))
    await line.text(CARER, "hes stopped breathing")
    await other.open(url(found.id))
    assert "Nobody has accepted yet." in other.text
    await other.post(url(found.id, "/accept"))
    assert "You have this." in other.text
    assert "It got worse, and paging began again: Not breathing / no pulse (P0)" in other.text


async def test_what_the_assistant_raised_says_so_and_shows_the_last_words(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, "what is that word again")
    async with transaction() as session:
        person = await nurse("Demo Lead")
        task = (await tasks.open_of_team(session, person.team_id))[0]
        category = Danger("not_understood", "Not understood", Priority.P2, "carer", "Asked twice.", "", "actions")
        conversation = await conversations.locked(session, task.conversation_id)
        made, _ = await escalations.raise_alarm(
            session, conversation.id, conversation.team, [category], None, "service:actions"
        )
    text = (await signed_in.open(url(made.id))).text
    assert "what is that word again" in text
    assert "No single message set this off: these are their last words." in text
    assert "The assistant asked for a person. Asked twice." in text


@pytest.mark.parametrize("path", ["", "/resolve", "/events"])
async def test_another_team_s_escalation_is_not_there(line: Line, desk: StaffBrowser, path: str) -> None:
    escalation_id = await crisis()
    await desk.sign_in(await another_team_s_nurse())
    assert (await desk.open(url(escalation_id, path))).status == 404
    assert "stopped breathing" not in desk.page


@pytest.mark.parametrize("move", ["/accept", "/contacted", "/resolve"])
async def test_another_team_cannot_move_it(line: Line, desk: StaffBrowser, move: str) -> None:
    escalation_id = await crisis()
    await desk.sign_in(await another_team_s_nurse())
    await desk.post(url(escalation_id, move), outcome="advice_given", note="Mine.")
    assert desk.status == 404
    assert (await escalation(escalation_id)).state == "waiting"


@pytest.mark.parametrize("move", ["/accept", "/contacted", "/resolve"])
async def test_no_move_without_the_session_s_own_token(line: Line, signed_in: StaffBrowser, move: str) -> None:
    escalation_id = await crisis()
    signed_in.page = ""
    await signed_in.post(url(escalation_id, move), outcome="advice_given", note="Forged.")
    assert signed_in.status == 403
    assert (await escalation(escalation_id)).state == "waiting"
