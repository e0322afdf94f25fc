"""Another organisation gets it signed and once; a dead one costs nothing; what is unread or late is never forgotten."""

import asyncio
import json
import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, ClassVar

import pytest
from sqlalchemy import select

from api import clock
from api.conversations import service as conversations
from api.database import transaction
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from api.referrals import jobs, service
from api.referrals.rules import State, Way
from tests.api.referrals.conftest import Hospice, elsewhere
from tests.harness.line import CARER, Line, configure
from tests.harness.referrals import agreed, asking, happened, referral, stands
from tests.harness.seeds import nurse


async def tasks() -> list[Task]:
    async with transaction() as session:
        return list((await session.execute(select(Task).where(Task.kind == TaskKind.REFERRAL))).scalars())


async def at(line: Line, moment: Any) -> None:
    """The clock stands at this moment and the worker looks for due work."""
    clock.move(moment - clock.now() + timedelta(seconds=1))
    await line.sweep()


async def test_the_hospice_gets_who_what_the_consent_and_the_time_signed(line: Line, hospice: Hospice) -> None:
    made = await stands(await referral(line.client))
    assert made.state == State.REQUESTED
    await line.settle()
    ((message_id, body),) = hospice.taken.items()
    assert message_id == f"{made.id}:requested"
    assert body["type"] == "referral.requested"
    assert body["data"]["carer"] == {"name": "its Margaret", "number": CARER, "good_time": "evenings best"}
    assert (body["data"]["need"], body["data"]["clock"]) == ("night_sitting", "urgent")
    assert body["data"]["consent"]["question"] == made.consent_question
    assert body["data"]["ring_by"] == made.due_at.isoformat()
    assert await happened(made.id) == ["requested", "sent"]


async def test_a_delivery_that_is_repeated_is_told_by_the_same_id(line: Line, hospice: Hospice) -> None:
    referral_id = await referral(line.client)
    async with transaction() as session:
        await service.tell_service(session, await service.locked(session, referral_id))
    await asyncio.gather(jobs.deliver(str(referral_id)), jobs.deliver(str(referral_id)))
    await line.settle()
    assert len(hospice.taken) == 1
    assert await happened(referral_id) == ["requested", "sent"]


async def test_one_that_cannot_be_reached_is_tried_again(line: Line, hospice: Hospice) -> None:
    hospice.status = 503
    referral_id = await referral(line.client)
    await line.settle()
    assert await happened(referral_id) == ["requested", "not_delivered"]
    hospice.status = 200
    await line.later(seconds=61)
    assert await happened(referral_id) == ["requested", "not_delivered", "sent"]
    assert await tasks() == []


async def test_a_dead_webhook_ends_in_a_task_and_our_own_list_and_loses_nothing(line: Line, hospice: Hospice) -> None:
    hospice.status = 500
    referral_id = await referral(line.client)
    await line.settle()
    for _ in range(5):
        due = (await stands(referral_id)).try_at
        if due is not None:
            await at(line, due)
    left = await stands(referral_id)
    assert (left.state, left.way, left.try_at) == (State.SENT, Way.INBOX, None)
    assert hospice.tried == 5
    assert (await happened(referral_id))[-2:] == ["to_inbox", "sent"]
    (task,) = await tasks()
    assert task.reason == "A referral did not reach our information team. It is in our own list now. See Referrals."


async def test_a_wrong_key_is_no_delivery(line: Line, hospice: Hospice) -> None:
    configure(referral_secrets=json.dumps({"hospice": "whsec_bm90IHRoZSBrZXk="}))
    referral_id = await referral(line.client)
    await line.settle()
    assert hospice.taken == {}
    assert await happened(referral_id) == ["requested", "not_delivered"]


@pytest.mark.parametrize("missing", ["referral_addresses", "referral_secrets"])
async def test_without_an_address_or_key_it_is_in_our_own_list_at_once(
    line: Line, hospice: Hospice, missing: str
) -> None:
    configure(**{missing: "null"})
    referral_id = await referral(line.client)
    await line.settle()
    assert (await stands(referral_id)).way == Way.INBOX
    assert hospice.tried == 0
    assert len(await tasks()) == 1


async def test_who_has_it_hears_that_the_carer_wants_no_call(line: Line, hospice: Hospice) -> None:
    one = await asking(line.client)
    made = (await one.create(await agreed(one))).json()["id"]
    await line.settle()
    await one.withdraw(await one.carer("cancel that"))
    await line.settle()
    assert hospice.taken[f"{made}:withdrawn"]["data"] == {"id": made}
    assert (await happened(made))[-2:] == ["withdrawn", "service_told"]


