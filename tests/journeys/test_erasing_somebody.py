"""Somebody texts, chats and asks to be rung, in danger and out of it. Then they are erased: nothing of them is left."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock, identifiers, queue
from api.conversations.models import Conversation
from api.database import Base, transaction
from api.escalations import service as escalations
from api.escalations.rules import Outcome
from api.handovers import service as handovers
from api.handovers.models import Handover
from api.people import service as people
from api.privacy.erasing import jobs
from api.privacy.models import Erasure
from api.review.reading.models import SavedSearch
from api.sealed_columns import Sealed
from api.webhooks.models import Delivery, Endpoint
from tests.guards.tree import ROOT
from tests.harness import dumps, referrals, seeds
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line, configure

DANGER = "hes stopped breathing and zebedee is blue, we are at OL4 2QJ"
CHAT = "wilfred wants to know about a night sitter"
OTHER = "can i get any money for looking after percival"
# In any spelling: +447700900001, 447700900001, 07700 900001.
NEVER = ("7700900001", "7700 900001", "7700 900 001", "zebedee", "wilfred", "margaret", "evenings best", "OL4 2QJ")
SEALED = {"7700900001", "7700 900001"}  # Numbers stand in the database sealed; in words, and in jobs, as they were.


def sealed(number: str) -> list[str]:
    """Every text as which a number may be kept."""
    kinds = [one.type for table in Base.metadata.tables.values() for one in table.columns]
    known = {(kind.name, kind.with_ending) for kind in kinds if isinstance(kind, Sealed)}
    return [form for name, ending in known for form in identifiers.forms(name, number, with_ending=ending)]


def told(text: str) -> list[str]:
    """What of them a text holds."""
    return [secret for secret in NEVER if secret.lower() in text.lower()]


@pytest.fixture
async def memory(db: str, postgres_url: str) -> AsyncIterator[str]:
    """The assistant's own database."""
    url = f"{db.partition('?')[0]}_bot?{db.partition('?')[2]}"
    dumps.memory(url, postgres_url)
    configure(bot_database_url=url, log_level="DEBUG")
    yield url
    configure(bot_database_url="", log_level="WARNING")
    dumps.drop(url, postgres_url)


async def a_life(line: Line, memory: str) -> None:
    """Everything that one person can leave behind."""
    await line.text(CARER, DANGER)
    await line.staff_text(NURSE_ONE, "accept")
    nurse = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        (case,) = await escalations.board(session, nurse.team_id)
    await line.staff_text(NURSE_ONE, "1f margaret was pleased")
    await close_everything(line)
    chat = await ChatBrowser(line.client).open()
    await chat.say(CHAT)
    await chat.open()
    await chat.give_number("07700 900001")
    await line.settle()
    await referrals.referral(line.client)
    await line.text(OTHER_CARER, OTHER)
    await close_everything(line)
    await left_elsewhere(case.id, case.conversation_id, memory)


async def close_everything(line: Line) -> None:
    """The nurse has seen to every call for help."""
    nurse = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        waiting = [one.id for one in await escalations.board(session, nurse.team_id)]
    for case in waiting:
        async with transaction() as session:
            await escalations.accept(session, case, nurse, "test")
            await escalations.contacted(session, case, nurse, "test")
            await escalations.resolve(session, case, nurse, Outcome.ADVICE, "Zebedee breathes. Margaret is with him.")
    await line.settle()


async def left_elsewhere(case: UUID, conversation: UUID, memory: str) -> None:
    """What stands of them outside their conversations."""
    now, nurse = clock.now(), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        team = await people.default_team(session)
        sheet = await handovers.make(session, team, now - timedelta(hours=12), now, "test")
        assert sheet is not None
        assert told(str(sheet.sheet))
        await handovers.correct(session, sheet, nurse, "Margaret rang again from 07700 900 001.")
        searched = {"words": "margaret", "period": "week"}  # As if masking had not known that this is a name.
        session.add(SavedSearch(owner_id=nurse.id, name="Who was pleased", filters=searched, created_at=now))
        endpoint = Endpoint(url="https://other.example", events=["escalation.*"], created_at=now)
        session.add(endpoint)
        await session.flush()
        data = {"escalation_id": str(case)}
        session.add(Delivery(endpoint_id=endpoint.id, kind="escalation.raised", at=now, data=data, urgent=False))
        await queue.wake(session, "channels.turn", queue.TURNS, conversation_id=conversation)
    dumps.remember(memory, str(conversation), now.timestamp(), f'{{"text": "{DANGER}", "number": "{CARER}"}}')
    dumps.remember(memory, f"{conversation}:{case}", now.timestamp(), f'{{"text": "{DANGER}"}}')


async def erase(number: str) -> "subprocess.CompletedProcess[str]":
    """As an operator types it."""
    command = [sys.executable, "-m", "api.commands", "privacy", "erase", "--number", number, "--yes"]
    return await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )


async def test_nothing_of_somebody_is_left_in_any_dump_or_log(
    line: Line, memory: str, db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await a_life(line, memory)
    before = dumps.dump(db)
    assert set(NEVER) - set(told(before)) <= SEALED, "they stood there, in all these ways"
    assert any(form in before for form in sealed(CARER))
    assert told(dumps.dump(memory))

    refused = await erase(OTHER_CARER.replace("002", "777"))
    assert (refused.returncode, "Nobody is known by this." in refused.stderr) == (1, True)
    done = await erase("07700 900001")
    assert done.returncode == 0, done.stderr
    after = dumps.dump(db)
    assert (told(after), told(dumps.dump(memory)), told(done.stdout + done.stderr)) == ([], [], [])
    assert not any(form in after for form in sealed(CARER)), "nor anything that opens to their number"
    assert OTHER in after, "nobody else is touched"
    assert any(form in after for form in sealed(OTHER_CARER))
    assert "TELL THEM AS WELL: " in done.stdout
    async with transaction() as session:
        (proof,) = (await session.execute(select(Erasure))).scalars()
        (sheet,) = (await session.execute(select(Handover))).scalars()
        assert len((await session.execute(select(Conversation.id))).all()) == 1
    assert proof.counts["audit_entries_that_name_them"] == 0
    assert {
        "messages",
        "escalations",
        "referrals",
        "handovers",
        "staff_replies",
        "saved_searches",
        "webhook_deliveries",
        "events",
    } <= set(proof.counts)
    assert (sheet.sheet["escalations"], sheet.sheet["erased"] > 0) == ([], True)
    assert all(print_ in done.stdout for print_ in proof.fingerprints)

    dumps.remember(memory, proof.dialogues[0], clock.now().timestamp(), DANGER)  # A turn that was under way.
    clock.move(jobs.ONCE_MORE_AFTER)
    await jobs.sweep()
    assert told(dumps.dump(memory)) == []
    async with transaction() as session:
        ended = await session.get_one(Erasure, proof.id)
    assert (ended.ended_at is not None, ended.dialogues) == (True, [])
    assert told(capsys.readouterr().err) == []
