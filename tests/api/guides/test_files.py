"""A file that is unclear is refused, and the refusal says where and why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api import settings
from api.errors import BadData
from api.guides import service
from api.guides.files import service as files
from api.guides.files.schemas import QUESTION_LIMIT, STATEMENT_LIMIT
from tests.api.guides.examples import SERVICES, Document, example, write

Change = Callable[[Document], object]


def refused(folder: Path, change: Change) -> str:
    """Why the example, with this change, cannot be used."""
    write(folder, change)
    with pytest.raises(BadData) as error:
        files.read(folder, SERVICES)
    return error.value.detail


def first(document: Document) -> Any:
    return document["statements"][0]


def put(where: Callable[[Document], Any], name: Any, value: object) -> Change:
    return lambda document: where(document).__setitem__(name, value)


def test_a_folder_that_is_empty_or_not_there_holds_no_guides(tmp_path: Path) -> None:
    assert files.read(tmp_path, SERVICES) == {}
    assert files.read(tmp_path / "nowhere", SERVICES) == {}


def test_the_example_is_read_as_it_stands(tmp_path: Path) -> None:
    write(tmp_path)
    assert files.read(tmp_path, SERVICES) == {"example": example()}


def test_nations_that_the_words_number_can_be_answered_by_number() -> None:
    assert example().questions[0].options == {
        "england": ("1",),
        "scotland": ("2",),
        "wales": ("3",),
        "northern_ireland": ("4",),
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put(first, "when", {"shoes": ["yes"]}), "there is no question shoes"),
        (put(first, "when", {"age": ["grown_up"]}), "grown_up is no answer to age"),
        (put(first, "when", {"very_ill": [True]}), "write yes and no in quotes"),
        (put(first, "when", {"very_ill": []}), "at least 1 item"),
        (put(first, "valid", {"from": "2027-04-05", "until": "2026-04-06"}), "is before from"),
        (put(first, "services", ["no-such-line"]), "data/directory has no service no-such-line"),
        (lambda document: first(document).pop("instead"), "`valid` and `instead` belong together"),
        (lambda document: first(document).pop("valid"), "`valid` and `instead` belong together"),
        (lambda document: first(document).pop("source"), "Field required"),
        (put(first, "source", "www.gov.uk"), "String should match"),
        (put(first, "id", "council"), "two statements are called council"),
        (put(lambda document: first(document)["words"], "sms", "x" * 271), "takes 271 places"),
        (put(lambda document: first(document)["words"], "sms", "Ring 🙏"), "has no room for: 🙏"),
        (put(lambda document: first(document)["words"], "sms", "Ring [nurse]"), "[nurse] is no place that is filled"),
        (put(lambda document: first(document)["words"], "voice", "https://www.gov.uk"), "cannot be said aloud"),
        (put(lambda document: document["otherwise"]["words"], "sms", "x" * 271), "takes 271 places"),
        (put(lambda document: document["questions"]["age"]["words"], "sms", "1 2 3 " + "x" * 200), "206 places"),
        (put(lambda document: document["questions"]["age"], "options", {"child": ["1"]}), "two options or more"),
        (
            put(lambda document: document["questions"]["age"]["options"], "child", ["1", "retired"]),
            "'retired' stands for two options",
        ),
        (put(lambda document: document["questions"]["age"]["options"], "child", ["Kid"]), "String should match"),
        (put(lambda document: document["questions"]["age"]["options"], "child", ["9"]), "does not offer 9"),
        (put(lambda document: document["questions"]["very_ill"], "options", {"a": ["1"]}), "without options"),
        (put(lambda document: document["questions"]["nation"], "options", {"france": ["1"]}), "france is no nation"),
        (
            put(lambda document: document["questions"]["nation"]["words"], "sms", "1 Wales, 2 England?"),
            "number nations so: 1 England",
        ),
        (
            lambda document: document["questions"].update(shoes=document["questions"]["very_ill"]),
            "no statement depends on shoes",
        ),
        (lambda document: document.update(begins=[]), "at least 1 item"),
        (lambda document: document.update(already={"grants": {}}), "grants does not begin it"),
        (lambda document: document.update(already={"benefits_carer": {"nation": "france"}}), "no such answer"),
        (lambda document: document.update(at_most=10), "less than or equal to 3"),
        (lambda document: document.pop("owner"), "owner: Field required"),
        (lambda document: document.update(questons={}), "Extra inputs"),
    ],
)
def test_what_is_unclear_is_refused(tmp_path: Path, change: Change, why: str) -> None:
    detail = refused(tmp_path, change)
    assert detail.startswith("guides/example.yml: ")
    assert why in detail


def test_the_longest_words_that_are_allowed_are_taken(tmp_path: Path) -> None:
    def longest(document: Document) -> None:
        first(document)["words"]["sms"] = "x" * STATEMENT_LIMIT
        document["questions"]["very_ill"]["words"]["sms"] = "x" * QUESTION_LIMIT

    write(tmp_path, longest)
    assert files.read(tmp_path, SERVICES)


def test_the_teams_number_is_counted_as_the_longest_that_may_stand_there(tmp_path: Path) -> None:
    words = "x" * 250 + "[team number]"
    change = put(lambda document: first(document)["words"], "sms", words)
    write(tmp_path, change)
    assert files.read(tmp_path, SERVICES)
    assert "takes 271 places" in refused(tmp_path, put(lambda document: first(document)["words"], "sms", "x" + words))


def test_a_need_begins_one_guide(tmp_path: Path) -> None:
    write(tmp_path, code="other")
    write(tmp_path)
    with pytest.raises(BadData, match=r"other\.yml: benefits_carer begins example already"):
        files.read(tmp_path, SERVICES)


def test_what_is_no_yaml_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "broken.yml").write_text("owner: [", encoding="utf-8")
    with pytest.raises(BadData, match=r"guides/broken\.yml"):
        files.read(tmp_path, SERVICES)


def test_our_own_guides_can_be_used_and_the_directory_has_codes() -> None:
    assert set(service.guides()) == {path.stem for path in (settings.get().data_dir / "guides").glob("*.yml")}
    assert files.service_codes(settings.get().data_dir / "directory") >= SERVICES
