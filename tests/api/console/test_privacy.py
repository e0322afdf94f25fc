"""The privacy pages: finding somebody, handing over what is held, holding, consents, erasing, and who may."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from api import clock
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.conversations.models import Conversation
from api.database import transaction
from api.people.models import Person
from api.privacy import hanging
from api.privacy.consents import service as consents
from api.privacy.models import LegalHold
from api.referrals.models import Referral
from api.review.learning import ledger
from tests.harness import referrals, reviews, seeds
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.staff import StaffBrowser, on_record

HERE = "/console/privacy"
LEAD = "lead@demo.example"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
WORDS = "can i get any money for looking after wilfred"


async def administrator(line: Line, of_installation: bool = True) -> StaffBrowser:
    """A browser of the team's lead, who is an administrator here."""
    async with transaction() as session:
        values = {"role": "administrator", "of_installation": of_installation}
        await session.execute(update(Person).where(Person.email == LEAD).values(**values))
    return await StaffBrowser(line.url).sign_in(LEAD)


@pytest.fixture
async def desk(line: Line) -> AsyncIterator[StaffBrowser]:
    browser = await administrator(line)
    yield browser
    await browser.client.aclose()


async def find(desk: StaffBrowser, who: str) -> None:
    await desk.open(HERE)
    await desk.post(f"{HERE}/find", who=who)


async def test_somebody_is_found_held_let_go_and_erased(line: Line, desk: StaffBrowser) -> None:
    conversation = await seeds.carer_writes(WORDS)
    other = await seeds.carer_writes("percival sleeps well", OTHER_CARER)
    await find(desk, "01632 960999")
    assert (desk.status, "Nobody is known by this." in desk.text) == (422, True)
    await find(desk, "07700 900001")
    assert (f"{HERE}/people/{conversation}" in desk.address, "Number ending 001" in desk.text) == (True, True)
    assert (CARER in desk.page, "900001" in desk.address) == (False, False)

    person = f"{HERE}/people/{conversation}"
    await desk.post(f"{person}/hold", reason="A claim", review_on="tomorrow")
    assert (desk.status, "Enter a day such as 2027-05-26." in desk.text) == (422, True)
    until = (clock.now() + timedelta(days=90)).date().isoformat()
    await desk.post(f"{person}/hold", reason=" ", review_on=until)
    assert "Give the reason" in desk.text
    await desk.post(f"{person}/hold", reason="A claim", review_on=until, whole_person="true")
    assert "It is held." in desk.text
    await desk.open(person)
    assert "A legal hold keeps this: A claim" in desk.text
    await desk.post(f"{person}/erase", confirm="ERASE")
    assert (desk.status, "A legal hold keeps this" in desk.text) == (422, True)

    async with transaction() as session:
        (hold,) = (await session.execute(select(LegalHold))).scalars()
    await desk.open(HERE)
    await desk.post(f"{HERE}/holds/{hold.id}/lift", because="")
    assert (desk.status, "Give the reason" in desk.text) == (422, True)
    await desk.post(f"{HERE}/holds/{hold.id}/lift", because="The claim is settled")
    assert "The hold is lifted." in desk.text
    await desk.open(person)
    await desk.post(f"{person}/erase", confirm="erase")
    assert (desk.status, "Type ERASE to say that you mean it." in desk.text) == (422, True)
    await desk.post(f"{person}/erase", confirm="ERASE")
    assert (desk.status, "Keyed hash: " in desk.text) == (200, True)
    async with transaction() as session:
        assert (await session.execute(select(Conversation.id))).scalars().all() == [other]
    assert await on_record("hold_lifted", conversation) == 1


