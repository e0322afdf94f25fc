"""Each night what is too old goes, in the order in which it hangs together, and nothing that is needed or held."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from api import clock
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.escalations.models import Escalation, Found, Task
from api.paging.models import StaffReply
from api.privacy import jobs
from api.privacy.holds import service as holds
from api.privacy.models import RetentionRun
from api.privacy.retention import rules, service
from api.reporting.rollups import jobs as rollups
from api.reporting.rollups.models import CallFigure, ContactFigure
from api.review.judging.models import Review
from tests.harness import reviews, seeds
from tests.harness.line import OTHER_CARER

NIGHT = date(2026, 12, 1)
WORDS = "can i get any money for looking after wilfred"


async def aged(conversation_id: UUID, days: int) -> None:
    """It was quiet for so long."""
    at = clock.now() - timedelta(days=days)
    async with transaction() as session:
        await session.execute(update(Conversation).where(Conversation.id == conversation_id).values(last_message_at=at))
        ended = update(Escalation).where(Escalation.conversation_id == conversation_id)
        await session.execute(ended.where(Escalation.resolved_at.is_not(None)).values(resolved_at=at))
        await session.execute(update(Task).where(Task.conversation_id == conversation_id).values(done_at=at))


async def count(model: type[object]) -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


async def bodies(conversation_id: UUID) -> set[str]:
    async with transaction() as session:
        return set(
            (await session.execute(select(Message.body).where(Message.conversation_id == conversation_id))).scalars()
        )


async def heard(conversation_id: UUID) -> list[object]:
    async with transaction() as session:
        mine = Message.conversation_id == conversation_id, Message.heard.is_not(None)
        return list((await session.execute(select(Message.heard).where(*mine))).scalars())


async def figures() -> list[tuple[int, int]]:
    """Of contacts and of calls for help: how many there are, and how many lead to nothing any more."""
    found = []
    async with transaction() as session:
        for column in (ContactFigure.conversation_id, CallFigure.escalation_id):
            counted = select(func.count(), func.count().filter(column.is_(None))).select_from(column.class_)
            every, loose = (await session.execute(counted)).one()
            found.append((every, loose))
    return found


async def test_words_go_first_then_the_rest_and_what_is_open_or_held_stays(db: str) -> None:
    quiet = await seeds.carer_writes(WORDS)
    case = await seeds.crisis(OTHER_CARER, "he stopped breathing and there is blood everywhere")
    findings = await count(Found)
    await seeds.resolved(case)
    crisis = (await seeds.escalation(case)).conversation_id
    still_open = (await seeds.escalation(await seeds.crisis("+447700900003"))).conversation_id
    held = await seeds.carer_writes(WORDS, "+447700900004")
    await reviews.judged(crisis, "Demo Reviewer")
    await rollups.count()
    for one in (quiet, crisis, still_open, held):
        await aged(one, 181)
    async with transaction() as session:
        await holds.put(session, held, "command:privacy", "A claim", clock.now().date() + timedelta(days=90), True)

    async with transaction() as session:
        due = await service.due(session)
    assert (due["conversation_words"], due["crisis_words"], due["conversations"]) == (1, 0, 0)
    assert await jobs.retain(NIGHT)
    assert not await jobs.retain(NIGHT), "once a night"
    assert (await bodies(quiet), await bodies(held)) == ({""}, {WORDS})
    async with transaction() as session:
        blank = await session.get_one(Conversation, quiet)
        (run,) = (await session.execute(select(RetentionRun))).scalars()
    assert (blank.address, blank.contact_number, blank.closed_at is not None) == ("", None, True)
    assert run.ended_at is not None
    assert run.counts["conversation_words"] == {"done": 1, "rows": {"conversations": 1, "messages": 1}}
    assert await seeds.carer_writes("hello again") != quiet, "whoever writes again begins anew"

    assert (len(await heard(quiet)), len(await heard(crisis))) == (0, 1)
    assert await figures() == [(4, 0), (2, 0)]
    for one in (crisis, still_open):
        await aged(one, 401)
    await aged(quiet, 761)
    await jobs.retain(NIGHT + timedelta(days=1))
    assert await bodies(quiet) == set(), "nothing is left of it"
    assert "he stopped breathing and there is blood everywhere" not in await bodies(crisis)
    assert (await heard(crisis), await count(Review)) == ([], 1)
    async with transaction() as session:
        (last,) = (await session.execute(select(RetentionRun).order_by(RetentionRun.night.desc()).limit(1))).scalars()
    told = last.counts["crisis_words"]["rows"]
    assert findings > 1
    assert (told["reviews"], told["escalation_findings"]) == (1, findings), "each once, by however many ways it hangs"
    assert await figures() == [(4, 1), (2, 0)], "what was counted stays, and leads nowhere"
    async with transaction() as session:
        matched = {one.escalation_id: one.matched for one in (await session.execute(select(Found))).scalars()}
    assert matched.pop(case) == ""
    assert all(matched.values()), "what is open is as it was"

    await aged(crisis, 1126)
    await jobs.retain(NIGHT + timedelta(days=2))
    assert (await count(Escalation), await count(Conversation), await count(Review)) == (1, 3, 0)
    assert await figures() == [(4, 2), (2, 1)]


async def test_what_staff_texted_since_a_held_conversation_began_stays_until_the_hold_is_lifted(db: str) -> None:
    nurse, now = await seeds.nurse("Demo Nurse One"), clock.now()
    held = await seeds.carer_writes(WORDS)
    async with transaction() as session:
        before, since = now - timedelta(days=300), now - timedelta(days=200)
        (await session.get_one(Conversation, held)).opened_at = since
        for sid, at in (("before", before), ("since", since)):
            session.add(StaffReply(inbound_id=sid, person_id=nurse.id, at=at, words="she rang again"))
        hold = await holds.put(session, held, "command:privacy", "A claim", now.date() + timedelta(days=9), False)
    await jobs.retain(NIGHT)
    async with transaction() as session:
        assert (await session.execute(select(StaffReply.inbound_id))).scalars().all() == ["since"]
        await holds.lift(session, hold.id, await seeds.nurse("Demo Lead"), "settled")
    await jobs.retain(NIGHT + timedelta(days=1))
    assert await count(StaffReply) == 0


async def test_a_run_that_died_is_taken_up_by_another_worker_and_keeps_what_it_has_counted(db: str) -> None:
    for number in range(3):
        await aged(await seeds.carer_writes(WORDS, f"+44770090001{number}"), 181)
    async with transaction() as session:
        run = await service.claim(session, NIGHT)
        assert run is not None
        await service.count(session, run.id, "conversation_words", 5, {"messages": 7})
    assert not await jobs.retain(NIGHT), "another worker is at it"
    clock.move(rules.LEASE)
    assert await jobs.retain(NIGHT)
    async with transaction() as session:
        counts = (await session.get_one(RetentionRun, run.id)).counts["conversation_words"]
    assert counts == {"done": 8, "rows": {"messages": 10, "conversations": 3}}


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 12, 1, 5, 9, tzinfo=UTC), None),
        (datetime(2026, 12, 1, 5, 10, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 8, 9, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 12, 1, 8, 10, tzinfo=UTC), None),
        (datetime(2026, 7, 1, 4, 10, tzinfo=UTC), date(2026, 7, 1)),
    ],
    ids=["too early", "just then", "late", "too late", "in summer"],
)
def test_a_night_begins_by_the_clock_on_the_wall(now: datetime, night: date | None) -> None:
    assert rules.night(time(5, 10), now) == night


def test_what_is_only_written_down_is_not_carried_out() -> None:
    plan = service.plan()
    assert {rule.kind for rule in plan.rules} - {rule.kind for rule in plan.carried_out} == {
        "deliveries",
        "audit",
        "staff",
        "directory_desk",
        "proofs",
        "figures",
        "learned",
    }
    with pytest.raises(ValueError, match="audit has no days"):
        plan.rule("audit").before(clock.now())
