"""Telling those whom it concerns that an account was locked."""

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, replies
from api.paging import service as paging
from api.people.managing import service as managing
from api.people.models import Person


async def tell_of_lock(session: AsyncSession, person: Person) -> None:
    """By text: the person themselves, and every administrator of their team and of the installation."""
    until = clock.uk_time(person.locked_until or clock.now())
    if person.phone:
        await paging.write(session, person, replies.say("account_locked", "sms", time=until))
    words = replies.say("colleague_locked", "sms", name=person.name, time=until)
    for one in await managing.administrators_of(session, person.team_id):
        if one.phone and one.id != person.id:
            await paging.write(session, one, words)
