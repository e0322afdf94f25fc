"""What an import would do: which records are new, changed, left as they are, retired, or stand against one of ours."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# Whether staff have verified a record: said by nobody but them, and lost when what they verified has changed.
TRUST = ("confidence", "assured_date", "unverified")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one record of a feed: where it stands, in which field, in plain words."""

    where: str
    field: str
    words: str
    feed_id: str = ""  # Empty: nobody can tell which record it is.


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is compared. `feed` is empty for our own; `fields` are what it says, as text."""

    code: str
    feed: str
    feed_id: str
    service_id: str
    name: str
    organisation: str
    numbers: frozenset[str]
    fields: Mapping[str, str]
    where: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a record that would change."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that would change, field by field."""

    entry: Entry
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """A record of a feed in whose place there is another: one of our own, or another feed's. That stays as it is."""

    entry: Entry
    other: Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import does to the directory."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Changed, ...] = ()
    left: tuple[Entry, ...] = ()
    retired: tuple[Entry, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def written(self) -> frozenset[str]:
        """The codes of the records that are written."""
        return frozenset([one.code for one in self.added] + [one.entry.code for one in self.changed])


@dataclass(slots=True)
class _Sorted:
    added: list[Entry] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def plan(feed: str, held: Iterable[Entry], incoming: Iterable[Entry], unread: frozenset[str] | None) -> Plan:
    """What becomes of a feed's records. `unread`: ids of the feed that could not be read, which are not retired;

    None: not even their ids could be read, so nothing is retired.
    """
    directory = list(held)
    by_code = {one.code: one for one in directory}
    ours = [one for one in directory if not one.feed and one.active]
    found = _Sorted()
    for entry in incoming:
        other = by_code.get(entry.code)
        clash = other if other is not None and other.feed != entry.feed else None
        clash = next((one for one in ours if _is_the_same(entry, one)), clash)
        if clash is not None:
            found.clashes.append(Clash(entry, clash))
        else:
            _sort(entry, other, found)
    kept = {one.code for one in (*found.added, *found.left)} | {one.entry.code for one in found.changed}
    retired = () if unread is None else tuple(_retired(feed, directory, kept, unread))
    return Plan(tuple(found.added), tuple(found.changed), tuple(found.left), retired, tuple(found.clashes))


def restoration(held: Iterable[Entry], incoming: Iterable[Entry]) -> Plan:
    """What becomes of an export of our own: what is not there is added, what is there otherwise is a clash."""
    by_code = {one.code: one for one in held}
    found = _Sorted()
    for entry in incoming:
        other = by_code.get(entry.code)
        if other is None:
            found.added.append(entry)
        elif other.fields == entry.fields and other.active == entry.active:
            found.left.append(entry)
        else:
            found.clashes.append(Clash(entry, other))
    return Plan(tuple(found.added), (), tuple(found.left), (), tuple(found.clashes))


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """Every field that differs, in the order of the record."""
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name, "") != new.get(name, ""):
            yield Change(name, old.get(name, ""), new.get(name, ""))


def _sort(entry: Entry, other: Entry | None, found: _Sorted) -> None:
    if other is None:
        found.added.append(entry)
        return
    changes = tuple(differences(other.fields, entry.fields))
    if not other.active:
        changes = (Change("status", "inactive", "active"), *changes)
    if any(change.field not in TRUST for change in changes):
        found.changed.append(Changed(entry, changes))
    else:
        found.left.append(entry)


def _retired(feed: str, held: Iterable[Entry], kept: set[str], unread: frozenset[str]) -> Iterator[Entry]:
    for one in held:
        if one.feed == feed and one.active and one.code not in kept and one.feed_id not in unread:
            yield one


def _is_the_same(entry: Entry, ours: Entry) -> bool:
    """Whether a record of a feed is one of ours: by its id, or by its name with its organisation or a number."""
    if ours.service_id == entry.feed_id:
        return True
    if _plain(entry.name) != _plain(ours.name):
        return False
    return _plain(entry.organisation) == _plain(ours.organisation) or bool(entry.numbers & ours.numbers)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
