"""The key is changed while carers write: nobody is asked twice who they are, nothing is lost, nobody is there twice."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg.rows import dict_row
from sqlalchemy import func, select
from typer.testing import CliRunner

from api import commands, database, identifiers, migrate, resealing
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.receiving import receive
from api.conversations.rules import Channel
from api.conversations.service import Inbound
from api.database import Base, transaction
from api.escalations import lifting
from api.people import service as people
from api.privacy.hanging import KNOWN
from tests.harness import seeds
from tests.harness.line import CARER, OTHER_CARER

OLD, NEW = identifiers._key("demo-identifier-key-before"), identifiers._key("demo-identifier-key-after")
FORE, AFT = (OLD, NEW), (NEW, OLD)  # What a process has before its second restart of a change, and after it.
_KEYS: ContextVar[tuple[identifiers.Key, ...]] = ContextVar("keys", default=FORE)


@pytest.fixture(autouse=True)
def keys_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task of these tests can be a process with keys of its own."""
    monkeypatch.setattr(identifiers, "keys", _KEYS.get)


@contextmanager
def process(keys: tuple[identifiers.Key, ...]) -> Iterator[None]:
    """What is done here is done by a process that has these keys."""
    token = _KEYS.set(keys)
    try:
        yield
    finally:
        _KEYS.reset(token)


async def text(number: str, sid: str, keys: tuple[identifiers.Key, ...], words: str = "hello") -> None:
    """A text is taken in by a process that has these keys."""
    with process(keys):
        async with transaction() as session:
            team = await people.default_team(session)
            await receive(session, Inbound(Channel.SMS, number, sid, words, team, contact_number=number))


def kept(url: str, column: str = "address") -> list[str]:
    """What the table of conversations really holds."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return [row[column] for row in connection.execute("SELECT * FROM conversations ORDER BY opened_at").fetchall()]


async def reseal(keys: tuple[identifiers.Key, ...] = AFT, batch: int = 7) -> list[resealing.Batch]:
    """What `api sealing rotate` does."""
    with process(keys):
        return [one async for one in resealing.reseal(batch)]


async def left(keys: tuple[identifiers.Key, ...] = AFT) -> int:
    with process(keys):
        return await resealing.left()


def test_no_table_with_a_sealed_column_is_left_out() -> None:
    assert KNOWN, "every table is known"
    having = {table.name for table in Base.metadata.tables.values() if resealing.sealed(table)}
    assert {model.__tablename__ for model in resealing.MODELS} == having, "or the old key would be given up too early"


async def test_a_change_of_keys_under_arriving_texts(db: str) -> None:
    carers = [f"+4477009001{place:02}" for place in range(24)]
    await asyncio.gather(*(text(number, f"a{number}", FORE) for number in carers[:12]))

    async def again_and_again() -> None:
        for _ in range(6):
            await reseal()

    both = [(number, keys) for number in carers for keys in (FORE, AFT)]
    texts = (text(number, f"b{number}{keys is AFT}", keys) for number, keys in both)
    await asyncio.gather(again_and_again(), *texts)
    while await left():
        await reseal()
    await asyncio.gather(*(text(number, f"c{number}", (NEW,)) for number in carers))

    async with transaction() as session:
        with process((NEW,)):
            talks = (await session.execute(select(Conversation))).scalars().all()
        messages = (await session.execute(select(func.count()).select_from(Message))).scalar_one()
    assert sorted(one.address for one in talks) == carers, "each carer once"
    assert {one.contact_number for one in talks} == set(carers)
    assert messages == 12 + 48 + 24, "nothing lost"
    assert all(one.startswith(f"sealed:{NEW.name}:") for one in kept(db) + kept(db, "contact_number"))


async def test_two_first_texts_at_once_under_two_keys_are_one_conversation(db: str) -> None:
    async def second() -> object:
        with process(AFT):
            async with transaction() as session:
                inbound = Inbound(Channel.SMS, CARER, "two", "", await people.default_team(session))
                return (await conversations.open_conversation(session, inbound)).id

    with process(FORE):
        async with transaction() as session:
            inbound = Inbound(Channel.SMS, CARER, "one", "", await people.default_team(session))
            first = (await conversations.open_conversation(session, inbound)).id
            other = asyncio.create_task(second())
            await asyncio.sleep(0.3)
            assert not other.done(), "it waits, and does not open another"
    assert await other == first
    assert len(kept(db)) == 1


async def test_a_text_that_waits_for_a_row_finds_it_when_it_has_been_sealed_anew(db: str) -> None:
    await text(CARER, "one", FORE)
    with process(AFT):
        async with transaction() as session:
            one = (await session.execute(select(Conversation.id))).scalar_one()
            (row,) = await resealing._rows(session, Conversation.__table__, UUID(int=0), 9)  # type: ignore[arg-type]
            await session.execute(resealing._put(Conversation.__table__), [row])  # type: ignore[arg-type]
            waiting = asyncio.create_task(text(CARER, "two", FORE))
            passed_over = await reseal()
            await asyncio.sleep(0.3)
            assert not waiting.done()
    await waiting
    assert passed_over == [], "a row in use is left for the next time"
    assert len(kept(db)) == 1
    async with transaction() as session:
        assert set((await session.execute(select(Message.conversation_id))).scalars()) == {one}


async def test_earlier_contacts_count_whichever_key_sealed_them(db: str) -> None:
    with process(FORE):
        earlier = await seeds.carer_writes("hello", CARER)
    with process(AFT):
        later = await seeds.carer_writes("hello", CARER, Channel.VOICE)
        async with transaction() as session:
            assert set(await lifting.same_carer(session, later)) == {earlier, later}


async def test_the_command_says_what_is_left_and_can_be_run_again(db: str) -> None:
    await text(CARER, "one", FORE)
    await text(OTHER_CARER, "two", FORE)
    run = CliRunner()

    def sealing(what: str) -> tuple[int, str]:
        with process(AFT):
            result = run.invoke(commands.app, ["sealing", what])
        return result.exit_code, result.output

    await database.disconnect()
    assert await asyncio.to_thread(sealing, "left") == (0, "2 rows are left.\n")
    code, said = await asyncio.to_thread(sealing, "rotate")
    assert code == 0
    assert "conversations: 2 sealed anew." in said
    assert CARER not in said
    assert await asyncio.to_thread(sealing, "rotate") == (
        0,
        f"Nothing is left. Everything is under {NEW.name}; the old key can go.\n",
    )


async def test_a_carer_who_is_there_twice_stops_nobody_else(db: str) -> None:
    await text(CARER, "one", (OLD,))
    await text(CARER, "two", (NEW,))  # A process that did not know the other's key.
    await text(OTHER_CARER, "three", (OLD,))
    (batch,) = [one for one in await reseal() if one.table == "conversations"]
    assert (batch.done, len(batch.twice)) == (1, 1)
    assert await left() == 1


def _migration(url: str, to: str, down: bool = False) -> None:
    def move(config: Config) -> None:
        (command.downgrade if down else command.upgrade)(config, to)

    migrate._run(url, move)


async def test_the_migration_seals_what_is_there_and_opens_it_again(db: str) -> None:
    with process((OLD,)):
        await seeds.crisis(CARER)
        before = kept(db), kept(db, "contact_number")
        await database.disconnect()
        await asyncio.to_thread(_migration, db, "0029", True)
        assert (kept(db), kept(db, "contact_number")) == ([CARER], [CARER])
        await asyncio.to_thread(_migration, db, "0030")
        assert (kept(db), kept(db, "contact_number")) == before
        assert before[0][0].startswith(f"sealed:{OLD.name}:")
