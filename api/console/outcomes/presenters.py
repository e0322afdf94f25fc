"""What is to be recorded, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.console.board.presenters import outcome as ended
from api.console.presenters import CHANNELS, Urgency, case_url, category, count, length, urgency, when
from api.conversations.aftercare.outcomes import rules
from api.conversations.aftercare.outcomes.rules import Due, Wanted
from api.conversations.aftercare.outcomes.service import SHOWN, Case, Standing

HERE = "/console/outcomes"
AFTER: dict[str, str] = {Due.DAY: "A day after", Due.WEEK: "A week after"}


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome. `overdue`: for how long it has been due, if for too long; `recorded`: what was, and by whom."""

    id: str
    url: str
    title: str
    urgency: Urgency | None
    channel: str
    after: str
    closed: str
    due: str
    overdue: str
    died: bool
    talk_url: str
    recorded: str
    note: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A team's list. `more`: that not all of it is shown; empty if it is."""

    rows: list[Row]
    summary: str
    alarm: str
    more: str


def listing(found: Standing, wanted: Wanted, now: datetime) -> Listing:
    """The list in words."""
    late = f"{count(found.overdue, 'outcome is', 'outcomes are')} overdue." if found.overdue else ""
    more = f"The {SHOWN} that have been due longest are shown." if found.due > len(found.cases) else ""
    return Listing(
        [row(one, wanted, now) for one in found.cases], f"{found.due} due, {found.overdue} overdue", late, more
    )


def row(case: Case, wanted: Wanted, now: datetime) -> Row:
    """One outcome in words, as of now."""
    one, call, talk = case.row, case.escalation, case.conversation
    is_overdue = one.recorded_at is None and rules.is_overdue(Due(one.due), one.due_at, wanted, now)
    closed_at = call.resolved_at if call else None
    return Row(
        id=str(one.id),
        url=f"{HERE}/{one.id}",
        title=category(call.category) if call else "Call for help",
        urgency=urgency(call.priority) if call else None,
        channel=CHANNELS[talk.channel],
        after=AFTER[one.due],
        closed=f"Closed {when(closed_at, now)}: {ended(call.outcome)}" if call and closed_at else "Closed",
        due=f"Due since {when(one.due_at, now)}" if one.due_at <= now else f"Due {when(one.due_at, now)}",
        overdue=f"Overdue: due for {length(now - one.due_at)}" if is_overdue else "",
        died=talk.died_at is not None,
        talk_url=case_url(talk.id, call.id if call else None),
        recorded=_recorded(case, wanted, now),
        note=one.note or "",
    )


def _recorded(case: Case, wanted: Wanted, now: datetime) -> str:
    one = case.row
    if one.recorded_at is None or one.outcome is None:
        return ""
    word = wanted.words.get(one.outcome)
    by = one.recorded_by.name if one.recorded_by else "somebody"
    return f"{word.title if word else one.outcome}. Recorded by {by}, {when(one.recorded_at, now)}."


def outcomes(wanted: Wanted) -> list[dict[str, object]]:
    """What may have become of them, for the form. Of a death it says what follows."""
    follows = {"hint": {"text": "The line will send this carer no survey."}}
    return [
        {"value": word.code, "text": word.title, **(follows if word.death else {})} for word in wanted.words.values()
    ]


def avoidable(words: Mapping[str, str]) -> list[dict[str, str]]:
    """The answers about A&E and 999, for the form."""
    return [{"value": code, "text": text} for code, text in words.items()]