async def test_what_is_held_is_handed_over_as_a_document_and_as_data(line: Line, desk: StaffBrowser) -> None:
    case = await seeds.crisis(words="hes stopped breathing said zebedee")
    conversation = (await seeds.escalation(case)).conversation_id
    await seeds.resolved(case)
    await referrals.referral(line.client)
    await reviews.judged(conversation, "Demo Reviewer")
    async with transaction() as session:
        now = clock.now()
        (await session.get_one(Conversation, conversation)).language = "pl"
        session.add(SurveyAnswer(conversation_id=conversation, asked_at=now, helped="partly"))
        told = {"outcome": "settled", "note": "sleeps well now", "recorded_at": now}
        session.add(LaterOutcome(conversation_id=conversation, escalation_id=case, due="24h", due_at=now, **told))
    await find(desk, CARER)
    page = (await desk.post(f"{HERE}/people/{conversation}/export", form="html")).text
    for words in (
        "Before you hand this over",
        "By what we know you 07700 900001",
        "You hes stopped breathing said zebedee",
        "a call for help",
        "Note: dealt with",
        "Language that you named or wrote in: Polish.",
        "Did we help: partly. Did you feel safe: no answer.",
        "A day after: what became of it At home and settled. Note: sleeps well now",
        "They found that a nurse should have been called.",
        "Number: +447700900001",
        "a member of staff (Responder) accepted (escalation)",
        "How long it is kept",
        "ico.org.uk",
    ):
        assert words in page, words
    await desk.open(f"{HERE}/people/{conversation}")
    fields = {"csrf": desk.hidden(CSRF)}
    printed = await desk.client.post(f"{HERE}/people/{conversation}/export", data={**fields, "form": "pdf"})
    assert (printed.content[:5], "attachment" in printed.headers["content-disposition"]) == (b"%PDF-", True)
    data = json.loads(
        (await desk.client.post(f"{HERE}/people/{conversation}/export", data={**fields, "form": "json"})).text
    )
    assert "hes stopped breathing said zebedee" in [row["body"] for row in data["rows"]["messages"]]
    assert {"escalation_events", "escalation_findings", "referrals", "referral_events"} <= set(data["rows"])
    wrong = await desk.client.post(f"{HERE}/people/{conversation}/export", data={**fields, "form": "exe"})
    assert wrong.status_code == 422
    assert await on_record("exported", conversation) == 3


async def test_a_yes_is_written_down_and_taken_back_with_what_that_means(line: Line, desk: StaffBrowser) -> None:
    referral_id = await referrals.referral(line.client)
    async with transaction() as session:
        conversation: UUID = (await session.get_one(Referral, referral_id)).conversation_id
    person = f"{HERE}/people/{conversation}"
    await desk.open(person)
    await desk.post(f"{person}/learning", how="")
    assert (desk.status, "Write how they agreed" in desk.text) == (422, True)
    await desk.post(f"{person}/learning", how="on the telephone, to me")
    assert "It is written down that they agree." in desk.text
    async with transaction() as session:
        assert await ledger.consent(session, conversation)
        learning = (await consents.give(session, conversation, "said twice", "test")).id
    await desk.open(f"{HERE}/consents")
    assert ("To be rung: " in desk.text, "Words may teach the line" in desk.text) == (True, True)
    await desk.post(f"{HERE}/consents/{learning}")
    assert "From now on their words are not used to teach the line." in desk.text
    async with transaction() as session:
        assert not await ledger.consent(session, conversation)
    await desk.post(f"{HERE}/consents/{referral_id}")
    assert "is told that they want no call" in desk.text
    await desk.post(f"{HERE}/consents/{referral_id}")
    assert (desk.status, (await referrals.stands(referral_id)).state) == (409, "withdrawn")


async def test_a_yes_that_was_not_passed_on_is_stopped(line: Line, desk: StaffBrowser) -> None:
    referral_id = await referrals.referral(line.client)
    async with transaction() as session:
        await session.execute(update(Referral).where(Referral.id == referral_id).values(state="requested", tries=0))
    await desk.open(f"{HERE}/consents")
    await desk.post(f"{HERE}/consents/{referral_id}")
    assert ("Nothing had been passed on to" in desk.text, (await referrals.stands(referral_id)).try_at) == (True, None)


async def test_the_pages_of_what_was_blanked_still_open(line: Line, desk: StaffBrowser) -> None:
    case = await seeds.crisis()
    conversation = (await seeds.escalation(case)).conversation_id
    await seeds.resolved(case)
    referral_id = await referrals.referral(line.client)
    async with transaction() as session:
        await hanging.blank_all(session, [conversation], clock.now())
    for address in (
        f"conversations/{conversation}",
        "inbox?show=closed",
        f"escalations/{case}",
        f"referrals/{referral_id}",
        "referrals",
        f"privacy/people/{conversation}",
    ):
        assert (await desk.open(f"/console/{address}")).status == 200, address
    page = (await desk.post(f"{HERE}/people/{conversation}/export", form="html")).text
    assert ("(no words)" in page, "Its words and numbers were taken out" in page) == (True, True)


async def test_an_administrator_of_one_team_sees_nobody_who_wrote_to_another(line: Line) -> None:
    conversation = await seeds.carer_writes(WORDS)
    other_team = await seeds.other_team()
    async with transaction() as session:
        await session.execute(update(Conversation).values(team_id=other_team.id))
    desk = await administrator(line, of_installation=False)
    await find(desk, CARER)
    assert (desk.status, "Nobody is known by this" in desk.text) == (422, True)
    assert (await desk.open(f"{HERE}/people/{conversation}")).status == 404
    await desk.client.aclose()
