"""Gathering one escalation, for whoever of its team asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.console.board import service as board
from api.console.board.service import Known
from api.console.conversation import service as conversation
from api.console.conversation.service import Talk
from api.errors import NotFound
from api.escalations import answers
from api.escalations import service as escalations
from api.escalations.models import Answer, Escalation, Found
from api.people.models import Person


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation with its conversation and with everything that was recognised, the newest first."""

    known: Known
    talk: Talk
    findings: Sequence[Found]
    answers: Sequence[Answer]  # To the few questions after the first instruction, oldest first.


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
    findings = await escalations.findings(session, escalation.id)
    return Case(known, talk, findings, await answers.of(session, escalation.id))
