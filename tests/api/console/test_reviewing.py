"""Reviewing: given out, judged once, read by a second who knows nothing of it, settled, and kept in the ledger."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from api import clock
from api.console.review.judging.rules import Typed, problems
from api.conversations import service as conversations
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.rules import Answer
from api.database import transaction
from api.errors import NotFound
from api.review.judging import jobs, service
from api.review.judging.models import Assignment, Review, Stretch
from api.review.judging.rules import Round
from api.review.judging.sampling import service as sampling
from tests.harness import reviews as reviewed
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.reviews import a_day_later
from tests.harness.seeds import carer_writes, crisis, escalation, nurse, resolved
from tests.harness.staff import StaffBrowser, another_team_s_nurse, on_record

QUEUE, LEDGER = "/console/review/queue", "/console/review/ledger"
MAILS = {
    "Demo Reviewer": "reviewer@demo.example",
    "Demo Safety Officer": "safety@demo.example",
    "Demo Coordinator": "coordinator@demo.example",
}
QUIET = "she has gone a funny colour and wont wake, its jan, ring me on 07700 900123"
GOOD = {"should": "no", "right": "yes", "kind": "yes", "complete": "partly", "net": "given", "safeguarding": "no"}


@pytest.fixture
def everything_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The share is one, so that nothing depends on ids that a test cannot choose."""
    plan = replace(sampling.wanted(), share=0.999999, second_share=0.0)
    monkeypatch.setattr(sampling, "wanted", lambda: plan)


async def given(conversation_id: UUID, which: Round = Round.FIRST) -> Assignment:
    """Who is asked to read it."""
    async with transaction() as session:
        of_it = (Assignment.conversation_id == conversation_id, Assignment.round == which)
        found = select(Assignment).where(*of_it, Assignment.passed_at.is_(None), Assignment.done_at.is_(None))
        return (await session.execute(found)).unique().scalar_one()


async def open_as(desk: StaffBrowser, name: str, conversation_id: UUID) -> str:
    """Sign in as this person and open the form. Returns its address."""
    address = f"/console/review/conversations/{conversation_id}/judge"
    desk.client.cookies.clear()
    await desk.sign_in(MAILS[name])
    await desk.open(address)
    return address


async def first_message(conversation_id: UUID) -> str:
    async with transaction() as session:
        return str((await conversations.thread(session, conversation_id))[0].id)


async def reviews(conversation_id: UUID) -> list[Review]:
    async with transaction() as session:
        found = select(Review).where(Review.conversation_id == conversation_id).order_by(Review.at)
        return list((await session.execute(found)).scalars())


