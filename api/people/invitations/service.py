"""Links with which somebody sets their password: made by an administrator, used once, gone after a while."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, settings
from api.audit import service as audit
from api.clients import partners
from api.clients.partners import NotDelivered
from api.people import service as people
from api.people.invitations import rules
from api.people.models import Invitation, Person
from api.people.passwords import service as passwords

PAGE = "/console/join"
SUBJECT = "Nightlight: set your password"
_log = logs.get(__name__)


async def make(session: AsyncSession, person: Person, by: str) -> str:
    """A new link for this person; every earlier one is worth nothing from now on. Only a hash of it is kept."""
    await _end_all(session, person)
    token, now = people.new_token(), clock.now()
    session.add(
        Invitation(person=person, token_hash=people.hash_token(token), created_at=now, expires_at=now + rules.GOOD_FOR)
    )
    audit.record(session, by, "invited", "person", person.id)
    # Not in the path: logs name paths.
    return f"{settings.get().public_url}{PAGE}?invitation={token}"


def goes_by_mail() -> bool:
    """Whether there is a mail server that takes links to the people they are for."""
    wanted = settings.get()
    return bool(wanted.smtp_host and wanted.mail_from)


async def send(person: Person, link: str) -> bool:
    """E-mail a link that was made just now. False: the mail server did not take it. Outside any transaction.

    One try, while whoever made the link looks on: a job that tries again would have to keep the link.
    """
    try:
        await partners.mail(person.email, SUBJECT, _words(person, link), clock.now())
    except NotDelivered as error:
        _log.warning("invitation_not_mailed", person_id=str(person.id), why=str(error))
        return False
    return True


def _words(person: Person, link: str) -> str:
    return (
        f"{person.name}, with this link you set your password for Nightlight:\n\n{link}\n\n"
        f"It works once, until {rules.until(clock.now())} (UK time). After that, ask your administrator for another.\n"
        "Keep it to yourself. If you do not know why you get this, do not open it, and tell your administrator.\n"
    )


async def _end_all(session: AsyncSession, person: Person) -> None:
    still_good = Invitation.person_id == person.id, Invitation.ended_at.is_(None)
    await session.execute(update(Invitation).where(*still_good).values(ended_at=clock.now()))


async def good(session: AsyncSession, token: str, lock: bool = False) -> Invitation | None:
    """The invitation of a link that can be used now."""
    found = select(Invitation).where(Invitation.token_hash == people.hash_token(token))
    row = (await session.execute(found.with_for_update(of=Invitation) if lock else found)).scalar_one_or_none()
    if row is None or not row.person.active or not rules.is_good(row.expires_at, row.ended_at, clock.now()):
        return None
    return row


async def accept(session: AsyncSession, invitation: Invitation, password: str) -> Person:
    """Set the password of whoever was invited. The link is used up."""
    person = invitation.person
    invitation.ended_at = clock.now()
    await passwords.put(session, person, password, person.actor)
    audit.record(session, person.actor, "invitation_used", "person", person.id)
    return person
