"""A night in which everything goes wrong, logged as loudly as can be: no carer's word and no number is in the log."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from api.channels.sms import service as sms
from api.clients.pretend import Behaviour
from api.database import transaction
from api.people.invitations import service as invitations
from api.privacy import service as privacy
from api.privacy.erasing import jobs as erasing_jobs
from api.privacy.erasing import service as erasing
from api.privacy.exporting import service as exporting
from tests.harness import referrals
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, OTHER_CARER, Line, configure

DANGER = "hes stopped breathing margaret is blue"
QUESTION = "can i get any money for looking after wilfred"
ODD = "zebedee went missing from the garden"
PLACE = "we live at OL4 2QJ, near nettleton"
NUMBER = "+447700900055"
WRONG = "not-the-password-of-anybody"
SECRET = "the-secret-of-a-link"
NEVER = (
    "stopped breathing",
    "margaret",
    "wilfred",
    "zebedee",
    "nettleton",
    "OL4 2QJ",
    "OL42QJ",
    "its margaret",
    "evenings best",
    "7700900",
    "7700 900",
    WRONG,
    SECRET,
    "Demo Nurse",
    "@demo.example",
)


@pytest.fixture
def loud() -> Iterator[None]:
    """Every line that we could write is written."""
    configure(log_level="DEBUG")
    yield
    configure(log_level="WARNING")


def told(log: str) -> list[str]:
    """What the log must never tell, and tells."""
    return [secret for secret in NEVER if secret.lower() in log.lower()]


async def a_night(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is logged happens at least once."""
    line.carrier.phones[NURSE_ONE] = Behaviour.OFF
    await line.text(CARER, DANGER)
    await line.later(minutes=4)
    await line.staff_text(NURSE_TWO, "1a")
    await line.text(OTHER_CARER, QUESTION)  # No assistant runs: the fallback.
    line.carrier.phones[OTHER_CARER] = Behaviour.BROKEN
    await line.text(OTHER_CARER, DANGER)
    await line.later(minutes=10)
    await line.client.post("/chat/messages", data={"body": ODD, "number": NUMBER, "client_id": "1"})
    await line.client.post("/console/sign-in", data={"email": "nurse.one@demo.example", "password": WRONG})
    await line.client.get("/console/join", params={"invitation": SECRET})

    async def fault(*_: object, **__: object) -> None:
        raise ValueError(f"cannot read {ODD} from {NUMBER}")

    async def refused_by_the_database(*_: object, **__: object) -> None:
        async with transaction() as session:
            await session.execute(text("INSERT INTO teams (name) VALUES (:words)"), {"words": f"{ODD} {NUMBER}"})

    for failing in (fault, refused_by_the_database):
        with monkeypatch.context() as broken:
            broken.setattr(sms, "receive", failing)
            broken.setattr(invitations, "good", failing)
            assert await line.text(CARER, ODD) == 500
            assert (await line.client.get("/console/join", params={"invitation": SECRET})).status_code == 500


async def a_quiet_day(line: Line) -> None:
    """Somebody chats, tells where they are and how to ring them, is passed on, gets what is held, and is erased."""
    carer = await ChatBrowser(line.client).open()
    await carer.say(PLACE)
    await carer.open()
    await carer.give_number(NUMBER)
    await line.settle()
    await referrals.referral(line.client)
    await line.sweep()
    async with transaction() as session:
        found = await privacy.named(session, NUMBER)
        await exporting.gather(session, found, "test")
        made = await erasing.erase(session, found, "test")
    await erasing_jobs.clear_memory(made.id)


async def test_the_log_of_a_whole_night_and_a_day_holds_nobodys_words_and_nobodys_number(
    loud: None, line: Line, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_night(line, monkeypatch)
    await a_quiet_day(line)

    log = capsys.readouterr().err
    events = {json.loads(row)["event"] for row in log.splitlines()}
    assert events >= {"paged", "staff_text_sent", "text_sent", "text_refused", "assistant_unavailable", "unexpected"}
    assert told(log) == []


def test_a_log_that_tells_would_be_noticed() -> None:
    assert told('{"event": "received", "words": "HES STOPPED BREATHING"}') == ["stopped breathing"]
    assert told('{"event": "sent", "to": "+447700900001"}') == ["7700900"]