async def test_a_miss_is_found_doubted_settled_and_mended(
    line: Line, desk: StaffBrowser, everything_is_drawn: None
) -> None:
    """From a quiet conversation to a mended row of the ledger."""
    async with transaction() as session:  # What the screen hears in these words is no matter here: nobody was paged.
        conversation_id = await carer_writes("what money is there", CARER)
        await session.execute(text("UPDATE messages SET body = :words"), {"words": QUIET})
    await jobs.sweep()
    async with transaction() as session:
        assert await sampling.newest(session, conversation_id) is None, "it is not still yet"
    await a_day_later()
    first = await given(conversation_id)
    assert first.reviewer.name in ("Demo Reviewer", "Demo Safety Officer")
    address = await open_as(desk, first.reviewer.name, conversation_id)
    assert "gone a funny colour" in desk.page
    assert "900123" not in desk.page
    assert "It was drawn by chance" in desk.text

    typed = {"should": "yes", "note": "Ring 07700 900123 first. Blue lips are not heard.", "number": "1"}
    await desk.post(address, **typed)
    assert (desk.status, desk.title) == (422, "Error: Review a conversation – Nightlight")
    assert "Choose the message from which a person should have been called" in desk.text
    assert "Blue lips are not heard." in desk.text, "nothing that was typed is lost"
    assert await reviews(conversation_id) == []

    message = await first_message(conversation_id)
    answers = {**GOOD, **typed, "since": message, "priority": "P0", "talk": "true"}
    for _ in range(2):
        await desk.post(address, **answers)
        assert (desk.status, QUEUE in desk.address) == (200, True)
    (said,) = await reviews(conversation_id)
    assert said.note == "Ring [phone number] first. Blue lips are not heard."
    assert (said.round, said.priority, str(said.since_message_id)) == ("first", "P0", message)
    assert await on_record("reviewed", conversation_id) == 1

    async with transaction() as session:
        (miss,) = await service.missed_open(session)
    assert (miss.seconds_lost, miss.settled, miss.priority) == (None, False, "P0")
    await desk.open(LEDGER)
    assert "gone a funny colour" not in desk.page, "whoever reads it next must not know what the first said"
    assert "1 more is noted" in desk.text

    await jobs.sweep()
    second = await given(conversation_id, Round.SECOND)
    assert second.reviewer_id != first.reviewer_id
    address = await open_as(desk, second.reviewer.name, conversation_id)
    assert "Blue lips" not in desk.page
    assert "What the two readers said" not in desk.page
    await desk.post(address, **GOOD, number="1")

    await jobs.sweep()
    third = await given(conversation_id, Round.ADJUDICATION)
    assert third.reviewer.name == "Demo Coordinator"
    address = await open_as(desk, "Demo Coordinator", conversation_id)
    assert "Blue lips are not heard." in desk.text
    assert "nobody had to be called" in desk.text
    await desk.post(address, **GOOD | {"should": "yes", "since": message, "priority": "P1"}, number="1")
    await desk.open(LEDGER)
    assert "No nurse was ever paged" in desk.text
    assert "gone a funny colour" in desk.text
    assert "0 found in time, 1 missed" in desk.text
    assert "Few: read this with care." in desk.text

    async with transaction() as session:
        (miss,) = await service.missed_open(session)
        assert (miss.settled, miss.priority) == (True, "P1")
        release = uuid4()
        for _ in range(2):
            await service.mended(session, miss.id, release)
        with pytest.raises(NotFound):
            await service.mended(session, uuid4(), release)
    async with transaction() as session:
        assert await service.missed_open(session) == []
    assert await on_record("mended", miss.id) == 1
    await desk.open(QUEUE)
    assert first.reviewer.name in desk.text, "who would like to talk stands here"
    await desk.post(f"/console/review/assignments/{first.id}/talked")
    assert "Nobody has asked to." in desk.text


async def test_a_red_is_read_by_somebody_who_had_no_part_in_it_and_hard_ones_may_be_passed_on(
    line: Line, desk: StaffBrowser
) -> None:
    escalation_id = await crisis(CARER, "i keep thinking about killing myself")
    await resolved(escalation_id)
    conversation_id = (await escalation(escalation_id)).conversation_id
    safety = await nurse("Demo Safety Officer")
    async with transaction() as session:  # The safety officer wrote in it, so the reviewer must read it.
        held = await conversations.locked(session, conversation_id)
        await conversations.say(session, held, "I am here.", "staff", person=safety)
    await a_day_later()
    first = await given(conversation_id)
    assert (first.reviewer.name, first.hard, first.stretch.why) == ("Demo Reviewer", True, "red")
    await jobs.sweep()
    assert (await given(conversation_id)).id == first.id, "nobody is asked twice"

    address = await open_as(desk, "Demo Coordinator", conversation_id)
    assert "Somebody else is asked to review this conversation" in desk.text
    await desk.post(address, **GOOD)
    assert (desk.status, await reviews(conversation_id)) == (409, [])
    await desk.post(address, **GOOD, number="0")
    assert desk.status == 409, "there is no such stretch"
    await desk.post(f"/console/review/assignments/{first.id}/pass")
    assert (desk.status, "not yours to pass on" in desk.text) == (409, True)

    await open_as(desk, "Demo Reviewer", conversation_id)
    assert "Show what was said" in desk.text
    await desk.post(f"/console/review/assignments/{first.id}/talk")
    assert "It is noted that you would like to talk" in desk.text
    await desk.post(f"/console/review/assignments/{first.id}/talked")
    assert desk.status == 403
    await desk.open(QUEUE)
    await desk.post(f"/console/review/assignments/{first.id}/pass")
    assert "Nothing waits for you." in desk.text
    await jobs.sweep()
    await open_as(desk, "Demo Coordinator", conversation_id)
    await desk.open(QUEUE)
    assert "1 review has no reader" in desk.text, "one passed it on, the other had a part in it"

    stranger = await another_team_s_nurse()
    async with transaction() as session:
        await session.execute(text("UPDATE people SET role = 'reviewer' WHERE email = :email"), {"email": stranger})
    desk.client.cookies.clear()
    await desk.sign_in(stranger)
    assert (await desk.open(address)).status == 404


