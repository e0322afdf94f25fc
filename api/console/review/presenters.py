"""What was found, in words, and what can be searched by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from api import clock
from api.console.board.presenters import OUTCOMES
from api.console.conversation.presenters import Part
from api.console.presenters import CHANNELS, Urgency, category, count, urgency
from api.conversations.languages import service as languages
from api.people.models import Team
from api.review.reading.models import ConversationFacts, SavedSearch
from api.review.reading.rules import ASKED, NOT_UNDERSTOOD, PAGED, PERSON, Filters, typed
from api.review.reading.service import Hit
from api.review.reading.transcript import service as transcripts
from api.triage import service as triage
from api.triage.rules import Priority

HERE = "/console/review"
HAPPENED = {
    "person": "A person took over",
    "paged": "A nurse was paged",
    "asked": "Asked whether a nurse is needed",
    "not_understood": "Not understood",
}
_MARKS = {PERSON: HAPPENED["person"], PAGED: HAPPENED["paged"], ASKED: HAPPENED["asked"]}
_START, _STOP = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation that was found. `warning`: what is hard to read in it; then its words open when one chooses."""

    id: str
    url: str
    title: str
    urgency: Urgency | None
    needs: str
    became: str
    length: str
    snippet: list[Part]
    warning: str


@dataclass(frozen=True, slots=True)
class Saved:
    """A search that is kept."""

    id: str
    name: str
    url: str


def moment(at: datetime) -> str:
    """A moment on a UK clock with its day and year: reviews look far back."""
    local = at.astimezone(clock.UK)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def row(hit: Hit, snippet: str) -> Row:
    """One conversation in words. `snippet`: masked, with what was looked for between two marks."""
    facts = hit.facts
    return Row(
        id=str(facts.conversation_id),
        url=f"{HERE}/conversations/{facts.conversation_id}",
        title=f"{CHANNELS[facts.channel]}, {moment(facts.opened_at)}",
        urgency=_most_urgent(facts),
        needs=", ".join(need(code) for code in _of(facts, "need") if code not in NOT_UNDERSTOOD) or "None understood",
        became=_became(facts),
        length=count(facts.messages, "message", "messages"),
        snippet=_parts(snippet),
        warning=", ".join(transcripts.warnings(facts.marks)),
    )


def need(code: str) -> str:
    """A need, or another intent, as one writes it."""
    return code.replace("_", " ").capitalize()


def _of(facts: ConversationFacts, kind: str) -> list[str]:
    return [code for by, _, code in (mark.partition(":") for mark in facts.marks) if by == kind and code]


def _most_urgent(facts: ConversationFacts) -> Urgency | None:
    found = [code for code in _of(facts, "priority") if code in Priority]
    return urgency(min(found, key=lambda code: Priority(code).rank)) if found else None


def _became(facts: ConversationFacts) -> str:
    """What came of it, most telling first."""
    dangers = [category(code) for code in _of(facts, "category")]
    outcomes = [OUTCOMES.get(code, code) for code in _of(facts, "outcome")]
    happened = [words for mark, words in _MARKS.items() if mark in facts.marks]
    missed = [HAPPENED["not_understood"]] if set(_of(facts, "need")) & set(NOT_UNDERSTOOD) else []
    return ". ".join([*dangers, *happened, *outcomes, *missed]) or "Nothing more than answers"


def _parts(snippet: str) -> list[Part]:
    parts = []
    for number, piece in enumerate(snippet.split(_START)):
        inside, _, after = piece.partition(_STOP) if number else ("", "", piece)
        parts += [Part(inside, True), Part(after, False)]
    return [one for one in parts if one.text]


def choices(needs: Iterable[str], teams: Sequence[Team]) -> dict[str, list[dict[str, str]]]:
    """What each list of the form offers."""
    protocol = triage.protocol()
    urgencies = {code: f"{code} {protocol.targets[code].title}" for code in Priority}
    offered: dict[str, dict[str, str]] = {
        "channel": CHANNELS,
        "need": {code: need(code) for code in needs},
        "category": dict(sorted(((code, category(code)) for code in protocol.categories), key=lambda one: one[1])),
        "priority": {str(code): words for code, words in urgencies.items()},
        "outcome": OUTCOMES,
        "language": languages.titles(),
        "team": {team.code: team.name for team in teams},
    }
    return {name: _items(values) for name, values in offered.items()}


def _items(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": "", "text": "Any"}, *({"value": value, "text": text} for value, text in values.items())]


def saved(found: Iterable[SavedSearch]) -> list[Saved]:
    """The searches that are kept, each with the address that runs it."""
    return [Saved(str(one.id), one.name, f"{HERE}?{urlencode(one.filters)}") for one in found]


def summary(rows: Sequence[Row], more: bool) -> str:
    """How much was found."""
    shown = count(len(rows), "conversation", "conversations")
    return f"{shown}{', and older ones on the next page' if more else ''}. The newest stands first."


def address(filters: Filters, cursor: str | None) -> str:
    """The address of another page of the same search."""
    return f"{HERE}?{urlencode({**typed(filters), **({'cursor': cursor} if cursor else {})})}"
