"""Privacy in words: the rules and what the last nights did, holds, proofs, one person, and what was said yes to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from api.console.presenters import count, masked, when
from api.privacy.erasing.service import IN_THE_AUDIT_LOG
from api.privacy.models import Erasure, LegalHold, RetentionRun
from api.privacy.retention.rules import Action, Rule
from api.privacy.rules import Found

HERE = "/console/privacy"
CONFIRM = "ERASE"  # What is typed before anything is erased.
WHAT: Mapping[str, str] = {
    Action.DELETE: "Deleted",
    Action.BLANK: "Words, names and numbers taken out",
    Action.ELSEWHERE: "See the other file",
    Action.KEEP: "Kept",
}
NOTICES = {
    "held": "It is held. No night deletes it, and nobody can erase it.",
    "lifted": "The hold is lifted. What is old enough goes tonight.",
    "agreed": "It is written down that they agree.",
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as the table has it. `last`: how many the last finished night did with."""

    title: str
    how_long: str
    counted_from: str
    what: str
    why: str
    sources: list[str]
    last: str


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One hold. `overdue`: somebody should have looked at it again."""

    id: UUID
    conversation_url: str
    title: str
    words: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class ProofRow:
    """One erasure: no word of whom. `alarm`: what is not as it should be."""

    id: str
    title: str
    lines: list[str]
    alarm: str


@dataclass(frozen=True, slots=True)
class Consent:
    """One yes."""

    title: str
    words: str
    url: str


def rules(plan: Iterable[Rule], runs: Sequence[RetentionRun]) -> list[RuleRow]:
    """Every rule with what the last night did."""
    last = next((run for run in runs if run.ended_at), None)
    return [_rule(rule, last) for rule in plan]


def _rule(rule: Rule, last: RetentionRun | None) -> RuleRow:
    done = last.counts.get(rule.kind, {"done": 0})["done"] if last and rule.days else None
    return RuleRow(
        title=rule.title,
        how_long=count(rule.days, "day", "days") if rule.days else "–",
        counted_from=rule.counted_from or "–",
        what=WHAT[rule.action],
        why=rule.why,
        sources=sorted({source.url for source in rule.sources}),
        last="–" if done is None else str(done),
    )


def runs(found: Sequence[RetentionRun], now: datetime) -> list[str]:
    """The last nights, in a sentence each."""
    return [_run(run, now) for run in found]


def _run(run: RetentionRun, now: datetime) -> str:
    done = sum(kind["done"] for kind in run.counts.values())
    ended = f"ended {when(run.ended_at, now)}" if run.ended_at else "NOT finished"
    day = f"{run.night:%A} {run.night.day} {run.night:%B}"
    return f"{day}: {count(done, 'thing', 'things')} done with; begun {when(run.began_at, now)}, {ended}."


def holds(found: Sequence[LegalHold], names: Mapping[str, str], today: date, now: datetime) -> list[HoldRow]:
    """Holds that stand."""
    return [
        HoldRow(
            id=one.id,
            conversation_url=f"{HERE}/people/{one.conversation_id}",
            title="Everything of one person" if one.whole_person else "One conversation",
            words=f"“{one.reason}” Set by {names.get(one.set_by, 'an operator')} {when(one.set_at, now)}. "
            f"To be looked at again on {one.review_on:%A} {one.review_on.day} {one.review_on:%B %Y}.",
            overdue=one.review_on <= today,
        )
        for one in found
    ]


def proofs(found: Sequence[Erasure], names: Mapping[str, str], now: datetime) -> list[ProofRow]:
    """Erasures, which name nobody."""
    return [_proof(one, names, now) for one in found]


def _proof(one: Erasure, names: Mapping[str, str], now: datetime) -> ProofRow:
    rows = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in sorted(one.counts.items()))
    lines = [f"Rows: {rows}.", *(f"Keyed hash: {_grouped(fingerprint)}" for fingerprint in one.fingerprints)]
    lines += [f"Tell them as well: {service} was given name and number." for service in one.passed_on]
    alarm = "" if one.ended_at else "The assistant’s own database is not cleared yet."
    if one.counts.get(IN_THE_AUDIT_LOG):
        alarm = "The audit log names them, which must never happen: tell whoever develops this."
    title = f"{when(one.at, now)}, by {names.get(one.by, 'an operator')}"
    return ProofRow(str(one.id), title, lines, alarm)


def _grouped(fingerprint: str) -> str:
    """In eights, so that it can be compared by eye, and fits a phone."""
    return " ".join(fingerprint[first : first + 8] for first in range(0, len(fingerprint), 8))


def person(found: Found) -> list[str]:
    """Who is meant, with numbers by their end alone."""
    numbers = ", ".join(masked(number) for number in sorted(found.numbers)) or "No number"
    lines = [
        f"{count(len(found.conversations), 'conversation', 'conversations')}.",
        f"{numbers}; {count(len(found.threads), 'web chat or withheld call', 'web chats or withheld calls')}.",
    ]
    if found.others:
        others = ", ".join(masked(number) for number in sorted(found.others))
        lines.append(f"In these another number was given, and what was said from it is NOT included: {others}.")
    return lines


def consents(found: Sequence[Row[Any]], now: datetime) -> tuple[list[Consent], list[Consent]]:
    """Yeses that count, and those that were taken back."""
    rows = [(_consent(one, now), one.withdrawn_at) for one in found]
    return [row for row, ended in rows if ended is None], [row for row, ended in rows if ended is not None]


def _consent(one: Row[Any], now: datetime) -> Consent:
    title = f"To be rung: {one.what_for}" if one.kind == "referral" else "Words may teach the line"
    ended = f" Taken back {when(one.withdrawn_at, now)}." if one.withdrawn_at else ""
    words = f"Said yes {when(one.given_at, now)}.{ended}"
    return Consent(title, words, f"{HERE}/consents/{one.id}")
