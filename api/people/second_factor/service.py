"""Setting up a second factor, and proving it."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, sealing, settings
from api.audit import service as audit
from api.people import service as people
from api.people.models import Person, RecoveryCode, StaffSession
from api.people.second_factor import rules
from api.people.service import OnLock

OFFERED_FOR = 15 * 60  # Seconds in which a set-up that was begun can be finished.


def offer(person: Person) -> tuple[str, str]:
    """A new secret, and the same sealed for the form that sends it back with its first code. Nothing is kept yet."""
    secret = rules.new_secret()
    return secret, sealing.seal({"totp": secret, "person": str(person.id)})


def offered(person: Person, sealed: str) -> str | None:
    """The secret of a form that we made for this person a short while ago. None: we did not, or it is too old."""
    found = sealing.opened(sealed, OFFERED_FOR)
    return found["totp"] if found and found.get("person") == str(person.id) else None


async def set_up(session: AsyncSession, person: Person, secret: str, code: str) -> list[str] | None:
    """Keep a secret whose first code is right. Returns the recovery codes, to be shown once; None: a wrong code."""
    step = rules.step_of(secret, code, clock.now(), None)
    if step is None:
        return None
    person.totp_secret, person.totp_step = sealing.seal({"totp": secret}), step
    audit.record(session, person.actor, "second_factor_set_up", "person", person.id)
    return await new_recovery_codes(session, person)


async def new_recovery_codes(session: AsyncSession, person: Person) -> list[str]:
    """Other codes in place of those there were."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = rules.new_recovery_codes()
    session.add_all(RecoveryCode(person_id=person.id, code_hash=people.hash_token(code)) for code in codes)
    audit.record(session, person.actor, "recovery_codes_made", "person", person.id)
    return codes


async def left(session: AsyncSession, person_id: UUID) -> int:
    """How many recovery codes have not been used."""
    found = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return (await session.execute(found)).scalar_one()


async def prove(session: AsyncSession, person: Person, typed: str, on_lock: OnLock | None = None) -> bool:
    """Whether this is their code of now or one of their recovery codes, each of which is right once.

    A wrong one counts as a wrong password does. The caller has the person locked, and commits in both cases.
    """
    if person.is_locked(clock.now()):
        audit.record(session, person.actor, "code_refused_locked", "person", person.id)
        return False
    if await _is_right(session, person, typed):
        person.failed_sign_ins, person.locked_until = 0, None
        return True
    await people.count_wrong(session, person, "code_failed", on_lock)
    return False


async def _is_right(session: AsyncSession, person: Person, typed: str) -> bool:
    kept = sealing.opened(person.totp_secret) if person.totp_secret else None
    step = rules.step_of(kept["totp"], typed, clock.now(), person.totp_step) if kept else None
    if step is not None:
        person.totp_step = step
        return True
    return await _use_recovery_code(session, person, typed)


async def _use_recovery_code(session: AsyncSession, person: Person, typed: str) -> bool:
    found = select(RecoveryCode).where(
        RecoveryCode.person_id == person.id,
        RecoveryCode.code_hash == people.hash_token(rules.tidy(typed)),
        RecoveryCode.used_at.is_(None),
    )
    code = (await session.execute(found.with_for_update())).scalar_one_or_none()
    if code is None:
        return False
    code.used_at = clock.now()
    audit.record(session, person.actor, "recovery_code_used", "person", person.id)
    return True


async def finish(session: AsyncSession, current: StaffSession) -> str:
    """The sign-in is whole. Returns a new value for the cookie: the one that the password got is worth nothing now."""
    token = people.new_token()
    current.token_hash, current.verified_at = people.hash_token(token), clock.now()
    current.confirmed_at = clock.now()
    audit.record(session, current.person.actor, "second_factor_proved", "person", current.person_id)
    return token


async def remove(session: AsyncSession, person: Person) -> None:
    """Forget it: the next sign-in sets up a new one."""
    person.totp_secret = person.totp_step = None
    await session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))


async def confirm(
    session: AsyncSession, current: StaffSession, password: str, code: str, on_lock: OnLock | None = None
) -> bool:
    """Whether whoever is signed in has proved once more who they are, with all that they have to prove it with."""
    person = await people.locked_row(session, current.person_id)
    if person.is_locked(clock.now()) or not (person.password_hash or person.totp_secret):
        return False
    if person.password_hash and not await people.is_password(person, password):
        await people.count_wrong(session, person, "confirming_failed", on_lock)
        return False
    if asks_for_code(person) and not await prove(session, person, code, on_lock):
        return False
    current.confirmed_at = clock.now()
    audit.record(session, person.actor, "confirmed", "person", person.id)
    return True


def asks_for_code(person: Person) -> bool:
    """Whether a code is asked of them beside a password."""
    return bool(person.totp_secret) and (settings.get().asks_second_factor or not person.password_hash)
