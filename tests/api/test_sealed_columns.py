"""A night by text, voice and chat, with a referral: whoever reads the database's own tables finds nobody in them."""

import re
from collections.abc import Callable

import httpx
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from api import clock, database
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation
from api.database import transaction
from api.escalations import lifting
from api.paging.models import StaffText
from api.referrals.models import Referral
from api.sealed_columns import NotSearchable, ends_in
from tests.guards.tree import modules
from tests.harness import seeds
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line
from tests.harness.referrals import NAME, referral

CHAT_NUMBER = "+447700900055"
CRISIS = "hes stopped breathing"
# Words are kept as they were said, because people search them; a carer may say a number in them.
WORDS = {
    *(("messages", "body"), ("messages", "words"), ("messages", "heard")),
    *(("escalation_findings", "matched"), ("carer_call_turns", "words")),
}
STAFF = {("people", "phone"), ("teams", "phone"), ("teams", "line_number"), ("carer_calls", "line")}
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_name)
     WHERE tables.table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'directory_%'
"""
READ = sql.SQL("SELECT {}::text FROM {}")


def told(url: str, *, of: str) -> set[tuple[str, str]]:
    """Every column of every table in which this pattern is found, read without any code of ours."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(COLUMNS).fetchall()
        assert len(columns) > 200
        return {
            (table, column)
            for table, column in columns
            for (value,) in connection.execute(READ.format(sql.Identifier(column), sql.Identifier(table)))
            if value and re.search(of, value)
        }


async def a_night(line: Line, client: httpx.AsyncClient) -> None:
    """A crisis by text that a nurse takes, one by voice, one in the chat with a number to ring, and a referral."""
    await seeds.carer_writes("hello", OTHER_CARER)  # The first of all waits for the model, longer than a carrier would.
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1a")
    await line.ring(OTHER_CARER)
    await line.say(OTHER_CARER, CRISIS)
    await line.call_ends(OTHER_CARER)
    await client.post("/chat/messages", data={"body": CRISIS, "number": CHAT_NUMBER, "client_id": "1"})
    await line.settle()
    await referral(client)


async def test_no_table_holds_a_number_or_a_name(db: str, line: Line, client: httpx.AsyncClient) -> None:
    await a_night(line, client)
    numbers = "|".join(number.removeprefix("+44") for number in (CARER, OTHER_CARER, CHAT_NUMBER))
    assert told(db, of=numbers) - WORDS == set()
    assert told(db, of="(?i)margaret") - WORDS == set()
    assert told(db, of="7700900201") == {("people", "phone")}, "what looks for numbers finds one"
    async with transaction() as session:
        talks = {one.contact_number for one in (await session.execute(select(Conversation))).scalars()}
        calls = (await session.execute(select(CarerCall.caller).distinct())).scalars().all()
        asked = (await session.execute(select(Referral))).scalar_one()
        words = " ".join((await session.execute(select(StaffText.words))).scalars())
    assert talks == {CARER, OTHER_CARER, CHAT_NUMBER}
    assert calls == [OTHER_CARER]
    assert (asked.name, asked.number) == (NAME, CARER)
    assert NAME in asked.consent_question
    assert CARER in words, "the nurse was told where to ring"


async def test_a_carer_is_found_by_their_number_and_by_its_end(db: str) -> None:
    one = await seeds.carer_writes("hello", CARER)
    await seeds.carer_writes("hello", OTHER_CARER)
    number = Conversation.contact_number
    for condition in (
        Conversation.address == CARER,
        Conversation.address.in_([CARER, "+447700900077"]),
        number == bindparam("asked"),
        ends_in(number, "001"),
        ends_in(number, "7700900001"),
    ):
        async with transaction() as session:
            found = await session.execute(select(Conversation.id).where(condition), {"asked": CARER})
            assert list(found.scalars()) == [one]
    async with transaction() as session:
        assert (await session.execute(select(Conversation.id).where(number.is_(None)))).first() is None
        assert len((await session.execute(select(Conversation.id).where(number.is_not(None)))).all()) == 2
        assert (await session.execute(select(Conversation.id).where(ends_in(number, "01")))).first() is None
        assert (await session.execute(select(Conversation.id).where(number.in_([])))).first() is None
        assert await lifting.same_carer(session, one) == [one]


async def test_the_index_of_open_conversations_is_still_used(db: str) -> None:
    await seeds.carer_writes("hello")
    wanted = select(Conversation.id).where(
        Conversation.channel == "sms", Conversation.address == CARER, Conversation.closed_at.is_(None)
    )
    assert "address = ANY" in str(wanted.compile(database.connect().sync_engine))
    with psycopg.connect(db) as connection:
        connection.execute("SET enable_seqscan = off")
        explained = connection.execute(
            "EXPLAIN SELECT id FROM conversations WHERE channel = 'sms'::varchar"
            " AND address = ANY (ARRAY['a', 'b']::varchar[]) AND closed_at IS NULL"
        ).fetchall()
    assert "uq_conversations_open" in str(explained)
    assert "address" in str(explained).partition("Index Cond")[2].partition("Filter")[0]


async def test_an_error_of_the_database_names_nobody(db: str) -> None:
    one = await seeds.carer_writes("hello")
    again = {
        "team_id": (await seeds.nurse("Demo Lead")).team_id,
        "opened_at": clock.now(),
        "last_message_at": clock.now(),
    }
    with pytest.raises(IntegrityError) as refused:
        async with transaction() as session:
            session.add(Conversation(channel="sms", address=CARER, contact_number=CARER, **again))
    assert "uq_conversations_open" in str(refused.value), one
    assert CARER.removeprefix("+44") not in str(refused.value)


def test_no_query_sorts_or_groups_by_a_sealed_column() -> None:
    sorts = re.compile(
        r"(?:order_by|group_by|distinct)\([^)]*\b(?:Conversation\.(?:address|contact_number)|CarerCall\.caller"
        r"|Referral\.(?:name|number|consent_question)|StaffText\.words)\b"
    )
    assert sorts.search("select(x).order_by(Conversation.opened_at, Conversation.address)")
    assert [one.name for one in modules() if sorts.search(one.path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda: Conversation.contact_number.like("%001"),
        lambda: Conversation.contact_number.endswith("001"),
        lambda: Conversation.contact_number.contains("001"),
        lambda: Conversation.address.desc(),
        lambda: Conversation.address < "+447",
        lambda: Conversation.address != CARER,
        lambda: Conversation.address + "x",
        lambda: "x" + Conversation.address,
        lambda: Conversation.address.in_(select(CarerCall.caller)),
        lambda: Conversation.contact_number == CarerCall.caller,
    ],
)
def test_what_only_plain_values_could_answer_is_refused_in_words(ask: Callable[[], object]) -> None:
    with pytest.raises(NotSearchable, match="is sealed"):
        ask()
