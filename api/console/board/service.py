"""Gathering everything that the words about an escalation are made from, in a fixed number of questions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.console import service as console
from api.console.conversation import service as conversation
from api.console.service import Call
from api.conversations.models import Conversation, Message
from api.errors import BadData
from api.escalations import alarms, tasks
from api.escalations.alarms import Unseen
from api.escalations.models import Escalation, Task, TimelineEvent
from api.paging import service as paging
from api.paging.drills import service as drills
from api.paging.models import Page, StaffCall, StaffText
from api.triage.rules import Priority

DRILL_SHOWN_FOR = timedelta(hours=16)
IN_FULL = 25  # Calls at the top of the board of which everything is shown; of each further one stands one line.
ALARMS_OF = 8  # Calls. The next move up as these are acknowledged, so that nobody says of all at once that it is seen.
type Paged = tuple[Page, StaffText | None]


@dataclass(frozen=True, slots=True)
class Known:
    """One escalation with its carer's conversation, its timeline and its pages, both oldest first.

    `rungs_left`: the rungs of the ladder that have not been tried in this round.
    """

    escalation: Escalation
    conversation: Conversation
    events: Sequence[TimelineEvent]
    pages: Sequence[Paged]
    rungs_left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """A team's board: every open call in its order, and what is known of the first of them; unseen alarms, tasks with
    their channels, and the threads that people hold.
    """

    calls: Sequence[Call]
    known: Sequence[Known]
    alarms: Unseen
    tasks: Sequence[tuple[Task, str]]
    held: Sequence[tuple[Conversation, Message]]
    drill: Sequence[Paged]  # The team's last drill: everybody's page, and the start of the shift that it was for.
    drill_for: datetime | None
    drill_calls: Mapping[UUID, StaffCall]  # By page: the newest call of that drill.


async def known(session: AsyncSession, wanted: Sequence[Escalation]) -> list[Known]:
    """What is known of each, in the same order."""
    conversations = await _conversations(session, {one.conversation_id for one in wanted})
    ids = [one.id for one in wanted]
    events, pages = await _events(session, ids), await _pages(session, ids)
    return [
        Known(one, conversations[one.conversation_id], events[one.id], pages[one.id], _rungs_left(one))
        for one in wanted
    ]


async def _conversations(session: AsyncSession, ids: set[UUID]) -> dict[UUID, Conversation]:
    found = select(Conversation).where(Conversation.id.in_(ids))
    return {row.id: row for row in (await session.execute(found)).scalars()}


async def _events(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[TimelineEvent]]:
    found = select(TimelineEvent).where(TimelineEvent.escalation_id.in_(ids)).order_by(TimelineEvent.seq)
    grouped: dict[UUID, list[TimelineEvent]] = defaultdict(list)
    for event in (await session.execute(found)).scalars():
        grouped[event.escalation_id].append(event)
    return grouped


async def _pages(session: AsyncSession, ids: list[UUID]) -> dict[UUID, list[Paged]]:
    found = (
        select(Page, StaffText)
        .outerjoin(StaffText, StaffText.page_id == Page.id)
        .where(Page.escalation_id.in_(ids))
        .order_by(Page.placed_at)
    )
    grouped: dict[UUID, list[Paged]] = defaultdict(list)
    for page, text in (await session.execute(found)).unique().all():
        if page.escalation_id is not None:
            grouped[page.escalation_id].append((page, text))
    return grouped


def _rungs_left(escalation: Escalation) -> tuple[str, ...]:
    try:
        steps = paging.ladder(escalation.team_code, escalation.priority).steps
    except BadData:
        return ()  # Paging has its own alarm for that; the page must still open.
    return tuple(step.rung for step in steps[escalation.ladder_step :])


async def gather(session: AsyncSession, team_id: UUID) -> Gathered:
    """Everything that a team's board shows."""
    calls = await console.calls(session, team_id)
    open_tasks = sorted(
        await tasks.open_of_team(session, team_id), key=lambda task: (Priority(task.priority).rank, task.created_at)
    )
    channels = await _conversations(session, {task.conversation_id for task in open_tasks})
    return Gathered(
        calls,
        await known(session, await _escalations(session, [call.id for call in calls[:IN_FULL]])),
        await alarms.unseen(session, team_id, ALARMS_OF),
        [(task, channels[task.conversation_id].channel) for task in open_tasks],
        await conversation.held(session, team_id),
        *await _drill(session, team_id),
    )


async def _drill(
    session: AsyncSession, team_id: UUID
) -> tuple[Sequence[Paged], datetime | None, Mapping[UUID, StaffCall]]:
    """The last drill, for as long as it says something of the shift that it was for."""
    newest = await drills.newest(session, team_id)
    if newest is None or clock.now() - newest.shift_at > DRILL_SHOWN_FOR:
        return [], None, {}
    found = select(Page, StaffText).outerjoin(StaffText, StaffText.page_id == Page.id)
    rows = await session.execute(found.where(Page.drill_id == newest.id).order_by(Page.placed_at, Page.id))
    ringing = select(StaffCall).join(Page, Page.id == StaffCall.page_id).where(Page.drill_id == newest.id)
    calls = (await session.execute(ringing.order_by(StaffCall.created_at))).scalars()
    by_page = {call.page_id: call for call in calls if call.page_id}
    return [(page, text) for page, text in rows.unique().all()], newest.shift_at, by_page


async def _escalations(session: AsyncSession, ids: list[UUID]) -> list[Escalation]:
    rows = (await session.execute(select(Escalation).where(Escalation.id.in_(ids)))).scalars().all()
    return sorted(rows, key=lambda row: ids.index(row.id))
