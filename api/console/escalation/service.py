"""Gathering one escalation, for whoever of its team asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.board import service as board
from api.console.board.service import Known
from api.console.conversation import service as conversation
from api.console.conversation.service import Talk
from api.conversations.models import Conversation
from api.errors import NotFound
from api.escalations import answers, desk, feedback
from api.escalations import service as escalations
from api.escalations.models import Answer, Escalation, Fact, Found
from api.people.models import Person


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation with its conversation and with everything that was recognised, the newest first."""

    known: Known
    talk: Talk
    findings: Sequence[Found]
    answers: Sequence[Answer]  # To the few questions after the first instruction, oldest first.
    facts: Mapping[str, tuple[Fact, str]]  # What staff found out, by topic, with the name of whoever wrote it.
    others: Sequence[tuple[Escalation, str]]  # The same carer's other calls, open ones first, with their channels.
    seen_by: Mapping[UUID, str]  # The names of those who acknowledged alarms.
    colleagues: Sequence[Person]  # Of the team, who could be rung.
    feedback: Mapping[UUID, bool]  # Whether it was right to page, by person.


async def of_team(session: AsyncSession, escalation_id: UUID, person: Person) -> Escalation:
    """One escalation of this person's own team. Another team's is not there at all."""
    found = await session.get(Escalation, escalation_id)
    if found is None or found.team_id != person.team_id:
        raise NotFound("There is no such call for help.")
    return found


async def gather(session: AsyncSession, escalation: Escalation) -> Case:
    """Everything that the page of an escalation shows."""
    known = (await board.known(session, [escalation]))[0]
    talk = await conversation.gather(session, known.conversation)
    return Case(
        known,
        talk,
        await escalations.findings(session, escalation.id),
        await answers.of(session, escalation.id),
        await desk.facts(session, escalation.id),
        await _others(session, escalation),
        await seen_by(session, known),
        await desk.all_colleagues(session, escalation),
        {one.person_id: one.was_right for one in await feedback.of(session, escalation.id)},
    )


async def _others(session: AsyncSession, escalation: Escalation) -> list[tuple[Escalation, str]]:
    others = await desk.same_carer_s(session, escalation)
    found = select(Conversation.id, Conversation.channel).where(
        Conversation.id.in_({one.conversation_id for one in others})
    )
    channels = {row.id: row.channel for row in (await session.execute(found)).all()} if others else {}
    return [(one, channels[one.conversation_id]) for one in others]


async def seen_by(session: AsyncSession, known: Known) -> dict[UUID, str]:
    """The names of those who acknowledged its alarms."""
    return await _names(session, {event.seen_by_id for event in known.events if event.seen_by_id})


async def _names(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    found = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in (await session.execute(found)).all()} if ids else {}
