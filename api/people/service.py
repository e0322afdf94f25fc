"""Signing in and out, and finding staff and teams."""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pwdlib import PasswordHash
from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.audit import service as audit
from api.errors import NotFound
from api.people import rules
from api.people.models import Person, StaffSession, Team

type OnLock = Callable[[AsyncSession, Person], Awaitable[None]]
_BROWSER_LIMIT = 300  # Characters of what a browser calls itself.
_TEAM_OF_LINE = select(Team).where(Team.line_number == bindparam("number"))
_passwords = PasswordHash.recommended()
_SOMEBODY = _passwords.hash(secrets.token_hex())  # Checked when nobody has the address, so that both take as long.


def hash_password(password: str) -> str:
    """An Argon2 hash."""
    return _passwords.hash(password)


def hash_token(token: str) -> str:
    """What is stored of a random token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A random token of 256 bits, safe in a URL and a header."""
    return secrets.token_urlsafe(32)


async def sign_in(
    session: AsyncSession, email: str, password: str, browser: str = "", on_lock: OnLock | None = None
) -> tuple[str, StaffSession] | None:
    """Start a session: the cookie's value and its row, or None for a wrong pair or a locked account.

    The caller commits in both cases: a failure is counted and audited. `on_lock` is called when it locks the account.
    """
    found = select(Person).where(Person.email == email.strip().lower(), Person.active).with_for_update(of=Person)
    person = (await session.execute(found)).scalar_one_or_none()
    right = await is_password(person, password)
    if person is None:
        audit.record(session, "unknown", "sign_in_failed", "person", "unknown")
        return None
    if person.is_locked(clock.now()):
        audit.record(session, person.actor, "sign_in_refused_locked", "person", person.id)
        return None
    if not right:
        await count_wrong(session, person, "sign_in_failed", on_lock)
        return None
    person.failed_sign_ins, person.locked_until = 0, None
    return start(session, person, browser)


async def is_password(person: Person | None, password: str) -> bool:
    """Whether this is their password. Takes as long when there is no such person, or none is set."""
    known = person.password_hash if person and person.password_hash else _SOMEBODY
    # In a thread: it takes a good part of a tenth of a second, and messages must not wait for a sign-in.
    return await asyncio.to_thread(_passwords.verify, password, known) and known != _SOMEBODY


async def count_wrong(session: AsyncSession, person: Person, action: str, on_lock: OnLock | None) -> None:
    """Note a wrong password or code. Too many in a row lock the account for a while, on record and loudly."""
    person.failed_sign_ins += 1
    person.locked_until = rules.locked_until(person.failed_sign_ins, clock.now())
    audit.record(session, person.actor, action, "person", person.id, failures=person.failed_sign_ins)
    if person.locked_until:
        audit.record(session, person.actor, "locked", "person", person.id)
        if on_lock:
            await on_lock(session, person)


def start(session: AsyncSession, person: Person, browser: str, verified: bool = False) -> tuple[str, StaffSession]:
    """A session for somebody who has proved who they are: the cookie's value and the row.

    `verified`: with a second factor. Without, that is asked for next, where the settings want one.
    """
    token, now = new_token(), clock.now()
    started = StaffSession(
        person=person,
        token_hash=hash_token(token),
        csrf=secrets.token_urlsafe(24),
        created_at=now,
        last_seen_at=now,
        confirmed_at=now,
        verified_at=now if verified else None,
        browser=browser[:_BROWSER_LIMIT],
    )
    session.add(started)
    audit.record(session, person.actor, "signed_in", "person", person.id)
    return token, started


def is_whole(current: StaffSession) -> bool:
    """Whether nothing more is asked of this session: the second factor was proved, or the settings want none."""
    return current.verified_at is not None or not settings.get().asks_second_factor


async def session_of(session: AsyncSession, token: str) -> StaffSession | None:
    """The live session of a cookie, touched at most once a minute."""
    found = select(StaffSession).where(StaffSession.token_hash == hash_token(token))
    current = (await session.execute(found)).scalar_one_or_none()
    if current is None or not current.person.active:
        return None
    now = clock.now()
    if now > _ends_at(current):
        await session.delete(current)
        return None
    if now - current.last_seen_at > timedelta(minutes=1):
        current.last_seen_at = now
    return current


def _ends_at(current: StaffSession) -> datetime:
    return _ends(current.created_at, current.last_seen_at)


def _ends(created_at: datetime, last_seen_at: datetime) -> datetime:
    wanted = settings.get()
    idle, longest = timedelta(minutes=wanted.session_idle_minutes), timedelta(hours=wanted.session_hours)
    return rules.ends_at(created_at, last_seen_at, idle, longest)


