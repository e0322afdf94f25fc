"""What a log line holds, and what is taken out of it whoever wrote it."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from api import logs, settings
from api.errors import BadData

NUMBERS = ["+447700900001", "07700 900 001", "(0)7700-900-001", "00447700900001", "+44 (0)7700 900001"]
WORDS = "hes stopped breathing"


@pytest.fixture
def heard(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Every line that was logged since the last look, as it was written."""
    logs.configure("DEBUG")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logs.configure(settings.get().log_level)


Heard = Callable[[], list[dict[str, Any]]]


def test_a_line_is_one_json_object_with_facts_as_fields(heard: Heard) -> None:
    logs.get("api.test").info("paged", escalation_id="12", people=2, rung=None)
    (line,) = heard()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "paged",
        "level": "info",
        "module": "api.test",
        "escalation_id": "12",
        "people": 2,
        "rung": None,
    }


@pytest.mark.parametrize("field", sorted(logs.PERSONAL_FIELDS))
def test_a_field_that_holds_somebodys_data_is_emptied(heard: Heard, field: str) -> None:
    logs.get("x").warning("something", **{field: WORDS, "detail": {field: WORDS, "deep": [{field: WORDS}]}})
    assert WORDS not in json.dumps(heard())


@pytest.mark.parametrize("number", NUMBERS)
def test_what_looks_like_a_telephone_number_is_taken_out(heard: Heard, number: str) -> None:
    logs.get("x").warning(f"rang {number} twice", where=f"at {number}", each=[number], deep={"a": (number,)})
    (line,) = heard()
    assert number[-6:] not in json.dumps(line)
    assert line["where"] == "at [number]"


def test_ids_stay_whole(heard: Heard) -> None:
    ids = {"conversation_id": "12345678-1234-1234-1234-123456789012", "carrier_sid": "SM" + "1" * 32, "id": "1" * 20}
    logs.get("x").info("seen", **ids)
    assert heard()[0].items() >= ids.items()


def broken() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError as error:
        raise KeyError("+447700900001") from error


def test_of_an_error_its_kind_and_place_are_kept_and_not_what_it_says(heard: Heard) -> None:
    try:
        broken()
    except KeyError:
        logs.get("x").exception("failed")
    (line,) = heard()
    assert [part for part in line["exception"] if not part.startswith("  ")] == [
        "builtins.KeyError",
        "builtins.ValueError",
    ]
    assert any(part.endswith(" broken") for part in line["exception"])
    assert WORDS not in json.dumps(line)
    assert "900001" not in json.dumps(line)


def test_our_own_errors_say_what_is_wrong(heard: Heard) -> None:
    logs.get("x").error("failed", exc_info=BadData("north.yml: no ladder for P0"))
    assert heard()[0]["exception"] == ["api.errors.BadData: north.yml: no ladder for P0"]


def test_many_errors_at_once_are_each_told(heard: Heard) -> None:
    logs.get("x").error("failed", exc_info=ExceptionGroup("all", [ValueError(WORDS), TypeError(WORDS)]))
    assert heard()[0]["exception"] == ["builtins.ExceptionGroup", "builtins.ValueError", "builtins.TypeError"]


@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio", "procrastinate.worker", "some.library"])
def test_what_libraries_say_goes_the_same_way(heard: Heard, name: str) -> None:
    try:
        broken()
    except KeyError:
        logging.getLogger(name).exception("Exception in something about %s\n%s", "+447700900001", WORDS)
    (line,) = heard()
    assert line["event"] == "Exception in something about [number]"
    assert line["logger"] == name
    assert WORDS not in json.dumps(line)


def test_libraries_are_heard_from_warnings_on_whatever_our_own_level(heard: Heard) -> None:
    for name in ("twilio.http_client", "httpx", "sqlalchemy.engine", "procrastinate.worker"):
        logging.getLogger(name).debug(WORDS)
        logging.getLogger(name).info(WORDS)
    assert heard() == []


def test_the_level_is_ours_to_choose(heard: Heard) -> None:
    logs.configure("ERROR")
    logs.get("x").warning("quiet")
    logs.get("x").error("loud")
    assert [line["event"] for line in heard()] == ["loud"]


def test_setting_up_twice_says_nothing_twice(heard: Heard) -> None:
    logs.configure("INFO")
    logs.configure("INFO")
    logging.getLogger("some.library").warning("once")
    logs.get("x").info("once")
    assert len(heard()) == 2


def test_a_line_that_cannot_be_written_is_not_quoted_elsewhere(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def write(self, line: str) -> None:
            raise OSError

    with monkeypatch.context() as broken_stream:
        broken_stream.setattr(sys, "stderr", Broken())
        logging.getLogger("some.library").warning("about %s", WORDS)
    assert heard() == []
