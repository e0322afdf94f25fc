"""Making what is to be recorded of closed calls for help, listing what is due, and recording it, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import yaml
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.audit import service as audit
from api.conversations import moves
from api.conversations import service as conversations
from api.conversations.aftercare.outcomes import rules
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.conversations.aftercare.outcomes.rules import Due, Wanted, Word
from api.conversations.aftercare.outcomes.schemas import OutcomesFile
from api.conversations.models import Conversation
from api.errors import Conflict, Invalid, NotFound
from api.escalations import lifting
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event, State
from api.masking import service as masking
from api.people.models import Person

SHOWN = 100  # Of what is due, the longest due first.


@dataclass(frozen=True, slots=True)
class Case:
    """One outcome with the call for help and the conversation that it is about."""

    row: LaterOutcome
    escalation: Escalation | None
    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Standing:
    """What a team has to record: the first of it, and how much there is and is overdue."""

    cases: list[Case]
    due: int
    overdue: int


@cache
def wanted() -> Wanted:
    """The file of this process. Raises ValidationError."""
    return load(settings.get().data_dir / "outcomes.yml")


def load(path: Path) -> Wanted:
    """A file, checked. Raises ValidationError."""
    file = OutcomesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    return Wanted(
        after={due: timedelta(hours=hours) for due, hours in file.due.items()},
        overdue_after={due: timedelta(hours=hours) for due, hours in file.overdue_after.items()},
        words={code: Word(code, one.title, one.death) for code, one in file.outcomes.items()},
        avoidable=file.avoidable,
    )


async def make(session: AsyncSession) -> None:
    """What is to be recorded of every call that was closed, once. What was closed longer ago than all of it is left."""
    file, now = wanted(), clock.now()
    used_up = select(TimelineEvent.seq).where(
        TimelineEvent.escalation_id == Escalation.id, TimelineEvent.kind == Event.LADDER_USED_UP
    )
    made = select(LaterOutcome.id).where(LaterOutcome.escalation_id == Escalation.id)
    closed = select(Escalation, used_up.exists()).where(
        Escalation.state == State.RESOLVED,
        Escalation.resolved_at > now - max(file.after.values()),
        ~made.exists(),
    )
    for one, nobody in (await session.execute(closed)).unique().all():
        if one.resolved_at and rules.is_wanted(one.contacted_at is not None, one.outcome, nobody):
            await _make(session, one, one.resolved_at, file)


async def _make(session: AsyncSession, one: Escalation, closed_at: datetime, file: Wanted) -> None:
    rows = [
        {"id": uuid4(), "conversation_id": one.conversation_id, "escalation_id": one.id, "due": due}
        | {"due_at": closed_at + after}
        for due, after in file.after.items()
    ]
    await session.execute(insert(LaterOutcome).on_conflict_do_nothing(), rows)


async def standing(session: AsyncSession, person: Person) -> Standing:
    """What this person's team has to record now, the longest due first."""
    now, file = clock.now(), wanted()
    found = (
        select(LaterOutcome, Escalation, Conversation)
        .join(Conversation, Conversation.id == LaterOutcome.conversation_id)
        .outerjoin(Escalation, Escalation.id == LaterOutcome.escalation_id)
        .where(Conversation.team_id == person.team_id)
    )
    is_due = LaterOutcome.recorded_at.is_(None) & (LaterOutcome.due_at <= now)
    rows = await session.execute(found.where(is_due).order_by(LaterOutcome.due_at, LaterOutcome.id).limit(SHOWN))
    counted = (
        select(LaterOutcome.due, LaterOutcome.due_at)
        .join(Conversation, Conversation.id == LaterOutcome.conversation_id)
        .where(Conversation.team_id == person.team_id, is_due)
    )
    open_ones = (await session.execute(counted)).all()
    overdue = sum(rules.is_overdue(Due(due), due_at, file, now) for due, due_at in open_ones)
    return Standing([Case(*row) for row in rows.unique().all()], len(open_ones), overdue)


async def case(session: AsyncSession, outcome_id: UUID, person: Person) -> Case:
    """One outcome of this person's own team. Raises NotFound for another team's."""
    row = await session.get(LaterOutcome, outcome_id)
    conversation = await conversations.get(session, row.conversation_id) if row else None
    if row is None or conversation is None or conversation.team_id != person.team_id:
        raise NotFound("There is no such outcome.")
    escalation = await session.get(Escalation, row.escalation_id) if row.escalation_id else None
    return Case(row, escalation, conversation)


async def record(
    session: AsyncSession, outcome_id: UUID, person: Person, outcome: str, avoidable: str, note: str
) -> None:
    """Record it, once: said again, nothing changes. After a death the line knows of it, and nothing else is due.

    Raises Invalid for what the file does not have, and Conflict when something else was recorded, or it is not due yet.
    """
    file, now = wanted(), clock.now()
    if found := rules.problems(outcome, avoidable, note, file):
        field, problem = next(iter(found.items()))
        raise Invalid(f"{problem}.", field=field)
    seen = await case(session, outcome_id, person)
    await conversations.locked(session, seen.conversation.id)  # First, as whatever a carer sends does.
    row = await session.get_one(LaterOutcome, outcome_id, with_for_update={"of": LaterOutcome}, populate_existing=True)
    if row.due_at > now:
        raise Conflict("This is not due yet.")
    told = (outcome, avoidable, masking.masked(note.strip()))
    if row.recorded_at is not None:
        if told == (row.outcome, row.avoidable, row.note):
            return
        raise Conflict("This is recorded already.")
    _keep(session, row, person, *told)
    if file.words[outcome].death:
        await _died(session, seen.conversation, row, person, outcome)


def _keep(
    session: AsyncSession, row: LaterOutcome, person: Person, outcome: str, avoidable: str | None, note: str
) -> None:
    row.recorded_at, row.recorded_by_id = clock.now(), person.id
    row.outcome, row.avoidable, row.note = outcome, avoidable, note
    audit.record(session, person.actor, "recorded", "outcome", row.id, due=row.due, outcome=outcome)


async def _died(
    session: AsyncSession, conversation: Conversation, row: LaterOutcome, person: Person, outcome: str
) -> None:
    """The line knows of the death, and what else was to be asked of the same carer is answered with it."""
    await moves.note_death(session, conversation)
    theirs = LaterOutcome.conversation_id.in_(await lifting.same_carer(session, conversation.id))
    later = select(LaterOutcome).where(  # Of an earlier moment it says nothing.
        theirs, LaterOutcome.recorded_at.is_(None), LaterOutcome.id != row.id, LaterOutcome.due_at >= row.due_at
    )
    for other in (await session.execute(later.with_for_update(of=LaterOutcome))).unique().scalars():
        _keep(session, other, person, outcome, None, "")
