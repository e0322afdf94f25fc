"""The rota in words: who holds each rung now and next, and the coming days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from api import clock
from api.console.presenters import RUNGS, when
from api.console.rota.rules import SHOWN
from api.cover.models import CoverAlarm
from api.cover.rules import ENDS_SOON
from api.people.models import Person
from api.rota.models import Duty, RotaOverride
from api.rota.rules import Fault, Problem, Reach, Shift, days, gaps, moment, parts

UNREACHABLE = {Reach.NO_PHONE: "has no number to be paged on", Reach.LEFT: "is no longer on the team"}


@dataclass(frozen=True, slots=True)
class Holder:
    """One rung: who holds it now, and who begins next."""

    rung: str
    now: list[str]
    next: str


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's hours on one day, or (`who` empty) hours that nobody has."""

    who: str
    hours: str
    mine: bool
    trouble: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One rung on one day."""

    rung: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the table."""

    name: str
    is_today: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the table is made from. `me`: whoever looks."""

    shifts: Sequence[Shift]
    names: Mapping[UUID, str]
    reach: Mapping[UUID, Reach]
    rungs: Sequence[str]
    until: datetime
    me: UUID


def rung(code: str) -> str:
    """A rung as the head of a column."""
    words = RUNGS.get(code, code.replace("_", " "))
    return f"{words[:1].upper()}{words[1:]}"


def holders(held: Sequence[Duty], coming: Sequence[Duty], rungs: Sequence[str], now: datetime) -> list[Holder]:
    """Now and next, in the order in which the rungs are tried."""
    return [
        Holder(
            rung(code),
            [_holds(one, now) for one in held if one.rung == code],
            next((f"{one.person.name}, from {when(one.starts_at, now)}" for one in coming if one.rung == code), ""),
        )
        for code in rungs
    ]


def _holds(duty: Duty, now: datetime) -> str:
    until = f"until {when(duty.ends_at, now)}" if duty.ends_at else "until further notice"
    return f"{duty.person.name}, {until}" + ("" if duty.person.phone else " (has NO number to be paged on)")


def table(seen: Seen, now: datetime, shown: int = SHOWN) -> list[Day]:
    """The coming days, each with every rung. Today is told from now on."""
    return [_day(one, seen, now) for one in days(now, now + timedelta(days=shown - 1))]


def _day(day: date, seen: Seen, now: datetime) -> Day:
    begin, end = max(moment(day, time()), now), moment(day + timedelta(days=1), time())
    name, is_today = f"{day:%A} {day.day} {day:%B}", day == now.astimezone(clock.UK).date()
    return Day(name, is_today, [Cell(rung(code), _lines(code, seen, (begin, end), day)) for code in seen.rungs])


def _lines(code: str, seen: Seen, span: tuple[datetime, datetime], day: date) -> list[Line]:
    begin, end = span
    held = _runs([one for one in seen.shifts if one.rung == code and one.starts_at < end and one.ends_at > begin])
    lines = [(one.starts_at, _line(one, seen, day)) for one in held]
    upto = min(end, seen.until)
    if begin < upto:
        found = gaps(parts(held, begin, upto), begin, upto)
        lines += [(gap[0], Line("", _hours(*gap, day), mine=False, trouble="")) for gap in found]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _runs(held: Sequence[Shift]) -> list[Shift]:
    """Shifts of one person that follow each other, as one."""
    found: list[Shift] = []
    for one in sorted(held, key=lambda shift: (shift.starts_at, shift.person_id)):
        before = next(
            (last for last in found if last.person_id == one.person_id and last.ends_at == one.starts_at), None
        )
        if before is None:
            found.append(one)
        else:
            found[found.index(before)] = replace(before, ends_at=one.ends_at)
    return found


def _line(one: Shift, seen: Seen, day: date) -> Line:
    return Line(
        who=seen.names.get(one.person_id, "Somebody who has left"),
        hours=_hours(one.starts_at, one.ends_at, day),
        mine=one.person_id == seen.me,
        trouble=UNREACHABLE.get(seen.reach.get(one.person_id, Reach.LEFT), ""),
    )


def _hours(starts_at: datetime, ends_at: datetime, day: date) -> str:
    """The part of these hours that lies on one day: `all day`, `until 08:00`, `from 20:00`, `09:00 to 17:00`."""
    before = starts_at <= moment(day, time())
    after = ends_at >= moment(day + timedelta(days=1), time())
    begin, end = clock.uk_time(starts_at), clock.uk_time(ends_at)
    if before and after:
        return "all day"
    if before or after:
        return f"until {end}" if before else f"from {begin}"
    return f"{begin} to {end}"


def span(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """Hours in words: `Tue 1 Dec, 20:00 to Wed 2 Dec, 08:00`."""
    same = starts_at.astimezone(clock.UK).date() == ends_at.astimezone(clock.UK).date()
    return f"{when(starts_at, now)} to {clock.uk_time(ends_at) if same else when(ends_at, now)}"


def problem(one: Problem, names: Mapping[UUID, str], now: datetime) -> str:
    """What stands against publishing, in words."""
    who = " and ".join(names.get(person, "somebody who has left") for person in one.people)
    hours, place = span(one.starts_at, one.ends_at, now), rung(one.rung).lower()
    both = " and ".join(rung(code).lower() for code in (one.rung, *one.besides))
    words: dict[str, str] = {
        Fault.GAP: f"Gap: nobody is {place} from {hours}.",
        Fault.OVERLAP: f"Overlap: {who} are all {place} from {hours}. The team allows one person there.",
        Fault.TWICE: f"Twice: {who} is {both} at once from {hours}. A page that they miss would go to them again.",
        Fault.NO_PHONE: f"No number: {who} is {place} from {hours} and cannot be paged.",
        Fault.LEFT: f"Left: {who} is {place} from {hours} and is no longer on the team.",
    }
    return words[one.fault]


def override(one: RotaOverride, now: datetime) -> str:
    """An override in words."""
    instead = f" instead of {one.instead_of.name}" if one.instead_of else ""
    why = f" {one.reason}" if one.reason else ""
    return f"{one.person.name} is {rung(one.rung).lower()}{instead} from {span(one.starts_at, one.ends_at, now)}.{why}"


def warning(alarm: CoverAlarm, now: datetime) -> str:
    """What is wrong with the published rota, as the board and the rota say it."""
    begins = when(alarm.starts_at, now)
    if alarm.fault == ENDS_SOON:
        return f"The rota ends {begins}. After that nobody is on call."
    place, since = rung(alarm.rung).lower(), "since" if alarm.starts_at <= now else "from"
    if alarm.person is None:
        return f"Nobody is {place} {since} {begins}."
    why = UNREACHABLE[Reach(alarm.fault)]
    return f"{alarm.person.name} is {place} {since} {begins} and {why}."


def items(choices: Iterable[tuple[str, str]], chosen: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Choices as the NHS.UK components want them."""
    return [
        {"value": value, "text": text, "checked": value in chosen, "selected": value in chosen}
        for value, text in choices
    ]


def people(staff: Iterable[Person]) -> list[tuple[str, str]]:
    """A team's people as choices; who cannot be paged is named so."""
    return [(str(one.id), one.name if one.phone else f"{one.name} (no number)") for one in staff]
