"""A review in words: what was said, what may be answered, what waits for whom."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.console.presenters import count, length, when
from api.conversations.models import Message
from api.conversations.rules import Author
from api.masking import service as masking
from api.review.judging.models import Assignment, Review
from api.review.judging.rules import Answer, Net, Round
from api.review.judging.sampling.rules import Why
from api.triage import service as triage
from api.triage.rules import Priority

QUEUE, LEDGER = "/console/review/queue", "/console/review/ledger"
_SHORT = 60  # Characters of a message in a list to choose from.
_SPEAKERS = {Author.CARER: "Carer", Author.NIGHTLIGHT: "Nightlight", Author.STAFF: "Staff"}
_YES_NO = {"yes": "Yes", "no": "No"}
ANSWERS: Mapping[str, str] = {
    Answer.YES: "Yes",
    Answer.PARTLY: "Partly",
    Answer.NO: "No",
    Answer.NOT_APPLICABLE: "Does not apply",
}
NETS: Mapping[str, str] = {
    Net.GIVEN: "Yes",
    Net.NOT_GIVEN: "No, and they should have been",
    Net.NOT_NEEDED: "It was not needed",
}
ROUNDS = {
    Round.FIRST: "First reader",
    Round.SECOND: "Second reader",
    Round.ADJUDICATION: "To settle what two readers do not agree about",
}
WHYS = {
    Why.RED: "There was an urgent call for help. All of these are reviewed.",
    Why.HANDED_OVER: "A person took over, or was asked to. All of these are reviewed.",
    Why.NOT_HELPED: "The carer said afterwards that it did not help. All of these are reviewed.",
    Why.SHARE: "It was drawn by chance.",
}
NOT_DRAWN = "It was not drawn. What you say counts for the ledger of misses, and not for its shares."
type Choice = dict[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One message, with who is in it hidden."""

    id: str
    who: str
    at: str
    body: str
    is_carers: bool


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one reader said, for whoever settles it."""

    who: str
    should: str
    answers: list[tuple[str, str]]
    note: str


@dataclass(frozen=True, slots=True)
class Item:
    """One review of the queue. `late`: in words, if it is."""

    id: UUID
    url: str
    title: str
    round: str
    who: str
    due: str
    late: str
    hard: bool


def judge_url(conversation_id: UUID) -> str:
    """Where a conversation is reviewed."""
    return f"/console/review/conversations/{conversation_id}/judge"


def transcript_url(conversation_id: UUID) -> str:
    """Where a conversation is read as a whole, with what the line understood."""
    return f"/console/review/conversations/{conversation_id}"


def lines(messages: Sequence[Message], names: frozenset[str], now: datetime) -> list[Line]:
    """A stretch, compact. `names`: those that are plain anywhere in the conversation."""
    return [_line(one, names, now) for one in messages]


def _line(message: Message, names: frozenset[str], now: datetime) -> Line:
    return Line(
        id=str(message.id),
        who=_SPEAKERS[Author(message.author)],
        at=when(message.at, now),
        body=masking.masked(message.body, names),
        is_carers=message.author == Author.CARER,
    )


def since_choices(said: Sequence[Line]) -> list[Choice]:
    """The carer's messages, to choose from."""
    carers = [{"value": one.id, "text": f"{one.at} {_short(one.body)}"} for one in said if one.is_carers]
    return [{"value": "", "text": "Choose a message"}, *carers]


def _short(words: str) -> str:
    words = " ".join(words.split()) or "(no words)"
    return words if len(words) <= _SHORT else f"{words[:_SHORT].rstrip()}…"


def priorities() -> list[Choice]:
    """How urgent it may have been."""
    targets = triage.protocol().targets
    return [{"value": one.value, "text": f"{one.value}: {targets[one].title}"} for one in Priority]


def choices() -> dict[str, list[Choice]]:
    """What may be answered to the questions that have the same answers on every form."""
    offered: list[tuple[str, Mapping[str, str]]] = [("yes_no", _YES_NO), ("answers", ANSWERS), ("nets", NETS)]
    return {name: [{"value": value, "text": words} for value, words in said.items()] for name, said in offered}


def opinions(reviews: Iterable[Review], messages: Sequence[Message], now: datetime) -> list[Opinion]:
    """What the readers before said."""
    at = {one.id: when(one.at, now) for one in messages}
    return [_opinion(one, at) for one in reviews]


def _opinion(review: Review, at: dict[UUID, str]) -> Opinion:
    should = "Nobody had to be called"
    if review.should_have_escalated and review.priority:
        since = at.get(review.since_message_id, "") if review.since_message_id else ""
        should = f"A person should have been called, {review.priority}{f', from the message of {since}' * bool(since)}"
    answers = [
        ("Right", ANSWERS[Answer(review.answer_right)]),
        ("Kind", ANSWERS[Answer(review.answer_kind)]),
        ("Complete", ANSWERS[Answer(review.answer_complete)]),
        ("Told what to watch for", NETS[Net(review.safety_net)]),
        ("Safeguarding concern", "Yes" if review.safeguarding else "No"),
    ]
    return Opinion(ROUNDS[Round(review.round)], should, answers, review.note)


def why(reason: str, chosen: bool) -> str:
    """Why it is reviewed, in words."""
    return WHYS[Why(reason)] if chosen else NOT_DRAWN


def items(given: Iterable[Assignment], now: datetime) -> list[Item]:
    """What waits to be reviewed."""
    return [_item(one, now) for one in given]


def _item(given: Assignment, now: datetime) -> Item:
    ended, is_late = given.stretch.ended_at, given.is_open and given.due_at <= now
    return Item(
        id=given.id,
        url=judge_url(given.conversation_id),
        title=f"Conversation of {when(ended, now)}",
        round=ROUNDS[Round(given.round)],
        who=given.reviewer.name,
        due=f"Due {when(given.due_at, now)}",
        late=f"Late by {length(now - given.due_at)}" if is_late else "",
        hard=given.hard,
    )


def summary(mine: Sequence[Item]) -> str:
    """How much there is to do."""
    late = sum(bool(one.late) for one in mine)
    return f"{count(len(mine), 'conversation', 'conversations')} for you to review, {late} late"
