"""Setting a password."""

import asyncio
from functools import cache

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from api import settings
from api.audit import service as audit
from api.errors import BadData
from api.people import service as people
from api.people.models import Person
from api.people.passwords import rules


@cache
def common_words() -> frozenset[str]:
    """The words of `data/passwords`. Raises BadData for a file that cannot be used."""
    path = settings.get().data_dir / "passwords/common.yml"
    try:
        return frozenset(yaml.safe_load(path.read_text(encoding="utf-8"))["words"].split())
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: no list of words ({error})") from error


def wrong_with(person: Person, password: str) -> str | None:
    """What is wrong with this as a new password of theirs, in words for the form. None: it will do."""
    own = (person.name, person.email, person.team.name, person.team.code)
    return rules.wrong_with(password, common_words(), own)


async def put(session: AsyncSession, person: Person, password: str, by: str) -> None:
    """Set a password that was found good. `by`: how the audit log calls who does it."""
    # In a thread: hashing is made to take long, and messages must not wait for it.
    person.password_hash = await asyncio.to_thread(people.hash_password, password)
    person.failed_sign_ins, person.locked_until = 0, None
    audit.record(session, by, "password_set", "person", person.id)
