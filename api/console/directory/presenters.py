"""The directory in words: how a record stands at this moment, what is not verified, what was changed and told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api import clock
from api.console.directory.rules import HERE, PER_PAGE, Search, Show
from api.console.directory.service import Known
from api.console.presenters import count
from api.directory import listings
from api.directory.checks.rules import expires
from api.directory.desk import rules as desk
from api.directory.desk.models import Change
from api.directory.desk.service import seen
from api.directory.hours.rules import Nation, Standing
from api.directory.models import Service
from api.directory.records import service as stored
from api.directory.rules import Confidence, Listing, Need, option
from api.directory.signposts.models import Signpost

STATUSES: dict[str, str] = {
    desk.Status.ACTIVE: "In use",
    desk.Status.INACTIVE: "Retired",
    desk.Status.DEFUNCT: "Retired: closed for good",
    desk.Status.TEMPORARILY_CLOSED: "Retired: closed for a time",
}
CONFIDENCES: dict[str, str] = {
    Confidence.HIGH: "High: what matters is borne out by the service itself",
    Confidence.MEDIUM: "Medium: borne out in part, or by others than the service",
    Confidence.LOW: "Low: nothing bears it out, so it is never told to a carer alone",
}
SHOWN: dict[str, str] = {
    Show.ANY: "All records",
    Show.ACTIVE: "In use",
    Show.RETIRED: "Retired",
    Show.STAFF_ONLY: "For staff only",
    Show.UNVERIFIED: "With something not verified",
    Show.DUE: "Due to be checked again",
    Show.EDITED: "Edited here",
}
KINDS: dict[str, str] = {
    desk.Kind.ADDED: "added this record",
    desk.Kind.EDITED: "changed",
    desk.Kind.CHECKED: "checked",
    desk.Kind.RETIRED: "retired this record",
    desk.Kind.BROUGHT_BACK: "brought this record back",
}
TITLES = {  # The standard's words, where it has them.
    "organisation": "Organisation",
    "name": "Name",
    "description": "Description",
    "needs": "Needs that it meets",
    "area": "Service area",
    "phones": "Phone numbers",
    "sms": "Text number",
    "relay": "Text relay",
    "webchat": "Web chat",
    "url": "Web page",
    "email": "E-mail",
    "hours": "Schedule",
    "cost": "Cost",
    "eligibility": "Eligibility",
    "languages": "Languages",
    "access": "Interpretation services",
    "source_url": "Source (web page)",
    "source": "Source",
    "staff_only": "For staff only",
    "notes": "Notes for staff",
    "assured_date": "Assured date",
    "confidence": "Confidence",
    "unverified": "Not verified",
    "status": "Status",
}
_LINKS = ("webchat", "url", "source_url")
_ABOUT = ("assured_date", "confidence", "unverified")  # Said apart, in whole sentences.


@dataclass(frozen=True, slots=True)
class Row:
    """One service in a list."""

    url: str
    name: str
    organisation: str
    where: str
    now: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search."""

    rows: list[Row]
    words: str
    previous: str
    next: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a record. `unverified`: no source bears it out; `href`: where a link leads."""

    title: str
    words: str
    unverified: bool
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: who did what when, why, and the fields from what to what."""

    head: str
    reason: str
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Record:
    """The page of one record. `sure`: how sure it is, where one tap may say that nothing has changed."""

    code: str
    url: str
    name: str
    organisation: str
    status: str
    is_active: bool
    now: str
    told: str
    assured: str
    confidence: str
    unverified: str
    origin: str
    facts: list[Fact]
    history: list[Entry]
    times: str
    signposts: list[str]
    seen: str
    sure: str


def nation(code: str) -> str:
    """A nation as one writes it."""
    return "Northern Ireland" if code == Nation.NORTHERN_IRELAND else code.title()


def need(code: str) -> str:
    """A need as one writes it."""
    return code.replace("_", " ").capitalize()


def day(one: date) -> str:
    """A day as one writes it, always with its year: a history goes back for years."""
    return f"{one.day} {one:%B %Y}"


def moment(one: datetime) -> str:
    """A moment on a UK clock, with its day."""
    return f"{day(one.astimezone(clock.UK).date())}, {clock.uk_time(one)}"


NATIONS = {str(code): nation(code) for code in Nation}
NEEDS = {str(code): need(code) for code in Need}


