"""Gathering one referral, for whoever of its team asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.errors import NotFound
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.people.models import Person
from api.referrals import service as referrals
from api.referrals.models import Referral, ReferralEvent


@dataclass(frozen=True, slots=True)
class Case:
    """One referral with its carer, the message that said yes, and its timeline, oldest first.

    `people`: the names of the staff in the timeline, by how it calls them.
    """

    referral: Referral
    conversation: Conversation
    yes: Message
    escalation: Escalation | None
    events: Sequence[ReferralEvent]
    people: dict[str, str]


async def of_team(session: AsyncSession, referral_id: UUID, person: Person) -> Referral:
    """One referral of this person's own team. Another team's is not there at all."""
    found = await session.get(Referral, referral_id)
    if found is None or found.team_id != person.team_id:
        raise NotFound("There is no such referral.")
    return found


async def gather(session: AsyncSession, referral: Referral) -> Case:
    """Everything that the page of a referral shows."""
    conversation = await conversations.get(session, referral.conversation_id)
    yes = await conversations.message(session, referral.consent_message_id)
    open_one = await escalations.open_for(session, conversation.id)
    events = await referrals.timeline(session, referral.id)
    return Case(referral, conversation, yes, open_one, events, await _people(session, events))


async def _people(session: AsyncSession, events: Sequence[ReferralEvent]) -> dict[str, str]:
    ids = {UUID(event.actor.removeprefix("staff:")) for event in events if event.actor.startswith("staff:")}
    found = (await session.execute(select(Person).where(Person.id.in_(ids)))).scalars()
    return {person.actor: person.name for person in found}
