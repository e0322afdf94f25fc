"""The same danger told another way is as grave: slips of the finger, no stops, politeness, something else around it.

How often a disturbance lowers what is done is on record in data/evaluation/recorded.yml, and may only become rarer.
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from api.review.service import read
from api.triage import screening
from api.triage.grading import Decision
from tests.guards.tree import ROOT

EVALUATION = ROOT / "data/evaluation"
RECORD: dict[str, Any] = yaml.safe_load((EVALUATION / "recorded.yml").read_text(encoding="utf-8"))
GRAVE = [one.text for one in read(EVALUATION / "crises.jsonl") if one.priority in ("emergency", "crisis")]
UNRELATED = (
    "we had fish and chips for tea.",
    "my neighbour has a new car.",
    "the clocks went back last month.",
    "ive paid the window cleaner.",
    "it said snow on the forecast.",
)
TRIALS = 2000
_WORSE = {Decision.PAGE: 2, Decision.ASK: 1, Decision.NONE: 0}


def slip(text: str, dice: random.Random) -> str:
    """One letter of one longer word dropped, doubled or swapped with the next."""
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    place = dice.choice(long)
    word, at = words[place], dice.randrange(1, len(words[place]) - 1)
    words[place] = dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )
    return " ".join(words)


DISTURBANCES: dict[str, Callable[[str, random.Random], str]] = {
    "a slip of the finger": slip,
    "no stops": lambda text, _: re.sub(r"[.,!?;:]", "", text),
    "capitals": lambda text, _: text.upper(),
    "small letters": lambda text, _: text.lower(),
    "a polite beginning": lambda text, _: f"Hello, I am so sorry to trouble you at this hour. {text}",
    "no fuss": lambda text, _: f"{text} I don't want to make a fuss",
    "something before": lambda text, dice: f"{dice.choice(UNRELATED)} {text}",
    "something after": lambda text, dice: f"{text} {dice.choice(UNRELATED)}",
}


def lowered() -> Counter[str]:
    """How many of the trials lowered the grade, by disturbance; the same trials every time.

    Not by hypothesis: what it draws changes with any constant anywhere in the program, and so would the figure.
    """
    found: Counter[str] = Counter()
    before: dict[str, Decision] = {}
    dice = random.Random(2026)
    for _ in range(TRIALS):
        text, name = dice.choice(GRAVE), dice.choice(sorted(DISTURBANCES))
        if text not in before:
            before[text] = screening.grade(text).decision
        if _WORSE[screening.grade(DISTURBANCES[name](text, dice)).decision] < _WORSE[before[text]]:
            found[name] += 1
    return found


def test_telling_it_another_way_seldom_lowers_what_is_done() -> None:
    found = lowered()
    assert found.total() / TRIALS <= RECORD["lowered"] + RECORD["tolerance"], found


def test_the_disturbances_disturb() -> None:
    dice = random.Random(1)
    for name, disturb in DISTURBANCES.items():
        assert disturb("He is Choking, and his whole face is turning purple.", dice) != (
            "He is Choking, and his whole face is turning purple."
        ), name


@pytest.mark.parametrize("message", ["no puls", "theres no pulce"])
def test_a_slip_in_a_life_and_death_word_does_not_lower_it_where_the_screen_doubts(message: str) -> None:
    assert screening.grade(message).decision is Decision.PAGE
