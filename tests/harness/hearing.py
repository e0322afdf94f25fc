"""A learned screen that hears what a test says it hears, so that a story about asking does not hang on a score."""

from dataclasses import dataclass, field

import pytest

from api.triage import screening
from api.triage.grading import Heard, Thresholds

PAGE, ASK, STRONG, WITH_PHRASE, FLOOR, NAMED = 0.9, 0.4, 0.6, 0.1, 0.03, 0.8


@dataclass
class Hearing:
    """Stands in for `LearnedScreen`. What is not in `heard` is nothing, but contradicts no phrase either."""

    heard: dict[str, Heard] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(PAGE, ASK, STRONG, WITH_PHRASE, FLOOR, NAMED))

    def readings(self, message: str, *, closely: bool = True) -> list[Heard]:
        """As `api.triage.learned.LearnedScreen.readings`, of which there is one."""
        return [self.heard.get(message, Heard(WITH_PHRASE, ()))]

    def may_be(self, message: str, danger: float, category: str) -> None:
        """From now on this message sounds so dangerous, and like this category."""
        self.heard[message] = Heard(danger, ((category, 1.0),))


def put_in(monkeypatch: pytest.MonkeyPatch) -> Hearing:
    """Put one in place of the real screen, until the test ends."""
    hearing = Hearing()
    monkeypatch.setattr(screening, "learned", lambda: hearing)
    return hearing
