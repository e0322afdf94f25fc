"""A life threat rings the nurse's phone as well: the page is read aloud, and only a key answers it."""

from uuid import UUID

import pytest
from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

from api import settings
from api.clients.pretend import Behaviour
from api.database import transaction
from api.escalations import service as escalations
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event, State
from api.paging.models import StaffCall
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, Line

CRISIS = "please help, hes stopped breathing"


async def the_escalation() -> Escalation:
    async with transaction() as session:
        return (await session.execute(select(Escalation))).scalar_one()


async def happened(escalation_id: UUID) -> list[TimelineEvent]:
    async with transaction() as session:
        return list(await escalations.timeline(session, escalation_id))


async def kinds() -> list[str]:
    return [event.kind for event in await happened((await the_escalation()).id)]


async def test_the_page_is_read_aloud_and_key_1_accepts_it(line: Line) -> None:
    await line.text(CARER, CRISIS)
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE), "the text goes out as well"
    call = await line.pick_up(NURSE_ONE)
    first, second = call.heard
    assert first == second, "everything is said twice"
    assert first.startswith("Nightlight. Priority P 0, Life threat now. A carer needs a nurse.")
    assert "It is about: Not breathing, no pulse." in first
    assert "stopped breathing" not in first, "and names nobody, in nobody's own words"

    await line.key(NURSE_ONE, "1")
    assert (await the_escalation()).state == State.ACCEPTED
    said = call.heard[-1]
    assert "Yours since" in said
    assert "Ring 0 7 7 0 0, 9 0 0, 0 0 1. They wrote: please help, hes stopped breathing." in said
    assert "Reply 1c once you have spoken." in line.last(NURSE_ONE), "and once more, by text"
    assert "Demo Nurse One" in line.last(CARER)
    assert call.status == "completed"
    await line.later(minutes=6)
    assert line.carrier.switchboard.of(NURSE_TWO) == []
    assert Event.NOT_PICKED_UP not in await kinds()


async def test_key_2_declines_and_the_next_is_rung_at_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    call = await line.key(NURSE_ONE, "2")
    assert call.heard[-1] == "Declined. It goes to the next on call. Goodbye."
    assert line.call(NURSE_TWO).status == "ringing"
    assert Event.DECLINED in await kinds()


