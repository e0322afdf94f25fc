"""Chooses how sure the learned screen must be to page and to ask, on the tenth of the messages that it was not taught.

python -m scripts.screen.choose       in the API's own environment, because phrases have a part in the decision
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import yaml

from scripts.screen.messages import EVERYDAY, Labelled, read, split
from scripts.screen.paths import CARD, write_card


@dataclass(frozen=True)
class Allowed:
    """The shares of messages that are nobody's crisis which may page, and which may do that or be asked about."""

    pages: float
    reached: float


# Of the messages kept apart, which are harder than the development set: so much of them is what the aims allow of that.
LOOK_ALIKES, EVERYDAYS = Allowed(0.062, 0.196), Allowed(0.008, 0.036)
WITH_PHRASE = 0.2  # A phrase is believed unless the learned screen finds it less likely than this.
NAMED_RIGHTLY = 0.9
EVERYDAY_COUNTS = 6.0
WEIGHTS = ("meaning_weight", "letters_weight", "everyday_weight", "offset")
# From how likely a danger on a message is read in other ways, too, and what is then left out, in log odds that it is
# talk of other things: an end by the marks of its words; a sentence at an end by these and by what it is
# when it is read by itself.
READING = {
    "doubt_from": 0.01,
    "talk_at": -1.5,
    "matter_at": -1.5,
    "talk_apart": 1.5,
    "aside_marked_at": -5.0,
    "aside_talk_at": 2.0,
    "aside_danger_at": 0.02,
}
STEPS = [round(0.01 * step, 2) for step in range(1, 100)]


@dataclass(frozen=True)
class Judged:
    """One message that was kept apart: whether it is a danger, whether a phrase fires, how likely danger sounds.

    `whole` counts what is only asked about, too: beside a phrase it is no doubt. `share`: of the danger, how much
    sounds like the likeliest category; `is_named`: that is one of those that the message raises.
    """

    is_danger: bool
    is_everyday: bool
    has_phrase: bool
    danger: float
    whole: float
    share: float = 0.0
    is_named: bool = False


def detectors() -> tuple[Any, Any, Any]:
    """The protocol, the phrases' reading of a message, and the learned screen."""
    os.environ.setdefault("NIGHTLIGHT_ENVIRONMENT", "development")
    from api.triage.learned import LearnedScreen
    from api.triage.rules import screen
    from api.triage.service import load

    return load(CARD.parents[1]), screen, LearnedScreen(CARD.parent)


def weigh(learned: Any) -> dict[str, float]:
    """How much each sign of a message counts: logistic regression on the messages kept apart.

    An everyday message counts more than others do: whoever asks for a blue badge must not be asked about their safety.
    """
    from api.triage.reading import plain

    apart = split(read())[1]
    first = [next(learned.signs(plain(one.text))) for one in apart]
    signs = np.array([[one.meaning, one.letters, one.everyday, 1.0] for one in first])
    counts = np.array([EVERYDAY_COUNTS if one.labels == (EVERYDAY,) else 1.0 for one in apart])
    found = _regress(signs, np.array([float(one.is_danger) for one in apart]), counts)
    chosen = dict(zip(WEIGHTS, (round(float(one), 3) for one in found)))
    learned.card = learned.card.model_copy(update=chosen)
    return chosen


def _regress(signs: Any, wanted: Any, counts: Any, steps: int = 30) -> Any:
    """Newton's method, with a little pull to zero."""
    weights = np.zeros(signs.shape[1])
    for _ in range(steps):
        likely = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (counts * (likely - wanted)) + 1e-3 * weights
        bend = (signs * (counts * likely * (1 - likely))[:, None]).T @ signs + 1e-3 * np.eye(len(weights))
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def judged(protocol: Any, screen: Any, learned: Any) -> list[Judged]:
    """Every message that was kept apart, through both detectors."""
    return [_judge(one, protocol, screen, learned) for one in split(read())[1]]