async def hold_until(session: AsyncSession, session_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these sessions will end if it is not used again. Those that have ended are left out.

    Asking does not count as use.
    """
    found = (
        select(StaffSession.id, StaffSession.created_at, StaffSession.last_seen_at)
        .join(Person, Person.id == StaffSession.person_id)
        .where(StaffSession.id.in_(session_ids), Person.active)
    )
    now, rows = clock.now(), await session.execute(found)
    ends = {row.id: _ends(row.created_at, row.last_seen_at) for row in rows}
    return {one: until for one, until in ends.items() if now <= until}


async def sign_out(session: AsyncSession, current: StaffSession) -> None:
    """End one session."""
    audit.record(session, current.person.actor, "signed_out", "person", current.person_id)
    await session.execute(delete(StaffSession).where(StaffSession.id == current.id))


async def sessions_of(session: AsyncSession, person_id: UUID) -> list[StaffSession]:
    """Where this person is signed in, the one used last first."""
    found = select(StaffSession).where(StaffSession.person_id == person_id).order_by(StaffSession.last_seen_at.desc())
    rows = (await session.execute(found)).unique().scalars()
    return [row for row in rows if clock.now() <= _ends_at(row)]


async def end_sessions(
    session: AsyncSession, person: Person, by: str, only: UUID | None = None, but: UUID | None = None
) -> None:
    """Sign a person out: of everything, of one browser only, or of all but one. `by`: who does it."""
    ending = delete(StaffSession).where(StaffSession.person_id == person.id)
    if only:
        ending = ending.where(StaffSession.id == only)
    if but:
        ending = ending.where(StaffSession.id != but)
    await session.execute(ending)
    audit.record(session, by, "sessions_ended", "person", person.id)


async def locked_row(session: AsyncSession, person_id: UUID) -> Person:
    """One member of staff, active or not, whom nobody else changes until the caller's transaction ends."""
    found = await session.get(Person, person_id, with_for_update={"of": Person}, populate_existing=True)
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found


async def by_phone(session: AsyncSession, number: str) -> Person | None:
    """The member of staff with this number (E.164)."""
    return (await session.execute(select(Person).where(Person.phone == number, Person.active))).scalar_one_or_none()


async def team(session: AsyncSession, team_id: UUID) -> Team:
    """One team by its id."""
    found = await session.get(Team, team_id)
    if found is None:
        raise NotFound("There is no such team.")
    return found


async def team_for_line(session: AsyncSession, number: str) -> Team:
    """The team that answers this number; the default team when the number is nobody's, so that nothing is lost."""
    found = (await session.execute(_TEAM_OF_LINE, {"number": number})).scalar_one_or_none()
    return found or await default_team(session)


async def lines(session: AsyncSession) -> Sequence[str]:
    """Every number (E.164) by which carers reach a team."""
    return (await session.execute(select(Team.line_number).order_by(Team.line_number))).scalars().all()


async def team_by_code(session: AsyncSession, code: str | None) -> Team:
    """The team with this code, or the default team."""
    if code:
        found = (await session.execute(select(Team).where(Team.code == code))).scalar_one_or_none()
        if found:
            return found
    return await default_team(session)


async def team_with_code(session: AsyncSession, code: str) -> Team:
    """The team with exactly this code."""
    found = (await session.execute(select(Team).where(Team.code == code))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such team.")
    return found


async def default_team(session: AsyncSession) -> Team:
    """The team that takes what names no team."""
    found = (
        await session.execute(select(Team).order_by(Team.is_default.desc(), Team.code).limit(1))
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("No team has been set up. Run `api database prepare` or import one.")
    return found


async def person(session: AsyncSession, person_id: UUID) -> Person:
    """One active member of staff by their id."""
    found = await session.get(Person, person_id)
    if found is None or not found.active:
        raise NotFound("There is no such member of staff.")
    return found


async def names(session: AsyncSession, actors: Collection[str]) -> dict[str, str]:
    """The names of those who are people, by how the audit log knows them (`staff:<id>`)."""
    ids = {UUID(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")}
    found = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {f"staff:{person_id}": name for person_id, name in found}


async def colleagues(session: AsyncSession, team_id: UUID) -> Sequence[Person]:
    """The active staff of a team who look after carers, by name."""
    found = select(Person).where(Person.team_id == team_id, Person.active, Person.role.in_(rules.LOOKS_AFTER_CARERS))
    return (await session.execute(found.order_by(Person.name))).scalars().all()
