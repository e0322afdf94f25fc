"""Carriers repeat themselves, hide numbers and can be imitated. Nothing is lost, doubled or believed unsigned."""

import asyncio

import pytest
from sqlalchemy import func, select

from api.clients.pretend import Behaviour
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.database import transaction
from api.escalations.models import Escalation, Task
from api.triage import screening
from tests.harness.line import CARER, LINE, NURSE_ONE, Line, configure

FORM = {"MessageSid": "SM" + "0" * 32, "From": CARER, "To": LINE, "Body": "hes stopped breathing", "NumMedia": "0"}


async def count(model: type, *where: object) -> int:
    async with transaction() as session:
        found = select(func.count()).select_from(model).where(*where)  # type: ignore[arg-type]
        return (await session.execute(found)).scalar_one()


async def test_the_same_text_twenty_times_at_once_is_one_message_one_answer_and_one_page(line: Line) -> None:
    sid = "SM" + "1" * 32
    statuses = await asyncio.gather(
        *(line.carrier.send_in(CARER, LINE, "hes stopped breathing", sid=sid) for _ in range(20))
    )
    await line.settle()

    assert set(statuses) == {200}
    assert await count(Message, Message.author == Author.CARER) == 1
    assert await count(Conversation) == 1
    assert await count(Escalation) == 1
    assert len(line.phone(CARER)) == 1
    assert len(line.phone(NURSE_ONE)) == 1


async def test_a_forged_signature_is_refused_and_nothing_is_kept(line: Line) -> None:
    for signature in ("", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="):
        answer = await line.client.post("/twilio/sms", data=FORM, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    assert await count(Message) == 0


async def test_while_keys_are_rotated_both_are_accepted_and_no_other(line: Line) -> None:
    configure(twilio_auth_token="demo-the-new-one", twilio_next_auth_token=line.carrier.auth_token)
    try:
        assert await line.carrier.send_in(CARER, LINE, "hello") == 200
        line.carrier.wire.auth_token = "demo-the-new-one"
        assert await line.carrier.send_in(CARER, LINE, "hello again") == 200
        line.carrier.wire.auth_token = "demo-another"
        assert await line.carrier.send_in(CARER, LINE, "hello forged") == 403
    finally:
        configure(twilio_auth_token="demo-twilio-token", twilio_next_auth_token="")
    assert await count(Message, Message.author == Author.CARER) == 2


async def test_the_answer_to_twilio_is_empty_twiml(line: Line) -> None:
    from twilio.request_validator import RequestValidator

    signature = RequestValidator(line.carrier.auth_token).compute_signature(f"{line.url}/twilio/sms", FORM)
    answer = await line.client.post("/twilio/sms", data=FORM, headers={"X-Twilio-Signature": signature})
    assert answer.text.endswith("<Response/>")
    assert answer.headers["content-type"].startswith("text/xml")


async def test_withheld_numbers_are_kept_apart(line: Line) -> None:
    await line.carrier.send_in("anonymous", LINE, "hes stopped breathing")
    await line.carrier.send_in("anonymous", LINE, "shes not breathing")
    await line.settle()

    assert await count(Conversation) == 2
    assert await count(Escalation) == 2


async def test_a_picture_and_an_empty_text_get_an_answer_and_a_person(line: Line) -> None:
    await line.text(CARER, "", NumMedia="1", MediaUrl0="https://media.example/1", MediaContentType0="image/jpeg")
    assert "cannot see pictures" in line.last(CARER)
    assert await count(Task, Task.kind == "reply_by_person") == 1

    await line.text(CARER, "   ")
    assert "no words in it" in line.last(CARER)


async def test_where_the_phrases_fail_the_learned_screen_still_pages_and_a_person_reads_the_message(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a fault in the screen")

    monkeypatch.setattr(screening, "screen", broken)
    assert await line.text(CARER, "hes stopped breathing") == 200

    assert await count(Message, Message.author == Author.CARER) == 1
    assert await count(Task, Task.kind == "reply_by_person", Task.priority == "P1") == 1
    assert await count(Escalation, Escalation.category == "not_breathing") == 1


async def test_where_both_detectors_fail_no_message_is_lost_and_a_person_reads_it(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a fault in the screen")

    monkeypatch.setattr(screening, "screen", broken)
    monkeypatch.setattr(screening, "learned", broken)
    assert await line.text(CARER, "hes stopped breathing") == 200

    assert await count(Message, Message.author == Author.CARER) == 1
    assert await count(Task, Task.kind == "reply_by_person", Task.priority == "P1") == 1


async def test_a_late_or_repeated_delivery_report_never_moves_backwards(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing")
    async with transaction() as session:
        message = (await session.execute(select(Message).where(Message.author == Author.NIGHTLIGHT))).scalars().first()
    assert message is not None
    assert message.delivery == "delivered"

    for late in ("sent", "queued", "undelivered"):
        report = {"MessageSid": message.carrier_sid or "", "MessageStatus": late, "ErrorCode": "30003"}
        assert await line.carrier.post(f"/twilio/sms/status/{message.id}", report) == 200
    async with transaction() as session:
        assert (await session.get_one(Message, message.id)).delivery == "delivered"
    assert await count(Task) == 0


async def test_a_text_that_the_carrier_refuses_for_a_while_is_sent_again(line: Line) -> None:
    line.carrier.phones[CARER] = Behaviour.BROKEN
    await line.text(CARER, "hes stopped breathing")
    assert line.phone(CARER) == []

    line.carrier.phones[CARER] = Behaviour.ON
    await line.later(seconds=10)
    assert "999" in line.last(CARER)


async def test_a_safety_text_that_never_arrives_becomes_a_call_back(line: Line) -> None:
    line.carrier.phones[CARER] = Behaviour.OFF
    await line.text(CARER, "hes stopped breathing")

    assert await count(Task, Task.kind == "call_back") == 1
