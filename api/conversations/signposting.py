"""What is open at this hour, said after the assistant's answer: one line, true at the moment it is given.

The answer itself names services that are right on any day; at three in the morning most of them are closed. The carer's
place is not known here yet, so only services for the whole of the UK are named.
"""

import re
from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncSession

from api import gsm7, replies
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.directory import service as directory
from api.directory.hours.rules import Standing
from api.directory.rules import Choice, Need, Option, Place
from api.directory.signposts import rules as signposts
from api.directory.signposts import service as told

# Needs in which somebody to talk to now is part of the answer, whatever else there is.
_TALK = frozenset(
    {
        Need.EMOTIONAL_SUPPORT,
        Need.BEREAVEMENT_EMOTIONAL,
        Need.BEREAVEMENT_SUICIDE_LOSS,
        Need.ANTICIPATORY_GRIEF,
        Need.BEFRIENDING_OR_LONELY,
    }
)


async def with_hours(session: AsyncSession, conversation: Conversation, intent: str, answer: str) -> str:
    """The answer to this need with a line on what is open now, if there is one to say and room for it."""
    if intent not in Need or conversation.channel == Channel.VOICE:
        return answer
    need = Need(intent)
    choice = await directory.choose(session, need, Place(), low_mood=need in _TALK)
    line = next(_lines(need, choice, answer, conversation.channel), "")
    both = f"{answer}\n\n{line}" if conversation.channel == Channel.WEB else f"{answer} {line}"
    words = both if line and _has_room(conversation, both) else answer
    codes = signposts.named((*choice.options, *choice.beside), words)
    await told.note(session, conversation.id, None, need, Place(), codes, choice.found)
    return words


def _lines(need: Need, choice: Choice, answer: str, channel: str) -> Iterator[str]:
    """What could be said, the most useful first."""
    meant = [option for option in choice.options if not option.instead and _number(option)]
    for option in meant:
        if option.is_sure and _is_named(option, answer):
            yield replies.say("signpost_is_open", channel, service=option.listing.name)
    for option in meant:
        if option.is_sure:
            yield replies.say("signpost_open", channel, service=option.listing.name, number=_number(option))
    if need in _TALK:
        for option in (*choice.options, *choice.beside):
            if option.is_sure and _number(option) and not _is_named(option, answer):
                yield replies.say("signpost_talk", channel, service=option.listing.name, number=_number(option))
    for option in meant:
        if option.standing is Standing.CLOSED and option.opens and _is_named(option, answer):
            yield replies.say("signpost_closed", channel, service=option.listing.name, opens=option.opens)


def _number(option: Option) -> str:
    """The number that is rung, if a source bears it out."""
    spoken = [one.number for one in option.listing.numbers if one.type == "voice"]
    return spoken[0] if spoken and "phones" not in option.listing.unverified else ""


def _is_named(option: Option, answer: str) -> bool:
    return re.sub(r"\D", "", _number(option)) in re.sub(r"[^\d.,;:a-zA-Z]", "", answer)


def _has_room(conversation: Conversation, both: str) -> bool:
    """On a text message the opening comes first, and then everything must fit into two."""
    if conversation.channel != Channel.SMS:
        return True
    return conversation.opening_said_at is not None and gsm7.length(gsm7.to_gsm7(both)) <= gsm7.TEXT_LIMIT