async def test_who_never_had_it_hears_nothing(line: Line, hospice: Hospice) -> None:
    one = await asking(line.client)
    made = (await one.create(await agreed(one))).json()["id"]
    await one.withdraw(await one.carer("cancel that"))
    await line.settle()
    assert hospice.tried == 0
    assert await happened(made) == ["requested", "withdrawn"]


class PretendMailServer:
    """As smtplib's, and keeps what it is given."""

    sent: ClassVar[list[tuple[EmailMessage, bool]]] = []

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.where, self.safe = (host, port), False

    def __enter__(self) -> "PretendMailServer":
        return self

    def __exit__(self, *_: object) -> None:
        """As the other."""

    def starttls(self, context: ssl.SSLContext) -> None:
        """From now on nobody can listen in."""
        self.safe = context.verify_mode == ssl.CERT_REQUIRED

    def send_message(self, message: EmailMessage) -> None:
        """Take a message."""
        self.sent.append((message, self.safe))


async def test_by_e_mail_over_tls(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtplib, "SMTP", PretendMailServer)
    elsewhere(monkeypatch, Way.EMAIL)
    configure(
        referral_addresses=json.dumps({"hospice": "referrals@hospice.example"}),
        smtp_host="mail.example",
        mail_from="line@nightlight.example",
    )
    referral_id = await referral(line.client)
    await line.settle()
    configure(referral_addresses="null", smtp_host="", mail_from="")
    ((message, safe),) = PretendMailServer.sent
    assert safe
    assert message["To"] == "referrals@hospice.example"
    assert "Margaret" not in message["Subject"], "a subject is read over shoulders"
    words = message.get_content()
    for part in ("its Margaret", CARER, "evenings best", "someone to sit at night", "Is that all right?"):
        assert part in words
    assert (await stands(referral_id)).state == State.SENT


async def test_what_nobody_has_read_in_half_the_time_is_a_task(line: Line) -> None:
    made = await stands(await referral(line.client))
    assert made.unread_at is not None
    await at(line, made.unread_at)
    (task,) = await tasks()
    assert (task.priority, "has not read a referral" in task.reason) == ("P3", True)
    assert await happened(made.id) == ["requested", "sent", "unread_at_half"]
    await at(line, made.unread_at + timedelta(hours=1))
    assert len(await happened(made.id)) == 3, "it is said once"


async def test_what_somebody_has_read_is_left_in_peace_until_it_is_due(line: Line) -> None:
    made = await stands(await referral(line.client))
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        await service.move_by_person(session, made.id, State.ACKNOWLEDGED, person, "")
    await at(line, made.due_at - timedelta(hours=1))
    assert await tasks() == []


async def test_when_it_is_late_staff_are_alarmed_and_the_carer_hears_the_truth_once(line: Line) -> None:
    made = await stands(await referral(line.client))
    await at(line, made.due_at)
    await at(line, made.due_at + timedelta(days=1))
    told = [text for text in line.phone(CARER) if "should have rung you by now" in text]
    assert len(told) == 1
    assert "I cannot see that they have, and I am sorry." in told[0]
    (task,) = await tasks()
    assert (task.priority, task.reason.startswith("LATE: our information team")) == ("P2", True)
    assert (await happened(made.id)).count("late") == 1


async def test_a_carer_who_was_rung_in_time_hears_of_no_delay(line: Line) -> None:
    made = await stands(await referral(line.client))
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        await service.move_by_person(session, made.id, State.CONTACTED, person, "")
    await at(line, made.due_at)
    assert await tasks() == []
    assert [text for text in line.phone(CARER) if "by now" in text] == []


async def test_a_carer_who_takes_no_texts_is_rung_instead(line: Line) -> None:
    made = await stands(await referral(line.client))
    async with transaction() as session:
        (await conversations.locked(session, made.conversation_id)).opted_out_at = clock.now()
    await at(line, made.due_at)
    assert [text for text in line.phone(CARER) if "by now" in text] == []
    async with transaction() as session:
        kinds = set((await session.execute(select(Task.kind))).scalars())
    assert {TaskKind.REFERRAL, TaskKind.CALL_BACK} <= kinds


async def test_a_carer_whose_service_cannot_take_it_on_is_told(line: Line) -> None:
    made = await stands(await referral(line.client))
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        await service.move_by_person(session, made.id, State.DECLINED, person, "Lives elsewhere.")
    await line.settle()
    told = "\n".join(line.phone(CARER))
    assert "our information team cannot take this on" in told
    assert "Lives elsewhere" not in told
