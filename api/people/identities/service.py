"""Which of our people another organisation has signed in. It never makes anybody one of them."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.clients.identity import Identity, IdentityError
from api.people.models import Person


async def person_of(session: AsyncSession, identity: Identity) -> Person:
    """The person whose sign-in elsewhere this is: by what it was before, or for the first time by a verified address.

    Raises IdentityError with the reason. From the first time on, the address alone is not enough: it may have become
    another's there.
    """
    known = select(Person).where(Person.oidc_subject == identity.subject, Person.active)
    if found := (await session.execute(known)).scalar_one_or_none():
        return found
    if not identity.email or not identity.is_verified:
        raise IdentityError("not_verified")
    invited = select(Person).where(Person.email == identity.email, Person.active).with_for_update(of=Person)
    person = (await session.execute(invited)).scalar_one_or_none()
    if person is None:
        raise IdentityError("not_invited")
    if person.oidc_subject:
        raise IdentityError("other_account")
    person.oidc_subject = identity.subject
    audit.record(session, person.actor, "sign_in_linked", "person", person.id)
    return person