async def test_what_nobody_drew_may_be_reviewed_and_what_comes_later_is_a_stretch_of_its_own(
    line: Line, desk: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = replace(sampling.wanted(), share=1e-9, second_share=0.0)
    monkeypatch.setattr(sampling, "wanted", lambda: plan)
    conversation_id = await carer_writes("what money is there", OTHER_CARER)
    await a_day_later()
    address = await open_as(desk, "Demo Coordinator", conversation_id)
    assert "It was not drawn." in desk.text
    await desk.post(address, **GOOD, number="1")
    assert [one.round for one in await reviews(conversation_id)] == ["first"]
    await carer_writes("and a blue badge", OTHER_CARER)
    await desk.post(address, **GOOD, number="1")
    assert len(await reviews(conversation_id)) == 1, "the same form sent again is no review of what came since"
    await a_day_later()
    async with transaction() as session:
        stretches = (await session.execute(select(Stretch).order_by(Stretch.number))).scalars().all()
        assert [(one.number, one.chosen, one.settled) for one in stretches] == [(1, False, True), (2, False, True)]
        words = [one.body for one in await service.messages(session, stretches[1])]
        assert words == ["and a blue badge"]
    asked_at = clock.now()
    await carer_writes("no", OTHER_CARER)
    async with transaction() as session:
        answer = {"asked_at": asked_at, "helped": Answer.NO, "answered_at": clock.now()}
        session.add(SurveyAnswer(conversation_id=conversation_id, **answer))
    await jobs.sweep()
    first = await given(conversation_id)
    assert (first.stretch.number, first.stretch.why, first.stretch.share) == (2, "not_helped", 1.0)
    await a_day_later()
    async with transaction() as session:
        last = await sampling.newest(session, conversation_id)
    assert last is not None
    assert (last.number, last.why) == (3, "share"), "the answer is nothing to review"


async def test_only_somebody_answerable_decides_that_a_miss_stays_and_says_why(line: Line, desk: StaffBrowser) -> None:
    miss = await reviewed.miss(CARER)
    assert miss.settled, "two readers agree"
    address = f"{LEDGER}/{miss.id}/accept"
    desk.client.cookies.clear()
    await desk.sign_in(MAILS["Demo Reviewer"])
    await desk.open(LEDGER)
    assert "No nurse was ever paged" in desk.text
    assert "It stays as it is" not in desk.text
    await desk.post(address, reason="It is rare")
    assert desk.status == 403
    desk.client.cookies.clear()
    await desk.sign_in(MAILS["Demo Safety Officer"])
    await desk.open(LEDGER)
    await desk.post(address, reason=" ")
    assert (desk.status, "Write why it stays as it is" in desk.text) == (422, True)
    await desk.post(address, reason="The words were 07700 900123 alone.")
    assert "Why it stays: The words were [phone number] alone." in desk.text
    await desk.post(address, reason="Twice")
    assert desk.status == 409
    async with transaction() as session:
        assert await service.missed_open(session) == []


async def test_what_somebody_was_to_review_who_has_left_goes_to_somebody_else(db: str) -> None:
    conversation_id = await carer_writes("what money is there", CARER)
    asked = await reviewed.assignment(conversation_id, "Demo Reviewer")
    async with transaction() as session:
        await session.execute(text("UPDATE people SET active = false WHERE name = 'Demo Reviewer'"))
        await session.execute(text("UPDATE review_stretches SET chosen = true, settled = false"))
    await jobs.sweep()
    now = await given(conversation_id)
    assert (now.reviewer.name, now.id != asked.id) == ("Demo Safety Officer", True)


def test_each_field_that_is_missing_is_named() -> None:
    assert set(problems(Typed(), [])) == {"should", "right", "kind", "complete", "net", "safeguarding"}
    good = Typed("yes", "m1", "P1", "yes", "no", "not_applicable", "not_needed", "yes", "x" * 2000)
    assert problems(good, ["m1"]) == {}
    assert set(problems(replace(good, since="m2", priority="P9", note="x" * 2001), ["m1"])) == {
        "since",
        "priority",
        "note",
    }
    assert problems(replace(good, should="no", since="", priority=""), []) == {}
