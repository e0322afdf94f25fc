"""Texts to whoever is on duty that are no pages: something of the desk is late. A part of the service of its own."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, desk, logs, replies
from api.paging import service
from api.people.models import Person
from api.rota import service as rota

_log = logs.get(__name__)


async def tell_on_duty(session: AsyncSession, team_id: UUID, rung: str, reply: str, /, **places: str) -> list[Person]:
    """Text approved words to whoever holds this rung now, or else to everybody on duty. Returns who is told."""
    rungs = await rota.on_call(session, team_id, clock.now())
    everybody = [person for people in rungs.values() for person in people if person.phone]
    wanted = [person for person in rungs.get(rung, []) if person.phone]
    told = list({person.id: person for person in wanted or everybody}.values())
    if not told:
        _log.error("nobody_to_tell", team_id=str(team_id), reply=reply)
    for person in sorted(told, key=lambda one: one.id):
        await tell_person(session, person, reply, **places)
    return told


async def tell_person(session: AsyncSession, person: Person, reply: str, /, **places: str) -> None:
    """Text approved words to one member of staff."""
    words = replies.say(reply, "sms", time=clock.uk_time(clock.now()), **places)
    await service.write(session, person, words)


async def tell_desk(session: AsyncSession, team_id: UUID, reply: str, /, **places: str) -> list[Person]:
    """The same, to the rung that `data/desk.yml` names."""
    return await tell_on_duty(session, team_id, desk.clocks().tell, reply, **places)
