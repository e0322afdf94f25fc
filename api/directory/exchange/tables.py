"""A table (CSV) of services, one a row: its columns, its template, and each row in the shape of the standard."""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from api.directory.exchange.rules import Fault
from api.directory.hours.rules import WEEK
from api.errors import Invalid

# Every column, and what to write into it. Several things in one cell stand apart by semicolons.
COLUMNS: Mapping[str, str] = {
    "id": "Your own name for the record, always the same: letters, digits, hyphens. Needed.",
    "name": "The service's name. Needed.",
    "organization": "Who runs it. Needed.",
    "description": "What it does, in a sentence or two. Needed.",
    "needs": "Our needs that it meets, for example: respite; night_sitting. Without one nobody is told of it.",
    "nations": "Of england, scotland, wales, northern_ireland: where it works, or where the places below lie. Needed.",
    "councils": "Councils' areas, if it works only there.",
    "districts": "Postcode districts such as CH41, if it works only there.",
    "phone": "Numbers as one dials them.",
    "text_number": "One number to text.",
    "email": "One address.",
    "url": "Its page, with https://",
    "webchat_url": "The page of its chat, with https://",
    "hours": "For example: MO-FR 09:00-17:00; SA 10:00-12:00. Anything else is kept as words.",
    "cost": "For example: Free.",
    "eligibility": "Whom it is for.",
    "minimum_age": "In years.",
    "maximum_age": "In years.",
    "languages": "Spoken there, beside English.",
    "access": "For example: Relay UK, British Sign Language.",
    "status": "active, or: inactive, defunct, temporarily closed. Empty means active.",
}
NEEDED = ("id", "name", "organization", "description", "nations")
# The standard's field, when something is wrong with it, by the name of the column.
_COLUMN_OF = {
    "organization": "organization",
    "attributes": "needs",
    "service_areas": "nations, councils, districts",
    "area": "nations, councils, districts",
    "phones": "phone",
    "sms": "text_number",
    "webchat": "webchat_url",
    "schedules": "hours",
    "cost_options": "cost",
    "eligibility_description": "eligibility",
    "interpretation_services": "access",
}
_STRETCH = re.compile(r"^([A-Z, -]+) (\d\d:\d\d)-(\d\d:\d\d)$")


def template() -> str:
    """A table with the columns, and beneath each what to write into it. The row that begins with # is passed over."""
    out = StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerow([f"# {words}" if name == "id" else words for name, words in COLUMNS.items()])
    return out.getvalue()


def column_of(field: str) -> str:
    """The column that a field of the standard or of a record comes from."""
    return _COLUMN_OF.get(field.split(" ")[0].split(".")[0], field)


def rows(text: str) -> Iterator[tuple[str, dict[str, Any] | Fault]]:
    """Each row's place and the service that it is, or what is wrong. Raises Invalid when the columns are not ours."""
    table = csv.DictReader(StringIO(text, newline=""), strict=True)
    try:
        _check(table.fieldnames or [])
        for row in table:
            where = f"line {table.line_num}"
            if None in row:
                yield where, Fault(where, "the row", "has more cells than there are columns", row["id"] or "")
            elif any(row.values()) and not (row["id"] or "").startswith("#"):
                yield where, _service({name: (cell or "").strip() for name, cell in row.items()})
    except csv.Error as error:
        raise Invalid(f"line {table.line_num} is no row of a table: {error}.") from error


def _check(names: Any) -> None:
    strange = [name for name in names if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in names]
    if strange or missing:
        words = [f"has a column that we do not know: {name[:40]}" for name in strange]
        words += [f"has no column {name}" for name in missing]
        raise Invalid(f"The table {'; '.join(words)}. `directory csv-template` writes the columns.")


def _service(row: Mapping[str, str]) -> dict[str, Any]:
    """A row in the shape of the standard."""
    cell = {name: row.get(name, "") for name in COLUMNS}
    same = ("id", "name", "description", "email", "url", "webchat_url")
    return {
        **{name: cell[name] or None for name in same},
        "status": cell["status"] or "active",
        "organization": {"name": cell["organization"] or None},
        "eligibility_description": cell["eligibility"],
        "interpretation_services": cell["access"],
        "minimum_age": cell["minimum_age"] or None,
        "maximum_age": cell["maximum_age"] or None,
        "attributes": [{"taxonomy_term": {"term": term}} for term in _several(cell["needs"])],
        "service_areas": [*_areas(cell)],
        "phones": [*({"number": one} for one in _several(cell["phone"])), *_text_numbers(cell["text_number"])],
        "schedules": [schedule for one in _several(cell["hours"]) for schedule in _schedules(one)],
        "cost_options": [{"amount_description": cell["cost"]}] if cell["cost"] else [],
        "languages": [{"name": one} for one in _several(cell["languages"])],
    }


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _text_numbers(cell: str) -> Iterator[dict[str, str]]:
    for number in _several(cell):
        yield {"number": number, "type": "text"}


def _areas(cell: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The nations first: the places lie in them."""
    for name in ("nations", "councils", "districts"):
        yield from ({"name": one} for one in _several(cell[name]))


def _schedules(words: str) -> Iterator[dict[str, str]]:
    """`MO-FR 09:00-17:00` as a schedule; anything else as words."""
    found = _STRETCH.match(words)
    days = _days(found[1]) if found else []
    if found and days:
        yield {"freq": "WEEKLY", "byday": ",".join(days), "opens_at": found[2], "closes_at": found[3]}
    else:
        yield {"description": words}


def _days(written: str) -> list[str]:
    """`MO-WE, SA` as days; nothing if one of them is no day."""
    days: list[str] = []
    for part in re.split(r"[, ]+", written.strip()):
        first, _, last = part.partition("-")
        if first not in WEEK or (last and last not in WEEK):
            return []
        days += WEEK[WEEK.index(first) : WEEK.index(last or first) + 1]
    return days
