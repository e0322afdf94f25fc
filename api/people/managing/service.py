"""What administrators do with people. Each takes who does it, and is on record with their name."""

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.errors import Conflict, NotFound
from api.people import service as people
from api.people.invitations import service as invitations
from api.people.managing import rules
from api.people.managing.rules import Details, Manager
from api.people.models import Person, Team
from api.people.rules import Role
from api.people.second_factor import service as second_factor


def manager(person: Person) -> Manager:
    """Somebody as one who manages people."""
    return Manager(person.actor, person.id, person.team_id, person.of_installation)


def details(person: Person) -> Details:
    """What is written down about somebody."""
    return Details(person.name, person.email, person.phone or "", person.role, person.team_id, person.of_installation)


async def of(session: AsyncSession, by: Manager) -> list[Person]:
    """The people whom they look after, by team and name, those who have left last."""
    found = select(Person).join(Team).order_by(Person.active.desc(), Team.name, Person.name)
    if not by.of_installation:
        found = found.where(Person.team_id == by.team_id)
    return list((await session.execute(found)).scalars())


async def teams_of(session: AsyncSession, by: Manager) -> list[Team]:
    """The teams whose people they look after."""
    found = select(Team).order_by(Team.name)
    return list((await session.execute(found if by.of_installation else found.where(Team.id == by.team_id))).scalars())


async def get(session: AsyncSession, by: Manager, person_id: UUID) -> Person:
    """One of their people, locked. Another team's are not there at all."""
    found = await people.locked_row(session, person_id)
    if not rules.sees(by, found.team_id):
        raise NotFound("There is no such member of staff.")
    return found


async def taken(session: AsyncSession, typed: Details, but: UUID | None = None) -> dict[str, str]:
    """Which of the details belong to somebody else already, by field."""
    same = or_(Person.email == typed.email, Person.phone == typed.phone)
    others = [one for one in (await session.execute(select(Person).where(same))).scalars() if one.id != but]
    errors = {}
    if any(one.email == typed.email for one in others):
        errors["email"] = "Somebody has this email address already"
    if typed.phone and any(one.phone == typed.phone for one in others):
        errors["phone"] = "Somebody has this number already"
    return errors


async def invite(session: AsyncSession, by: Manager, typed: Details) -> tuple[Person, str]:
    """Write somebody down and make the link with which they join. The details were found good."""
    team = await people.team(session, typed.team_id) if typed.team_id else await people.default_team(session)
    person = Person(team=team, password_hash="", active=True)
    _put(person, typed)
    session.add(person)
    await session.flush()
    audit.record(session, by.actor, "person_added", "person", person.id, role=typed.role)
    return person, await invitations.make(session, person, by.actor)


def _put(person: Person, typed: Details) -> None:
    person.name, person.email, person.phone = typed.name, typed.email, typed.phone or None
    person.role, person.of_installation = typed.role, typed.of_installation


async def change(session: AsyncSession, by: Manager, person: Person, typed: Details) -> dict[str, str]:
    """Write other details down. What is wrong, by field; then nothing was changed."""
    before, own = details(person), person.id == by.person_id
    errors = rules.wrong_with(by, typed) | await taken(session, typed, person.id)
    errors = errors or rules.refused(by, before, typed, own, await _others_manage(session, person))
    if not errors:
        changed = [name for name in Details.__dataclass_fields__ if getattr(before, name) != getattr(typed, name)]
        _put(person, typed)
        roles = {"before": before.role, "after": typed.role} if before.role != typed.role else {}
        audit.record(session, by.actor, "person_changed", "person", person.id, fields=changed, **roles)
    return errors


async def _others_manage(session: AsyncSession, person: Person) -> bool:
    found = select(func.count()).where(
        Person.id != person.id,
        Person.active,
        Person.role == Role.ADMINISTRATOR,
        or_(Person.team_id == person.team_id, Person.of_installation),
    )
    return (await session.execute(found)).scalar_one() > 0


async def reset(session: AsyncSession, by: Manager, person: Person) -> str:
    """Forget their password, second factor and sign-in elsewhere, sign them out, and make a link to begin anew."""
    _refuse_above(by, person)
    person.password_hash, person.oidc_subject = "", None
    person.failed_sign_ins, person.locked_until = 0, None
    await second_factor.remove(session, person)
    await people.end_sessions(session, person, by.actor)
    audit.record(session, by.actor, "sign_in_reset", "person", person.id)
    return await invitations.make(session, person, by.actor)


def _refuse_above(by: Manager, person: Person) -> None:
    if person.of_installation and not by.of_installation:
        raise Conflict("Only somebody who is for every team may change this record.")


async def end(session: AsyncSession, by: Manager, person: Person) -> None:
    """They have left: they are signed out, and their phone accepts nothing more. What they did stays on record."""
    _refuse_above(by, person)
    if person.id == by.person_id:
        raise Conflict("Ask another administrator to end your own account.")
    person.active = False
    await people.end_sessions(session, person, by.actor)
    audit.record(session, by.actor, "person_ended", "person", person.id)


async def bring_back(session: AsyncSession, by: Manager, person: Person) -> str:
    """They are here again, and begin with a new link."""
    person.active = True
    audit.record(session, by.actor, "person_brought_back", "person", person.id)
    return await reset(session, by, person)


async def unlock(session: AsyncSession, by: Manager, person: Person) -> None:
    """They may try to sign in again at once."""
    person.failed_sign_ins, person.locked_until = 0, None
    audit.record(session, by.actor, "unlocked", "person", person.id)


async def administrators_of(session: AsyncSession, team_id: UUID) -> list[Person]:
    """Who is to be told when somebody of this team is locked out."""
    found = select(Person).where(
        Person.active,
        Person.role == Role.ADMINISTRATOR,
        or_(Person.team_id == team_id, Person.of_installation),
    )
    return list((await session.execute(found)).scalars())
