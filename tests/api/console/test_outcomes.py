"""What became of a carer: due a day and a week after, recorded once, and of a death the line hears."""

import re
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from api.conversations import service as conversations
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.database import transaction
from api.escalations import desk
from tests.harness.after import at, at_noon, dealt_with, surveys
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.seeds import crisis, nurse
from tests.harness.staff import StaffBrowser, on_record

LIST = "/console/outcomes"
_LINK = re.compile(r'id="outcome-([^"]+)"')


async def rows() -> list[LaterOutcome]:
    async with transaction() as session:
        found = select(LaterOutcome).order_by(LaterOutcome.due_at)
        return list((await session.execute(found)).unique().scalars())


async def test_it_is_due_a_day_after_is_recorded_once_and_is_due_again_after_a_week(
    line: Line, desk: StaffBrowser
) -> None:
    await dealt_with(line, CARER)
    await at(line, timedelta(hours=1))
    await desk.sign_in()
    assert "Nothing is due." in (await desk.open(LIST)).text
    assert [one.due for one in await rows()] == ["24h", "7d"]

    await at(line, timedelta(hours=24))
    await desk.sign_in()
    await desk.open(LIST)
    assert "1 due, 0 overdue" in desk.text
    (outcome_id,) = _LINK.findall(desk.page)
    here = f"{LIST}/{outcome_id}"
    await desk.open(here)
    assert "A day after: " in desk.text
    assert "Advice given" in desk.text
    await desk.post(here, note="x" * 201)
    assert desk.status == 422
    for words in ("Choose what became of them", "Choose whether A&E", "Shorten the note to 200 characters"):
        assert words in desk.text
    said = {"outcome": "more_visits", "avoidable": "no", "note": "Son rings from 01632 960 123."}
    await desk.post(here, **said)
    assert "It is recorded." in desk.text
    await desk.open(here)
    await desk.post(here, **said)
    assert desk.status == 200, "the same again changes nothing"
    await desk.open(here)
    await desk.post(here, outcome="settled", avoidable="no")
    assert (desk.status, "This is recorded already." in desk.text) == (409, True)
    await desk.open(here)
    assert "At home and needed more visits. Recorded by Demo Nurse One" in desk.text
    assert "Son rings from [phone number]." in desk.text
    assert await on_record("recorded", UUID(outcome_id)) == 1

    await at(line, timedelta(days=6))
    await at(line, timedelta(days=4))
    await desk.sign_in()
    await desk.open(LIST)
    assert "1 outcome is overdue." in desk.text
    assert "A week after" in desk.text
    assert len(await rows()) == 2, "made once, however often the worker looks"


async def test_of_a_death_the_line_hears_and_asks_nothing_more(line: Line, desk: StaffBrowser) -> None:
    escalation = await dealt_with(line, CARER)
    await at(line, timedelta(hours=24, minutes=1))
    (asked,) = [one for one in await rows() if one.due == "24h"]
    before = len(await surveys())
    await desk.sign_in()
    await desk.open(f"{LIST}/{asked.id}")
    await desk.post(f"{LIST}/{asked.id}", outcome="died_as_wished", avoidable="not_known")
    assert "It is recorded." in desk.text
    async with transaction() as session:
        conversation = await conversations.get(session, escalation.conversation_id)
        assert conversation.died_at is not None
        assert conversation.survey_until is None
    assert [one.outcome for one in await rows()] == ["died_as_wished", "died_as_wished"], "a week after it is still so"
    await at_noon(line)
    assert len(await surveys()) == before
    await desk.sign_in()
    assert "Nothing is due." in (await desk.open(LIST)).text


async def test_what_is_not_due_cannot_be_recorded_and_a_call_that_nobody_needed_has_none(
    line: Line, signed_in: StaffBrowser
) -> None:
    await dealt_with(line, CARER)
    needless = await crisis(OTHER_CARER, "please send a nurse")
    async with transaction() as session:
        await desk.stand_down(session, needless, await nurse("Demo Nurse One"), "Sent by a child.")
    await at(line, timedelta(minutes=1))
    day, _ = await rows()
    await signed_in.open(f"{LIST}/{day.id}")
    await signed_in.post(f"{LIST}/{day.id}", outcome="settled", avoidable="no")
    assert (signed_in.status, "This is not due yet." in signed_in.text) == (409, True)
    assert day.escalation_id != needless
