"""People in words: what they are here for, how they stand, and what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api import clock
from api.console.presenters import masked
from api.people.models import Person, Team
from api.people.rules import Permission, Role, may

HERE = "/console/people"
ROLES: Mapping[str, str] = {
    Role.RESPONDER: "Responder",
    Role.COORDINATOR: "Coordinator",
    Role.REVIEWER: "Reviewer",
    Role.INFORMATION: "Directory editor",
    Role.ADMINISTRATOR: "Administrator",
    Role.SAFETY_OFFICER: "Clinical safety officer",
}
WHAT_FOR: Mapping[str, str] = {
    Role.RESPONDER: "Answers carers. Is paged.",
    Role.COORDINATOR: "Answers carers, and keeps the team going.",
    Role.REVIEWER: "Reads carers' words afterwards. Sees no number, answers nobody.",
    Role.INFORMATION: "Keeps the directory and sees to referrals. Sees no carer's words.",
    Role.ADMINISTRATOR: "All of it, and looks after people.",
    Role.SAFETY_OFFICER: "Looks into what went wrong: carers' words and the audit log. Sees no number, answers nobody.",
}
NOTICES = {
    "changed": "The changes are saved.",
    "ended": "They are signed out everywhere and can do nothing more here. Look at the rota: is a place empty now?",
    "unlocked": "They can try to sign in again now.",
    "out": "They are signed out everywhere.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person as the list shows them."""

    url: str
    name: str
    role: str
    team: str
    phone: str
    state: str
    style: str


def rows(people: Iterable[Person], now: datetime) -> list[Row]:
    """The list in words."""
    return [
        Row(
            f"{HERE}/{one.id}",
            one.name,
            role(one),
            one.team.name,
            _phone(one),
            *state(one, now),
        )
        for one in people
    ]


def role(person: Person) -> str:
    """What they are here for."""
    title = ROLES.get(person.role, person.role)
    return f"{title}, every team" if person.of_installation else title


def _phone(person: Person) -> str:
    if person.phone:
        return masked(person.phone)
    return "No number: cannot be paged" if may(person.role, Permission.ANSWER_CARERS) else ""


def state(person: Person, now: datetime) -> tuple[str, str]:
    """How somebody stands: the words, and the name of their style."""
    if not person.active:
        return "Has left", "resolved"
    if person.is_locked(now):
        return f"Locked until {clock.uk_time(person.locked_until or now)}", "unreached"
    if not person.password_hash and not person.oidc_subject:
        return "Invited, has not joined yet", "waiting"
    if person.oidc_subject:
        return "Signs in with their organisation", "accepted"
    return ("Signs in with a code", "accepted") if person.totp_secret else ("No second factor yet", "")


def choices(teams: Iterable[Team], typed: Mapping[str, Any], may_install: bool) -> dict[str, Any]:
    """What the form offers, with what was chosen marked."""
    return {
        "roles": [
            {"value": code, "text": ROLES[code], "hint": {"text": WHAT_FOR[code]}, "checked": code == typed.get("role")}
            for code in ROLES
        ],
        "teams": [
            {"value": str(team.id), "text": team.name, "selected": str(team.id) == typed.get("team")} for team in teams
        ],
        "may_install": may_install,
    }


def form_of(person: Person) -> dict[str, Any]:
    """Somebody's details as the form has them."""
    return {
        "name": person.name,
        "email": person.email,
        "phone": person.phone or "",
        "role": person.role,
        "team": str(person.team_id),
        "of_installation": person.of_installation,
    }


def team_id(typed: str) -> UUID | None:
    """The team that was chosen."""
    try:
        return UUID(typed)
    except ValueError:
        return None
