"""How an escalation stands, in words: honest about what is known, and about what is not."""

from dataclasses import dataclass
from datetime import datetime

from api import clock
from api.console import service as console
from api.console.alarms.presenters import AlarmBox, alarm, alarm_boxes
from api.console.board.drills.presenters import Drill, drill
from api.console.board.service import Gathered, Known, Paged
from api.console.conversation.presenters import HeldRow, TaskRow, held_row, task_row
from api.console.presenters import (
    CHANNELS,
    Target,
    Urgency,
    case_url,
    category,
    count,
    delivery,
    length,
    rung,
    target,
    urgency,
    when,
)
from api.escalations.models import TimelineEvent
from api.escalations.rules import NOBODY_HAS_IT, Event, Outcome, State
from api.paging.rules import PageState

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
    Outcome.DIED: "The person they care for has died",
    Outcome.STOOD_DOWN: "Stood down: no nurse was needed",
}
_ANSWERS = (PageState.ACCEPTED, PageState.DECLINED)


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
    rung: str  # Which rung is being asked now; empty once somebody has it.
    nobody_has_it: bool
    url: str


@dataclass(frozen=True, slots=True)
class Brief:
    """One call on one line, below those that are shown in full."""

    id: str
    urgency: Urgency
    title: str
    tag: str
    who: str
    target: Target | None
    url: str


@dataclass(frozen=True, slots=True)
class Board:
    """A team's board. `title` is for the browser's tab: it tells how many are waiting even when nobody looks."""

    alarms: list[AlarmBox]
    more_alarms: int
    rows: list[Standing]
    rest: list[Brief]
    tasks: list[TaskRow]
    held: list[HeldRow]
    summary: str
    unreached: str
    title: str
    read_at: str
    drill: Drill | None


def board(gathered: Gathered, news: console.Waiting, now: datetime) -> Board:
    """The board in words, in the order of the calls."""
    by_conversation = {call.conversation_id: call.id for call in gathered.calls}
    unreached = sum(call.state == State.UNREACHED for call in gathered.calls)
    return Board(
        alarms=alarm_boxes(gathered.alarms.alarms, now),
        more_alarms=gathered.alarms.more,
        rows=[standing(known, now) for known in gathered.known],
        rest=[_brief(call, now) for call in gathered.calls[len(gathered.known) :]],
        tasks=[task_row(task, by, by_conversation.get(task.conversation_id), now) for task, by in gathered.tasks],
        held=[held_row(one, newest, by_conversation.get(one.id), now) for one, newest in gathered.held],
        summary=_summary(news, len(gathered.calls), len(gathered.tasks)),
        unreached=f"Everyone on call was tried for {count(unreached, 'carer', 'carers')} and nobody answered."
        if unreached
        else "",
        title=_title(news),
        read_at=clock.uk_time(now),
        drill=drill(gathered, now),
    )


def _summary(news: console.Waiting, calls: int, tasks: int) -> str:
    late = f", {news.late} late" if news.late else ""
    return f"{news.count} waiting, {calls - news.count} with a nurse{late}, {count(tasks, 'task', 'tasks')}"


def _title(news: console.Waiting) -> str:
    late = f", {news.late} late" if news.late else ""
    return f"({news.count}) waiting{late} – Live board" if news.count or late else "Live board"


def _brief(call: console.Call, now: datetime) -> Brief:
    return Brief(
        id=str(call.id),
        urgency=urgency(call.priority),
        title=category(call.category),
        tag=TAGS[call.state],
        who="Nobody yet" if call.nobody_has_it else call.holder or "",
        target=_clock(call.state, call.due, now),
        url=case_url(call.conversation_id, call.id),
    )


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
        target=_clock(one.state, console.due_at(one.priority, one.state, asked_at, one.contact_by), now),
        alarms=_alarms(known, asked_at, now) if waiting else (),
        who=one.accepted_by.name if one.accepted_by and not waiting else "Nobody yet",
        rung=_being_asked(known) if waiting else "",
        nobody_has_it=waiting,
        url=case_url(one.conversation_id, one.id),
    )


def _asked_at(known: Known) -> datetime:
    """When help was last asked for: the clocks run from there, because a danger that got worse is paged anew."""
    asked = (event.at for event in reversed(known.events) if event.kind in console.ASKED)
    return next(asked, known.escalation.raised_at)


def _clock(state: str, due: datetime | None, now: datetime) -> Target | None:
    verb = "Accept" if state in NOBODY_HAS_IT else "Speak with the carer"
    return target(verb, due, now) if due else None


def _being_asked(known: Known) -> str:
    """The rungs on which somebody has an open page."""
    asked = dict.fromkeys(rung(page.rung) for page, _ in known.pages if page.state == PageState.OPEN)
    return ", ".join(asked)


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
        return f"{nurse} accepted{at}. Not noted as spoken with yet.{_handed_on(known, now)}"
    last = _last(known, Event.CONTACTED if one.state == State.CONTACTED else Event.RESOLVED)
    name, at = (last.detail.get("nurse", nurse), f" at {when(last.at, now)}") if last else (nurse, "")
    if one.state == State.CONTACTED:
        return f"{name} spoke with the carer{at}. Not closed yet.{_handed_on(known, now)}"
    return f"{name} closed this{at}. {outcome(one.outcome)}."


def _handed_on(known: Known, now: datetime) -> str:
    """Who was asked to take it over and has not answered yet."""
    asked = _last(known, Event.HANDED_ON) if known.escalation.handed_to_id else None
    if asked is None:
        return ""
    return f" {asked.detail.get('to')} was asked at {when(asked.at, now)} to take over and has not answered yet."


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
    return delivery(text.delivery) if text else "by a call"


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


def _alarms(known: Known, asked_at: datetime, now: datetime) -> tuple[str, ...]:
    """What went wrong since help was asked for, each thing once with its latest time, the worst first."""
    latest: dict[str, datetime] = {}
    for event in known.events:
        if event.at >= asked_at and (words := alarm(event)):
            latest[words] = event.at
    worst_first = sorted(latest, key=lambda words: (not words.startswith("Everyone"), latest[words]))
    return tuple(f"{words} ({when(latest[words], now)})" for words in worst_first)
