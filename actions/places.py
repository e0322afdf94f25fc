"""The nation that a carer lives in, as far as the API keeps it. Where it cannot be reached, we go on without."""

import re

from actions.api_client import NotConfirmed, shared_client


async def known_nation(conversation_id: str) -> str | None:
    """The nation that is kept, if any."""
    try:
        return await shared_client().known_nation(conversation_id)
    except NotConfirmed:
        return None


async def nation_said(conversation_id: str, said: str, read: str | None) -> str | None:
    """The nation of this answer, which is kept. `read`: what we read in it ourselves.

    The API is asked first: it knows postcodes, and keeps the district of one. A bare number tells it nothing.
    """
    kept = await _keep(conversation_id, said) if re.search(r"[^\W\d_]", said) else None
    if kept is None and read is not None:
        await _keep(conversation_id, read.replace("_", " "))
    return read or kept


async def _keep(conversation_id: str, said: str) -> str | None:
    try:
        return await shared_client().keep_place(conversation_id, said)
    except NotConfirmed:
        return None
