"""Searching as the page does: what was found, with a few words of each in which nobody can be recognised."""

import asyncio
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from api import settings
from api.cursors import Asked
from api.masking import service as masking
from api.people.models import Person
from api.review.reading import service as reading
from api.review.reading.rules import Filters
from api.review.reading.service import Hit

PAGE = 25  # Conversations.
_NO_NEED = "not_understood"


@cache
def needs() -> tuple[str, ...]:
    """What the assistant can recognise: the topics of data/nlu, but for what it does not understand."""
    found = sorted(path.stem for path in (settings.get().data_dir / "nlu").glob("*.yml"))
    return tuple(one for one in found if one != _NO_NEED)


async def find(
    session: AsyncSession, person: Person, filters: Filters, cursor: str
) -> tuple[list[tuple[Hit, str]], str | None]:
    """A page of what was found, each with a masked snippet, and the cursor of the next page. Raises Invalid."""
    hits, then = await reading.find(session, person, filters, Asked(cursor=cursor[:200] or None, limit=PAGE))
    shown = {hit.facts.conversation_id: hit.body for hit in hits if hit.body}
    names = await reading.names(session, list(shown), shown)
    masked = await asyncio.to_thread(
        lambda: [masking.masked(hit.body, names[hit.facts.conversation_id]) for hit in hits]
    )
    snippets = await reading.marked(session, masked, filters.words) if filters.words else masked
    return list(zip(hits, map(_whole, snippets), strict=True)), then


def _whole(snippet: str) -> str:
    """A snippet begins and ends with a word, and so behind and before the brackets of what is hidden there."""
    opens, closes = snippet.find("["), snippet.find("]")
    begun = f"[{snippet}" if closes >= 0 and not 0 <= opens < closes else snippet
    return f"{begun}]" if begun.rfind("[") > begun.rfind("]") else begun
