"""What went wrong with a page, loudly and in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from api.console.presenters import Urgency, case_url, category, rung, urgency, when
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.review.learning import rules
from api.review.learning.models import Release
from api.watch.models import LineAlarm
from api.watch.rules import Trouble


@dataclass(frozen=True, slots=True)
class AlarmBox:
    """The alarms of one call for help. `value`: which call, and up to which line of its timeline somebody sees it."""

    urgency: Urgency
    title: str
    lines: tuple[str, ...]
    url: str
    value: str


def alarm(event: TimelineEvent) -> str | None:
    """What must be shown loudly, if this event is such a thing."""
    if event.kind == Event.LADDER_USED_UP:
        return "Everyone on call has been tried and nobody has answered."
    if event.kind == Event.RUNG_SKIPPED:
        return f"Nobody who can be paged is down as {rung(event.detail.get('rung', ''))}. That step was skipped."
    if event.kind == Event.PAGE_FAILED and event.detail.get("by") == "call":
        return f"The call to {event.detail.get('nurse', 'somebody')} did NOT get through."
    if event.kind == Event.PAGE_FAILED:
        return f"The page to {event.detail.get('nurse', 'somebody')} could NOT be delivered."
    if event.kind == Event.PAGE_TOO_LATE:
        return f"The page to {event.detail.get('nurse', 'somebody')} was held up and not sent late. Paging began again."
    if event.kind == Event.ACCEPT_LATE:
        return "Nobody accepted within the target time."
    if event.kind == Event.CONTACT_LATE:
        nurse = event.detail.get("nurse", "Somebody")
        return f"{nurse} accepted, but is not noted as having spoken with the carer in time."
    if event.kind == Event.HAND_ON_LATE:
        return f"{event.detail.get('to', 'A colleague')} was asked to take over and did NOT answer in time."
    if event.kind == Event.WEBHOOK_FAILED:
        return "Another system, which is told of this by webhook, could NOT be reached."
    return None


def line_alarm(one: LineAlarm, now: datetime) -> str:
    """What is wrong with the carrier of the whole line, and what to do about it."""
    since = when(one.since, now)
    if one.trouble == Trouble.NO_ANSWER:
        return f"The telephone and text carrier has not answered us since {since}. Ring the nurses on call yourself."
    return (
        f"Texts are sent, but none of those since {since} is reported as delivered. Pages and answers may not arrive. "
        "Ring the nurses on call yourself."
    )


def release_alarm(one: Release | None, now: datetime) -> tuple[str, str] | None:
    """That the release in use cannot be used by all of the line, and where that stands. None: it can."""
    why = rules.alarm(one.trouble, one.troubled_at, now) if one else ""
    if one is None or not why:
        return None
    words = f"Not all of the line can use what it has learned (release {one.number}). {why}"
    return f"{words} Tell the clinical safety officer.", f"/console/learning/releases/{one.id}"


def alarm_boxes(found: Sequence[tuple[TimelineEvent, str, str]], now: datetime) -> list[AlarmBox]:
    """The alarms, which stand together call by call, each call's in a box."""
    return [_box(list(group), now) for _, group in groupby(found, key=lambda one: one[0].escalation_id)]


def _box(group: list[tuple[TimelineEvent, str, str]], now: datetime) -> AlarmBox:
    newest, priority, code = group[0]
    latest = {words: event.at for event, _, _ in reversed(group) if (words := alarm(event))}
    return AlarmBox(
        urgency(priority),
        category(code),
        tuple(f"{words} ({when(at, now)})" for words, at in latest.items()),
        case_url(None, newest.escalation_id),
        f"{newest.escalation_id}:{newest.seq}",
    )
