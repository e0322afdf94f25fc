"""The needs in plain words, as data/dialogue/needs.yml has them, and which of them are offered or chosen."""

import os
import re
from functools import lru_cache
from pathlib import Path

import yaml
from rasa_sdk.interfaces import Tracker

from actions.turns import just_asked, ranking

OFFER = "utter_did_you_mean"
OFFERED = "offered"  # The slot: the two needs of the last offer, in the order in which they were put.
# Words that stand in many names and choose none.
_COMMON = frozenset(
    {"a", "an", "after", "and", "are", "before", "by", "for", "from", "how", "in", "is", "near", "of", "on", "one"}
    | {"off", "or", "our", "out", "the", "to", "up", "what", "when", "who", "you", "your"}
)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Each need (an intent) in plain words. Read once."""
    folder = Path(os.environ.get("NIGHTLIGHT_DATA_DIR") or Path(__file__).parents[1] / "data")
    loaded: dict[str, str] = yaml.safe_load((folder / "dialogue/needs.yml").read_text(encoding="utf-8"))["needs"]
    return loaded


def to_offer(tracker: Tracker) -> list[str]:
    """The two likeliest needs of the message that was answered wrongly, without the one that was answered.

    Messages that only say that an answer was wrong are passed over. Fewer than two: there is nothing to choose from.
    """
    for event in reversed(tracker.events):
        if event["event"] == "user" and _is_about_something(event):
            answered = event["parse_data"]["intent"]["name"]
            return [need for need in ranking(event) if need in names() and need != answered][:2]
    return []


def _is_about_something(event: dict[str, object]) -> bool:
    ranked = ranking(event)
    return bool(ranked) and ranked[0] not in ("not_that", "choice")


def chosen_by_words(tracker: Tracker) -> str | None:
    """The one of two needs that were just offered whose words the carer repeats. None: neither, or both alike."""
    if not just_asked(tracker.events, OFFER):
        return None
    said = _words(str((tracker.latest_message or {}).get("text") or ""))
    shared = [(len(said & _words(names()[need])), need) for need in tracker.get_slot(OFFERED) or []]
    shared.sort(reverse=True)
    return shared[0][1] if len(shared) == 2 and shared[0][0] > shared[1][0] else None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower())) - _COMMON
