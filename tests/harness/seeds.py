"""What a test starts from: a carer who has written, an escalation, a member of staff, a service token."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from api.conversations.receiving import receive
from api.conversations.rules import Channel
from api.conversations.service import Inbound
from api.database import transaction
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Outcome
from api.people import service as people
from api.people.models import Person, ServiceToken, Team
from api.people.rules import Scope
from tests.harness.line import CARER

CRISIS = "hes stopped breathing"


async def carer_writes(words: str, address: str = CARER, channel: Channel = Channel.SMS) -> UUID:
    """A carer has sent this. Returns the conversation; nothing has been paged, answered or sent yet."""
    async with transaction() as session:
        team = await people.default_team(session)
        inbound = Inbound(channel, address, f"test:{uuid4()}", words, team, contact_number=address)
        return (await receive(session, inbound)).conversation_id


async def crisis(address: str = CARER, words: str = CRISIS) -> UUID:
    """A carer has sent something that opened an escalation. Returns the escalation; its first page is due."""
    conversation_id = await carer_writes(words, address)
    async with transaction() as session:
        found = await escalations.open_for(session, conversation_id)
        assert found is not None
        return found.id


async def escalation(escalation_id: UUID) -> Escalation:
    """An escalation as it stands now."""
    async with transaction() as session:
        return await session.get_one(Escalation, escalation_id)


async def nurse(name: str) -> Person:
    """One of the demonstration team: `Demo Nurse One`, `Demo Nurse Two`, `Demo Lead`."""
    async with transaction() as session:
        return (await session.execute(select(Person).where(Person.name == name))).scalar_one()


async def contacted(escalation_id: UUID) -> None:
    """The first nurse has taken it and has spoken with the carer."""
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        await escalations.accept(session, escalation_id, person, "test")
    async with transaction() as session:
        await escalations.contacted(session, escalation_id, person, "test")


async def resolved(escalation_id: UUID) -> None:
    """The first nurse has dealt with it and closed it."""
    await contacted(escalation_id)
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        await escalations.resolve(session, escalation_id, person, Outcome.ADVICE, "dealt with")


async def other_team() -> Team:
    """A second hospice on the same installation."""
    async with transaction() as session:
        found = (await session.execute(select(Team).where(Team.code == "other"))).scalar_one_or_none()
        team = found or Team(code="other", name="Other Hospice", phone="01632 960999", line_number="+441632960999")
        session.add(team)
    return team


async def token(
    *scopes: Scope,
    expires_at: datetime | None = None,
    revoked_at: datetime | None = None,
    team_id: UUID | None = None,
    per_minute: int | None = None,
) -> dict[str, str]:
    """The headers of a caller of `/v1` whose token holds these scopes."""
    made = people.new_token()
    row = ServiceToken(
        name=f"test {uuid4()}",
        token_hash=people.hash_token(made),
        scopes=list(scopes),
        expires_at=expires_at,
        revoked_at=revoked_at,
        team_id=team_id,
        per_minute=per_minute,
    )
    async with transaction() as session:
        session.add(row)
    return {"Authorization": f"Bearer {made}"}
