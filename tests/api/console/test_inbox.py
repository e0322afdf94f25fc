"""The inbox: every channel in one list, filters, search, pages, and a carer whom the holder leaves waiting."""

import re
from uuid import UUID

import pytest

from api.console.inbox import rules
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from tests.harness.line import CARER, LEAD, NURSE_ONE, OTHER_CARER, Line
from tests.harness.seeds import carer_writes, crisis, nurse
from tests.harness.staff import NURSE_TWO, StaffBrowser, another_team_s_nurse, on_record

INBOX = "/console/inbox"
_TITLE = re.compile(r'id="talk-[^>]*>(.*?)</a>')


def titles(browser: StaffBrowser) -> list[str]:
    return _TITLE.findall(browser.page)


def url(conversation_id: UUID, form: str) -> str:
    return f"/console/conversations/{conversation_id}/{form}"


async def stands(conversation_id: UUID) -> Conversation:
    async with transaction() as session:
        return await conversations.get(session, conversation_id)


@pytest.mark.parametrize(
    ("typed", "digits", "wrong"),
    [
        ("", "", False),
        ("001", "001", False),
        ("07700 900 001", "7700900001", False),
        ("12", "12", True),
        ("x", "", True),
    ],
)
def test_the_last_digits_of_a_number(typed: str, digits: str, wrong: bool) -> None:
    asked = rules.read("open", "", False, "", typed, "")
    assert (asked.digits, bool(rules.error(asked, typed))) == (digits, wrong)


@pytest.mark.parametrize("mark", ["", "x", "2026-11-23T03:00:00~x", "2026-99-23T03:00:00+00:00~" + "0" * 36])
def test_what_makes_no_sense_in_an_address_is_left_out(mark: str) -> None:
    asked = rules.read("everything", "pigeon", False, "a\x00b", "", mark)
    assert asked == rules.Asked(words="a b")


async def test_every_channel_is_in_one_list_with_who_is_to_act_and_what_was_said_last(
    line: Line, signed_in: StaffBrowser
) -> None:
    await crisis()
    await line.text(OTHER_CARER, "", NumMedia="1")
    await carer_writes("what money do carers get", "web-thread", Channel.WEB)
    text = (await signed_in.open(INBOX)).text
    assert titles(signed_in) == ["Web chat", "Text message from ...002", "Text message from ...001"]
    assert re.search(r"Waiting for a nurse P0 Life threat now Text message from ...001", text)
    assert "Nightlight: I cannot see pictures." in text
    assert "Carer: what money do carers get" in text
    assert "Last heard from less than a minute ago" in text
    assert await on_record("read", (await nurse("Demo Lead")).team_id) == 1

    await signed_in.open(f"{INBOX}?show=waiting")
    assert titles(signed_in) == ["Text message from ...002", "Text message from ...001"]
    await signed_in.open(f"{INBOX}?danger=1")
    assert titles(signed_in) == ["Text message from ...001"]
    await signed_in.open(f"{INBOX}?channel=web")
    assert titles(signed_in) == ["Web chat"]
    await signed_in.open(f"{INBOX}?words=carer+moneys")
    assert titles(signed_in) == ["Web chat"], "the stem of a word finds all its forms"
    await signed_in.open(f"{INBOX}?digits=02")
    assert (signed_in.status, "Write at least the last 3 digits" in signed_in.text) == (422, True)
    await signed_in.open(f"{INBOX}?digits=002")
    assert titles(signed_in) == ["Text message from ...002"]
    await signed_in.open(f"{INBOX}?show=closed")
    assert "There is no such conversation." in signed_in.text


async def test_older_conversations_stand_on_the_next_page(
    line: Line, signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.inbox.service.PAGE", 2)
    for number in range(1, 6):
        await carer_writes("hello", f"+44770090001{number}")
    seen = []
    await signed_in.open(INBOX)
    while True:
        seen += titles(signed_in)
        older = re.search(r'id="older" href="([^"]+)"', signed_in.page)
        if older is None:
            break
        await signed_in.open(older[1].replace("&amp;", "&"))
    assert [title[-1] for title in seen] == ["5", "4", "3", "2", "1"]


async def test_taking_over_and_handing_back_tells_the_carer_and_silences_the_assistant(
    line: Line, signed_in: StaffBrowser
) -> None:
    conversation_id = await carer_writes("what money is there")
    await signed_in.open(url(conversation_id, "")[:-1])
    await signed_in.post(url(conversation_id, "take-over"))
    await line.settle()
    assert "Demo Nurse One from the on-call team is now reading" in line.last(CARER)
    assert "You are writing here." in signed_in.text
    assert await on_record("took_over", conversation_id) == 1
    heard = len(line.phone(CARER))
    await line.text(CARER, "are you there")
    assert len(line.phone(CARER)) == heard, "the bot is silent while a person holds it"
    await signed_in.open(f"{INBOX}?show=mine")
    assert "Held by me, carer waits" in signed_in.text
    await signed_in.post(url(conversation_id, "give-back"))
    await line.settle()
    assert "has left this chat" in line.last(CARER)

    await line.text(CARER, "STOP")
    await signed_in.post(url(conversation_id, "take-over"))
    assert (signed_in.status, "They have stopped texts" in signed_in.text) == (422, True)


async def test_a_carer_whom_the_holder_leaves_waiting_is_an_alarm_and_offered_to_everybody(
    line: Line, signed_in: StaffBrowser
) -> None:
    conversation_id = await carer_writes("what money is there")
    await signed_in.open(url(conversation_id, "")[:-1])
    await signed_in.post(url(conversation_id, "take-over"))
    await line.text(CARER, "are you there")
    await line.jump(minutes=14)
    assert line.phone(LEAD) == []
    await line.jump(minutes=2)
    assert "no answer from the person who took over" in line.last(LEAD)
    assert "no answer from the person who took over" in line.last(NURSE_ONE)
    assert "Demo Nurse One has not answered yet. I have told our team" in line.last(CARER)
    await line.jump(minutes=5)
    assert len(line.phone(LEAD)) == 1, "said once"

    signed_in.client.cookies.clear()
    await signed_in.sign_in(NURSE_TWO)
    text = (await signed_in.open(INBOX)).text
    assert "1 carer waits for somebody who took over and has not written." in text
    assert "Demo Nurse One has not answered. Anybody may step in." in text
    await signed_in.post(url(conversation_id, "take-over"))
    await line.settle()
    assert "Demo Nurse Two from the on-call team is now reading" in line.last(CARER)
    assert (await stands(conversation_id)).left_at is None


async def test_whoever_writes_in_time_leaves_nobody_waiting(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await carer_writes("what money is there")
    await signed_in.open(url(conversation_id, "")[:-1])
    await signed_in.post(url(conversation_id, "messages"), words="Hello, I am reading.")
    await line.jump(minutes=20)
    assert line.phone(LEAD) == []


async def test_a_team_finds_its_own_only(line: Line, desk: StaffBrowser) -> None:
    conversation_id = await carer_writes("what money is there")
    await desk.sign_in(await another_team_s_nurse())
    assert titles(await desk.open(f"{INBOX}?words=money")) == []
    assert (await desk.post(url(conversation_id, "take-over"))).status in (403, 404)
    assert (await stands(conversation_id)).held_by_id is None
