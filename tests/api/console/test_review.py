"""Reviewing: finding a conversation, reading what the line understood in it, and seeing who is in it only on record."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel
from api.database import transaction
from api.people.models import Person
from api.review.judging.sampling import service as sampling
from api.review.reading import service as reading
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line
from tests.harness.reviews import judged
from tests.harness.seeds import carer_writes, crisis, escalation, nurse, resolved
from tests.harness.staff import StaffBrowser, another_team_s_nurse, on_record

REVIEW, REVIEWER = "/console/review", "reviewer@demo.example"
NUMBER = "07700 900456"
_FOUND = re.compile(r'id="found-([0-9a-f-]+)"')
_PROPOSE = re.compile(r'href="(/console/review/messages/[^"]+)"')
LOST = text("SELECT count(*) FROM conversation_facts WHERE messages = 0")
FACTS = text("SELECT * FROM conversation_facts ORDER BY conversation_id")


def found(browser: StaffBrowser) -> list[UUID]:
    return [UUID(one) for one in _FOUND.findall(browser.page)]


def transcript(conversation_id: UUID) -> str:
    return f"{REVIEW}/conversations/{conversation_id}"


async def heard(conversation_id: UUID) -> list[dict[str, Any] | None]:
    async with transaction() as session:
        rows = select(Message.heard).where(Message.conversation_id == conversation_id, Message.author == "carer")
        return list((await session.execute(rows.order_by(Message.seq))).scalars())


async def a_night(line: Line) -> tuple[UUID, UUID, UUID]:
    """Somebody in danger for whom a nurse is found, somebody with a question, and somebody who thinks of suicide."""
    await crisis(CARER, f"hes stopped breathing please ring my sister on {NUMBER}")
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    danger = await carer_writes("thank you")
    question = await carer_writes("what money do carers get for a wheelchair", "web-thread", Channel.WEB)
    await line.text(OTHER_CARER, "i keep thinking about killing myself")
    async with transaction() as session:
        asked = (await session.execute(select(Message).where(Message.body.contains("wheelchair")))).scalars().one()
        asked.understood = {"intent": "benefits_carer", "confidence": 0.91, "ranking": [["benefits_carer", 0.91]]}
        hard = (await session.execute(select(Message).where(Message.body.contains("killing")))).scalars().one()
    return danger, question, hard.conversation_id


async def facts(session: AsyncSession) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await session.execute(FACTS)]


async def test_what_is_searched_by_follows_whatever_happens_and_is_what_would_be_gathered_anew(
    line: Line, desk: StaffBrowser
) -> None:
    escalation_id = await crisis(CARER, "hes stopped breathing")
    await line.settle()
    await resolved(escalation_id)
    closed = (await escalation(escalation_id)).conversation_id
    await line.text(OTHER_CARER, "", NumMedia="1")  # "I cannot see pictures. Do you need a nurse now?"
    held = await carer_writes("can i speak to somebody", "web-thread", Channel.WEB)
    async with transaction() as session:
        talk = await conversations.locked(session, held)
        await conversations.take_over(session, talk, await session.get_one(Person, (await nurse("Demo Lead")).id))
    for words in ("moja mama jest bardzo chora, proszę o pomoc", "is there somebody who speaks Ukrainian"):
        await carer_writes(words, "web-thread", Channel.WEB)  # The second is the one that she asks for.
    async with transaction() as session:
        kept = await facts(session)
        await session.execute(text("SELECT gather_conversation_facts()"))
        assert await facts(session) == kept
        asked = (await session.execute(select(Conversation.id).where(Conversation.address == OTHER_CARER))).scalar_one()
    await desk.sign_in(REVIEWER)
    for search, expected in {
        "outcome=advice_given": [closed],
        "outcome=no_help_needed": [],
        "paged=1": [closed],
        "asked=1&channel=sms": [asked],
        "person=1": [held],
        "person=1&category=not_breathing": [],
        "priority=P0": [closed],
        "language=uk&channel=web": [held],
        "language=pl": [],
    }.items():
        await desk.open(f"{REVIEW}?{search}")
        assert (desk.status, found(desk)) == (200, expected), search
    shown = (await desk.open(transcript(asked))).text
    assert "Text message. That you read" in shown
    assert "Web chat, language Ukrainian. That you read" in (await desk.open(transcript(held))).text
    assert re.search(r"Asked whether a nurse is needed because of [^.]+\. It is open\.", shown)


async def test_a_reviewer_finds_a_conversation_reads_it_and_sees_who_is_in_it_only_on_record(
    line: Line, desk: StaffBrowser
) -> None:
    danger, question, hard = await a_night(line)
    first, second = await heard(danger)  # Kept in the transaction that keeps the words.
    assert first is not None
    assert second is not None
    assert (first["decision"], first["words"], first["failed"]) == ("page", "not_breathing", False)
    assert {"P0", "screen"} <= {first["findings"][0]["priority"], first["findings"][0]["source"]}
    assert first["findings"][0]["matched"] == "stopped breathing"
    assert first["danger"] > 0.9
    assert len(first["likely"]) == 5
    assert (second["decision"], second["words"], second["findings"]) == ("none", "", [])

    await desk.sign_in(REVIEWER)
    await desk.open(REVIEW)
    assert found(desk) == [hard, question, danger], "the newest stands first"
    assert "killing" not in desk.page, "nobody's words but those that were looked for"
    for search, expected in {
        "words=breathe": [danger],
        "channel=web": [question],
        "need=benefits_carer&words=wheelchairs": [question],
        "category=suicidal_carer": [hard],
        "priority=P0&paged=1": [danger],
        "channel=web&words=breathing": [],
        "fewest=100": [],
        "not_understood=1": [],
        "until=2026-01-01": [],
    }.items():
        await desk.open(f"{REVIEW}?{search}")
        assert (desk.status, found(desk)) == (200, expected), search

    await desk.open(f"{REVIEW}?words=sister")
    assert "on [phone number]" in desk.text
    assert NUMBER not in desk.page
    assert "<mark>sister</mark>" in desk.page
    await desk.open(f"{REVIEW}?words=killing")
    assert "Hard to read: suicide. Show the words" in desk.text
    await desk.open(f"{REVIEW}?words=07700900456")
    assert (desk.status, "cannot be searched for" in desk.text) == (422, True)
    await desk.open(f"{REVIEW}?since=never")
    assert (desk.status, "Enter a day such as" in desk.text) == (422, True)

    shown = (await desk.open(transcript(danger))).text
    assert "please ring my sister on [phone number]" in shown
    assert NUMBER not in desk.page
    assert "<mark>stopped breathing</mark>" in desk.page
    assert "The screen decided Page a nurse. First words: " in shown
    assert "It heard P0 " in shown
    assert "Learned screen danger " in shown
    assert re.search(r"First instruction: .* (delivered|sent)", shown)
    assert re.search(r"Help asked for: .* Paged Demo Nurse One.* accepted", shown), "in time order"
    assert len(set(_PROPOSE.findall(desk.page))) == 2, "beside each of the carer's messages"
    assert f'href="{transcript(danger)}/judge"' in desk.page
    assert "may be hard to read: a death" in shown
    shown = (await desk.open(transcript(question))).text
    assert "The assistant understood Benefits carer 91%" in shown
    assert "hard to read" not in shown
    assert (await on_record("read", danger), await on_record("unmasked", danger)) == (1, 0)

    await desk.post(f"{transcript(danger)}/unmask", reason=" ")
    assert (desk.status, NUMBER in desk.page, await on_record("unmasked", danger)) == (422, False, 0)
    await desk.post(f"{transcript(danger)}/unmask", reason=f"Their sister rang from {NUMBER} to complain")
    assert desk.status == 200
    assert NUMBER in desk.text
    assert "This is on record with your name" in desk.text
    async with transaction() as session:
        entry = (await session.execute(select(AuditEntry).where(AuditEntry.action == "unmasked"))).scalar_one()
    assert entry.detail["reason"] == "Their sister rang from [phone number] to complain"
    await desk.open(transcript(danger))
    assert NUMBER not in desk.page, "it was for that one view"


async def test_a_name_that_is_plain_in_one_message_is_hidden_wherever_another_is_shown(
    line: Line, desk: StaffBrowser
) -> None:
    talk = await carer_writes("my wife zyxara is in bed")
    async with transaction() as session:
        await sampling.decide(session, talk)
    await carer_writes("zyxara sleeps all day")
    await judged(talk, "Demo Reviewer", since=1)
    await judged(talk, "Demo Safety Officer", since=1)
    await desk.sign_in("safety@demo.example")
    for address in (f"{REVIEW}?words=sleeps", transcript(talk), f"{transcript(talk)}/judge", f"{REVIEW}/ledger"):
        await desk.open(address)
        assert ("[name] sleeps all day" in desk.text, "zyxara" in desk.page) == (True, False), address


async def test_a_search_is_kept_by_whoever_made_it_and_another_team_is_not_there(
    line: Line, desk: StaffBrowser
) -> None:
    ours = await carer_writes("is there a grant for a stairlift")
    elsewhere = await another_team_s_nurse()
    async with transaction() as session:
        other = (await session.execute(select(Person).where(Person.email == elsewhere))).scalar_one()
        other.role = "reviewer"
        assert not reading.sees_all(other)
    async with transaction() as session:
        assert (await session.execute(LOST)).scalar_one() == 0, "the facts are kept with what they tell of"

    await desk.sign_in(REVIEWER)
    await desk.open(f"{REVIEW}?words=stairlift&channel=sms")
    await desk.post(f"{REVIEW}/searches", name=" ", search="words=stairlift")
    assert (desk.status, "Enter a name for this search" in desk.text) == (422, True)
    await desk.post(f"{REVIEW}/searches", name="Somebody", search=f"words={NUMBER}")
    assert (desk.status, "cannot be searched for" in desk.text) == (422, True)
    await desk.post(f"{REVIEW}/searches", name="Stairlifts", search="words=stairlift&channel=sms&address=1")
    assert found(desk) == [ours]
    assert '<a class="link-button" href="/console/review?words=stairlift&amp;channel=sms">Stairlifts</a>' in desk.page
    kept = re.findall(r"/console/review/searches/[^\"]+/delete", desk.page)
    assert len(kept) == 1

    stranger = await StaffBrowser(desk.url).sign_in(elsewhere)
    await stranger.open(f"{REVIEW}?words=stairlift")
    assert (found(stranger), "Stairlifts" in stranger.text) == ([], False)
    assert (await stranger.open(transcript(ours))).status == 404
    await stranger.open(REVIEW)
    assert (await stranger.post(f"{transcript(ours)}/unmask", reason="x")).status == 404
    await stranger.post(kept[0])

    assert "Stairlifts" in (await desk.open(REVIEW)).text, "nobody else's to delete"
    assert "Stairlifts" not in (await desk.post(kept[0])).text
    await stranger.client.aclose()

    async with transaction() as session:  # Somebody of the whole installation sees every team's.
        other = (await session.execute(select(Person).where(Person.email == elsewhere))).scalar_one()
        other.role, other.of_installation = "safety_officer", True
    whole = await StaffBrowser(desk.url).sign_in(elsewhere)
    await whole.open(f"{REVIEW}?words=stairlift&team=demo")
    assert found(whole) == [ours]
    assert (await whole.open(transcript(ours))).status == 200
    assert "Judge this conversation" not in whole.text, "a team's conversations are judged by itself"
    assert (await nurse("Demo Nurse One")).role == "responder"
    nobody = await StaffBrowser(desk.url).sign_in()
    assert (await nobody.open(REVIEW)).status == 403
    for one in (whole, nobody):
        await one.client.aclose()
