"""Who can be asked to take one escalation now, and who carries enough already. A part of the service of its own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.escalations.models import Escalation
from api.paging import service as paging
from api.paging import teams
from api.paging.rules import Holder, is_burdened, night_began
from api.people.models import Person
from api.rota import service as rota

type Rungs = Mapping[str, Sequence[Holder]]


async def of(session: AsyncSession, escalation: Escalation, since: datetime) -> tuple[dict[UUID, Person], Rungs]:
    """Everybody on duty who has a number, and as what the ladder sees them. `since`: when this round began.

    Whoever has accepted and has not spoken with the carer counts as burdened: others must be asked besides.
    """
    now = clock.now()
    on_call = await rota.on_call(session, escalation.team_id, now)
    people = {person.id: person for holders in on_call.values() for person in holders if person.phone}
    limits = teams.limits(escalation.team_code)
    carried = await paging.carried(session, people.keys(), night_began(limits, now.astimezone(clock.UK)))
    asked = await paging.asked_since(session, escalation.id, since)

    def holder(person: Person) -> Holder:
        load = carried.get(person.id, paging.Carried())
        burdened = person.id == escalation.accepted_by_id or is_burdened(limits, load.accepted, load.woken)
        return Holder(person.id, burdened, person.id in asked)

    return people, {
        rung: [holder(person) for person in dict.fromkeys(holders) if person.phone] for rung, holders in on_call.items()
    }
