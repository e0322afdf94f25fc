"""What an administrator may change of whom, and what is wrong with what they typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import phonenumbers

from api.people.rules import OF_INSTALLATION, Permission, Role, may

NAME_LIMIT, EMAIL_LIMIT = 100, 200  # Characters.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Manager:
    """Who changes something. None for `person_id` and `team_id`: an operator at the command line."""

    actor: str
    person_id: UUID | None
    team_id: UUID | None
    of_installation: bool


@dataclass(frozen=True, slots=True)
class Details:
    """What is written down about somebody, tidied."""

    name: str
    email: str
    phone: str  # E.164, or as it was typed when it is no number. Empty: none.
    role: str
    team_id: UUID | None
    of_installation: bool


def tidied(
    name: str, email: str, phone: str, role: str, team_id: UUID | None, of_installation: bool = False
) -> Details:
    """What was typed, as it would be kept."""
    typed = phone.strip()
    return Details(
        " ".join(name.split()), email.strip().lower(), _international(typed) or typed, role, team_id, of_installation
    )


def _international(typed: str) -> str | None:
    try:
        number = phonenumbers.parse(typed, "GB")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def sees(by: Manager, team_id: UUID) -> bool:
    """Whether the people of this team are theirs to look after."""
    return by.of_installation or by.team_id == team_id


def wrong_with(by: Manager, typed: Details) -> dict[str, str]:
    """What is wrong with the details of somebody, by field. Empty: nothing."""
    return {field: words for field, words in _wrong(by, typed).items() if words}


def _wrong(by: Manager, typed: Details) -> Mapping[str, str]:
    answers = typed.role not in Role or may(typed.role, Permission.ANSWER_CARERS)
    return {
        "name": _text(typed.name, NAME_LIMIT, "Enter their name"),
        "email": _text(typed.email, EMAIL_LIMIT, "Enter their email address")
        or ("" if _EMAIL.fullmatch(typed.email) else "Enter an email address such as name@example.org"),
        "phone": _phone(typed.phone, answers),
        "role": "" if typed.role in Role else "Choose what they are here for",
        "team": "" if typed.team_id and sees(by, typed.team_id) else "Choose a team of yours",
        "of_installation": _installation(by, typed),
    }


def _text(typed: str, limit: int, missing: str) -> str:
    if not typed:
        return missing
    return f"Shorten this to {limit} characters" if len(typed) > limit else ""


def _phone(phone: str, answers: bool) -> str:
    if phone and not answers:
        return "Leave this empty: pages go to this number, and this role answers no carer"
    return "" if not phone or _international(phone) else "Enter a mobile number such as 07700 900123"


def _installation(by: Manager, typed: Details) -> str:
    if not typed.of_installation:
        return ""
    if typed.role not in OF_INSTALLATION:
        return "Only an administrator or a clinical safety officer can be for every team"
    return "" if by.of_installation else "Only somebody who is for every team may allow this"


def refused(by: Manager, before: Details, after: Details, own: bool, others_manage: bool) -> dict[str, str]:
    """Why these details must not take the place of those before, by field. Empty: they may.

    `own`: it is their own record. `others_manage`: another administrator would still be there.
    """
    if own and (before.role, before.of_installation) != (after.role, after.of_installation):
        return {"role": "Ask another administrator to change your own role"}
    if before.of_installation and not by.of_installation:
        return {"role": "Only somebody who is for every team may change this record"}
    if before.role == Role.ADMINISTRATOR != after.role and not others_manage:
        return {"role": "They are the only administrator: make somebody else one first"}
    return {}
