"""One transcript in words: what was said, what the line understood of it, and what happened, in time order.

Who is in it is hidden unless somebody asked to see it, which is on record. That goes for whatever a person typed, too.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from api import clock
from api.console.conversation.presenters import Part, marked
from api.console.escalation.timeline.presenters import events
from api.console.presenters import CHANNELS, DELIVERIES, Entry, Urgency, category, urgency
from api.console.review.presenters import HERE, moment, need
from api.console.review.transcript.service import Transcript
from api.conversations.languages import service as languages
from api.conversations.models import Ask, Message
from api.conversations.rules import AskOutcome, Author, Channel, Otherwise
from api.masking import service as masking
from api.triage.grading import LEARNED, Decision
from api.triage.rules import Priority

type Mask = Callable[[str], str]
_DECISIONS = {
    Decision.PAGE: "Page a nurse",
    Decision.ASK: "Ask whether a nurse is needed",
    Decision.NONE: "No danger heard",
}
_OUTCOMES = {
    "yes": "The carer said yes, and a nurse was paged.",
    "no": "The carer said no.",
    "cannot_talk": "It was no good time to talk, and a nurse was paged.",
    "unanswered": "Nobody answered, and a nurse was paged.",
    "overtaken": "Another message called for a nurse first.",
}
NOT_KEPT = "What the screen heard in this message was not kept."
_BY = {"assistant": "Answer", "guide": "Guide", "instruction": "First instruction"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger that was heard, and what heard it: a phrase, or the learned screen."""

    urgency: Urgency | None
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the screen heard in one message. `likely`: the learned screen's best five with their probabilities."""

    decision: str
    danger: str
    words: str
    rules: list[Rule]
    likely: list[tuple[str, str]]
    failed: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said or that happened. `event`: it happened; then it has no message."""

    id: str
    at: str
    who: str
    side: str
    parts: list[Part]
    said: str  # Which approved text it is.
    delivery: str
    heard: Heard | None
    not_kept: str
    understood: list[tuple[str, str]]  # The assistant's intents, best first.
    asked: str
    event: Entry | None
    propose_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page."""

    title: str
    channel: str
    language: str  # Empty: English, or not known.
    turns: list[Turn]
    warning: str
    shows_who: bool
    unmask_url: str
    judge_url: str


def page(found: Transcript, now: datetime, show: bool = False) -> Page:
    """The page in words. `show`: who is in it, too, which the caller has put on record.

    A name that is plain in one message is hidden in all of them.
    """
    names = masking.names_in(one.body for one in found.messages if one.author == Author.CARER)
    mask: Mask = str if show else partial(masking.masked, known=names)
    url = f"{HERE}/conversations/{found.conversation.id}"
    return Page(
        title=f"Conversation of {moment(found.conversation.opened_at)}",
        channel=CHANNELS[found.conversation.channel],
        language=languages.title(found.conversation.language) if found.conversation.language else "",
        turns=_turns(found, mask, now),
        warning=", ".join(found.warnings),
        shows_who=show,
        unmask_url=f"{url}/unmask",
        judge_url=f"{url}/judge",
    )


def _turns(found: Transcript, mask: Mask, now: datetime) -> list[Turn]:
    talk = found.conversation
    by_text = talk.channel == Channel.SMS
    dated = [(message.at, _turn(message, found.asks.get(message.id), mask, by_text)) for message in found.messages]
    for call in found.calls:
        dated += [(at, _event(entry, mask)) for at, entry in events(call, found.seen_by, now)]
    in_order = sorted(dated, key=lambda pair: pair[0])
    return [replace(turn, at=_second(at, talk.opened_at)) for at, turn in in_order]


def _second(at: datetime, opened_at: datetime) -> str:
    """A moment to the second, with its day where that is not the day on which the conversation began."""
    local = at.astimezone(clock.UK)
    day = "" if local.date() == opened_at.astimezone(clock.UK).date() else f"{local:%a} {local.day} {local:%b}, "
    return f"{day}{local:%H:%M:%S}"


def _event(entry: Entry, mask: Mask) -> Turn:
    shown = Entry(entry.at, mask(entry.words), entry.alarm)
    return Turn("", "", "", "event", [], "", "", None, "", [], "", shown, "")


def _turn(message: Message, ask: Ask | None, mask: Mask, by_text: bool) -> Turn:
    is_carers = message.author == Author.CARER
    kept = message.heard or {}
    matched = [mask(one["matched"]) for one in kept.get("findings", []) if one["matched"]]
    return Turn(
        id=str(message.seq),
        at="",
        who=_who(message),
        side="carer" if is_carers else "ours line--staff" if message.author == Author.STAFF else "ours",
        parts=marked(mask(message.body) or "No words.", matched),
        said="" if is_carers else _kind(message.kind),
        delivery=DELIVERIES[message.delivery] if by_text and message.delivery else "",
        heard=_heard(kept, mask) if kept else None,
        not_kept=NOT_KEPT if is_carers and not kept else "",
        understood=_understood(message.understood),
        asked=_asked(ask) if ask else "",
        event=None,
        propose_url=f"{HERE}/messages/{message.id}/propose" if is_carers else "",
    )


def _who(message: Message) -> str:
    """Who spoke. Which colleague it was is not the reviewer's question."""
    names = {Author.CARER: "Carer", Author.STAFF: "A member of staff", Author.NIGHTLIGHT: "Nightlight"}
    return names[Author(message.author)]


def _kind(kind: str | None) -> str:
    """Which approved text it is, by its name in data/replies, domain.yml, data/guides or data/triage."""
    if kind is None or kind == "staff":
        return "Written by a person"
    by, _, topic = kind.partition(":")
    return (
        f"{_BY.get(by, by.capitalize())}: {category(topic) if by == 'instruction' else topic}"
        if topic
        else (f"Approved text: {kind}")
    )


def _heard(kept: Mapping[str, Any], mask: Mask) -> Heard:
    return Heard(
        decision=_DECISIONS[Decision(kept["decision"])],
        danger=_percent(kept["danger"]),
        words=category(kept["words"]) if kept["words"] else "",
        rules=[_rule(one, mask) for one in kept["findings"]],
        likely=[(category(code), _percent(share)) for code, share in _best(kept["likely"])],
        failed=kept["failed"],
    )


def _rule(one: Mapping[str, str], mask: Mask) -> Rule:
    by_phrase = f"the phrase “{one['phrase']}” on “{mask(one['matched'])}”"
    how = one["phrase"] if one["source"] == LEARNED else by_phrase
    return Rule(urgency(one["priority"]) if one["priority"] in Priority else None, category(one["category"]), how)


def _best(likely: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The database keeps no order."""
    yield from sorted(likely.items(), key=lambda pair: -pair[1])


def _understood(kept: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    if not kept:
        return []
    ranking = kept["ranking"] or [[kept["intent"], kept["confidence"]]]
    return [(need(name), _percent(share)) for name, share in ranking]


def _asked(ask: Ask) -> str:
    dangers = ", ".join(category(one["category"]) for one in ask.heard.get("dangers", []))
    became = _OUTCOMES.get(ask.outcome or "", "It is open.")
    if (ask.outcome, ask.otherwise) == (AskOutcome.UNANSWERED, Otherwise.CALL_BACK):
        became = "Nobody answered, and somebody was asked to ring."
    return f"Asked whether a nurse is needed because of {dangers or 'too little to go by'}. {became}"


def _percent(share: float) -> str:
    """A probability as a whole percentage; what rounds to none is still more than nothing."""
    whole = round(share * 100)
    return "under 1%" if share > 0 and whole == 0 else f"{whole}%"
