"""From what the two detectors heard to what is done: page a nurse, ask one plain question, or neither. Pure.

Phrases and the learned screen are independent. A phrase that the learned screen finds unlikely to be meant ("could not
wake him, he is fifteen and it is Saturday") is asked about, and pages a nurse unless the carer says no. Only where it
is surer that nothing is meant than of any example that a clinician gave for a phrase does a phrase lead to nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from api.triage.rules import Category, Finding, Priority, Screening

LEARNED = "learned"  # The `source` of what only the learned screen heard.
_SOMEBODY = "human_request"
_ALSO = 0.2  # A second category is told to the nurse from this share of the danger on,
_ALSO_A_LIFE = 0.1  # and a threat to life from this share on: the gravest that is likely leads.
CANNOT_WAIT = "cannot_wait"
_KEPT = 5  # So many of the learned screen's categories are kept for whoever reviews a message.
UNSURE = "something_wrong"  # Its instruction suits every danger; said where the learned screen alone heard one.
_ABOUT_A_PERSON = ("suicide_self_harm", "safeguarding")


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
    in_part: bool = False  # The message was so long that something of it was left out.


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How likely danger must be, in the learned screen's own calibrated reckoning.

    Below `floor` a phrase is not meant; from `with_phrase` on it pages at once. From `strong` on, an ask without an
    answer becomes a page. From `certain` on, a wish for a person is no longer asked about. `named`: the share of the
    danger from which on a guess brings the category's own words.
    """

    page: float
    ask: float
    strong: float
    with_phrase: float
    floor: float
    named: float = 1.0
    certain: float = 1.0


