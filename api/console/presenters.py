"""The words in which the console speaks, whatever the page: times, lengths, urgency, channels, deliveries.

Presenters turn models into words that are ready to be shown, so that templates decide nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import phonenumbers

from api import clock
from api.clients.carrier import Delivery
from api.conversations.rules import Channel
from api.escalations.rules import LAST_RESORT, TaskKind
from api.rota.rules import Rung
from api.triage import service as triage
from api.triage.rules import Priority

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANNELS: dict[str, str] = {Channel.SMS: "Text message", Channel.WEB: "Web chat", Channel.VOICE: "Telephone"}
TASKS: dict[str, str] = {
    TaskKind.CALL_BACK: "Ring back",
    TaskKind.REPLY_BY_PERSON: "Reply as a person",
    TaskKind.REFERRAL: "See to a referral",
    TaskKind.MISSED_CALL: "Missed call: ring back",
    TaskKind.VOICEMAIL: "Voicemail: listen and ring back",
}
RUNGS: dict[str, str] = {Rung.ON_CALL: "on call", Rung.SECOND_ON_CALL: "second on call", Rung.LEAD: "team lead"}
DELIVERIES: dict[str, str] = {
    Delivery.QUEUED: "waiting to be sent",
    Delivery.SENDING: "being sent",
    Delivery.SENT: "sent, not yet confirmed",
    Delivery.DELIVERED: "delivered",
    Delivery.UNDELIVERED: "NOT delivered",
    Delivery.FAILED: "could NOT be sent",
    Delivery.WITHDRAWN: "not sent: no longer needed",
}
_SHORTER = (("less than a", "under 1"), ("hours", "h"), ("hour", "h"), ("minutes", "min"), ("minute", "min"))
NOT_ARRIVED = (Delivery.UNDELIVERED, Delivery.FAILED)


@dataclass(frozen=True, slots=True)
class Urgency:
    """A priority as it is shown: its code, its words, and the name of its style. The words come from data/triage."""

    code: str
    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target clock: what is to happen within which time, and how that stands now."""

    aim: str  # Accept by 02:19
    left: str  # 3 min left, or 2 min late
    late: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: str
    words: str
    alarm: bool


def urgency(code: str) -> Urgency:
    """A priority in words and code."""
    return Urgency(code, triage.protocol().targets[Priority(code)].title, code.lower())


def category(code: str) -> str:
    """The title of a category of data/triage; a code that is no longer there is shown as it stands."""
    found = triage.protocol().categories.get(code)
    return found.title if found else code.replace("_", " ").capitalize()


def when(moment: datetime, now: datetime) -> str:
    """A moment on a UK clock: `02:14`, and with the day when that is not today."""
    local, today = moment.astimezone(clock.UK), now.astimezone(clock.UK).date()
    day = "" if local.date() == today else f"{local:%a} {local.day} {local:%b}, "
    return f"{day}{local:%H:%M}"


def length(span: timedelta) -> str:
    """How long something has lasted: `less than a minute`, `4 minutes`, `1 hour 20 minutes`, `2 days`."""
    if span < MINUTE:
        return "less than a minute"
    if span >= 2 * DAY:
        return f"{span // DAY} days"
    hours, minutes = span // HOUR, span % HOUR // MINUTE
    parts = [_count(hours, "hour")] if hours else []
    return " ".join([*parts, _count(minutes, "minute")] if minutes else parts)


def brief(span: timedelta) -> str:
    """The same, for a clock: `4 min`, `1 h 20 min`, `2 days`."""
    words = length(span)
    for long, short in _SHORTER:
        words = words.replace(long, short)
    return words


def target(verb: str, due: datetime, now: datetime) -> Target:
    """A target clock. `verb`: what must be done, for example `Accept`; `due`: by when."""
    left = due - now
    late = left < timedelta()
    how = f"{brief(-left)} late" if late else f"{brief(left)} left"
    return Target(f"{verb} by {when(due, now)}", how, late)


def delivery(state: str | None) -> str:
    """What became of something that we sent."""
    return DELIVERIES.get(state, "not known") if state else "not known"


def rung(code: str) -> str:
    """A place on the rota, in words."""
    return "as a last resort" if code == LAST_RESORT else RUNGS.get(code, code.replace("_", " "))


def count(number: int, one: str, many: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{number} {one if number == 1 else many}"


def _count(number: int, unit: str) -> str:
    return count(number, unit, f"{unit}s")


def masked(number: str) -> str:
    """A number that only those who ask for it see whole, which is on record: `Number ending 123`."""
    return f"Number ending {number[-3:]}"


def as_dialled(number: str) -> str:
    """A number as one dials it here; one of another country as one dials it from anywhere."""
    parsed = phonenumbers.parse(number)
    domestic = phonenumbers.PhoneNumberFormat.NATIONAL
    abroad = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, domestic if parsed.country_code == 44 else abroad)


def case_url(conversation_id: object, escalation_id: object | None) -> str:
    """The page on which a carer is looked after: their open escalation, or else the conversation."""
    return f"/console/escalations/{escalation_id}" if escalation_id else f"/console/conversations/{conversation_id}"
