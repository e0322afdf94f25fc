"""What a transaction promises, and that no message is the one that finds a dead connection."""

import psycopg
import pytest
from sqlalchemy import text

from api import database, live, queue
from api.database import single, transaction

CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
JOBS = text("SELECT task_name, args->>'n' FROM procrastinate_jobs ORDER BY id")


async def jobs() -> list[tuple[str, str]]:
    async with transaction() as session:
        return [tuple(row) for row in await session.execute(JOBS)]


async def test_a_connection_that_died_at_rest_is_replaced_before_it_is_used(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "REST_SECONDS", 0.0)
    assert await jobs() == []
    async with await psycopg.AsyncConnection.connect(db, autocommit=True) as other:
        await other.execute(CUT)

    assert await jobs() == []


async def tell_and_fail() -> None:
    async with transaction() as session:
        await live.changed(session, "never")
        await queue.wake(session, "channels.turn", queue.TURNS, n="never")
        raise ZeroDivisionError


async def test_what_a_transaction_tells_others_is_told_once_and_only_if_it_commits(db: str) -> None:
    async with await psycopg.AsyncConnection.connect(db, autocommit=True) as other:
        await other.execute(f"LISTEN {live.CHANNEL}")
        with pytest.raises(ZeroDivisionError):
            await tell_and_fail()
        async with transaction() as session:
            for n in ("1", "2"):
                await live.changed(session, "this", "that")
                await queue.wake(session, "channels.turn", queue.TURNS, n=n)
        heard = [notice.payload async for notice in other.notifies(timeout=0.5)]

    assert heard == ["that", "this"]
    assert await jobs() == [("channels.turn", "1"), ("channels.turn", "2")]


async def keep_and_fail() -> None:
    async with single() as session:
        await session.execute(text("CREATE TABLE kept AS SELECT 1 AS one"))
        raise ZeroDivisionError


async def test_each_statement_of_a_single_is_kept_whatever_follows(db: str) -> None:
    with pytest.raises(ZeroDivisionError):
        await keep_and_fail()

    async with transaction() as session:
        assert (await session.execute(text("SELECT one FROM kept"))).scalar_one() == 1
