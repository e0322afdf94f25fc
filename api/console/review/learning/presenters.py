"""Proposals and releases in words, with the figures of before and after side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.console.directory.reported import presenters as reported
from api.console.presenters import category, when
from api.people.models import Person
from api.review.learning import rules, service
from api.review.learning.models import Proposal, Release
from api.review.learning.rules import Kind, Stage, State

HERE = "/console/learning"
KINDS = {
    Kind.RED_FLAG_PHRASE: "Red-flag phrase",
    Kind.TRAINING_LINE: "Training line",
    Kind.DIRECTORY_FAULT: "Directory fault",
}
LEARN = ("Shall the line learn this?", "Yes, for the next release")  # The question to whoever decides, and their yes.
ASK: dict[str, tuple[str, str]] = {
    Kind.DIRECTORY_FAULT: ("Shall whoever keeps the directory see to this?", "Yes, it goes to their desk")
}
STATES = {State.WAITING: "Waiting for a decision", State.ACCEPTED: "Accepted", State.REFUSED: "Refused"}
STAGES = {
    Stage.BUILDING: "Being built",
    Stage.BUILT: "Being measured",
    Stage.EVALUATED: "Measured, waiting for approval",
    Stage.APPROVED: "Approved, not yet in use",
    Stage.LIVE: "In use",
    Stage.RETIRED: "No longer in use",
    Stage.FAILED: "Could not be built",
}
DECISIONS = {"page": "a nurse is paged", "ask": "the line asks whether a nurse is needed", "none": "nothing is done"}
_RATES = (
    ("Emergencies and crises: paged", ("recall", "emergency and crisis", "page")),
    ("Emergencies and crises: paged or asked", ("recall", "emergency and crisis", "page_or_ask")),
    ("All crises: paged", ("recall", "all crises", "page")),
    ("All crises: paged or asked", ("recall", "all crises", "page_or_ask")),
    ("Look-alikes: false pages", ("look_alikes", "page")),
    ("Look-alikes: false questions", ("look_alikes", "ask")),
    ("Everyday messages: false pages", ("everyday", "page")),
    ("Everyday messages: false questions", ("everyday", "ask")),
    ("Everyday needs: right", ("needs", "accuracy")),
    ("Everyday needs: among three", ("needs", "best_three")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal of a list. `became`: of a fault of the directory, what its keepers made of it."""

    url: str
    title: str
    words: str
    state: str
    facts: str
    became: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an evaluation that a release changes."""

    id: str
    text: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release of a list. `state` in words; `note`: how far it is, or what went wrong."""

    url: str
    title: str
    state: str
    note: str
    facts: str


def decision(code: str) -> str:
    """What the line does, in words."""
    return DECISIONS[code]


def need(code: str) -> str:
    """An intent in words."""
    return code.replace("_", " ").capitalize()


def label(proposal: Proposal) -> str:
    """What a proposal is about."""
    return category(proposal.label) if proposal.kind == Kind.RED_FLAG_PHRASE else need(proposal.label)


def proposals(found: Sequence[Proposal], now: datetime) -> list[Row]:
    """A list of proposals in words."""
    return [
        Row(
            f"{HERE}/proposals/{one.id}",
            f"{KINDS[Kind(one.kind)]}: {label(one)}",
            one.wording,
            STATES[State(one.state)],
            _who(one, now),
            reported.became(one.report) if one.report else "",
        )
        for one in found
    ]


def _who(one: Proposal, now: datetime) -> str:
    proposed = f"Proposed by {one.proposed_by.name}, {when(one.proposed_at, now)}."
    if one.decided_by is None or one.decided_at is None:
        return proposed
    return f"{proposed} Decided by {one.decided_by.name}, {when(one.decided_at, now)}: {one.reason}"


def sort_waiting(found: Sequence[Proposal], person: Person) -> tuple[list[Proposal], list[Proposal]]:
    """Those that this person may decide about, and the others."""
    mine = [one for one in found if service.is_for(one, person)]
    return mine, [one for one in found if one not in mine]


def releases(found: Sequence[Release], now: datetime) -> list[ReleaseRow]:
    """A list of releases in words."""
    return [release(one, now) for one in found]


def release(one: Release, now: datetime) -> ReleaseRow:
    """A release in words."""
    facts = [f"{len(one.proposal_ids)} accepted proposals. Begun {when(one.begun_at, now)}{_by(one.built_by)}."]
    if one.approved_at:
        said = f": {one.reason}" if one.reason else "."
        facts.append(f"Approved {when(one.approved_at, now)}{_by(one.approved_by)}{said}")
    if one.activated_at:
        facts.append(f"Put in use {when(one.activated_at, now)}{_by(one.activated_by)}.")
    if one.files_gone_at:
        facts.append(f"Its files were deleted {when(one.files_gone_at, now)}: it can no longer be put in use.")
    url, title = f"{HERE}/releases/{one.id}", f"Release {one.number}"
    return ReleaseRow(url, title, STAGES[Stage(one.state)], trouble(one, now) or one.progress, " ".join(facts))


def trouble(one: Release, now: datetime) -> str:
    """What is wrong with a release now."""
    return rules.note(one.trouble, one.troubled_at, now)


def _by(person: Person | None) -> str:
    return f" by {person.name}" if person else " by an operator"


def rates(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The figures of `make eval`, before and after, a row each."""
    for name, path in _RATES:
        yield name, _share(before, path), _share(after, path)
    yield "Everyday needs: macro-F1", _number(before["needs"]["macro_f1"]), _number(after["needs"]["macro_f1"])


def _share(summary: Mapping[str, Any], path: Sequence[str]) -> str:
    found: Any = summary
    for name in path:
        found = found[name]
    return f"{found['share']:.3f} ({found['hits']} of {found['n']})" if found["n"] else "none to judge"


def _number(value: float | None) -> str:
    return "none to judge" if value is None else f"{value:.3f}"


def lines(compared: Mapping[str, Any], better: bool) -> list[Line]:
    """What was gained, or what was lost."""
    return [_line(one) for one in compared["changed"] if one["better"] == better]


def _line(one: Mapping[str, Any]) -> Line:
    if one["before"] != one["after"]:
        return Line(one["id"], one["text"], decision(one["before"]), decision(one["after"]))
    return Line(one["id"], one["text"], need(one["need_before"]), need(one["need_after"]))


def costs(row: Release) -> list[str]:
    """What must be given a reason for."""
    return list(rules.costs(row.compared or {"false_pages": (0, 0), "needs_right": (0, 0)}))
