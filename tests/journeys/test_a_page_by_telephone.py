"""A life threat rings the nurse's phone as well: the page is read aloud, and only a key answers it."""

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
TAKEN = "This is no longer open, or somebody else has it. Nothing more to do. Goodbye."


async def the_escalation() -> Escalation:
    async with transaction() as session:
        return (await session.execute(select(Escalation))).scalar_one()


async def happened() -> list[TimelineEvent]:
    escalation_id = (await the_escalation()).id
    async with transaction() as session:
        return list(await escalations.timeline(session, escalation_id))


async def count(kind: Event) -> int:
    return sum(event.kind == kind for event in await happened())


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
    assert await count(Event.NOT_PICKED_UP) == 0


async def test_key_2_declines_and_the_next_is_rung_at_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    call = await line.key(NURSE_ONE, "2")
    assert call.heard[-1] == "Declined. It goes to the next on call. Goodbye."
    assert await count(Event.DECLINED) == 1
    assert line.call(NURSE_TWO).status == "ringing"

    await line.call_ends(NURSE_TWO, "busy")
    event = (await happened())[-1]
    assert (event.kind, event.detail["why"]) == (Event.NOT_PICKED_UP, "busy")
    assert (await the_escalation()).ladder_step == 2, "the text may still be read: the ladder keeps its time"


async def test_an_answering_machine_cannot_accept(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = line.call(NURSE_ONE)
    await line.carrier.switchboard.voicemail(call)
    await line.settle()
    assert call.heard[-1] == "No key was pressed, so this is not yours. Goodbye."
    assert len(call.heard) == 2 * 3 + 1
    event = (await happened())[-1]
    assert (event.kind, event.detail["why"]) == (Event.NOT_PICKED_UP, "no_key")
    after = await the_escalation()
    assert after.state == State.WAITING
    assert after.next_page_at is not None, "the ladder goes on"


async def test_accepting_by_text_stops_the_ringing_but_cuts_nobody_off(line: Line) -> None:
    line.carrier.phones[NURSE_ONE] = Behaviour.OPTED_OUT  # No text can be sent to it, so the next is rung at once.
    await line.text(CARER, CRISIS)
    assert [line.call(phone).status for phone in (NURSE_ONE, NURSE_TWO)] == ["ringing", "ringing"]
    await line.pick_up(NURSE_ONE)
    await line.staff_text(NURSE_TWO, "accept")
    assert line.call(NURSE_TWO).status == "canceled"
    assert line.call(NURSE_ONE).status == "in-progress"

    call = await line.key(NURSE_ONE, "1")
    assert call.heard[-1] == TAKEN
    accepted_by = (await the_escalation()).accepted_by
    assert accepted_by is not None
    assert accepted_by.name == "Demo Nurse Two"


async def test_a_call_that_fails_is_an_alarm_and_the_next_is_rung_at_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    failed = await line.call_ends(NURSE_ONE, "failed")
    assert [event.detail["by"] for event in await happened() if event.kind == Event.PAGE_FAILED] == ["call"]
    assert line.call(NURSE_TWO).status == "ringing"

    async with transaction() as session:
        call_id = (await session.execute(select(StaffCall.id).order_by(StaffCall.created_at).limit(1))).scalar_one()
    for late in ("failed", "ringing", "completed"):
        form = {"CallSid": failed.sid, "CallStatus": late}
        assert await line.carrier.post(f"/twilio/calls/{call_id}/status", form) == 200
    assert await count(Event.PAGE_FAILED) == 1, "told twice, or late, it happened once"


async def test_a_key_is_signed_and_counts_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    call = await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "*")
    assert call.heard[-1] == call.heard[0], "star says it again"
    assert call.waiting is not None
    action, form = call.waiting.action, {"CallSid": call.sid, "Digits": "1"}
    signature = RequestValidator("somebody else's token").compute_signature(action, form)
    for headers in ({"X-Twilio-Signature": signature}, {}):
        answer = await line.client.post(action.removeprefix(settings.get().public_url), data=form, headers=headers)
        assert answer.status_code == 403
    assert (await the_escalation()).state == State.WAITING

    first = await line.carrier.wire.ask(action, form, NURSE_ONE)
    second = await line.carrier.wire.ask(action, form | {"Digits": "2"}, NURSE_ONE)
    assert first == second
    assert first[0] == 200
    await line.settle()
    assert (await count(Event.ACCEPTED), await count(Event.DECLINED)) == (1, 0)
    assert sum("Yours since" in words for words in line.phone(NURSE_ONE)) == 1
    for wrong in ({}, {"Digits": "1"}):
        assert await line.carrier.post(action, wrong) == 422, "without the carrier's id"


async def test_what_was_not_saved_is_not_said_to_be(line: Line) -> None:
    """The database breaks between the key and the answer: the nurse hears that nothing was saved."""
    await line.text(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    async with transaction() as session:
        await session.execute(text("ALTER TABLE staff_call_turns RENAME TO elsewhere"))
    call = await line.key(NURSE_ONE, "1")
    assert call.heard[-1].startswith("Something went wrong here, and nothing was saved.")
    assert (await the_escalation()).state == State.WAITING
