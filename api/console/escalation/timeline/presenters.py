"""The timeline in words, newest first: each page with what became of it, each alarm with who has seen it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from api.console.alarms.presenters import alarm
from api.console.board.presenters import became, outcome
from api.console.board.service import Known, Paged
from api.console.escalation.service import Case
from api.console.presenters import Entry, category, length, rung, when
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.triage import questions


def timeline(case: Case, now: datetime) -> list[Entry]:
    """Everything that happened, newest first."""
    return [entry for _, entry in events(case.known, case.seen_by, now)][::-1]


def events(known: Known, seen_by: Mapping[UUID, str], now: datetime) -> list[tuple[datetime, Entry]]:
    """The same with its moments, oldest first. `seen_by`: the names of those who acknowledged alarms."""
    pages: dict[str, Iterator[Paged]] = {}
    for page, _ in known.pages:
        name = page.person.name
        pages.setdefault(name, iter([paged for paged in known.pages if paged[0].person.name == name]))
    entries = [
        Entry(when(event.at, now), _words(event, pages, now) + _seen(event, seen_by, now), alarm(event) is not None)
        for event in known.events
    ]
    return [(event.at, entry) for event, entry in zip(known.events, entries, strict=True)]


def _seen(event: TimelineEvent, seen_by: Mapping[UUID, str], now: datetime) -> str:
    if event.seen_at is None or event.seen_by_id is None:
        return ""
    return f" Seen by {seen_by[event.seen_by_id]} at {when(event.seen_at, now)}."


def _words(event: TimelineEvent, pages: dict[str, Iterator[Paged]], now: datetime) -> str:
    nurse = event.detail.get("nurse", "Somebody")
    found = ", ".join(category(code) for code in event.detail.get("categories", []))
    urgency = "; ".join(filter(None, (event.detail.get("priority"), event.detail.get("lifted"))))
    if event.kind == Event.PAGED:
        return f"Paged {nurse}, {rung(event.detail.get('rung', ''))} ({_became(nurse, pages, now)}){_rung_by(event)}"
    if event.kind == Event.HANDED_ON:
        to = event.detail.get("to", "a colleague")
        return f"{nurse} asked {to} to take over ({_became(to, pages, now)})"
    words: dict[str, str] = {
        Event.RAISED: f"Help asked for: {found} ({urgency})",
        Event.WORSE: f"It got worse, and paging began again: {found} ({urgency})",
        Event.CANNOT_WAIT: f"The carer does not feel safe waiting ({urgency})",
        Event.ADDED: f"The carer added: {found}",
        Event.ACCEPTED: f"{nurse} accepted {_by(event)}",
        Event.TAKEN_OVER: f"{nurse} took over {_by(event)}",
        Event.WIDENED: f"{nurse} had the next on call paged at once",
        Event.DECLINED: f"{nurse} declined",
        Event.SPARED: f"{nurse}, {rung(event.detail.get('rung', ''))}, has enough already: others are asked first",
        Event.NOTED: f"{nurse} noted: {questions.title(event.detail.get('topic', ''))}",
        Event.FEEDBACK: f"{nurse}: it was {'' if event.detail.get('was_right') else 'NOT '}right to page {_by(event)}",
        Event.ANSWERED: f"The carer answered: {questions.title(event.detail.get('topic', ''))}",
        Event.NUMBER_GIVEN: "The carer gave a number to ring",
        Event.CONTACTED: f"{nurse} said that they have spoken with the carer {_by(event)}",
        Event.NOT_PICKED_UP: f"The call to {nurse} was not answered{_because(event)}",
        Event.CALL_PLACED: f"{nurse} asked our line to ring the carer {_by(event)}",
        Event.COLLEAGUE_RUNG: f"{nurse} asked {event.detail.get('to', 'a colleague')} to come into the call",
        Event.COLLEAGUE_JOINED: f"{nurse} came into the call with the carer",
        Event.COLLEAGUE_MISSED: f"{nurse} did not come into the call{_because(event)}",
        Event.CARER_PICKED_UP: f"The carer picked up and was connected with {nurse}",
        Event.CALL_ENDED: f"The call between the carer and {nurse} ended after {_lasted(event)}",
        Event.CALL_NOT_MADE: f"{nurse} and the carer were not connected{_because(event)}",
        Event.RESOLVED: f"{nurse} closed this: {outcome(event.detail.get('outcome'))}. {event.detail.get('note', '')}",
    }
    return alarm(event) or (words.get(event.kind, event.kind) + _net(event)).strip()


def _became(name: str, pages: dict[str, Iterator[Paged]], now: datetime) -> str:
    paged = next(pages.get(name, iter(())), None)
    return became(paged, now) if paged else "not known"


def _net(event: TimelineEvent) -> str:
    """The safety-net, on the line that closes."""
    told = event.detail
    if "watch_for" not in told:
        return ""
    how = "sent to the carer" if told.get("by_text") else "told to the carer"
    return (
        f" Safety-net, {how}: watch for {told['watch_for']}; come back if {told['come_back']}; ring {told['number']}."
    )


_WHY = {
    "no_key": "no key was pressed",
    "too_late": "they were no longer on the line together",
    "busy": "engaged",
    "no-answer": "nobody picked up",
    "failed": "it did not get through",
    "canceled": "the nurse hung up first",
    "nurse_busy": "the nurse’s phone was engaged",
    "nurse_no-answer": "the nurse did not pick up",
    "nurse_failed": "the nurse’s phone could not be rung",
    "nurse_refused": "the nurse’s phone could not be rung",
}


def _because(event: TimelineEvent) -> str:
    words = _WHY.get(event.detail.get("why", ""))
    return f": {words}" if words else ""


def _rung_by(event: TimelineEvent) -> str:
    return {"call": ", by a call", "both": ", by text and call"}.get(event.detail.get("by", ""), "")


def _lasted(event: TimelineEvent) -> str:
    return length(timedelta(seconds=event.detail.get("seconds", 0)))


def _by(event: TimelineEvent) -> str:
    by = event.detail.get("by", "")
    return {"text": "(by text)", "call": "(by telephone)", "console": "(here)"}.get(
        by, f"(by {by})" if by else ""
    ).strip()