def found(asked: Search, total: int, services: Sequence[Service], now: datetime) -> Found:
    """A page of a search in words."""
    pages = max(-(-total // PER_PAGE), 1)
    words = count(total, "record", "records") + (f", page {asked.page} of {pages}" if pages > 1 else "")
    return Found(
        rows=[row(one, now) for one in services],
        words=words,
        previous=asked.address(min(asked.page - 1, pages)) if asked.page > 1 else "",
        next=asked.address(asked.page + 1) if asked.page < pages else "",
    )


def row(service: Service, now: datetime) -> Row:
    """One service in a list, as of now."""
    listing = listings.of(service)
    marks = [STATUSES[service.status]] if service.status != desk.Status.ACTIVE else []
    marks += ["For staff only"] if service.staff_only else []
    marks += [f"{count(len(service.unverified), 'fact', 'facts')} not verified"] if service.unverified else []
    return Row(
        url=f"{HERE}/services/{service.code}",
        name=service.name,
        organisation=service.organization.name,
        where=_where(listing),
        now=standing(listing, now),
        marks=tuple(marks),
    )


def _where(listing: Listing) -> str:
    nations = ", ".join(NATIONS[code] for code in Nation if code in listing.area.nations)
    if not listing.area.is_local:
        return "All of the UK" if len(listing.area.nations) == len(Nation) else nations
    names = sorted(listing.area.authorities) + sorted(listing.area.districts)
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"{nations}: {', '.join(names[:6])}{more}"


def standing(listing: Listing, now: datetime) -> str:
    """Whether it can be reached at this moment."""
    stands = option(listing, now)
    if stands.standing is Standing.OPEN:
        return "Open now"
    if stands.standing is Standing.UNKNOWN:
        return "Not known whether it is open now"
    return f"Closed now, {stands.opens}" if stands.opens else "Closed now"


def told(listing: Listing) -> str:
    """Whether carers are told of it, and if not, why."""
    if not listing.active:
        return "No carer is told of it: it is retired."
    if listing.staff_only:
        return "No carer is told of it: it is for staff only."
    if not listing.ways:
        return "No carer is told of it: no way to reach it is verified."
    if listing.narrow:
        return "No need alone leads to it: it is for a group that no need names."
    if not listing.verified:
        return "Carers are told of it, but never of it alone: check it to change that."
    return "Carers are told of it."


def record(known: Known, now: datetime) -> Record:
    """One record in words, as of now."""
    one, listing = known.service, listings.of(known.service)
    return Record(
        code=one.code,
        url=f"{HERE}/services/{one.code}",
        name=one.name,
        organisation=one.organization.name,
        status=STATUSES[one.status],
        is_active=one.status == desk.Status.ACTIVE,
        now=standing(listing, now),
        told=told(listing),
        assured=_assured(one, now),
        confidence=CONFIDENCES[one.confidence],
        unverified=", ".join(TITLES[part] for part in one.unverified) or desk.NOTHING,
        origin=_origin(one),
        facts=_facts(one),
        history=history(known.changes),
        times=f"Carers were told of it {count(known.times_told, 'time', 'times')}."
        if known.times_told
        else "No carer has been told of it since this is kept.",
        signposts=[_signpost(signpost) for signpost in known.told],
        seen=seen(one),
        sure="" if one.confidence == Confidence.LOW else one.confidence,
    )


def _assured(one: Service, now: datetime) -> str:
    if one.assured_date is None:
        return "Never checked with the service"
    on = day(one.assured_date)
    is_due = expires(one.assured_date) < now.astimezone(clock.UK).date()
    return f"Last checked on {on}" + (": due to be checked again" if is_due else "")


def _origin(one: Service) -> str:
    if one.edited_at is None:
        return f"As the file {one.file} has it."
    file = f"The file {one.file} does not write over that." if one.file else "It stands in no file."
    return f"Last edited here {moment(one.edited_at)}. {file}"


def _facts(one: Service) -> list[Fact]:
    facts = stored.of(one)
    shown = [name for name in TITLES if name in facts and name not in _ABOUT]
    return [
        Fact(
            TITLES[name],
            desk.in_words(name, facts[name]),
            name in one.unverified,
            facts[name] or "" if name in _LINKS else "",
        )
        for name in shown
    ]


def history(changes: Sequence[Change]) -> list[Entry]:
    """The changes in words; what was changed together stands together."""
    entries: dict[tuple[datetime, str], Entry] = {}
    for one in reversed(changes):  # In each change, the fields in the order of the form.
        head = f"{moment(one.at)}: {one.person.name} {KINDS[one.kind]}"
        entry = entries.setdefault((one.at, one.kind), Entry(head, one.reason, []))
        entry.fields.append((TITLES[one.field], one.before, one.after))
    return list(entries.values())[::-1]


def _signpost(one: Signpost) -> str:
    """When, for what and in which nation. Not the district: so few ask there that they could be known."""
    where = f", {nation(one.nation)}" if one.nation else ""
    return f"{moment(one.at)}: {need(one.need)}{where}"