def _judge(one: Labelled, protocol: Any, screen: Any, learned: Any) -> Judged:
    from api.triage import grading

    readings = learned.readings(one.text)
    heard = max(readings, key=lambda each: each.danger)
    danger = max(grading.split(each, protocol.categories, learned.card.certain_at)[0] for each in readings)
    has_phrase = bool(screen(one.text, protocol).findings)
    likeliest, share = heard.categories[0] if heard.categories else ("", 0.0)
    return Judged(
        one.is_danger, one.labels == (EVERYDAY,), has_phrase, danger, heard.danger, share, likeliest in one.labels
    )


def floor_of(protocol: Any, learned: Any) -> float:
    """Under the least dangerous of all examples that phrases must hear, rounded down: no such example is left alone.

    Those of phrases that are acted on whatever it finds need no floor.
    """
    surely = [category for category in protocol.categories.values() if not category.asks_first]
    doubted = [one for category in surely for one in category.phrases if not (one.believed or one.asked)]
    hits = [hit for phrase in doubted for hit in phrase.hit]
    least = min(learned.hear(hit).danger for hit in hits)
    return math.floor(least * 100) / 100


def paged(found: list[Judged], page: float, with_phrase: float) -> float:
    """The share of these that pages."""
    hits = sum(one.danger >= page or (one.has_phrase and one.whole >= with_phrase) for one in found)
    return hits / max(1, len(found))


def reached(found: list[Judged], ask: float, floor: float) -> float:
    """The share of these that is at least asked about."""
    hits = sum(one.danger >= ask or (one.has_phrase and one.whole >= floor) for one in found)
    return hits / max(1, len(found))


def name_at(found: list[Judged], page: float) -> float:
    """The share of the danger from which on the category that a guess names is right nine times in ten."""
    guesses = [one for one in found if one.is_danger and one.danger >= page]
    for step in STEPS:
        named = [one for one in guesses if one.share >= step]
        if named and sum(one.is_named for one in named) / len(named) >= NAMED_RIGHTLY:
            return step
    return STEPS[-1]


def _least(steps: Iterator[float]) -> float:
    return next(steps, STEPS[-1])


def choose(found: list[Judged], floor: float) -> tuple[dict[str, float], dict[str, float]]:
    """The thresholds that reach most dangers within what is allowed, and what they gave."""
    grave = [one for one in found if one.is_danger]
    quiet = [one for one in found if not one.is_danger]
    kinds = [
        (LOOK_ALIKES, [one for one in quiet if not one.is_everyday]),
        (EVERYDAYS, [one for one in quiet if one.is_everyday]),
    ]
    page = _least(step for step in STEPS if all(paged(some, step, WITH_PHRASE) <= one.pages for one, some in kinds))
    with_phrase = min(WITH_PHRASE, page)
    ask = _least(step for step in STEPS if all(reached(some, step, floor) <= one.reached for one, some in kinds))
    ask = min(ask, page)
    chosen = {
        "page_at": page,
        "ask_at": ask,
        "phrase_asks_at": floor,
        "page_with_phrase_at": max(with_phrase, floor),
        "page_if_unanswered_at": round((ask + page) / 2, 3),
        "name_at": name_at(found, page),
    }
    figures = {
        "kept_apart": float(len(found)),
        "recall_page": round(paged(grave, page, with_phrase), 4),
        "recall_page_or_ask": round(reached(grave, ask, floor), 4),
        "false_pages": round(paged(quiet, page, with_phrase), 4),
        "false_pages_or_asks": round(reached(quiet, ask, floor), 4),
    }
    return chosen, figures


def main() -> None:
    card = yaml.safe_load(CARD.read_text(encoding="utf-8"))
    protocol, screen, learned = detectors()
    weights = weigh(learned)
    # In doubt up to any threshold that may be chosen: one that the card holds already must not decide.
    learned.card = learned.card.model_copy(update={**READING, "page_at": STEPS[-1]})
    chosen, figures = choose(judged(protocol, screen, learned), floor_of(protocol, learned))
    chosen |= weights | READING
    write_card({**card, **chosen, "figures": figures, "labels": card["labels"]})
    print(chosen, figures)


if __name__ == "__main__":
    main()
