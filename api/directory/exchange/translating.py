"""A service of the standard, put into the terms of our own records.

Nothing is guessed: what a feed does not say is left out, and a record whose place nobody can tell is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import phonenumbers

from api.directory.exchange.schemas import FeedFile, PhoneIn, RestoredIn, ScheduleIn, ServiceAreaIn, ServiceIn, TermIn
from api.directory.files.schemas import ServiceFile
from api.directory.hours.rules import WEEK, Nation
from api.directory.rules import Need

ASK = "Ask the service."
ALWAYS = "Day and night, every day."
_TEXTED, _TYPED, _NO_PHONE = (
    {"text", "sms"},
    {"textphone": "textphone", "tty": "textphone", "relay": "relay"},
    {"fax", "pager"},
)
_LETTERS = {"E": Nation.ENGLAND, "S": Nation.SCOTLAND, "W": Nation.WALES, "N": Nation.NORTHERN_IRELAND}
_GREAT_BRITAIN = (Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES)
# Codes of the Office for National Statistics: https://geoportal.statistics.gov.uk (Register of Geographic Codes).
_CODE = re.compile(r"\b(?:([ESWN])(\d{2})\d{6}|(K0[23])\d{6})\b")
_WHOLE = {"92"}  # The part of a code that says: a whole nation.
_NAMED: Mapping[str, tuple[Nation, ...]] = {
    **{nation.replace("_", " "): (nation,) for nation in Nation},
    **dict.fromkeys(("united kingdom", "uk", "the uk", "uk wide", "uk-wide"), tuple(Nation)),
    **dict.fromkeys(("great britain", "gb"), _GREAT_BRITAIN),
}
_DISTRICT = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?$")
_LONGEST_PLACE = 100


class BadField(ValueError):
    """One field cannot be put into our terms; the message says why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class Translated:
    """A record in our terms, and the feed's terms that stand for none of our needs."""

    record: ServiceFile
    unknown: tuple[str, ...]


def translated(service: ServiceIn, feed: FeedFile, terms: Mapping[str, list[Need]], code: str, url: str) -> Translated:
    """A feed's service as a record: of low confidence, its hours unverified, until staff have verified it.

    `terms`: what all feeds' terms mean, in small letters. Raises BadField and pydantic's ValidationError.
    """
    needs, unknown = _needs(service, _small(feed.terms), terms)
    record = _common(service) | {
        "id": code,
        "needs": needs,
        "area": _area(service.service_areas, feed),
        "source": f"Imported from {feed.name}, and not yet verified by our own staff.",
        "source_url": url or None,
        "confidence": "low",
        "unverified": ["hours"] if service.schedules else [],
    }
    return Translated(ServiceFile.model_validate(record), tuple(unknown))


def restored(service: RestoredIn) -> ServiceFile:
    """The record from which an export of our own was made."""
    ours = service.nightlight
    record = _common(service) | {
        "id": ours.code,
        "needs": [one.taxonomy_term.term for one in service.attributes if one.taxonomy_term],
        "area": _own_area(service.service_areas),
        "assured_date": service.assured_date,
        **ours.model_dump(include={"source", "source_url", "confidence", "unverified", "staff_only", "notes"}),
    }
    record["eligibility"]["narrow"] = ours.narrow
    if service.schedules:
        own = {"always": ours.always_open, "bank_holidays": ours.bank_holidays, "words": ours.hours_words}
        record["hours"] = {**record["hours"], **own}
    return ServiceFile.model_validate(record)


def _common(service: ServiceIn) -> dict[str, Any]:
    """What is the same for every record."""
    phones = [*service.phones, *(phone for contact in service.contacts for phone in contact.phones)]
    return {
        "organisation": service.organization.name,
        **{name: getattr(service, name) for name in ("name", "description", "url", "email")},
        "webchat": service.webchat_url,
        "phones": list(_phones(phones)),
        "sms": _sms(phones),
        "hours": _hours(service.schedules),
        "cost": _cost(service),
        "eligibility": {
            "text": service.eligibility_description or ASK,
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
        },
        "languages": [one.name for one in service.languages if one.name],
        "access": service.interpretation_services,
    }


def _small(terms: Mapping[str, list[Need]]) -> dict[str, list[Need]]:
    return {term.casefold(): needs for term, needs in terms.items()}


def _needs(
    service: ServiceIn, first: Mapping[str, list[Need]], then: Mapping[str, list[Need]]
) -> tuple[list[Need], list[str]]:
    """Our needs that a service's terms stand for, and the terms that stand for none."""
    needs: dict[Need, None] = {}
    unknown: list[str] = []
    for term in (one.taxonomy_term for one in service.attributes if one.taxonomy_term):
        names = [name.casefold() for name in _names(term)]
        meant = next((table[name] for table in (first, then) for name in names if name in table), None)
        if meant is None:
            meant = [Need(own) for name in names if (own := name.replace(" ", "_")) in set(Need)][:1]
            unknown += [] if meant else [term.name or term.term or term.id or "a term without a name"]
        needs |= dict.fromkeys(meant)
    return list(needs), unknown


def _names(term: TermIn) -> Iterator[str]:
    """Every way in which data/directory_imports.yml may name a term, the surest first."""
    yield from (name for name in (term.term_uri, term.id) if name)
    if term.taxonomy:
        yield from (f"{term.taxonomy}: {name}" for name in (term.term, term.name) if name)
    yield from (name for name in (term.term, term.name) if name)


