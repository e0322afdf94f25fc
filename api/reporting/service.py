"""A report: every figure of one team, or of all, for one period. No number leaves here that must be hidden."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations.rules import Channel
from api.reporting.aftercare import service as aftercare
from api.reporting.aftercare.service import Aftercare
from api.reporting.answers import service as answers
from api.reporting.answers.service import Asks, Signposts
from api.reporting.calls import rules as counted
from api.reporting.calls import service as calls
from api.reporting.calls.rules import Call, Taken, Within
from api.reporting.contacts import service as contacts
from api.reporting.contacts.rules import Came, Service, shares, tallied
from api.reporting.files import service as files
from api.reporting.hiding.rules import (
    Cell,
    Parts,
    Portion,
    Portions,
    cell,
    each,
    gathered,
    is_mostly_hidden,
    parts,
    portion,
    portions,
)
from api.reporting.rollups import service as rollups
from api.reporting.rules import Period, Times, times
from api.triage import service as triage
from api.triage.rules import Priority

HOURS, WEEKDAYS = range(24), range(7)


@dataclass(frozen=True, slots=True)
class Contacts:
    """How often carers came, when, how and for what."""

    by_day: Parts[date]
    by_hour: Parts[int]
    by_weekday: Parts[int]  # Monday is 0.
    by_channel: Parts[str]
    by_newness: Parts[bool]  # True: they had come before.
    by_district: Parts[str]  # Empty: not known.
    by_language: Parts[str]  # Empty: English, or not known.
    needs: Mapping[str, Cell]
    undelivered: Parts[bool]  # Texts; True: they matter for safety.


@dataclass(frozen=True, slots=True)
class Clock:
    """How soon something was done, by channel or priority, and for all. `in_time` None: nobody has set a target.

    `n` is of all cases, done or not: beside it, how many were done would tell how few were not.
    """

    n: Parts[str]
    whole: Times
    times: Mapping[str, Times]
    in_time: Portions[str] | None


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls for help: of what kind, how soon, and what became of them."""

    by_priority: Parts[str]
    by_category: Parts[str]
    by_outcome: Parts[str]  # Empty: still open.
    clocks: Mapping[str, Clock]  # paged, accepted, contacted.
    cannot_wait: Cell
    used_up: Cell
    pages_failed: Cell
    wrong_to_page: Portion  # Of those of which somebody who was paged has said so.


