"""A database full of open calls, to see how the board bears it."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations.models import Escalation, TimelineEvent
from api.escalations.rules import Event, State
from api.paging.models import Page
from api.people.models import Person
from api.triage.rules import Priority

KINDS = (Event.RAISED, Event.PAGED, Event.PAGED, Event.PAGE_FAILED, Event.PAGED, Event.ACCEPT_LATE)


async def nurse(session: AsyncSession) -> Person:
    """Whose team has all the calls."""
    return (await session.execute(select(Person).where(Person.name == "Demo Nurse One"))).scalar_one()


async def fill(number: int) -> None:
    """Open calls of every priority, each with a timeline and a page, until there are so many in all."""
    async with transaction() as session:
        person = await nurse(session)
        still_open = select(func.count()).select_from(Escalation).where(Escalation.state != State.RESOLVED)
        for place in range((await session.execute(still_open)).scalar_one(), number):
            await _call(session, person, place)


async def _call(session: AsyncSession, person: Person, place: int) -> None:
    at, priority = clock.now() - timedelta(minutes=place % 90), list(Priority)[place % 5]
    conversation = Conversation(
        team=person.team, channel=Channel.SMS, address=f"+4477009{place:05}", opened_at=at, last_message_at=at
    )
    session.add(conversation)
    await session.flush()
    call = Escalation(
        conversation_id=conversation.id, team_id=person.team_id, team_code="demo", state=State.WAITING,
        priority=priority, category="breathlessness", raised_at=at, asked_at=at, page_words="page",
        ladder_step=1, silent=False,
    )  # fmt: skip
    session.add(call)
    await session.flush()
    for kind in KINDS:
        session.add(TimelineEvent(escalation_id=call.id, at=at, kind=kind, actor="job:bench", detail={}))
    session.add(Page(escalation_id=call.id, person=person, rung="on_call", code=1000 + place, placed_at=at))
    await session.flush()
