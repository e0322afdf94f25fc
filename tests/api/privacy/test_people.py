"""Finding one person by anything, refusing to erase, what the assistant remembers, and the operator's commands."""

import asyncio
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api import clock, commands, database
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from api.errors import Conflict, NotFound
from api.paging import service as paging
from api.paging.models import StaffText
from api.privacy import service
from api.privacy.erasing import memory
from api.privacy.erasing import service as erasing
from api.privacy.holds import service as holds
from api.privacy.rules import Found
from tests.harness import dumps, seeds
from tests.harness.line import CARER, OTHER_CARER, configure

THREAD = "11111111-2222-4333-8444-555555555555"
WORDS = "can i get any money for looking after wilfred"


async def named(by: str) -> Found:
    async with transaction() as session:
        return await service.named(session, by)


async def run(*command: str) -> None:
    await database.disconnect()
    await asyncio.to_thread(commands.app, ["privacy", *command], standalone_mode=False)


async def test_one_person_is_all_they_wrote_by_number_and_in_the_browsers_where_they_gave_it(db: str) -> None:
    text = await seeds.carer_writes(WORDS)
    chat = await seeds.carer_writes(WORDS, THREAD, Channel.WEB)
    later = await seeds.carer_writes(WORDS, f"{THREAD[:-1]}6", Channel.WEB)
    async with transaction() as session:
        first, second = await session.get_one(Conversation, chat), await session.get_one(Conversation, later)
        first.contact_number, first.closed_at = CARER, clock.now()
        await session.flush()  # Only then may another be open in the same thread.
        second.address, second.contact_number = THREAD, OTHER_CARER
    stranger = await seeds.carer_writes(WORDS, "+447700900003")

    for by in ("07700 900001", str(text), str(chat)):
        found = await named(by)
        assert set(found.conversations) == {text, chat, later}, by
        assert found.numbers == {CARER}
        assert found.others == {OTHER_CARER}, "this number may be somebody else's"
    assert set((await named(THREAD)).conversations) == {chat, later}
    assert (await named(str(stranger))).conversations == (stranger,)
    for nobody in ("07700 900009", "hello", "99999999-2222-4333-8444-555555555555"):
        with pytest.raises(NotFound):
            await named(nobody)


async def test_nobody_is_erased_while_a_call_for_help_is_open_or_a_hold_stands(db: str) -> None:
    case = await seeds.crisis()
    with pytest.raises(Conflict, match="still open"):
        async with transaction() as session:
            await erasing.erase(session, await service.named(session, CARER), "test")
    await seeds.resolved(case)
    async with transaction() as session:
        until = clock.now().date() + timedelta(days=30)
        hold = await holds.put(session, (await seeds.escalation(case)).conversation_id, "test", "A claim", until, False)
    with pytest.raises(Conflict, match="A legal hold keeps this: A claim"):
        async with transaction() as session:
            await erasing.erase(session, await service.named(session, CARER), "test")
    lead = await seeds.nurse("Demo Lead")
    async with transaction() as session:
        await holds.lift(session, hold.id, lead, "settled")
        proof = await erasing.erase(session, await service.named(session, CARER), "test")
    async with transaction() as session:
        assert [one.id for one in await erasing.proofs_of(session, CARER)] == [proof.id]
        assert await erasing.proofs_of(session, OTHER_CARER) == []


async def test_what_a_nurse_is_paged_with_for_another_carer_stays_as_it_is(db: str) -> None:
    await seeds.carer_writes("a carer waits for you")  # As if somebody's words, or name, stood in many pages.
    case, nurse = await seeds.crisis(OTHER_CARER), await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        page = await paging.open_page(session, nurse, "first", escalation_id=case)
        paged = await paging.write(session, nurse, "A carer waits for you. Reply 1.", page)
        told = await paging.write(session, nurse, "A carer waits for you. See the board.")
        await erasing.erase(session, await service.named(session, CARER), "test")
    async with transaction() as session:
        words = [(await session.get_one(StaffText, one.id)).words for one in (paged, told)]
    assert words == ["A carer waits for you. Reply 1.", "[erased]"]


async def test_the_assistant_forgets_old_dialogues_and_those_that_are_named(db: str, postgres_url: str) -> None:
    url = f"{db.partition('?')[0]}_bot?{db.partition('?')[2]}"
    assert await memory.forget(["a"]) == 0, "no such database is set up"
    dumps.memory(url, postgres_url)
    configure(bot_database_url=url)
    now = clock.now()
    for dialogue, days in (("a", 40), ("a", 20), ("b", 40), ("c", 1)):
        dumps.remember(url, dialogue, (now - timedelta(days=days)).timestamp(), "words")
    assert await memory.forget_before(now - timedelta(days=30)) == 1, "one dialogue: the other went on"
    assert await memory.forget(["a", "a:case", "nobody"]) == 2
    configure(bot_database_url="")
    dumps.drop(url, postgres_url)


async def test_an_operator_holds_looks_exports_and_proves(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conversation = await seeds.carer_writes(WORDS)
    async with transaction() as session:
        old = clock.now() - timedelta(days=200)
        await session.execute(update(Conversation).values(last_message_at=old))
    await run("retention", "--dry-run")
    assert "1  conversation_words" in capsys.readouterr().out
    await run("hold", "--number", CARER, "--reason", "A claim", "--review-on", "2030-01-01")
    await run("retention", "--dry-run")
    assert "0  conversation_words" in capsys.readouterr().out

    data, page = tmp_path / "her.json", tmp_path / "her.html"
    for out in (data, page):
        await run("export", "--number", CARER, str(out))
    assert json.loads(data.read_text())["rows"]["messages"][0]["body"] == WORDS
    assert (WORDS in page.read_text(), stat.S_IMODE(page.stat().st_mode)) == (True, 0o600)
    await run("proof", "--number", CARER)
    assert "There is none." in capsys.readouterr().out
    assert conversation in (await named(CARER)).conversations
