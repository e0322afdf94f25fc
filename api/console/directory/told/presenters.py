"""What carers were told of, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.console.directory.presenters import moment, nation, need
from api.console.directory.rules import HERE
from api.console.directory.told.rules import PER_PAGE, Found, Wanted
from api.console.presenters import count
from api.directory.signposts.models import Signpost

FOUND: dict[str, str] = {
    Found.ANY: "All answers",
    Found.SOMETHING: "Something meets the need",
    Found.NOTHING: "Nothing meets the need",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One answer to one need. `services`: the name and the address of the record of each that was named."""

    when: str
    need: str
    where: str
    nothing: bool
    services: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """One page of answers."""

    rows: list[Row]
    words: str
    previous: str
    next: str


def told(asked: Wanted, total: int, found: Sequence[Signpost], names: Mapping[str, str]) -> Told:
    """A page in words."""
    pages = max(-(-total // PER_PAGE), 1)
    return Told(
        rows=[row(one, names) for one in found],
        words=count(total, "answer", "answers") + (f", page {asked.page} of {pages}" if pages > 1 else ""),
        previous=asked.address(min(asked.page - 1, pages)) if asked.page > 1 else "",
        next=asked.address(asked.page + 1) if asked.page < pages else "",
    )


def row(one: Signpost, names: Mapping[str, str]) -> Row:
    """One answer. Of the place only the nation: so few ask in a district that they could be known."""
    return Row(
        when=moment(one.at),
        need=need(one.need),
        where=nation(one.nation) if one.nation else "Not known",
        nothing=not one.found,
        services=[(names.get(code, code), f"{HERE}/services/{code}") for code in one.service_codes],
    )
