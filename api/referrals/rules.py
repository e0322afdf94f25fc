"""The states of a referral, the table of allowed moves, and the date by which a carer is to hear."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from api import gsm7
from api.directory.hours.rules import UK, Nation, is_bank_holiday
from api.directory.rules import Need


class State(StrEnum):
    """Where a referral stands."""

    REQUESTED = "requested"  # The carer has said yes; it has not reached the service.
    SENT = "sent"  # The service has it: in our own inbox, or its system or mail server took it.
    ACKNOWLEDGED = "acknowledged"  # Somebody there has read it.
    CONTACTED = "contacted"  # The carer has been rung.
    DONE = "done"
    DECLINED = "declined"  # The service cannot take it on.
    WITHDRAWN = "withdrawn"  # The carer wants it no longer.


_WAITS = frozenset({State.CONTACTED, State.DECLINED, State.WITHDRAWN})
MOVES: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.SENT, State.WITHDRAWN}),
    State.SENT: _WAITS | {State.ACKNOWLEDGED},
    State.ACKNOWLEDGED: _WAITS,
    State.CONTACTED: frozenset({State.DONE, State.DECLINED, State.WITHDRAWN}),
    State.DONE: frozenset(),
    State.DECLINED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
ENDED = tuple(state for state, after in MOVES.items() if not after)
UNREAD = (State.REQUESTED, State.SENT)
NOT_RUNG = (*UNREAD, State.ACKNOWLEDGED)


class Event(StrEnum):
    """What a timeline can say beside the states."""

    NOT_DELIVERED = "not_delivered"
    SERVICE_TOLD = "service_told"  # That the carer wants no call.
    TO_INBOX = "to_inbox"  # It could not be delivered, so our own staff have it.
    UNREAD_AT_HALF = "unread_at_half"
    LATE = "late"


class Way(StrEnum):
    """How a service gets a referral."""

    INBOX = "inbox"
    EMAIL = "email"
    WEBHOOK = "webhook"


class Clock(StrEnum):
    """How soon the carer is to be rung."""

    URGENT = "urgent"  # Within 24 hours.
    ROUTINE = "routine"  # Within five working days.


URGENT_WITHIN = timedelta(hours=24)
WORKING_DAYS = 5
DAY_ENDS = time(18)  # Nobody is woken at midnight to hear that nobody rang.
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
_BRACKETS = str.maketrans("[]", "()")
NOTE_LIMIT = 500  # Characters of how it ended, in a few words of whoever ended it.
WORDS_KEPT = 40  # Places of a name or a time: all that is passed on must fit into one question.


@dataclass(frozen=True, slots=True)
class Take:
    """A need that a service takes, its words, and its clock. `need` None: the carer did not say what for."""

    need: Need | None
    words: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Service:
    """Where referrals go. `address` is the name under which the settings have it."""

    code: str
    name: str
    team: str
    nation: Nation
    way: Way
    address: str
    takes: tuple[Take, ...]

    def takes_on(self, need: Need | None) -> Take | None:
        """How it takes this need; None: it does not."""
        return next((take for take in self.takes if take.need == need), None)


class NotAllowed(Exception):
    """A move that the table does not have. Says what may be done instead."""

    def __init__(self, old: State, new: State) -> None:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing"
        super().__init__(f"A referral that is {old} cannot become {new}; it can become: {allowed}.")


def check_move(old: str, new: State) -> None:
    """Raise NotAllowed unless the table has this move."""
    if new not in MOVES[State(old)]:
        raise NotAllowed(State(old), new)


def service_for(services: Iterable[Service], team: str, need: Need | None) -> Service | None:
    """The service that takes this need for this team's carers."""
    return next((one for one in services if one.team == team and one.takes_on(need)), None)


def due_at(clock: Clock, nation: Nation, now: datetime) -> datetime:
    """When the carer is to have been rung. Working days are those of the nation in which the service is."""
    if clock is Clock.URGENT:
        return now + URGENT_WITHIN
    day = now.astimezone(UK).date()
    for _ in range(WORKING_DAYS):
        day = _next_working_day(day, nation)
    return datetime.combine(day, DAY_ENDS, UK)


def _next_working_day(day: date, nation: Nation) -> date:
    day += timedelta(days=1)
    while day.weekday() >= 5 or is_bank_holiday(day, nation):
        day += timedelta(days=1)
    return day


def by_words(clock: Clock, due: datetime) -> str:
    """The time as it follows "by": `Thursday 3 December`, or for the urgent clock `3:05pm on Friday 27 November`."""
    local = due.astimezone(UK)
    day = f"{local:%A} {local.day} {local:%B}"
    if clock is Clock.ROUTINE:
        return day
    minutes = f":{local:%M}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'} on {day}"


def half_way(now: datetime, due: datetime) -> datetime:
    """When it should have been read by somebody."""
    return now + (due - now) / 2


def retry_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries. None: no more are made."""
    return RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None


def kept(words: str) -> str:
    """What is passed on of a carer's own words, on one line. Square brackets are the marks of our own texts."""
    plain = gsm7.to_gsm7(words).translate(_BRACKETS)
    return gsm7.cut(" ".join(plain.split()).strip(" .,!"), WORDS_KEPT)