def _phones(phones: Iterable[PhoneIn]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for phone in phones:
        kind = (phone.type or "voice").casefold()
        number = _dialled(phone.number)
        if kind not in _TEXTED | _NO_PHONE and number not in seen:
            seen.add(number)
            yield {"number": number, "type": _TYPED.get(kind, "voice"), "description": phone.description}


def _sms(phones: Iterable[PhoneIn]) -> dict[str, Any] | None:
    """The number to text. Its description may say the word to begin with: `Text HELLO`."""
    numbers = [phone for phone in phones if (phone.type or "").casefold() in _TEXTED]
    if len(numbers) > 1:
        raise BadField("phones", "has more than one number to text, and we can keep only one")
    for phone in numbers:
        say = (phone.description or "").removeprefix("Text ") if phone.description else None
        return {"number": _dialled(phone.number), "say": say or None}
    return None


def _dialled(number: str) -> str:
    """A number as one dials it in the UK. What is no number is left as it is, for the record's own check to refuse."""
    if re.fullmatch(r"[0-9 ]+", number):
        return number
    try:
        parsed = phonenumbers.parse(number, "GB")
    except phonenumbers.NumberParseException:
        return number
    if parsed.extension or parsed.country_code != 44:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _hours(schedules: Iterable[ScheduleIn]) -> dict[str, Any] | None:
    """Hours that come every week; all else only in its own words, which nobody can reckon with."""
    periods = [period for one in schedules if (period := _period(one))]
    words = "; ".join(dict.fromkeys(one.description for one in schedules if one.description))
    if not periods and not words:
        return None
    return {"periods": periods, "words": words or None}


def _period(schedule: ScheduleIn) -> dict[str, Any] | None:
    is_weekly = schedule.freq == "WEEKLY" and schedule.interval in (None, 1) and not schedule.valid_to
    days = [day.strip() for day in (schedule.byday or "").split(",")]
    if not is_weekly or not schedule.opens_at or not schedule.closes_at or not set(days) <= set(WEEK):
        return None
    return {"byday": days, "opens_at": _clock(schedule.opens_at), "closes_at": _clock(schedule.closes_at)}


def _clock(written: str) -> str:
    try:
        return time.fromisoformat(written).replace(tzinfo=None).isoformat()
    except ValueError as error:
        raise BadField("schedules", f"has a time that nobody can read: {written[:40]}") from error


def _cost(service: ServiceIn) -> str:
    said = [_price(one.amount_description, one.option, one.amount) for one in service.cost_options]
    return "; ".join(one for one in said if one) or service.fees or ASK


def _price(words: str | None, option: str | None, amount: float | None) -> str:
    pounds = f"£{amount:.2f}" if amount is not None else ""
    return " ".join(part for part in (f"{option}:" if option else "", pounds, words or "") if part).removesuffix(":")


def _own_area(areas: Iterable[ServiceAreaIn]) -> dict[str, Any]:
    """The place as our own exports have it: `authority: Norfolk`."""
    names: dict[str, list[str]] = {"nation": [], "authority": [], "district": []}
    for one in areas:
        kind, _, name = (one.extent or "").partition(": ")
        if kind not in names:
            raise BadField("service_areas", f"is not as our own exports have it: {kind[:40]}")
        names[kind].append(name)
    return {"nations": names["nation"], "authorities": names["authority"], "districts": names["district"]}


def _area(areas: list[ServiceAreaIn], feed: FeedFile) -> dict[str, Any]:
    """Where a feed's service works: nations by name or by code, districts by form, and what remains are councils."""
    if not areas:
        if feed.area is None:
            raise BadField("service_areas", "does not say where it works, and data/directory_imports.yml neither")
        return feed.area.model_dump()
    nations = dict.fromkeys(nation for one in areas for nation in _nations(one))
    known = list(nations) or feed.nations
    authorities: list[str] = []
    districts: list[str] = []
    for one in areas:
        if not _nations(one):
            name = _place(one)
            nations |= dict.fromkeys(_lies_in(one, name, known))
            (districts if _DISTRICT.match(name) else authorities).append(name)
    return {"nations": list(nations), "authorities": authorities, "districts": districts}


def _nations(area: ServiceAreaIn) -> tuple[Nation, ...]:
    """The whole nations that an area is, if it is any."""
    name = area.name or area.extent or ""
    if (named := _NAMED.get(name.casefold().replace("_", " "))) is not None:
        return named
    code = _CODE.search(f"{area.extent} {area.uri}")
    if code is None:
        return ()
    if code[3]:
        return tuple(Nation) if code[3] == "K02" else _GREAT_BRITAIN
    return (_LETTERS[code[1]],) if code[2] in _WHOLE else ()


def _place(area: ServiceAreaIn) -> str:
    name = area.name or area.extent or ""
    if not name or len(name) > _LONGEST_PLACE:
        raise BadField("service_areas", f"names no place that we could look for: {name[:40]}")
    return name


def _lies_in(area: ServiceAreaIn, name: str, known: list[Nation]) -> list[Nation]:
    """The nation in which a place lies: by its code, by the nations beside it, or by what we know of the feed."""
    code = _CODE.search(f"{area.extent} {area.uri}")
    if code is not None and code[1]:
        return [_LETTERS[code[1]]]
    if not known:
        words = f"nobody can tell in which nation {name} lies: name this feed's nations in data/directory_imports.yml"
        raise BadField("service_areas", words)
    return known
