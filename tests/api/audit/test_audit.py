"""The audit log only grows: the database itself refuses anything else, whoever asks."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from api import clock
from api.audit import service
from api.audit.models import AuditEntry
from api.database import transaction


async def write(action: str = "read") -> None:
    async with transaction() as session:
        service.record(session, "staff:1", action, "escalation", 7, live=True)


async def entries() -> list[AuditEntry]:
    async with transaction() as session:
        return list((await session.execute(select(AuditEntry).order_by(AuditEntry.seq))).scalars())


async def test_an_entry_says_who_did_what_to_what_and_when(db: str) -> None:
    before = len(await entries())
    now = clock.now()
    await write()

    entry = (await entries())[before]
    assert (entry.actor, entry.action, entry.subject_kind, entry.subject_id) == ("staff:1", "read", "escalation", "7")
    assert entry.detail == {"live": True}
    assert abs((entry.at - now).total_seconds()) < 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'somebody else'",
        "UPDATE audit_entries SET at = now() WHERE false",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE seq = 1",
        "TRUNCATE audit_entries",
        "TRUNCATE audit_entries CASCADE",
        "INSERT INTO audit_entries (seq, at, actor, action, subject_kind, subject_id, detail) "
        "SELECT seq, at, 'somebody else', action, subject_kind, subject_id, detail FROM audit_entries LIMIT 1 "
        "ON CONFLICT (seq) DO UPDATE SET actor = excluded.actor",
    ],
)
async def test_no_entry_is_changed_or_taken_away(db: str, statement: str) -> None:
    await write()
    before = [(entry.seq, entry.actor) for entry in await entries()]
    with pytest.raises(DBAPIError):
        async with transaction() as session:
            await session.execute(text(statement))
    assert [(entry.seq, entry.actor) for entry in await entries()] == before


async def write_and_fail() -> None:
    async with transaction() as session:
        service.record(session, "staff:1", "accepted", "escalation", 7)
        raise RuntimeError


async def test_what_is_rolled_back_leaves_no_entry(db: str) -> None:
    before = len(await entries())
    with pytest.raises(RuntimeError):
        await write_and_fail()
    assert len(await entries()) == before


async def test_entries_are_numbered_in_the_order_in_which_they_were_written(db: str) -> None:
    for action in ("first", "second", "third"):
        await write(action)
    assert [entry.action for entry in await entries()][-3:] == ["first", "second", "third"]
    async with transaction() as session:
        count, highest = (await session.execute(select(func.count(), func.max(AuditEntry.seq)))).one()
    assert highest >= count