HEARD_NOTHING, NEVER = Heard(0.0, ()), Thresholds(1.0, 1.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Grade:
    """What is done about a message. `findings`: most urgent first; for ASK, what there might be.

    `words`: the category whose first instruction is said, and which variant of it.
    """

    decision: Decision
    findings: tuple[Finding, ...]
    danger: float
    words: tuple[str, str] = (UNSURE, "")
    truncated: bool = False
    strong: bool = False  # An ask that must become a page if nobody answers it.
    cannot_wait: bool = False  # The carer does not feel safe waiting: raises what is open, whatever else is meant.
    certain: bool = False  # The learned screen hardly doubts it.
    failed: bool = False  # One of the detectors broke on this message: a person must read it.
    likely: tuple[tuple[str, float], ...] = ()  # How likely each danger is in the learned screen's eyes, best first.


def grade(screening: Screening, heard: Heard, thresholds: Thresholds, categories: Mapping[str, Category]) -> Grade:
    """Put both detectors together. `categories` are the protocol's."""
    danger, silence = split(heard, categories, thresholds.certain)
    meant = [
        one
        for one in screening.findings
        if one.believed or one.asked or heard.danger >= thresholds.floor or categories[one.category].asks_first
    ]
    is_believed = any(one.believed or heard.danger >= thresholds.with_phrase for one in meant)
    decision = _decision(is_believed, bool(meant), danger, thresholds)
    if decision == Decision.NONE and silence >= thresholds.page:
        decision = Decision.ASK
    known = {finding.category for finding in meant}
    likely = _likely(heard, categories, alone=not meant) if danger >= thresholds.ask or not meant else []
    more = [finding for finding in likely if finding.category not in known]
    findings = tuple(sorted((*meant, *more), key=lambda finding: finding.priority.rank))
    strong = bool(meant) or danger >= thresholds.strong
    said = words(findings, thresholds.named, categories)
    truncated = screening.truncated or heard.in_part
    found = findings if decision != Decision.NONE else ()
    certain = heard.danger >= thresholds.certain
    best = tuple((code, heard.danger * share) for code, share in heard.categories[:_KEPT])
    return Grade(decision, found, danger, said, truncated, strong, certain=certain, likely=best)


def gravest(grades: Sequence[Grade]) -> Grade:
    """The one that leads to most; of several, the surest. `grades`: one at least."""
    order = list(Decision)
    return min(grades, key=lambda one: (order.index(one.decision), not one.strong, -one.danger))


def as_nothing(grade: Grade) -> Grade:
    """What sounds like a cry for help and is the answer that we asked for."""
    return replace(grade, decision=Decision.NONE, findings=())


def as_cry(grade: Grade, category: Category) -> Grade:
    """What says nothing by itself and may call for somebody all the same: it is asked about."""
    return replace(grade, decision=Decision.ASK, findings=(_finding(category, grade.danger, 1.0),))


def as_answer(grade: Grade, is_plain: bool, nurse_called: bool) -> Grade:
    """What a few words lead to when they follow a question of ours: "since this morning" alone would mean more.

    Only a guess is doubted so, and only if it is not certain. `is_plain`: they tell nothing new. If they do and a nurse
    has been called, it may be getting worse: then they count in full. In a guide we ask before we wake one.
    """
    if any(finding.source != LEARNED for finding in grade.findings) or grade.certain or (nurse_called and not is_plain):
        return grade
    if grade.decision == Decision.PAGE and not is_plain:
        return replace(grade, decision=Decision.ASK)
    return as_nothing(grade)


def on_record(grade: Grade) -> dict[str, Any]:
    """What was heard in a message, as it is kept beside it for whoever reviews it. No carer ever sees it."""
    told = ("category", "priority", "phrase", "matched", "source")
    return {
        "decision": str(grade.decision),
        "danger": round(grade.danger, 4),
        "words": grade.words[0] if grade.decision == Decision.PAGE else "",
        "findings": [{name: str(getattr(one, name)) for name in told} for one in grade.findings],
        "likely": {code: round(probability, 4) for code, probability in grade.likely},
        "failed": grade.failed,
    }


def words(findings: Sequence[Finding], named: float, categories: Mapping[str, Category]) -> tuple[str, str]:
    """The category whose instruction suits what was found, and its variant.

    A phrase is taken at its word. A guess is only where it is sure which danger it is: a neighbour's instruction would
    be the wrong one. Where the phone may be watched, words that give nothing away come before all but a phrase's.
    """
    surely = [one for one in findings if one.source != LEARNED and one.priority.rank <= Priority.P1.rank]
    if surely:
        return surely[0].category, surely[0].variant
    quiet = [one.category for one in findings if categories[one.category].silent]
    if quiet:
        return quiet[0], ""
    if findings and (findings[0].source != LEARNED or _is_plain(findings[0], named, categories)):
        return findings[0].category, findings[0].variant
    return UNSURE, "person" if findings and findings[0].group in _ABOUT_A_PERSON else ""


def _is_plain(lead: Finding, named: float, categories: Mapping[str, Category]) -> bool:
    return lead.share >= named and categories[lead.category].guessable


def split(heard: Heard, categories: Mapping[str, Category], certain: float = 1.0) -> tuple[float, float]:
    """How likely danger is, and how likely it is only somebody who says next to nothing or is not meant for us.

    "who are you" and "N" sound like a broken-off call to a model that knows no conversation: that is asked about.
    """
    asked = {code for code, category in categories.items() if category.asks_first}
    if heard.danger >= certain:
        asked -= {code for code, category in categories.items() if category.unless_certain}
    unsure = sum(share for code, share in heard.categories if code in asked)
    return heard.danger * (1 - unsure), heard.danger * unsure


def _decision(is_believed: bool, has_phrase: bool, danger: float, thresholds: Thresholds) -> Decision:
    if danger >= thresholds.page or is_believed:
        return Decision.PAGE
    return Decision.ASK if has_phrase or danger >= thresholds.ask else Decision.NONE


def _likely(heard: Heard, categories: Mapping[str, Category], alone: bool) -> list[Finding]:
    """The categories that the learned screen names, the likeliest always among them. `alone`: no phrase names one."""
    # A category that the protocol does not have is a danger all the same: then somebody must talk with the carer.
    codes = [(code if code in categories else _SOMEBODY, share) for code, share in heard.categories]
    named = [pair for place, pair in enumerate(codes) if place == 0 or pair[1] >= _least(categories[pair[0]], alone)]
    found = [_finding(categories[code], heard.danger, share) for code, share in dict(reversed(named)).items()]
    return sorted(found, key=lambda finding: finding.priority.rank)


def _least(category: Category, alone: bool) -> float:
    return _ALSO_A_LIFE if alone and category.priority == Priority.P0 else _ALSO


def _finding(category: Category, danger: float, share: float) -> Finding:
    return Finding(
        category=category.code,
        title=category.title,
        group=category.group,
        priority=category.priority,
        about=category.about,
        phrase=f"learned screen ({danger * share:.2f})",
        matched="",  # It judges the whole message; no words of it are to be marked.
        source=LEARNED,
        share=share,
    )
