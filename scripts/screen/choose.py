"""Chooses how sure the learned screen must be to page and to ask, on the tenth of the messages that it was not taught.

python -m scripts.screen.choose       in the API's own environment, because phrases have a part in the decision
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Any

import yaml

from scripts.screen.messages import NOTHING, Labelled, read, split
from scripts.screen.paths import CARD, write_card

# Of messages that are nobody's crisis, so many may page and so many may be asked about.
PAGES, ASKS = 0.05, 0.095
WITH_PHRASE = 0.2  # A phrase is believed unless the learned screen finds it less likely than this.
STEPS = [round(0.01 * step, 2) for step in range(1, 100)]


@dataclass(frozen=True)
class Judged:
    """One message that was kept apart: whether it is a danger, whether a phrase fires, how likely danger sounds.

    `whole` counts what is only asked about, too: beside a phrase it is no doubt.
    """

    is_danger: bool
    has_phrase: bool
    danger: float
    whole: float


def detectors() -> tuple[Any, Any, Any]:
    """The protocol, the phrases' reading of a message, and the learned screen."""
    os.environ.setdefault("NIGHTLIGHT_ENVIRONMENT", "development")
    from api.triage.learned import LearnedScreen
    from api.triage.rules import screen
    from api.triage.service import load

    return load(CARD.parents[1]), screen, LearnedScreen(CARD.parent)


def judged(protocol: Any, screen: Any, learned: Any) -> list[Judged]:
    """Every message that was kept apart, through both detectors."""
    return [_judge(one, protocol, screen, learned) for one in split(read())[1]]


def _judge(one: Labelled, protocol: Any, screen: Any, learned: Any) -> Judged:
    from api.triage import grading

    heard = learned.hear(one.text)
    danger = grading.split(heard, protocol.categories)[0]
    return Judged(one.labels != (NOTHING,), bool(screen(one.text, protocol).findings), danger, heard.danger)


def floor_of(protocol: Any, learned: Any) -> float:
    """Under the least dangerous of all examples that phrases must hear, rounded down: no such example is left alone."""
    surely = [category for category in protocol.categories.values() if not category.asks_first]
    hits = [hit for category in surely for phrase in category.phrases for hit in phrase.hit]
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


def choose(found: list[Judged], floor: float) -> tuple[dict[str, float], dict[str, float]]:
    """The thresholds that reach most dangers within what is allowed, and what they gave."""
    grave, quiet = ([one for one in found if one.is_danger == wanted] for wanted in (True, False))
    page = min((step for step in STEPS if paged(quiet, step, WITH_PHRASE) <= PAGES), default=STEPS[-1])
    with_phrase = min(WITH_PHRASE, page)
    ask = min(page, min((step for step in STEPS if reached(quiet, step, floor) <= PAGES + ASKS), default=page))
    chosen = {
        "page_at": page,
        "ask_at": ask,
        "phrase_asks_at": floor,
        "page_with_phrase_at": max(with_phrase, floor),
        "page_if_unanswered_at": round((ask + page) / 2, 3),
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
    chosen, figures = choose(judged(protocol, screen, learned), floor_of(protocol, learned))
    write_card({**card, **chosen, "figures": figures, "labels": card["labels"]})
    print(chosen, figures)


if __name__ == "__main__":
    main()
