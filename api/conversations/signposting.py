"""What is open at this hour and near the carer, said after the assistant's answer, true at the moment it is given.

The answer itself names services that are right on any day and for anybody; at three in the morning most of them are
closed, and in Scotland some are the wrong ones. While a carer's place is not known, only services for the whole of the
UK are named, and where it would matter the carer is asked for it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from api import gsm7, replies
from api.conversations import places, service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel
from api.directory import service as directory
from api.directory.hours.rules import Standing
from api.directory.places import service as gazetteer
from api.directory.rules import Choice, Need, Option, Place, Way
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a need. `asks`: it ends with the question where the carer is."""

    words: str
    asks: bool = False


async def with_hours(
    session: AsyncSession, conversation: Conversation, intent: str, answer: str, *, ask: bool = True, then: str = ""
) -> Answer:
    """The answer to this need with what is open now, and the question for the place, as far as there is room.

    `ask`: whether there may be such a question; where another follows there may not. `then`: the offer that ends it.
    """
    if intent not in Need or conversation.channel == Channel.VOICE:
        return Answer(_joined(conversation, answer, then))
    need, place = Need(intent), places.of(conversation)
    choice = await directory.choose(session, need, place, low_mood=need in _TALK)
    asks = ask and not then and await asks_place(session, conversation, need)
    ending = _with_ending(conversation, need, choice, answer, asks, then)
    meant = (*choice.options, *choice.near, *choice.beside)
    codes = signposts.named(meant, ending.words)
    is_open = signposts.any_open(meant, codes)
    await told.note(session, conversation.id, None, need, place, codes, choice.found, is_open)
    return ending


def _with_ending(
    conversation: Conversation, need: Need, choice: Choice, answer: str, may_ask: bool, then: str
) -> Answer:
    lines = list(_lines(need, choice, answer, conversation.channel, places.of(conversation)))
    question = replies.say("place_asked", conversation.channel) if may_ask else ""
    for line, asks in _endings(need, lines, question):
        words = _joined(conversation, answer, line, question if asks else then)
        if _has_room(conversation, words):
            conversation.place_asked_for = need if asks else conversation.place_asked_for
            return Answer(words, asks)
    return Answer(_joined(conversation, answer, then))


async def note_guided(session: AsyncSession, conversation: Conversation, words: str) -> None:
    """Keep which services a guide has named, for the need with which it began."""
    need = await places.last_need(session, conversation.id)
    if need is None:
        return
    meant = [Option(one, Standing.UNKNOWN) for one in await directory.meeting(session, need) if one.for_carers]
    if codes := signposts.named(meant, words):
        await told.note(session, conversation.id, None, need, places.of(conversation), codes, found=True)


async def asks_place(session: AsyncSession, conversation: Conversation, need: Need) -> bool:
    """Whether the carer is to be asked where they are, because it would change what they are told."""
    if conversation.channel == Channel.VOICE or not await directory.depends_on_place(session, need):
        return False
    return await places.may_ask(session, conversation, need)


async def ask_place(session: AsyncSession, conversation: Conversation) -> Message | None:
    """The question where the carer is, by itself, for what they last asked about. None: it would change nothing."""
    need = await places.last_need(session, conversation.id)
    if need is None or not await asks_place(session, conversation, need):
        return None
    conversation.place_asked_for = need
    words = replies.say("place_asked", conversation.channel)
    return await service.say(session, conversation, words, f"{places.ASKS}{need}", claimed=True)


async def answer_place(session: AsyncSession, conversation: Conversation, body: str, need: Need) -> Message:
    """Say what there is at the place that a whole message is. Whoever would rather not say is not asked again."""
    place = places.tell_whole(session, conversation, body, need)
    if place is None:
        return await service.say_approved(session, conversation, "place_refused", claimed=True)
    words = await _at_place(session, conversation, need, place)
    return await service.say(session, conversation, words, f"{places.TOLD}{need}", claimed=True)


async def _at_place(session: AsyncSession, conversation: Conversation, need: Need, place: Place) -> str:
    """What meets this need at a place just told, at most two, one of them sure; or the question for its nation."""
    known, channel = gazetteer.gazetteer(), conversation.channel
    if place.nation is None:
        titles = " or ".join(known.titles[nation] for nation in sorted(known.nations(place.district)))
        return replies.say("place_which_nation", channel, nations=titles)
    choice = await directory.choose(session, need, place, low_mood=True)
    chosen = _two(choice, channel, low_mood=need in _TALK)
    codes = [option.listing.code for option in chosen]
    is_open = signposts.any_open(chosen, codes)
    await told.note(session, conversation.id, None, need, place, codes, choice.found, is_open)
    if not chosen:
        return replies.say("place_nothing", channel, team_number=conversation.team.phone)
    if any(option.listing.area.is_local for option in chosen):
        head = replies.say("place_near", channel)
    elif any(option in choice.near for option in chosen):
        head = replies.say("place_in_nation", channel, nation=known.titles[place.nation])
    else:
        head = replies.say("place_no_local", channel)
    return next((words for words in _told(head, chosen, channel) if channel != Channel.SMS or _fits(words)), head)


