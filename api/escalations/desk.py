"""What the desk does besides accepting and closing: widen, hand on, stand down, note. A part of the service."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, queue
from api.audit import service as audit
from api.errors import Conflict
from api.escalations import lifting, service
from api.escalations.models import Escalation, Fact
from api.escalations.rules import Event, Outcome, Step
from api.paging import service as paging
from api.paging import teams
from api.people.models import Person
from api.people.rules import LEADS, LOOKS_AFTER_CARERS

OTHERS_SHOWN = 10


async def widen(session: AsyncSession, escalation_id: UUID, person: Person) -> Escalation:
    """Have the next rung of the ladder paged now instead of at its time. Raises Conflict with the reason."""
    escalation = await service.locked(session, escalation_id)
    service.check_step(escalation, Step.WIDEN)
    escalation.next_page_at = clock.now()
    await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)
    await service.log_event(session, escalation, Event.WIDENED, person.actor, nurse=person.name)
    audit.record(session, person.actor, "widened", "escalation", escalation.id)
    return escalation


async def hand_on(session: AsyncSession, escalation_id: UUID, person: Person, to: Person) -> Escalation:
    """Page one named colleague to take it over, in a time that the team has set. Until then it is not theirs."""
    escalation = await service.locked(session, escalation_id)
    service.check_step(escalation, Step.HAND_ON)
    if why_not := _cannot_hand_on(escalation, person, to):
        raise Conflict(why_not, state=escalation.state)
    await paging.withdraw_open(session, escalation.id, "page_withdrawn")  # Whoever was asked before.
    within = teams.hand_on_within(escalation.team_code, escalation.priority)
    escalation.handed_to_id, escalation.hand_by = to.id, clock.now() + within
    words = await paging.ask_to_take_over(session, escalation.id, to, escalation.priority)
    await queue.wake(session, "escalations.deliver", queue.PAGES, text_id=words.id)
    await service.log_event(session, escalation, Event.HANDED_ON, person.actor, nurse=person.name, to=to.name)
    audit.record(session, person.actor, "handed_on", "escalation", escalation.id, to=to.actor)
    return escalation


def _cannot_hand_on(escalation: Escalation, person: Person, to: Person) -> str | None:
    if escalation.accepted_by_id != person.id and person.role not in LEADS:
        name = escalation.accepted_by.name if escalation.accepted_by else "somebody else"
        return f"Only {name}, who has this, or a coordinator can hand it on."
    if to.id == escalation.accepted_by_id:
        return f"{to.name} has this already."
    if to.team_id != escalation.team_id or not to.active or to.role not in LOOKS_AFTER_CARERS:
        return f"{to.name} does not answer calls for this team."
    return None if to.phone else f"{to.name} has no phone that can be paged."


async def stand_down(session: AsyncSession, escalation_id: UUID, person: Person, reason: str) -> Escalation:
    """Nobody needs to take it: the ladder stops, for a reason, and the carer is told so truthfully."""
    escalation = await service.locked(session, escalation_id)
    service.check_step(escalation, Step.STAND_DOWN)
    return await service.resolve(session, escalation_id, person, Outcome.STOOD_DOWN, reason)


async def note(session: AsyncSession, escalation_id: UUID, person: Person, topic: str, words: str) -> Fact:
    """Keep what a member of staff found out, beside what the carer answered."""
    escalation = await service.locked(session, escalation_id)
    fact = Fact(escalation_id=escalation.id, person_id=person.id, topic=topic, words=words, at=clock.now())
    session.add(fact)
    await service.log_event(session, escalation, Event.NOTED, person.actor, nurse=person.name, topic=topic)
    audit.record(session, person.actor, "noted", "escalation", escalation.id, topic=topic)
    return fact


async def facts(session: AsyncSession, escalation_id: UUID) -> dict[str, tuple[Fact, str]]:
    """What staff found out, by topic: the newest of each, with the name of whoever wrote it."""
    found = (
        select(Fact, Person.name)
        .join(Person, Person.id == Fact.person_id)
        .where(Fact.escalation_id == escalation_id)
        .order_by(Fact.at)
    )
    return {fact.topic: (fact, name) for fact, name in (await session.execute(found)).all()}


async def colleagues(session: AsyncSession, escalation: Escalation) -> list[Person]:
    """Whom it could be handed to, by name."""
    return [one for one in await all_colleagues(session, escalation) if one.id != escalation.accepted_by_id]


async def all_colleagues(session: AsyncSession, escalation: Escalation) -> list[Person]:
    """Everybody of the team who has a telephone and looks after carers, by name."""
    found = select(Person).where(Person.team_id == escalation.team_id, Person.active, Person.phone.is_not(None))
    people = (await session.execute(found.order_by(Person.name))).unique().scalars()
    return [one for one in people if one.role in LOOKS_AFTER_CARERS]


async def same_carer_s(session: AsyncSession, escalation: Escalation) -> Sequence[Escalation]:
    """Other calls for help of the same carer, on any channel: the open ones first, then the newest; ten at most."""
    theirs = await lifting.same_carer(session, escalation.conversation_id)
    found = (
        select(Escalation)
        .where(Escalation.conversation_id.in_(theirs), Escalation.id != escalation.id)
        .order_by(Escalation.resolved_at.desc().nulls_first(), Escalation.raised_at.desc())
    )
    return (await session.execute(found.limit(OTHERS_SHOWN))).scalars().all()
