"""What is on record of reading a transcript, and what readers are warned of."""

from collections.abc import Collection
from functools import cache
from uuid import UUID

import yaml
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api import settings
from api.audit import service as audit
from api.errors import BadData
from api.masking import service as masking
from api.people.models import Person
from api.review.reading.models import ConversationFacts
from api.review.reading.schemas import HardContent, ReviewFile


@cache
def hard_content() -> tuple[HardContent, ...]:
    """What readers are warned of, out of data/review.yml. Raises BadData."""
    path = settings.get().data_dir / "review.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return tuple(ReviewFile.model_validate(raw).hard_content)
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error


def warnings(marks: Collection[str]) -> list[str]:
    """What is hard to read in a conversation with these marks: "suicide", "a death". Empty: nothing that we know of."""
    return [one.about for one in hard_content() if not one.marks.isdisjoint(marks)]


async def marks(session: AsyncSession, conversation_id: UUID) -> list[str]:
    """The marks of one conversation."""
    facts = await session.get(ConversationFacts, conversation_id)
    return facts.marks if facts else []


def read(session: AsyncSession, person: Person, conversation_id: UUID) -> None:
    """Put on record that this person read a transcript with who is in it hidden."""
    audit.record(session, person.actor, "read", "conversation", conversation_id, review=True, masked=True)


def unmasked(session: AsyncSession, person: Person, conversation_id: UUID, reason: str) -> None:
    """Put on record that this person saw who is in it, and why. The reason itself is kept without names and numbers."""
    audit.record(
        session, person.actor, "unmasked", "conversation", conversation_id, review=True, reason=masking.masked(reason)
    )


def searched(session: AsyncSession, person: Person, fields: Collection[str]) -> None:
    """Put on record that this person searched, and by what; never for what, because words could be a carer's."""
    audit.record(session, person.actor, "searched", "transcripts", person.team_id, by=sorted(fields))
