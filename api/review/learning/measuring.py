"""What a data directory and a model make of the evaluation's lines: the figures of `make eval`, before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.conversations import rules as conversations
from api.errors import Invalid
from api.review import rules as review
from api.review import service
from api.review.learning import rules
from api.review.learning.changing import MISSES
from api.review.learning.schemas import Line
from api.review.schemas import Decided
from api.triage.rules import Protocol

SETS = ("evaluation/crises.jsonl", "evaluation/everyday.jsonl")
_UNASKED: Mapping[str, Any] = {"intent": "", "ranking": []}
_EVERY = 100  # Lines between two words about how far it is.
type Say = Callable[[str], None]


def lines(data: Path, quick: int = 0) -> list[Line]:
    """The lines of every set, and all misses. `quick`: so many of each set, spread evenly; 0: all."""
    sets = [_read(data / name) for name in SETS]
    misses = _read(data / MISSES) if (data / MISSES).exists() else []
    return [
        one for found in sets for one in (found[:: max(1, len(found) // quick)][:quick] if quick else found)
    ] + misses


def _read(path: Path) -> list[Line]:
    try:
        return [Line.model_validate_json(row) for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
    except (OSError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from None


def understood(messages: Sequence[Line], model: Path, quick: int) -> list[Mapping[str, Any]]:
    """What the assistant makes of each line. Where only a quick look is wanted it is not asked."""
    if quick:
        return [_UNASKED] * len(messages)
    return service.understand([message.text for message in messages], model)


def decided(messages: Sequence[Line], found: Sequence[Mapping[str, Any]], by: Protocol, say: Say) -> Iterator[Decided]:
    """What the line would do about each, going by a protocol."""
    for number, (message, one) in enumerate(zip(messages, found, strict=True), start=1):
        yield service.decide(message, one, by)
        if number % _EVERY == 0:
            say(f"{number} of {len(messages)} lines")


def figures(
    messages: Sequence[Line], before: Sequence[Decided], after: Sequence[Decided]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The summaries of before and after, and what differs line by line."""
    return review.summary(messages, before), review.summary(messages, after), rules.compared(messages, before, after)


def plain(message: str) -> str:
    """A message as the line reads it."""
    return conversations.clean(message)[0]