def _endings(need: Need, lines: list[str], question: str) -> Iterator[tuple[str, bool]]:
    """What could follow an answer, the most useful first: a line, and whether the question for the place follows it."""
    if question:
        yield from ((line, True) for line in lines)
        if need not in _TALK:  # There somebody to talk to comes before the question.
            yield "", True
    yield from ((line, False) for line in lines)
    if question:
        yield "", True


def _joined(conversation: Conversation, *parts: str) -> str:
    gap = "\n\n" if conversation.channel == Channel.WEB else " "
    return gap.join(part for part in parts if part)


def _lines(need: Need, choice: Choice, answer: str, channel: str, place: Place) -> Iterator[str]:
    """What could be said, the most useful first."""
    are_open = list(_open(need, choice, answer, channel))
    for option in choice.near:
        if place.nation and _number(option) and not _is_named(option, answer):
            line = _near(option, channel, gazetteer.gazetteer().titles[place.nation])
            if need in _TALK or not option.is_sure:
                yield from (f"{line} {one}" for one in are_open if option.listing.name not in one)
            if option.listing.verified:
                yield line
    yield from are_open
    for option in choice.options:
        if option.standing is Standing.CLOSED and option.opens and _number(option) and _is_named(option, answer):
            yield replies.say("signpost_closed", channel, service=option.listing.name, opens=option.opens)


def _near(option: Option, channel: str, nation: str) -> str:
    about = {"service": option.listing.name, "number": _number(option), "hours": _hours(option, channel)}
    if option.listing.area.is_local:
        return replies.say("signpost_near", channel, **about)
    return replies.say("signpost_in_nation", channel, nation=nation, **about)


def _open(need: Need, choice: Choice, answer: str, channel: str) -> Iterator[str]:
    """What is verified and open now."""
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


def _two(choice: Choice, channel: str, low_mood: bool) -> list[Option]:
    """At most two, the nearest first. Beside what is not sure stands one that is, and in low mood a crisis line."""
    near, others, lines = (
        [option for option in options if _is_reached(option, channel)]
        for options in (choice.near, choice.options, choice.beside)
    )
    best = [*near, *others, *lines[:1]]
    if not best:
        return []
    first, rest = best[0], [*lines, *best[1:]] if low_mood else [*best[1:], *lines]
    if first.instead:  # Nothing meets the need: one who listens is enough.
        return [first]
    beside = [one for one in rest if one.listing != first.listing and (first.is_sure or one.is_sure)]
    told = [first, *beside[:1]]
    return told if any(one.is_sure for one in told) else []


def _told(head: str, told: Iterable[Option], channel: str) -> Iterator[str]:
    """What is told of them, the fullest first; the last is short enough for a text."""
    told = list(told)
    gap = "\n\n" if channel == Channel.WEB else " "
    for describes in (told, told[:1], []):
        yield gap.join([head, *(_service(option, channel, option in describes) for option in told)])
    yield gap.join([head, _service(next(option for option in told if option.is_sure), channel, False)])


def _service(option: Option, channel: str, describes: bool) -> str:
    """One service with its number, hours, what it is for and on the web its page."""
    listing, number = option.listing, _number(option)
    if option.instead and number:
        return replies.say("signpost_talk", channel, service=listing.name, number=number)
    if not number:
        said = replies.say("place_page", channel, service=listing.name, link=listing.url)
        return f"{said} {listing.description}" if describes else said
    said = replies.say("place_service", channel, service=listing.name, number=number, hours=_hours(option, channel))
    parts = [said, listing.description if describes else ""]
    if channel == Channel.WEB and Way.URL in listing.ways:
        parts.append(replies.say("place_link", channel, link=listing.url))
    return " ".join(part for part in parts if part)


def _hours(option: Option, channel: str) -> str:
    if option.standing is Standing.OPEN:
        return replies.say("open_now", channel)
    return option.opens or replies.say("hours_unknown", channel)


def _is_reached(option: Option, channel: str) -> bool:
    """Whether this channel can say how it is reached: by its number, or on the web by its page."""
    return bool(_number(option)) or (channel == Channel.WEB and Way.URL in option.listing.ways)


def _number(option: Option) -> str:
    """The number that is rung, if a source bears it out."""
    spoken = [one.number for one in option.listing.numbers if one.type == "voice"]
    return spoken[0] if spoken and "phones" not in option.listing.unverified else ""


def _is_named(option: Option, answer: str) -> bool:
    return re.sub(r"\D", "", _number(option)) in re.sub(r"[^\d.,;:a-zA-Z]", "", answer)


def _has_room(conversation: Conversation, words: str) -> bool:
    """On a text message the opening comes first, and then everything must fit into two."""
    if conversation.channel != Channel.SMS:
        return True
    return conversation.opening_said_at is not None and _fits(words)


def _fits(words: str) -> bool:
    return gsm7.length(gsm7.to_gsm7(words)) <= gsm7.TEXT_LIMIT
