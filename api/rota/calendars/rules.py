"""Reads a calendar (iCalendar, RFC 5545) as shifts of one rung, and compares it with what was read before.

Nothing of a calendar is believed: lengths and repetitions have limits, and what is wrong with an entry is told with
the line on which that entry begins. One wrong entry and nothing is taken.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from math import prod
from typing import Any
from uuid import UUID

import recurring_ical_events
from icalendar import Calendar, Event

from api.rota.rules import moment

MOST_BYTES = 1_000_000
MOST_ENTRIES = 2_000
MOST_SHIFTS = 5_000
MOST_A_DAY = 24
MOST_SHOWN = 60  # Characters of a UID.
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
_ONCE = ("UID", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "STATUS", "SUMMARY")  # RFC 5545, 3.6.1.
_BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A member of the team, as an entry may name them."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the line on which that entry begins. `uid`: the entry's own, if it has one."""

    line: int
    words: str
    uid: str = ""

    @property
    def where(self) -> str:
        """The line and the UID, as far as that can be shown."""
        is_shown = self.uid.strip() and self.uid.isprintable()
        return f"Line {self.line} (UID {self.uid[:MOST_SHOWN]})" if is_shown else f"Line {self.line}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One shift of a calendar. `recurrence`: which of a repeated entry's it is; empty for one that is not repeated."""

    uid: str
    recurrence: str
    person_id: UUID
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """What stays the same when it is moved or given to somebody else."""
        return self.uid, self.recurrence


@dataclass(slots=True)
class Read:
    """What a calendar holds."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking over a calendar would change. `changed`: before and after."""

    added: tuple[Entry, ...]
    changed: tuple[tuple[Entry, Entry], ...]
    gone: tuple[Entry, ...]
    same: int


def plan(held: Sequence[Entry], read: Sequence[Entry]) -> Plan:
    """The differences between what we hold of a calendar and what it holds now."""
    before, after = {one.key: one for one in held}, {one.key: one for one in read}
    both = before.keys() & after.keys()
    changed = tuple((before[key], after[key]) for key in after if key in both and before[key] != after[key])
    return Plan(
        added=tuple(one for key, one in after.items() if key not in before),
        changed=changed,
        gone=tuple(one for key, one in before.items() if key not in after),
        same=len(both) - len(changed),
    )


def read(text: str, staff: Sequence[Known], starts_at: datetime, ends_at: datetime) -> Read:
    """The shifts that end after one moment and begin before another, or what is wrong with the calendar."""
    if len(text.encode()) > MOST_BYTES:
        return Read(faults=[Fault(1, f"the calendar is longer than {MOST_BYTES:,} bytes")])
    if "\0" in text:  # No database keeps it, and no calendar has it.
        return Read(faults=[Fault(1, "there is a character in it that no text has")])
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if _BEGIN.match(line)]
    try:
        calendar = Calendar.from_ical(text)
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
    except (ValueError, IndexError, KeyError):
        return Read(faults=[Fault(1, "this is no calendar (iCalendar, a file that ends in .ics)")])
    if len(events) != len(lines) or len(events) > MOST_ENTRIES or not events:
        return Read(faults=[Fault(1, f"the calendar has no entries, broken ones, or more than {MOST_ENTRIES:,}")])
    found = Read()
    series: dict[str, list[tuple[int, Event]]] = {}
    for line, event in zip(lines, events, strict=True):
        words = list(_wrong(event, staff))
        found.faults += [Fault(line, one, str(event.get("UID", ""))) for one in words]
        if not words:
            series.setdefault(str(event["UID"]), []).append((line, event))
    for one in series.values():
        if len(found.entries) <= MOST_SHIFTS:  # More are refused below: no time is spent on them.
            _expand(calendar, one, staff, (starts_at, ends_at), found)
    if len(found.entries) > MOST_SHIFTS:
        found.faults.append(Fault(1, f"the calendar has more than {MOST_SHIFTS:,} shifts"))
    found.faults.sort(key=lambda fault: fault.line)
    return found