async def test_an_answering_machine_cannot_accept(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = line.call(NURSE_ONE)
    await line.carrier.switchboard.voicemail(call)
    await line.settle()
    assert call.heard[-1] == "No key was pressed, so this is not yours. Goodbye."
    assert len(call.heard) == 2 * 3 + 1
    assert (await the_escalation()).state == State.WAITING
    event = (await happened((await the_escalation()).id))[-1]
    assert (event.kind, event.detail["why"]) == (Event.NOT_PICKED_UP, "no_key")
    await line.later(minutes=3)
    assert line.call(NURSE_TWO).status == "ringing", "the ladder goes on"


async def test_star_says_it_again_and_any_other_key_is_no_answer(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "*")
    assert call.heard[-1] == call.heard[0]
    await line.key(NURSE_ONE, "7")
    assert (await the_escalation()).state == State.WAITING
    await line.key(NURSE_ONE, "1")
    assert (await the_escalation()).state == State.ACCEPTED


async def test_accepting_by_text_stops_the_ringing_everywhere(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.later(minutes=3)
    assert [line.call(phone).status for phone in (NURSE_ONE, NURSE_TWO)] == ["ringing", "ringing"]
    await line.staff_text(NURSE_TWO, "accept")
    assert [line.call(phone).status for phone in (NURSE_ONE, NURSE_TWO)] == ["canceled", "canceled"]
    async with transaction() as session:
        assert {call.ended for call in (await session.execute(select(StaffCall))).scalars()} <= {None, "canceled"}


async def test_whoever_has_just_picked_up_is_not_cut_off_but_told_that_it_is_taken(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.later(minutes=3)
    await line.pick_up(NURSE_ONE)
    await line.staff_text(NURSE_TWO, "accept")
    call = await line.key(NURSE_ONE, "1")
    assert call.heard[-1] == "This is no longer open, or somebody else has it. Nothing more to do. Goodbye."
    accepted_by = (await the_escalation()).accepted_by
    assert accepted_by is not None
    assert accepted_by.name == "Demo Nurse Two"


async def test_a_page_that_is_no_longer_needed_is_not_rung(line: Line) -> None:
    await line.carrier.send_in(CARER, line_number(), CRISIS)
    async with transaction() as session:
        await session.execute(text("UPDATE pages SET state = 'withdrawn'"))
    await line.settle()
    await line.staff_text(NURSE_ONE, "accept")
    placed = line.carrier.switchboard.of(NURSE_ONE)
    assert all(call.status == "canceled" for call in placed)


def line_number() -> str:
    from tests.harness.line import LINE

    return LINE


async def test_a_carrier_that_takes_no_call_raises_an_alarm_and_the_next_is_rung_at_once(line: Line) -> None:
    line.carrier.phones[NURSE_ONE] = Behaviour.OPTED_OUT  # No text can be sent to it either.
    await line.text(CARER, CRISIS)
    failed = [event for event in await happened((await the_escalation()).id) if event.kind == Event.PAGE_FAILED]
    assert [event.detail["by"] for event in failed] == ["text"]
    assert line.call(NURSE_ONE).status == "ringing", "whoever takes no texts can still be rung"
    assert line.call(NURSE_TWO).status == "ringing"


@pytest.mark.parametrize(("ends", "why"), [("busy", "busy"), ("no-answer", "no-answer")])
async def test_engaged_and_rung_out_stand_on_the_timeline(line: Line, ends: str, why: str) -> None:
    await line.text(CARER, CRISIS)
    await line.call_ends(NURSE_ONE, ends)
    event = (await happened((await the_escalation()).id))[-1]
    assert (event.kind, event.detail["why"]) == (Event.NOT_PICKED_UP, why)
    assert line.carrier.switchboard.of(NURSE_TWO) == [], "the text may still be read: the ladder keeps its time"


async def test_a_call_that_fails_raises_an_alarm_and_the_next_is_rung_at_once_and_no_third(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.call_ends(NURSE_ONE, "failed")
    events = await happened((await the_escalation()).id)
    assert [event.detail["by"] for event in events if event.kind == Event.PAGE_FAILED] == ["call"]
    assert line.call(NURSE_TWO).status == "ringing"
    repeated = line.call(NURSE_ONE)
    repeated.status = "failed"
    async with transaction() as session:
        call_id = (await session.execute(select(StaffCall.id).order_by(StaffCall.created_at).limit(1))).scalar_one()
    form = {"CallSid": repeated.sid, "CallStatus": "failed"}
    assert await line.carrier.post(f"/twilio/calls/{call_id}/status", form) == 200
    await line.settle()
    assert (await kinds()).count(Event.PAGE_FAILED) == 1, "told twice, it happened once"


async def test_a_key_that_is_told_twice_counts_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = await line.pick_up(NURSE_ONE)
    assert call.waiting is not None
    action, form = call.waiting.action, {"CallSid": call.sid, "Digits": "1"}
    first = await line.carrier.wire.ask(action, form, NURSE_ONE)
    second = await line.carrier.wire.ask(action, form | {"Digits": "2"}, NURSE_ONE)
    assert first == second
    assert first[0] == 200
    await line.settle()
    assert (await kinds()).count(Event.ACCEPTED) == 1
    assert Event.DECLINED not in await kinds()
    assert sum("Yours since" in words for words in line.phone(NURSE_ONE)) == 1


async def test_a_forged_key_is_refused(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = await line.pick_up(NURSE_ONE)
    assert call.waiting is not None
    form = {"CallSid": call.sid, "Digits": "1"}
    signature = RequestValidator("somebody else's token").compute_signature(call.waiting.action, form)
    path = call.waiting.action.removeprefix(settings.get().public_url)
    for headers in ({"X-Twilio-Signature": signature}, {}):
        answer = await line.client.post(path, data=form, headers=headers)
        assert answer.status_code == 403
    assert (await the_escalation()).state == State.WAITING


async def test_what_was_not_saved_is_not_said_to_be(line: Line) -> None:
    """The database breaks between the key and the answer: the nurse hears that nothing was saved."""
    await line.text(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    async with transaction() as session:
        await session.execute(text("ALTER TABLE staff_call_turns RENAME TO elsewhere"))
    call = await line.key(NURSE_ONE, "1")
    assert call.heard[-1].startswith("Something went wrong here, and nothing was saved.")
    assert (await the_escalation()).state == State.WAITING


async def test_texts_alone_for_what_can_wait(line: Line) -> None:
    await line.text(CARER, "NURSE")
    assert line.phone(NURSE_ONE)
    assert line.carrier.switchboard.calls == []