@dataclass(frozen=True, slots=True)
class Equity:
    """One rate by channel, by district and by language, to see whom the line serves less well."""

    by_channel: Portions[str]
    by_district: Portions[str]
    by_language: Portions[str]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `up_to`: as of when it was counted; None: it never was."""

    period: Period
    fewest: int
    answer_within: Mapping[str, float]  # Seconds, by channel.
    up_to: datetime | None
    contacts: Contacts
    answers: Clock
    calls: Calls
    rates: Mapping[str, Equity]  # answered, accepted, missed, called, handed.
    asks: Asks
    signposts: Signposts
    missed_calls: Cell
    aftercare: Aftercare


async def report(session: AsyncSession, team_id: UUID | None, period: Period) -> Report:
    """The figures of one team, or of all (None), for this period."""
    few, now = files.limits().fewest, clock.now()
    up_to = await rollups.counted(session)
    served = await contacts.served(session, team_id, period)
    helped = await calls.of(session, team_id, period)
    came = _contacts(
        period,
        await contacts.when_and_how(session, team_id, period),
        served,
        await contacts.needs(session, team_id, period),
        few,
    )
    return Report(
        period=period,
        fewest=few,
        answer_within=files.limits().answer_within,
        up_to=up_to.up_to if up_to else None,
        contacts=came,
        answers=_answers(await contacts.answer_times(session, team_id, period), served, came.by_channel, few),
        calls=_calls(helped, now, few),
        rates=_rates(served, helped, now, few),
        asks=await answers.asks(session, team_id, period, few),
        signposts=await answers.signposts(session, team_id, period, few),
        missed_calls=cell(await answers.missed_calls(session, team_id, period), few),
        aftercare=await aftercare.of(session, team_id, period, few),
    )


def _contacts(period: Period, came: Came, served: Sequence[Service], needs: Mapping[str, int], few: int) -> Contacts:
    safety = sum(one.safety_undelivered for one in served)
    by_day, by_weekday = _days(period, came, few)
    return Contacts(
        by_day=by_day,
        by_hour=parts(tallied(came.by_hour.items(), HOURS), few),
        by_weekday=by_weekday,
        by_channel=parts(tallied(((channel, n) for (channel, _), n in came.by_way.items()), list(Channel)), few),
        by_newness=parts(tallied(((back, n) for (_, back), n in came.by_way.items()), [False, True]), few),
        by_district=parts(tallied((one.district, one.number) for one in served), few),
        by_language=parts(tallied((one.language, one.number) for one in served), few),
        needs=each(needs, few),
        undelivered=parts({True: safety, False: sum(one.undelivered for one in served) - safety}, few),
    )


def _days(period: Period, came: Came, few: int) -> tuple[Parts[date], Parts[int]]:
    """By day, and by day of the week: of the one that is hidden for the most part nothing is shown but the other.

    Each by itself would give the other's small numbers away: all Mondays less the shown ones is the hidden Monday.
    """
    by_day = parts(tallied(came.by_day.items(), period.days), few)
    if not is_mostly_hidden(by_day):
        return by_day, gathered(by_day, date.weekday, WEEKDAYS)
    counts = tallied(((day.weekday(), n) for day, n in came.by_day.items()), WEEKDAYS)
    return Parts(by_day.total, None), parts(counts, few)


def _answers(
    found: Mapping[str | None, tuple[int, float, float]], served: Sequence[Service], n: Parts[str], few: int
) -> Clock:
    told = {channel: Times(n, *both) if n >= few else Times(n, None, None) for channel, (n, *both) in found.items()}
    by_channel = {channel: one for channel, one in told.items() if channel is not None}
    in_time = portions(shares((one.channel, one.in_time, one.number) for one in served), few)
    return Clock(n, told.get(None, Times(0, None, None)), by_channel, in_time)


def _calls(helped: Sequence[Call], now: datetime, few: int) -> Calls:
    accept, contact = targets()
    judged = [call.right_to_page for call in helped if call.right_to_page is not None]
    n: Parts[str] = parts(tallied(((call.priority, 1) for call in helped), [str(one) for one in Priority]), few)
    return Calls(
        by_priority=n,
        by_category=parts(tallied((call.category, 1) for call in helped), few),
        by_outcome=parts(tallied((call.outcome or "", 1) for call in helped), few),
        clocks={
            "paged": _clock(helped, n, lambda call: call.paged_after, None, now, few),
            "accepted": _clock(helped, n, lambda call: call.accepted_after, accept, now, few),
            "contacted": _clock(helped, n, lambda call: call.contacted_after, contact, now, few),
        },
        cannot_wait=cell(sum(call.cannot_wait for call in helped), few),
        used_up=cell(sum(call.used_up for call in helped), few),
        pages_failed=cell(sum(call.pages_failed for call in helped), few),
        wrong_to_page=portion(judged.count(False), len(judged), few),
    )


def targets() -> tuple[Within, Within]:
    """Within what time a call of each priority must be accepted, and the carer spoken with."""
    found = triage.protocol().targets
    accept = {str(priority): target.accept_within for priority, target in found.items()}
    return accept, {str(priority): target.contact_within for priority, target in found.items()}


def _clock(
    helped: Sequence[Call], n: Parts[str], taken: Taken, within: Within | None, now: datetime, few: int
) -> Clock:
    by = counted.taken_by(helped, lambda call: call.priority, taken)
    whole = times([after for some in by.values() for after in some], few)
    in_time = counted.in_time(helped, lambda call: call.priority, taken, within, now) if within else None
    told = {priority: times(some, few) for priority, some in by.items()}
    return Clock(n, whole, told, portions(in_time, few) if in_time is not None else None)


def _rates(served: Sequence[Service], helped: Sequence[Call], now: datetime, few: int) -> dict[str, Equity]:
    counts = {
        "answered": [(one, one.in_time) for one in served],
        "missed": [(one, one.missed) for one in served],
        "called": [(one, one.called) for one in served],
        "handed": [(one, one.handed) for one in served],
    }
    found = {
        code: Equity(
            portions(shares((one.channel, hits, one.number) for one, hits in some), few),
            portions(shares((one.district, hits, one.number) for one, hits in some), few),
            portions(shares((one.language, hits, one.number) for one, hits in some), few),
        )
        for code, some in counts.items()
    }
    return found | {"accepted": _accepted(helped, now, few)}


def _accepted(helped: Sequence[Call], now: datetime, few: int) -> Equity:
    within, _ = targets()

    def by(key: Callable[[Call], str]) -> Portions[str]:
        return portions(counted.in_time(helped, key, lambda call: call.accepted_after, within, now), few)

    return Equity(by(lambda call: call.channel), by(lambda call: call.district), by(lambda call: call.language))
