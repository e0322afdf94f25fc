"""Services are brought in from files: JSON, a service a line, or a table that somebody filled in."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from api.directory.exchange import tables
from api.directory.exchange.gathering import Gathered, gather
from api.directory.exchange.reading import read
from api.directory.exchange.schemas import FeedFile
from api.errors import Invalid
from tests.api.directory.exchange.conftest import Operator
from tests.harness.elsewhere import service

NIGHTS, DAYS = service(), service("Day sitters")
ROW = {
    "id": "sitters-1",
    "name": "Night sitters",
    "organization": "The Sitters",
    "description": "Somebody sits with the ill person at night.",
    "needs": "night_sitting; Respite",
    "nations": "england",
    "councils": "Norfolk; Suffolk",
    "districts": "NR1",
    "phone": "01603 123456; 116 123",
    "text_number": "85258",
    "email": "help@sitters.example",
    "url": "https://sitters.example",
    "hours": "MO-WE, SA 21:00-07:00; SU 10:00-12:00",
    "cost": "Free",
    "eligibility": "Anyone in Norfolk",
    "minimum_age": "18",
    "languages": "Polish; Urdu",
    "access": "Relay UK",
}


def table(*rows: dict[str, str]) -> str:
    out = StringIO()
    writer = csv.DictWriter(out, list(tables.COLUMNS))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


async def gathered(folder: Path, name: str, text: str | bytes) -> Gathered:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return gather(await read(str(path)), FeedFile(feed="them", name="Them"), {})


def faults(found: Gathered) -> list[str]:
    return [f"{fault.where}: {fault.field} {fault.words}" for fault in found.faults]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.json", json.dumps([NIGHTS, DAYS])),
        ("page.json", json.dumps({"total_pages": 1, "contents": [NIGHTS, DAYS]})),
        ("lines.ndjson", f"{json.dumps(NIGHTS)}\n\n{json.dumps(DAYS)}\n"),
        ("bom.json", "\ufeff" + json.dumps([NIGHTS, DAYS])),
    ],
)
async def test_json_in_every_usual_form(tmp_path: Path, name: str, text: str) -> None:
    found = await gathered(tmp_path, name, text)
    assert faults(found) == []
    assert [one.name for one in found.entries] == ["Night sitters", "Day sitters"]


async def test_one_service_alone(tmp_path: Path) -> None:
    assert [one.name for one in (await gathered(tmp_path, "one.json", json.dumps(NIGHTS))).entries] == ["Night sitters"]


async def test_a_line_that_is_no_json_is_named_and_then_nothing_may_be_retired(tmp_path: Path) -> None:
    found = await gathered(tmp_path, "x.ndjson", f"{json.dumps(NIGHTS)}\n{{oh\n7\n{json.dumps(DAYS)}")
    assert faults(found) == ["line 2: the line is not JSON", "line 3: the record should be a record with members"]
    assert len(found.entries) == 2
    assert found.unread is None


async def test_two_records_of_one_id_are_both_left_out(tmp_path: Path) -> None:
    twice = [NIGHTS, DAYS, NIGHTS | {"name": "Other sitters"}]
    found = await gathered(tmp_path, "twice.json", json.dumps(twice))
    assert faults(found) == ["record 3: id stands in the feed twice"]
    assert [one.name for one in found.entries] == ["Day sitters"]
    assert found.unread == frozenset({NIGHTS["id"]})


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("page.json", "<html>", "is a web page and not JSON"),
        ("x.json", "hello", "is not JSON"),
        ("x.json", "7", "holds no list of services"),
        ("x.json", "[]", "holds no service"),
        ("x.json", b"\xff\xfe\x00", "is no UTF-8 text"),
        ("x.csv", "", "has no column id"),
        ("x.csv", "id,name,opening hours\n", "has a column that we do not know: opening hours; has no column organ"),
        ("x.csv", table(), "holds no service"),
        ("x.csv", table() + 'a,"b', "is no row of a table"),
    ],
)
async def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        await gathered(tmp_path, name, text)


async def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.json cannot be read: No such file"):
        await read(str(tmp_path / "none.json"))


async def test_a_row_becomes_a_record(tmp_path: Path) -> None:
    found = await gathered(tmp_path, "them.csv", table(ROW))
    assert faults(found) == []
    service = found.records["them-sitters-1"].service
    assert service.needs == ["night_sitting", "respite"]
    assert (service.area.nations, service.area.authorities) == (["england"], ["Norfolk", "Suffolk"])
    assert service.area.districts == ["NR1"]
    assert [phone.number for phone in service.phones] == ["01603 123456", "116 123"]
    assert service.sms is not None
    assert service.sms.number == "85258"
    assert service.hours is not None
    assert [period.byday for period in service.hours.periods] == [["MO", "TU", "WE", "SA"], ["SU"]]
    assert str(service.hours.periods[0].closes_at) == "07:00:00"
    assert (service.cost, service.eligibility.text, service.eligibility.minimum_age) == ("Free", ROW["eligibility"], 18)
    assert (service.languages, service.access) == (["Polish", "Urdu"], "Relay UK")
    assert (service.confidence, service.unverified) == ("low", ["hours"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": ""}, "line 2: name is missing"),
        ({"nations": "", "councils": "Norfolk"}, "line 2: nations, councils, districts nobody can tell"),
        ({"nations": "", "councils": "", "districts": ""}, "line 2: nations, councils, districts does not say where"),
        ({"phone": "0151"}, "line 2: phone 0151 cannot be dialled in the UK"),
        ({"organization": ""}, "line 2: organization is missing"),
        ({"minimum_age": "old"}, "line 2: minimum_age"),
        ({"url": "sitters.example"}, "line 2: url is not written as it should be: sitters.example"),
        ({"text_number": "85258; 85259"}, "line 2: phone has more than one number to text"),
        ({"id": "…"}, "line 2: id has no letter and no digit"),
    ],
)
async def test_a_row_that_is_wrong_is_named_by_its_line_and_column(
    tmp_path: Path, changes: dict[str, str], wrong: str
) -> None:
    found = await gathered(tmp_path, "them.csv", table(ROW | changes))
    assert len(faults(found)) == 1
    assert faults(found)[0].startswith(wrong)
    assert found.entries == []


async def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    text = table(ROW) + "x" + "," * len(tables.COLUMNS) + "y\n"
    assert faults(await gathered(tmp_path, "them.csv", text)) == [
        "line 3: the row has more cells than there are columns"
    ]


async def test_hours_that_nobody_can_reckon_with_are_kept_as_words(tmp_path: Path) -> None:
    found = await gathered(tmp_path, "them.csv", table(ROW | {"hours": "MO-XX 09:00-17:00; by appointment"}))
    hours = found.records["them-sitters-1"].service.hours
    assert hours is not None
    assert (hours.periods, hours.words) == ([], "MO-XX 09:00-17:00; by appointment")


def test_a_table_is_filled_in_from_the_template_and_brought_in(operator: Operator) -> None:
    template = operator.types("csv-template")
    empty = operator.file("empty.csv", template)
    assert "holds no service" in operator.types("import", empty, fails=True), "the words beneath the columns are no row"
    filled = operator.file("our-county.csv", template + table(ROW).split("\r\n", 1)[1])
    assert "1 added" in operator.types("import", filled, "--apply")
    (found,) = operator.sees_imported().values()
    assert found["nightlight"]["code"] == "our-county-sitters-1"
    assert found["nightlight"]["source"].startswith("Imported from our-county.csv")
    assert "source_url" not in found["nightlight"]
    assert "1 left as they are" in operator.types("import", filled, "--apply")
    assert "our-county.csv cannot be read" in operator.types("import", f"{filled}.gone", fails=True).replace(
        ".gone", ""
    )
