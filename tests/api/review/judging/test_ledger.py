"""What stands in the ledger when readers differ, a release has come in between, or a call for help is still open."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import text

from api import clock
from api.database import transaction
from api.review.judging import jobs, service
from api.review.judging.ledger import service as ledger
from api.triage.rules import Priority
from tests.harness.line import CARER, Line
from tests.harness.reviews import a_day_later, judged
from tests.harness.seeds import carer_writes, crisis, escalation, resolved


async def test_whoever_settles_it_finds_again_the_miss_that_the_graver_verdict_did_not_see(line: Line) -> None:
    quiet = await carer_writes("what money is there", CARER)
    clock.move(timedelta(minutes=10))
    await crisis(CARER)
    await line.settle()
    await judged(quiet, "Demo Reviewer")
    async with transaction() as session:
        (miss,) = await service.missed_open(session)
    assert miss.seconds_lost is not None
    assert miss.seconds_lost >= 600
    await judged(quiet, "Demo Safety Officer", Priority.P0, since=1)  # From which somebody was paged at once.
    async with transaction() as session:
        assert await service.missed_open(session) == []
    await jobs.sweep()
    await judged(quiet, "Demo Coordinator")
    async with transaction() as session:
        assert [one.settled for one in await service.missed_open(session)] == [True]


async def test_who_was_paged_the_day_before_for_a_call_that_is_open_was_paged(line: Line) -> None:
    escalation_id = await crisis(CARER)
    await line.settle()
    conversation_id = (await escalation(escalation_id)).conversation_id
    await a_day_later()
    await carer_writes("he is just the same", CARER)
    await judged(conversation_id, "Demo Coordinator", since=1)
    async with transaction() as session:
        assert await service.missed_open(session) == []
    await resolved(escalation_id)
    await carer_writes("she is a funny colour", CARER)
    await judged(conversation_id, "Demo Coordinator", since=2)
    async with transaction() as session:
        assert [one.seconds_lost for one in await service.missed_open(session)] == [None]


async def test_what_a_release_mended_and_nobody_sees_a_crisis_in_is_counted_as_none(line: Line) -> None:
    conversation_id = await carer_writes("what money is there", CARER)
    await judged(conversation_id, "Demo Reviewer")
    async with transaction() as session:
        (miss,) = await service.missed_open(session)
        await service.mended(session, miss.id, uuid4())
        await session.execute(text("UPDATE review_stretches SET chosen = true"))
    await judged(conversation_id, "Demo Safety Officer", None)
    await jobs.sweep()
    await judged(conversation_id, "Demo Coordinator", None)
    async with transaction() as session:
        found = (await ledger.figures(session, miss.team_id)).found
    assert (found.found, found.missed) == (0, 0)
