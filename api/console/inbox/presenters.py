"""A conversation of the inbox in words: who is to act, what was said last, and how long the carer has been silent."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from api import replies
from api.channels.webchat.rules import without_opening
from api.console.inbox import rules
from api.console.inbox.rules import Asked, Show
from api.console.inbox.service import Found, Listed
from api.console.presenters import CHANNELS, Urgency, case_url, count, length, urgency
from api.conversations.rules import Author, Mode, mask
from api.escalations.rules import NOBODY_HAS_IT
from api.people.models import Person

HERE = "/console/inbox"
SHOWS: dict[str, str] = {
    Show.OPEN: "Open",
    Show.WAITING: "Waiting for a person",
    Show.MINE: "Held by me",
    Show.CLOSED: "Closed",
}
SHOWN = 140  # Characters of the last words.
_WHO = {Author.CARER: "Carer", Author.NIGHTLIGHT: "Nightlight", Author.STAFF: "Staff"}


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation. `danger`: of its open escalation. `alarm`: the carer was left waiting."""

    id: str
    url: str
    title: str
    tag: str
    style: str
    danger: Urgency | None
    words: str
    silent: str
    alarm: str
    take_over_url: str
    give_back_url: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page. `older`: the address of the next one, or empty."""

    rows: list[Row]
    alarm: str
    older: str
    first: str


def inbox(found: Found, left: int, asked: Asked, person: Person, now: datetime) -> Inbox:
    """The page in words."""
    last = found.rows[-1].conversation if found.more else None
    before = {"before": rules.mark(last.last_message_at, last.id)} if last else {}
    return Inbox(
        rows=[row(one, person, now) for one in found.rows],
        alarm=f"{count(left, 'carer waits', 'carers wait')} for somebody who took over and has not written."
        if left
        else "",
        older=f"{HERE}?{asked.address}&{urlencode(before)}" if before else "",
        first=f"{HERE}?{asked.address}" if asked.before else "",
    )


def row(one: Listed, person: Person, now: datetime) -> Row:
    """One conversation in words, as of now."""
    talk = one.conversation
    style, tag = _standing(one, person)
    number = talk.contact_number or (talk.address if talk.channel == "sms" else "")
    left = talk.left_at is not None and talk.closed_at is None
    return Row(
        id=str(talk.id),
        url=case_url(talk.id, one.escalation.id if one.escalation else None),
        title=CHANNELS[talk.channel] + (f" from {mask(number)}" if number.startswith("+") else ""),
        tag=tag,
        style=style,
        danger=urgency(one.escalation.priority) if one.escalation else None,
        words=_last_words(one),
        silent=f"Last heard from {length(now - talk.last_message_at)} ago",
        alarm=_left(one, now) if left else "",
        take_over_url=f"/console/conversations/{talk.id}/take-over" if left and talk.held_by_id != person.id else "",
        give_back_url=f"/console/conversations/{talk.id}/give-back" if left else "",
    )


def _standing(one: Listed, person: Person) -> tuple[str, str]:
    """The style and the words of who is to act."""
    talk = one.conversation
    if talk.closed_at is not None:
        return "resolved", "Closed"
    if one.escalation is not None and one.escalation.state in NOBODY_HAS_IT:
        return "unreached", "Waiting for a nurse"
    if talk.mode == Mode.PERSON:
        name = "me" if talk.held_by_id == person.id else talk.held_by.name if talk.held_by else "a colleague"
        waits = ", carer waits" if one.author == Author.CARER else ""
        return ("waiting" if waits else "accepted"), f"Held by {name}{waits}"
    return ("waiting", "Waiting for a person") if one.task_waits else ("contacted", "With the assistant")


def _last_words(one: Listed) -> str:
    if one.author is None:
        return "Nothing has been said yet."
    opening = replies.say("opening", one.conversation.channel)  # It says nothing of this carer.
    said = without_opening(one.body or "", opening)[0] or ("A picture." if one.media_count else "No words.")
    cut = said if len(said) <= SHOWN else f"{said[:SHOWN].rstrip()}…"
    return f"{_WHO[Author(one.author)]}: {cut}"


def _left(one: Listed, now: datetime) -> str:
    name = one.conversation.held_by.name if one.conversation.held_by else "A colleague"
    ago = length(now - one.conversation.last_message_at)
    return f"The carer wrote {ago} ago and {name} has not answered. Anybody may step in."


def channels() -> list[dict[str, str]]:
    """The channels, for the form."""
    return [{"value": "", "text": "All"}, *({"value": code, "text": words} for code, words in CHANNELS.items())]


def summary(page: Inbox, asked: Asked) -> str:
    """What the list shows, in words."""
    shown = count(len(page.rows), "conversation", "conversations")
    more = ", and older ones on the next page" if page.older else ""
    return f"{SHOWS[asked.show]}: {shown}{more}. Whoever wrote last stands first."