def _wrong(event: Event, staff: Sequence[Known]) -> Iterator[str]:
    """What stands against an entry, in words that follow `line 12:`."""
    if twice := [name for name in _ONCE if isinstance(event.get(name), list)]:
        yield f"says more than once: {', '.join(twice)}"
        return
    if not str(event.get("UID", "")).strip():
        yield "has no UID"
    if broken := sorted({str(name) for name, _ in event.errors if name}):
        yield f"cannot be read ({', '.join(broken)})"
        return
    if event.get("DTSTART") is None:
        yield "has no beginning (DTSTART)"
        return
    for name in ("DTSTART", "DTEND"):
        value = event.get(name)
        if value is not None and not isinstance(value.dt, date):  # A time of day alone, or a length.
            yield f"cannot be read ({name})"
            return
        if value is not None and value.params.get("TZID") and getattr(value.dt, "tzinfo", None) is None:
            yield f"is in a time zone that nobody knows ({value.params['TZID']})"
    starts, ends = event.get("DTSTART"), event.get("DTEND")
    if ends is not None and _instant(ends.dt) <= _instant(starts.dt):
        yield "does not end after it begins"
    if any(map(_is_too_often, _rules(event))):
        yield "is repeated too often"
    if not _cancelled(event) and _holder(event, staff) is None:
        yield "names nobody of the team, or several: write a name or an e-mail address of one into its title"


def _rules(event: Event) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _is_too_often(rule: Any) -> bool:
    """Whether somebody else's calendar would have us count more shifts than there are hours."""
    times = prod(len(rule.get(name, [0])) for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    return times > MOST_A_DAY or any(str(one).upper() in _TOO_OFTEN for one in rule.get("FREQ", []))


def _cancelled(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == "CANCELLED"


def _holder(event: Event, staff: Sequence[Known]) -> UUID | None:
    """Whose shift it is: by an attendee's address, or by a name or an address in its title."""
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    addresses = {str(one).casefold().removeprefix("mailto:") for one in listed}
    title = " ".join(str(event.get("SUMMARY", "")).split()).casefold()
    found = {one.id for one in staff if one.email.casefold() in addresses}
    found = found or {one.id for one in staff if _names(title, one.email) or _names(title, one.name)}
    return found.pop() if len(found) == 1 else None


def _names(title: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", title) is not None


def _expand(
    calendar: Calendar,
    series: list[tuple[int, Event]],
    staff: Sequence[Known],
    between: tuple[datetime, datetime],
    found: Read,
) -> None:
    """Every shift of an entry and of those that take the place of some of its repetitions."""
    alone, line = Calendar(), series[0][0]
    if "X-WR-TIMEZONE" in calendar:
        alone.add("X-WR-TIMEZONE", calendar["X-WR-TIMEZONE"])
    for _, event in series:
        alone.add_component(event)
    is_repeated = any("RRULE" in event or "RDATE" in event for _, event in series)
    try:
        for one in recurring_ical_events.of(alone).between(*between):
            if not _cancelled(one):
                found.entries.append(_entry(one, staff, is_repeated))
    except (ValueError, OverflowError, KeyError, AttributeError, TypeError):
        uid = str(series[0][1]["UID"])
        found.faults.append(Fault(line, "cannot be read: its times or repetitions make no sense", uid))


def _entry(event: Any, staff: Sequence[Known], is_repeated: bool) -> Entry:
    starts_at, ends_at = _instant(event["DTSTART"].dt), _instant(event["DTEND"].dt)
    holder = _holder(event, staff)
    if ends_at <= starts_at or holder is None:
        raise ValueError("ends before it begins")
    which = _instant(event["RECURRENCE-ID"].dt).isoformat() if is_repeated else ""
    return Entry(str(event["UID"]), which, holder, starts_at, ends_at)


def _instant(value: date | datetime) -> datetime:
    """In UTC. A day, or a time without a zone, is by UK clocks."""
    if not isinstance(value, datetime):
        return moment(value, time())
    if value.tzinfo is None:
        return moment(value.date(), value.time())
    found = value.astimezone(UTC)
    exists = found.astimezone(value.tzinfo).replace(tzinfo=None) == value.replace(tzinfo=None)
    return found if exists else moment(value.date(), value.time())
