"""What the form of a proposal holds, and what is wrong with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from api.directory.reports.rules import Fault
from api.review.learning.rules import MOST, REASON_LIMIT, TEXT_LIMIT, Kind
from api.triage.schemas import PhraseFile

SHOULD = ("page", "ask")
DOUBTED = ("usual", "asked", "believed")  # What a phrase leads to where the learned screen doubts it.
_NO_SIGNS = frozenset("[]{}")  # The assistant's training file reads them as marks.


@dataclass(slots=True)
class Typed:
    """The form as it was sent. `first` and `last`: the marked words of the masked message, by number."""

    kind: str = ""
    first: str = ""
    last: str = ""
    label: str = ""
    service: str = ""
    wording: str = ""
    say: str = ""
    hits: str = ""
    near_misses: str = ""
    doubted: str = DOUBTED[0]
    should: str = SHOULD[0]
    why: str = ""
    errors: dict[str, str] = field(default_factory=dict)


def typed(sent: Mapping[str, str]) -> Typed:
    """What was sent, without what cannot be kept."""
    clean = {name: value.replace("\x00", "").replace("\r\n", "\n").strip() for name, value in sent.items()}
    form = Typed(hits=clean.get("hits", ""), near_misses=clean.get("near_misses", ""))
    for name in ("kind", "first", "last", "label", "service", "wording", "say", "doubted", "should", "why"):
        setattr(form, name, " ".join(clean.get(name, "").split()))
    return form


def lines(text: str) -> list[str]:
    """The messages of a field, one a line."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def mistakes(form: Typed, count: int, labels: Collection[str], records: Collection[str]) -> dict[str, str]:
    """What is missing or too long, by field. `count`: how many words the message has; `records`: of the directory."""
    found = {}
    if not _is_span(form, count):
        found["first"] = "Mark the words that this is about: the last cannot stand before the first"
    if form.label not in labels:
        found["label"] = "Choose what it is"
    if not form.wording:
        found["wording"] = "Write it in your own words"
    elif form.kind == Kind.TRAINING_LINE and _NO_SIGNS & set(form.wording):
        found["wording"] = "Leave out square and curly brackets"
    if form.kind == Kind.RED_FLAG_PHRASE:
        found |= _mistakes_in_phrase(form)
    if form.kind == Kind.DIRECTORY_FAULT:
        found |= _wrong_record(form, records)
    if not form.why:
        found["why"] = "Say why"
    return found | _too_long(form)


def _is_span(form: Typed, count: int) -> bool:
    both = [form.first, form.last]
    return all(one.isascii() and one.isdigit() for one in both) and int(both[0]) <= int(both[1]) < count


def _wrong_record(form: Typed, records: Collection[str]) -> dict[str, str]:
    if form.label == Fault.MISSING:
        return {"service": "A service that is missing has no record: choose none"} if form.service else {}
    return {} if form.service in records else {"service": "Choose the record that this is about"}


def _mistakes_in_phrase(form: Typed) -> dict[str, str]:
    found = {}
    if not form.say:
        found["say"] = "Write the words to listen for"
    for name, held in (("hits", lines(form.hits)), ("near_misses", lines(form.near_misses))):
        if not 1 <= len(held) <= MOST:
            found[name] = f"Write one to {MOST} messages, each on a line of its own"
    if form.wording and _bare(form.wording) in map(_bare, lines(form.hits)):
        found["wording"] = "Say it in other words than the examples below: it is what the phrase will be measured on"
    if form.doubted not in DOUBTED:
        found["doubted"] = "Choose what happens when the learned screen doubts it"
    if form.should not in SHOULD:
        found["should"] = "Choose what the line should have done"
    return found


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _too_long(form: Typed) -> dict[str, str]:
    limits = {"wording": TEXT_LIMIT, "say": TEXT_LIMIT, "hits": MOST * TEXT_LIMIT, "near_misses": MOST * TEXT_LIMIT}
    limits["why"] = REASON_LIMIT
    return {
        name: f"Shorten this to {limit} characters"
        for name, limit in limits.items()
        if len(getattr(form, name)) > limit
    }


def texts(form: Typed) -> dict[str, str]:
    """Whatever of the form would be kept, by field."""
    names: Sequence[str] = ("wording", "say", "hits", "near_misses", "why")
    return {name: getattr(form, name) for name in names if getattr(form, name)}


def phrase(form: Typed) -> PhraseFile | None:
    """The phrase, as a file of categories has it. None: it is a proposal of another kind."""
    if form.kind != Kind.RED_FLAG_PHRASE:
        return None
    return PhraseFile(
        say=form.say,
        hit=lines(form.hits),
        near_miss=lines(form.near_misses),
        believed=form.doubted == "believed",
        asked=form.doubted == "asked",
    )
