"""From what the two detectors heard to what is done: page a nurse, ask one plain question, or neither. Pure.

Phrases and the learned screen are independent. A phrase that the learned screen finds unlikely to be meant ("could not
wake him, he is fifteen and it is Saturday") is asked about, and pages a nurse unless the carer says no. Only where it
is surer that nothing is meant than of any example that a clinician gave for a phrase does a phrase lead to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.triage.rules import Category, Finding, Screening

LEARNED = "learned"  # The `source` of what only the learned screen heard.
_SOMEBODY = "human_request"
_ALSO = 0.2  # A second category is told to the nurse from this share of the danger on.


class Decision(StrEnum):
    """What a message leads to, the most first."""

    PAGE = "page"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the learned screen made of a message: how likely danger is, and each category's share of it, best first."""

    danger: float
    categories: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How likely danger must be, in the learned screen's own calibrated reckoning.

    Below `floor` a phrase is not meant; from `with_phrase` on it pages at once. From `strong` on, an ask without an
    answer becomes a page.
    """

    page: float
    ask: float
    strong: float
    with_phrase: float
    floor: float


HEARD_NOTHING, NEVER = Heard(0.0, ()), Thresholds(1.0, 1.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Grade:
    """What is done about a message. `findings`: most urgent first; for ASK, what there might be."""

    decision: Decision
    findings: tuple[Finding, ...]
    danger: float
    truncated: bool = False
    strong: bool = False  # An ask that must become a page if nobody answers it.
    failed: bool = False  # One of the detectors broke on this message: a person must read it.


def grade(screening: Screening, heard: Heard, thresholds: Thresholds, categories: Mapping[str, Category]) -> Grade:
    """Put both detectors together. `categories` are the protocol's."""
    danger, silence = split(heard, categories)
    meant = [
        one for one in screening.findings if heard.danger >= thresholds.floor or categories[one.category].asks_first
    ]
    decision = _decision(bool(meant) and heard.danger >= thresholds.with_phrase, bool(meant), danger, thresholds)
    if decision == Decision.NONE and silence >= thresholds.page:
        decision = Decision.ASK
    known = {finding.category for finding in meant}
    likely = _likely(heard, categories) if danger >= thresholds.ask or not meant else []
    more = [finding for finding in likely if finding.category not in known]
    findings = tuple(sorted((*meant, *more), key=lambda finding: finding.priority.rank))
    strong = bool(meant) or danger >= thresholds.strong
    return Grade(decision, findings if decision != Decision.NONE else (), danger, screening.truncated, strong)


def split(heard: Heard, categories: Mapping[str, Category]) -> tuple[float, float]:
    """How likely danger is, and how likely it is only somebody who says next to nothing or is not meant for us.

    "who are you" and "N" sound like a broken-off call to a model that knows no conversation: that is asked about.
    """
    unsure = sum(share for code, share in heard.categories if code in categories and categories[code].asks_first)
    return heard.danger * (1 - unsure), heard.danger * unsure


def _decision(is_believed: bool, has_phrase: bool, danger: float, thresholds: Thresholds) -> Decision:
    if danger >= thresholds.page or is_believed:
        return Decision.PAGE
    return Decision.ASK if has_phrase or danger >= thresholds.ask else Decision.NONE


def _likely(heard: Heard, categories: Mapping[str, Category]) -> list[Finding]:
    """The categories that the learned screen names, the likeliest always among them."""
    named = [pair for place, pair in enumerate(heard.categories) if place == 0 or pair[1] >= _ALSO]
    # A category that the protocol does not have is a danger all the same: then somebody must talk with the carer.
    codes = [(code if code in categories else _SOMEBODY, share) for code, share in named]
    found = [_finding(categories[code], heard.danger * share) for code, share in dict(reversed(codes)).items()]
    return sorted(found, key=lambda finding: finding.priority.rank)


def _finding(category: Category, likely: float) -> Finding:
    return Finding(
        category=category.code,
        title=category.title,
        group=category.group,
        priority=category.priority,
        about=category.about,
        phrase=f"learned screen ({likely:.2f})",
        matched="",  # It judges the whole message; no words of it are to be marked.
        source=LEARNED,
    )
