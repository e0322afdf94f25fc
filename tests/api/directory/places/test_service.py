"""The file of places: every area once, borders with two sides, and a fault that says where it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import settings
from api.directory.files.service import read
from api.directory.hours.rules import Nation
from api.directory.places import service
from api.errors import BadData

FILE = settings.ROOT / "data/places/postcode_areas.yml"
AREAS = 124  # 121 in the UK and three beside it.


def test_the_file_has_all_areas_and_a_title_for_each_nation() -> None:
    known, raw = service.gazetteer(), yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert len(known.areas) + len(raw["outside"]) == AREAS
    assert {nation for nations in known.areas.values() for nation in nations} == set(Nation)
    assert list(known.titles.values()) == ["England", "Scotland", "Wales", "Northern Ireland"]
    assert len(raw["sources"]) >= len(raw["across"])


def test_every_district_and_council_that_a_record_serves_can_be_found() -> None:
    known = service.gazetteer()
    for record in read(settings.ROOT / "data/directory"):
        area = record.service.area
        for district in area.districts:
            nation = known.place(None, district).nation
            assert nation in area.nations, f"{record.service.id}: {district}"
        if area.authorities and not record.service.staff_only:
            assert set(area.authorities) <= set(known.authorities.values()), record.service.id


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda raw: raw["areas"]["wales"].append("AB"), "area AB stands here twice"),
        (lambda raw: raw["across"]["CH"]["wales"].append("CH2"), "district CH2 stands here twice"),
        (lambda raw: raw["across"]["CH"]["wales"].append("SY5"), "SY5 is no district of CH"),
        (lambda raw: raw["across"]["CH"].pop("wales"), "name the nations on both sides"),
        (lambda raw: raw["names"]["wales"].append("fife"), "name fife stands here twice"),
        (lambda raw: raw["names"].pop("wales"), "no name of wales"),
        (lambda raw: raw["authorities"].update({"Norwich": ["NR2"]}), "council's district NR2 stands here twice"),
        (lambda raw: raw.pop("owner"), "owner: Field required"),
        (lambda raw: raw["areas"]["england"].append("OL4"), "areas.england"),
    ],
)
def test_what_is_unclear_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], object], fault: str) -> None:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    change(raw)
    path = tmp_path / "postcode_areas.yml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(BadData, match=fault):
        service.load(path)


def test_what_is_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "postcode_areas.yml"
    path.write_text("areas: [", encoding="utf-8")
    with pytest.raises(BadData, match=r"places/postcode_areas\.yml"):
        service.load(path)
