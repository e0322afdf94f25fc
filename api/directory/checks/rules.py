"""What information staff must look at: records too old, not borne out, without hours, twice, and needs without any."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType

from api.directory.hours.rules import Nation
from api.directory.rules import SPOKEN, Listing, Need

MONTHS = 12  # After which what was found out about a service has to be found out again.


class Fault(StrEnum):
    """What may be wrong, in the order in which it is listed."""

    EXPIRED = "expired"
    UNVERIFIED = "unverified"
    NO_HOURS = "no hours"
    TWICE = "twice"
    DIFFERS = "differs"
    LINK = "link"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `about` is the code of a record, or of a need."""

    fault: Fault
    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A record that was edited at the desk, and the fields in which its file differs; none: no file has it."""

    code: str
    on: date
    fields: tuple[str, ...] = ()


def findings(
    listings: Iterable[Listing],
    today: date,
    edited: Iterable[Edited] = (),
    *,
    broken: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """Everything to look at, by fault and name. `broken`: web addresses that were tried in vain, and why."""
    active = sorted((one for one in listings if one.active), key=lambda one: one.code)
    each = (_of_records(active, today), _twice(active), _differing(edited), _links(active, broken), _gaps(active))
    found = [finding for some in each for finding in some]
    return sorted(found, key=lambda finding: tuple(Fault).index(finding.fault))


def addresses(listings: Iterable[Listing]) -> list[str]:
    """Every web address that a carer or staff may be given, each once."""
    return sorted({address for one in listings if one.active for address in (one.url, one.webchat) if address})


def _links(listings: list[Listing], broken: Mapping[str, str]) -> Iterator[Finding]:
    for one in listings:
        for address in dict.fromkeys((one.url, one.webchat)):
            if address in broken:
                yield Finding(Fault.LINK, one.code, f"{address} {broken[address]}")


def _of_records(listings: list[Listing], today: date) -> Iterator[Finding]:
    for one in listings:
        if one.assured_date and expires(one.assured_date) < today:
            yield Finding(Fault.EXPIRED, one.code, f"last assured on {one.assured_date}")
        if not one.staff_only and (reasons := list(_unverified(one))):
            yield Finding(Fault.UNVERIFIED, one.code, "; ".join(reasons))
        if not one.staff_only and one.ways & SPOKEN and not (one.hours.known and one.hours.verified):
            yield Finding(Fault.NO_HOURS, one.code, "a carer could ring or write, but nobody knows when")


def expires(assured: date) -> date:
    """The last day on which an assurance holds: twelve months on, for 29 February the 28th."""
    try:
        return assured.replace(year=assured.year + MONTHS // 12)
    except ValueError:
        return assured.replace(year=assured.year + MONTHS // 12, day=28)


def _unverified(one: Listing) -> Iterator[str]:
    if not one.assured_date:
        yield f"imported from {one.feed}, and not verified" if one.feed else "no source"
    if not one.ways:
        yield "no way to reach it is verified, so no carer is told of it"
    if one.unverified:
        yield ", ".join(sorted(one.unverified))


def _twice(listings: list[Listing]) -> Iterator[Finding]:
    for one, other in combinations(listings, 2):
        if _plain(one.name) == _plain(other.name):
            yield Finding(Fault.TWICE, one.code, f"has the same name as {other.code}")
        elif (
            one.organisation == other.organisation
            and one.url == other.url
            and _numbers(one) == _numbers(other) != set()
        ):
            yield Finding(Fault.TWICE, one.code, f"has the organisation, page and numbers of {other.code}")


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _numbers(one: Listing) -> frozenset[str]:
    return frozenset(number.number.replace(" ", "") for number in one.numbers)


def _differing(edited: Iterable[Edited]) -> Iterator[Finding]:
    """What was edited at the desk and has not been carried into the files."""
    for one in edited:
        what = f"its file differs in {', '.join(one.fields)}" if one.fields else "it stands in no file"
        yield Finding(Fault.DIFFERS, one.code, f"edited at the desk on {one.on}: {what}")


def _gaps(listings: list[Listing]) -> Iterator[Finding]:
    """Needs that no verified service meets in the whole of a nation."""
    whole = [one for one in listings if one.verified and not one.narrow and not one.area.is_local]
    for need in Need:
        missing = [
            nation for nation in Nation if not any(need in one.needs and nation in one.area.nations for one in whole)
        ]
        if missing:
            where = ", ".join(nation.replace("_", " ").title() for nation in missing)
            yield Finding(Fault.GAP, need, f"no verified service in {where}")
