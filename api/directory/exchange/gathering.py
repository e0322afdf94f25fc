"""What was read becomes records of ours, ready to be compared; what cannot become one is a fault, in plain words."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.directory.exchange import tables
from api.directory.exchange.reading import Raw, Read
from api.directory.exchange.rules import Entry, Fault
from api.directory.exchange.schemas import FeedFile, RestoredIn, ServiceIn
from api.directory.exchange.translating import BadField, restored, translated
from api.directory.files.schemas import ServiceFile
from api.directory.files.service import Record, digest_of, made_id
from api.directory.rules import Need

IMPORTED = "(imported)"  # In place of a file of data/directory.
_SHOWN = 60  # Letters of a wrong value.
# What pydantic finds, as one says it. `{…}` are members of the error's own context.
_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "string_type": "should be text",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length:,} letters",
    "too_long": "has more than {max_length} parts",
    "list_type": "should be a list",
    "model_type": "should be a record with members",
    "dict_type": "should be a record with members",
    "literal_error": "should be one of {expected}",
    "enum": "should be one of {expected}",
}


@dataclass(slots=True)
class Gathered:
    """Everything of a feed: what can be compared, and what cannot."""

    feed: str
    entries: list[Entry] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    organizations: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    needless: int = 0  # Services that meet none of our needs.
    inactive: int = 0
    unknown: Counter[str] = field(default_factory=Counter)

    @property
    def unread(self) -> frozenset[str] | None:
        """The feed's ids of what could not be read; None if not even those could."""
        ids = frozenset(fault.feed_id for fault in self.faults)
        return None if "" in ids else ids

    def add(self, service: ServiceIn, record: Record, where: str) -> None:
        """Take a record. One whose code is there already is a fault, and so is the one that was there."""
        entry = entry_of(record, where)
        if record.service.id in self.records:
            self.faults.append(Fault(where, "id", "stands in the feed twice", entry.feed_id))
            self.entries = [one for one in self.entries if one.code != entry.code]
            return
        self.entries.append(entry)
        self.records[entry.code] = record
        name = record.service.organisation
        said = service.organization.description
        self.organizations.setdefault(name, said or f"Runs {record.service.name}.")


def gather(read: Read, feed: FeedFile, terms: Mapping[str, list[Need]]) -> Gathered:
    """A feed's services as records of ours. `terms`: what all feeds' terms mean."""
    found = Gathered(feed.feed, faults=list(read.faults))
    small = {term.casefold(): needs for term, needs in terms.items()}
    for raw in read.raws:
        try:
            _take(raw, feed, small, found)
        except (BadField, ValidationError) as error:
            found.faults += _faults(raw, error, read.is_table)
    return found


def gather_export(read: Read) -> Gathered:
    """The records of an export of our own, with all that only we say."""
    found = Gathered("", faults=list(read.faults))
    for raw in read.raws:
        try:
            service = RestoredIn.model_validate(raw.document)
            found.add(service, restored_record(service), raw.where)
        except (BadField, ValidationError) as error:
            found.faults += _faults(raw, error, False)
    return found


def entry_of(record: Record, where: str = "") -> Entry:
    """A record as it is compared."""
    service = record.service
    return Entry(
        code=service.id,
        feed=record.feed or "",
        feed_id=record.feed_id or "",
        service_id=str(made_id("service", service.id)),
        name=service.name,
        organisation=service.organisation,
        numbers=frozenset(phone.number.replace(" ", "") for phone in service.phones),
        fields=dict(fields(service)),
        where=where,
        active=record.status == "active",
    )


def fields(service: ServiceFile) -> Iterator[tuple[str, str]]:
    """What a record says, field by field, as text."""
    for name, value in service.model_dump(mode="json", exclude={"id"}).items():
        if isinstance(value, dict):
            yield from ((f"{name}.{part}", _text(inner)) for part, inner in value.items())
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ("; " if any(isinstance(one, dict) for one in value) else ", ").join(_text(one) for one in value)
    if isinstance(value, dict):
        return " ".join(_text(one) for one in value.values() if one is not None)
    return "" if value is None else str(value)


def _take(raw: Raw, feed: FeedFile, terms: Mapping[str, list[Need]], found: Gathered) -> None:
    service = ServiceIn.model_validate(raw.document)
    if service.status != "active":
        found.inactive += 1
        return
    if not (name := slug(service.id)):
        raise BadField("id", "has no letter and no digit")
    put = translated(service, feed, terms, f"{feed.feed}-{name}", raw.url)
    found.unknown.update(put.unknown)
    if not put.record.needs:
        found.needless += 1
        return
    record = Record(put.record, IMPORTED, 0, digest_of(0, put.record), feed=feed.feed, feed_id=service.id)
    found.add(service, record, raw.where)


def restored_record(service: RestoredIn) -> Record:
    ours, record = service.nightlight, restored(service)
    if service.id != str(made_id("service", ours.code)):
        raise BadField("id", "is not the one that our own record of this code has")
    return Record(
        record,
        ours.file,
        ours.file_version,
        digest_of(ours.file_version, record),
        status=service.status,
        edited_at=ours.edited_at,
        feed=ours.feed,
        feed_id=ours.feed_id,
        modified=service.last_modified,
    )


def slug(name: str) -> str:
    """A name in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _faults(raw: Raw, error: BadField | ValidationError, is_table: bool) -> Iterator[Fault]:
    found = raw.document.get("id") if isinstance(raw.document, dict) else None
    feed_id = " ".join(found.split()) if isinstance(found, str) else ""
    if isinstance(error, BadField):
        problems = [(error.field, str(error))]
    else:
        problems = [(_place(one["loc"]), _words(one)) for one in error.errors(include_url=False)]
    for name, words in problems:
        yield Fault(raw.where, tables.column_of(name) if is_table else name, words, feed_id)


def _place(loc: tuple[int | str, ...]) -> str:
    """A place as one says it: `phones 1 number`, counting from one."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in loc) or "the record"


def _words(error: ErrorDetails) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if error["input"] is None and kind in {"string_type", "literal_error", "enum"}:
        return "is missing"
    if kind in _WORDS:
        return _WORDS[kind].format(**context)
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_pattern_mismatch":
        return f"is not written as it should be: {str(error['input'])[:_SHOWN]}"
    return error["msg"][:1].casefold() + error["msg"][1:]
