"""The rungs of a team's ladder, shifts on them by UK clocks, and what is wrong with a run of shifts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

UK = ZoneInfo("Europe/London")


class Rung(StrEnum):
    """A place on the rota that somebody holds."""

    ON_CALL = "on_call"
    SECOND_ON_CALL = "second_on_call"
    LEAD = "lead"


class Reach(StrEnum):
    """Whether a page can get to somebody."""

    YES = "yes"
    NO_PHONE = "no_phone"
    LEFT = "left"  # No longer active, or no longer one of those who look after carers in this team.


class Fault(StrEnum):
    """What can be wrong with a rota."""

    GAP = "gap"
    OVERLAP = "overlap"
    TWICE = "twice"  # One person on two rungs at once: whoever comes next is the one who did not answer.
    NO_PHONE = "no_phone"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a team has laid down for its rota.

    `nation`: whose bank holidays count, by its code of ISO 3166-2:GB (ENG, SCT, WLS, NIR). `rungs`: those that must be
    held at every moment. `several`: those that more than one person may hold at once. `apart`: of these one person may
    hold only one at a time.
    """

    nation: str
    rungs: tuple[Rung, ...]
    several: frozenset[Rung]
    swaps_need_approval: bool
    apart: tuple[Rung, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """One person on one rung, from one moment until another (both UTC)."""

    rung: str
    person_id: UUID
    starts_at: datetime
    ends_at: datetime

    def within(self, starts_at: datetime, ends_at: datetime) -> "Shift | None":
        """The part of it that lies between two moments, if any does."""
        begin, end = max(self.starts_at, starts_at), min(self.ends_at, ends_at)
        return replace(self, starts_at=begin, ends_at=end) if begin < end else None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: on which rung, from when until when, and who is concerned.

    `besides`: the other rungs of somebody who holds more than one.
    """

    fault: Fault
    rung: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[UUID, ...] = ()
    besides: tuple[str, ...] = ()


def moment(day: date, at: time) -> datetime:
    """The moment at which UK clocks first show this time on this day, in UTC.

    A time that clocks jump over in March is the jump itself: 1 am Greenwich mean time (Summer Time Order 2002,
    https://www.legislation.gov.uk/uksi/2002/262, read on 26 November 2026). So handovers keep their order, and
    nothing falls between two shifts or lies in both.
    """
    wanted = datetime.combine(day, at)
    found = wanted.replace(tzinfo=UK).astimezone(UTC)
    if found.astimezone(UK).replace(tzinfo=None) == wanted:
        return found
    return datetime.combine(day, time(1), UTC)


def parts(shifts: Iterable[Shift], starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """What of these shifts lies between two moments."""
    return [part for shift in shifts if (part := shift.within(starts_at, ends_at))]


def tidy(shifts: Iterable[Shift]) -> list[Shift]:
    """In order, and where one person's shifts on one rung overlap, one shift: nobody is to be paged twice."""
    by_holder = sorted(shifts, key=lambda one: (one.rung, one.person_id, one.starts_at))
    found: list[Shift] = []
    for one in by_holder:
        last = found[-1] if found else None
        same = last is not None and (last.rung, last.person_id) == (one.rung, one.person_id)
        if last is not None and same and one.starts_at < last.ends_at:
            found[-1] = replace(last, ends_at=max(last.ends_at, one.ends_at))
        else:
            found.append(one)
    return sorted(found, key=lambda one: (one.starts_at, one.rung, one.person_id))


def problems(
    shifts: Sequence[Shift], ground: Ground, reach: Mapping[UUID, Reach], starts_at: datetime, ends_at: datetime
) -> list[Problem]:
    """All that is wrong between two moments, the earliest first. Whoever cannot be reached is told of by name."""
    here = tidy(parts(shifts, starts_at, ends_at))
    found = [problem for shift in here if (problem := _unreachable(shift, reach))]
    for rung in ground.rungs:
        left = gaps([one for one in here if one.rung == rung], starts_at, ends_at)
        found += [Problem(Fault.GAP, rung, *gap) for gap in left]
    for name in sorted({one.rung for one in here} - ground.several):
        found += _overlaps([one for one in here if one.rung == name])
    found += _twice([one for one in here if one.rung in ground.apart], ground.apart)
    return sorted(found, key=lambda one: (one.starts_at, one.rung, one.fault))


def _unreachable(shift: Shift, reach: Mapping[UUID, Reach]) -> Problem | None:
    how = reach.get(shift.person_id, Reach.LEFT)
    if how is Reach.YES:
        return None
    return Problem(Fault(how), shift.rung, shift.starts_at, shift.ends_at, (shift.person_id,))


def gaps(held: Sequence[Shift], starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches between two moments that none of these shifts covers."""
    found, covered = [], starts_at
    for one in sorted(held, key=lambda shift: shift.starts_at):
        if one.starts_at > covered:
            found.append((covered, one.starts_at))
        covered = max(covered, one.ends_at)
    return [*found, (covered, ends_at)] if covered < ends_at else found


def _overlaps(held: Sequence[Shift]) -> list[Problem]:
    """Each stretch in which more than one person holds this rung, with all of them."""
    found = []
    for here, begin, end in _stretches(held):
        people = tuple(sorted({one.person_id for one in here}))
        if len(people) > 1:
            found.append(Problem(Fault.OVERLAP, held[0].rung, begin, end, people))
    return found


def _twice(held: Sequence[Shift], order: Sequence[Rung]) -> list[Problem]:
    """Each stretch in which one person holds more than one of these rungs, with all of them in the ladder's order."""
    found = []
    for person in sorted({one.person_id for one in held}):
        for here, begin, end in _stretches([one for one in held if one.person_id == person]):
            first, *besides = sorted({one.rung for one in here}, key=lambda rung: order.index(Rung(rung)))
            if besides:
                found.append(Problem(Fault.TWICE, first, begin, end, (person,), tuple(besides)))
    return found


def _stretches(held: Sequence[Shift]) -> Iterator[tuple[tuple[Shift, ...], datetime, datetime]]:
    """What goes on at the same time, from when until when; stretches in which nothing changes hands are one."""
    edges = sorted({edge for one in held for edge in (one.starts_at, one.ends_at)})
    spans = [
        (tuple(one for one in held if one.starts_at <= begin and end <= one.ends_at), begin, end)
        for begin, end in pairwise(edges)
    ]
    for _, group in groupby(spans, key=lambda span: {(one.rung, one.person_id) for one in span[0]}):
        run = list(group)
        if run[0][0]:
            yield run[0][0], run[0][1], run[-1][2]


def days(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The days that the UK's calendar has between two moments, the first and the last too."""
    first, last = starts_at.astimezone(UK).date(), ends_at.astimezone(UK).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
