"""How an escalation stands, in words: honest about what is known, and about what is not."""

from dataclasses import dataclass
from datetime import datetime

from api import clock
from api.console.board.service import Gathered, Known, Paged
from api.console.conversation.presenters import HeldRow, TaskRow, held_row, task_row
from api.console.presenters import (
    CHANNELS,
    DELIVERIES,
    RUNGS,
    Target,
    Urgency,
    case_url,
    category,
    count,
    length,
    target,
    urgency,
    when,
)
from api.escalations.models import TimelineEvent
from api.escalations.rules import NOBODY_HAS_IT, Event, Outcome, State
from api.paging.rules import PageState
from api.triage import service as triage
from api.triage.rules import Priority

TAGS: dict[str, str] = {
    State.WAITING: "Waiting",
    State.UNREACHED: "Nobody reached",
    State.ACCEPTED: "Accepted",
    State.CONTACTED: "Spoken with",
    State.RESOLVED: "Closed",
}
OUTCOMES: dict[str, str] = {
    Outcome.ADVICE: "Advice given",
    Outcome.VISIT: "A visit is arranged",
    Outcome.AMBULANCE: "An ambulance was called (999)",
    Outcome.OTHER_SERVICE: "Passed to another service",
    Outcome.NOT_REACHED: "The carer could not be reached",
    Outcome.NO_HELP_NEEDED: "No help was needed",
}
_ANSWERS = (PageState.ACCEPTED, PageState.DECLINED)
_ASKED = (Event.RAISED, Event.WORSE)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one escalation stands."""

    id: str
    urgency: Urgency
    title: str
    channel: str
    state: str
    tag: str
    headline: str
    paged: str
    next: str
    waited: str
    since: str
    target: Target | None
    alarms: tuple[str, ...]
    who: str
    nobody_has_it: bool
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    """A team's board. `title` is for the browser's tab: it tells how many are waiting even when nobody looks."""

    rows: list[Standing]
    tasks: list[TaskRow]
    held: list[HeldRow]
    summary: str
    unreached: str
    title: str
    read_at: str


def board(gathered: Gathered, now: datetime) -> Board:
    """The board in words: the most urgent first, and among those what nobody has before what somebody has."""
    rows = [standing(known, now) for known in sorted(gathered.known, key=_place)]
    by_conversation = {known.escalation.conversation_id: known.escalation.id for known in gathered.known}
    waiting = sum(row.nobody_has_it for row in rows)
    unreached = sum(row.state == State.UNREACHED for row in rows)
    return Board(
        rows=rows,
        tasks=[task_row(task, by, by_conversation.get(task.conversation_id), now) for task, by in gathered.tasks],
        held=[held_row(one, newest, by_conversation.get(one.id), now) for one, newest in gathered.held],
        summary=f"{waiting} waiting, {len(rows) - waiting} with a nurse, {count(len(gathered.tasks), 'task', 'tasks')}",
        unreached=f"Everyone on call was tried for {count(unreached, 'carer', 'carers')} and nobody answered."
        if unreached
        else "",
        title=f"({waiting}) waiting – Live board" if waiting else "Live board",
        read_at=clock.uk_time(now),
    )


def _place(known: Known) -> tuple[int, bool]:
    return Priority(known.escalation.priority).rank, known.escalation.state not in NOBODY_HAS_IT


def standing(known: Known, now: datetime) -> Standing:
    """One escalation in words, as of now."""
    one = known.escalation
    asked_at = _asked_at(known)
    waiting = one.state in NOBODY_HAS_IT
    return Standing(
        id=str(one.id),
        urgency=urgency(one.priority),
        title=category(one.category),
        channel=CHANNELS.get(known.conversation.channel, known.conversation.channel),
        state=one.state,
        tag=TAGS[one.state],
        headline=headline(known, now),
        paged=_paged(known, asked_at, now) if waiting else "",
        next=_next(known, now) if waiting else "",
        waited=f"Waiting {length(now - asked_at)}" if waiting else f"Asked for help {length(now - asked_at)} ago",
        since=f"since {when(asked_at, now)}" if waiting else f"at {when(asked_at, now)}",
        target=_target(known, asked_at, now),
        alarms=_alarms(known, asked_at, now) if waiting else (),
        who=one.accepted_by.name if one.accepted_by and not waiting else "Nobody yet",
        nobody_has_it=waiting,
        url=case_url(one.conversation_id, one.id),
    )


def _asked_at(known: Known) -> datetime:
    """When help was last asked for: the clocks run from there, because a danger that got worse is paged anew."""
    return next((event.at for event in reversed(known.events) if event.kind in _ASKED), known.escalation.raised_at)


def _target(known: Known, asked_at: datetime, now: datetime) -> Target | None:
    within = triage.protocol().targets[Priority(known.escalation.priority)]
    if known.escalation.state in NOBODY_HAS_IT:
        return target("Accept", within.accept_within, asked_at, now)
    if known.escalation.state == State.ACCEPTED:
        return target("Speak with the carer", within.contact_within, asked_at, now)
    return None


def headline(known: Known, now: datetime) -> str:
    """The one sentence that says how it stands."""
    one = known.escalation
    nurse = one.accepted_by.name if one.accepted_by else "Somebody"
    if one.state == State.WAITING:
        return "Nobody has accepted yet."
    if one.state == State.UNREACHED:
        return "Nobody has been reached."
    if one.state == State.ACCEPTED:
        at = f" at {when(one.accepted_at, now)}" if one.accepted_at else ""
        return f"{nurse} accepted{at}. Not noted as spoken with yet."
    last = _last(known, Event.CONTACTED if one.state == State.CONTACTED else Event.RESOLVED)
    name, at = (last.detail.get("nurse", nurse), f" at {when(last.at, now)}") if last else (nurse, "")
    if one.state == State.CONTACTED:
        return f"{name} spoke with the carer{at}. Not closed yet."
    return f"{name} closed this{at}. {outcome(one.outcome)}."


def outcome(code: str | None) -> str:
    """How it ended, in words."""
    return OUTCOMES[code] if code else "No outcome was noted"


def _last(known: Known, kind: Event) -> TimelineEvent | None:
    return next((event for event in reversed(known.events) if event.kind == kind), None)


def _paged(known: Known, asked_at: datetime, now: datetime) -> str:
    """The newest page to each person since help was asked for, with what became of it."""
    newest: dict[str, Paged] = {
        page.person.name: (page, text) for page, text in known.pages if page.placed_at >= asked_at
    }
    if not newest:
        return "Nobody has been paged yet."
    return (
        "Paged: "
        + ", ".join(f"{name} {when(paged[0].placed_at, now)} ({became(paged, now)})" for name, paged in newest.items())
        + "."
    )


def became(paged: Paged, now: datetime) -> str:
    """What became of a page: answered, or how far it got."""
    page, text = paged
    if page.state in _ANSWERS:
        return f"{page.state} {when(page.answered_at or page.placed_at, now)}"
    return delivery(text.delivery if text else None)


def delivery(state: str | None) -> str:
    """What became of something that we sent."""
    return DELIVERIES.get(state, "not known") if state else "not known"


def _next(known: Known, now: datetime) -> str:
    one = known.escalation
    if one.next_page_at is None:
        return "No further page is planned."
    at = "now" if one.next_page_at <= now else f"at {when(one.next_page_at, now)}"
    if one.state == State.UNREACHED:
        return f"Paging starts again from the top {at}."
    if known.rungs_left:
        return f"Next to be paged: {rung(known.rungs_left[0])}, {at}."
    return f"Everyone on call has been paged. If nobody answers, the alarm is raised {at}."


def rung(code: str) -> str:
    """A place on the rota, in words."""
    return RUNGS.get(code, code.replace("_", " "))


def _alarms(known: Known, asked_at: datetime, now: datetime) -> tuple[str, ...]:
    """What went wrong since help was asked for, each thing once with its latest time, the worst first."""
    latest: dict[str, datetime] = {}
    for event in known.events:
        if event.at >= asked_at and (words := alarm(event)):
            latest[words] = event.at
    worst_first = sorted(latest, key=lambda words: (not words.startswith("Everyone"), latest[words]))
    return tuple(f"{words} ({when(latest[words], now)})" for words in worst_first)


def alarm(event: TimelineEvent) -> str | None:
    """What must be shown loudly, if this event is such a thing."""
    if event.kind == Event.LADDER_USED_UP:
        return "Everyone on call has been tried and nobody has answered."
    if event.kind == Event.RUNG_SKIPPED:
        return f"Nobody who can be paged is down as {rung(event.detail.get('rung', ''))}. That step was skipped."
    if event.kind == Event.PAGE_FAILED:
        return f"The page to {event.detail.get('nurse', 'somebody')} could NOT be delivered."
    if event.kind == Event.ACCEPT_LATE:
        return "Nobody accepted within the target time."
    if event.kind == Event.WEBHOOK_FAILED:
        return "Another system, which is told of this by webhook, could NOT be reached."
    return None
