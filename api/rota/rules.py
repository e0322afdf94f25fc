"""The rungs of a team's ladder, shifts on them by UK clocks, and what is wrong with a run of shifts."""

from collections.abc import Iterable, Mapping, Sequence
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
    NO_PHONE = "no_phone"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Ground:
    """What a team has laid down for its rota.

    `nation`: whose bank holidays count, by its code of ISO 3166-2:GB (ENG, SCT, WLS, NIR). `rungs`: those that must be
    held at every moment. `several`: those that more than one person may hold at once.
    """

    nation: str
    rungs: tuple[Rung, ...]
    several: frozenset[Rung]
    swaps_need_approval: bool


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
    """One thing that is wrong: on which rung, from when until when, and who is concerned."""

    fault: Fault
    rung: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[UUID, ...] = ()


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
    edges = sorted({edge for one in held for edge in (one.starts_at, one.ends_at)})
    spans = [
        (begin, end, tuple(sorted({one.person_id for one in held if one.starts_at <= begin and end <= one.ends_at})))
        for begin, end in pairwise(edges)
    ]
    found = []
    for people, group in groupby(spans, key=lambda span: span[2]):
        run = list(group)
        if len(people) > 1:
            found.append(Problem(Fault.OVERLAP, held[0].rung, run[0][0], run[-1][1], people))
    return found


def days(starts_at: datetime, ends_at: datetime) -> list[date]:
    """The days that the UK's calendar has between two moments, the first and the last too."""
    first, last = starts_at.astimezone(UK).date(), ends_at.astimezone(UK).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
