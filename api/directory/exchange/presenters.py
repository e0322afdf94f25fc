"""An import as an operator reads it: what is new, changed, left, retired, in the way, or wrong."""

from collections.abc import Iterator

from api.directory.exchange.gathering import Gathered
from api.directory.exchange.rules import Changed, Entry, Plan

_LONGEST = 200  # Letters of one value.
_MOST_TERMS = 30


def told(gathered: Gathered, plan: Plan, skip_bad: bool) -> Iterator[str]:
    """Every line about an import, the counts last. What a feed says cannot move the cursor of whoever reads it."""
    for line in _lines(gathered, plan, skip_bad):
        yield "".join(letter if letter.isprintable() else " " for letter in line)


def _lines(gathered: Gathered, plan: Plan, skip_bad: bool) -> Iterator[str]:
    yield from _entries("added", plan.added)
    for one in plan.changed:
        yield from _changed(one)
    yield from _entries("retired", plan.retired)
    for clash in plan.clashes:
        entry = clash.entry
        yield f"{'in the way':<11} {entry.code}  {entry.name}: {clash.other.code} is there, and stays as it is"
    for fault in gathered.faults:
        yield f"{'left out' if skip_bad else 'wrong':<11} {fault.where}: {fault.field} {fault.words}"
    if gathered.faults and gathered.unread is None:
        yield "Nothing is retired, because nobody can tell which records are wrong."
    yield from _unknown(gathered)
    yield _counts(gathered, plan)


def _entries(word: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    for one in entries:
        yield f"{word:<11} {one.code}  {one.name}"


def _changed(changed: Changed) -> Iterator[str]:
    yield f"{'changed':<11} {changed.entry.code}  {changed.entry.name}"
    for one in changed.changes:
        yield f"              {one.field}: {_short(one.old)} -> {_short(one.new)}"


def _short(value: str) -> str:
    if not value:
        return "(nothing)"
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _unknown(gathered: Gathered) -> Iterator[str]:
    """The feed's terms that stand for none of our needs, the most frequent first."""
    for term, times in gathered.unknown.most_common(_MOST_TERMS):
        yield f"{'no need':<11} {term[:_LONGEST]} ({times})"
    if (left := len(gathered.unknown) - _MOST_TERMS) > 0:
        yield f"{'no need':<11} and {left} more terms"


def _counts(gathered: Gathered, plan: Plan) -> str:
    bad = len({fault.where for fault in gathered.faults})
    counts = {
        "added": len(plan.added),
        "changed": len(plan.changed),
        "left as they are": len(plan.left),
        "retired": len(plan.retired),
        "in the way": len(plan.clashes),
        "wrong": bad,
        "that meet no need of ours": gathered.needless,
        "that are not active there": gathered.inactive,
    }
    return ", ".join(f"{number} {word}" for word, number in counts.items()) + "."
