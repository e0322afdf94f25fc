"""What an evaluation decides about a line is what the line itself would do."""

import json
from pathlib import Path

import pytest

from api.errors import Invalid
from api.review import service
from api.review.schemas import LabelledMessage
from tests.harness import hearing
from tests.harness.hearing import ASK, PAGE

NOBODY = {"intent": "", "ranking": []}


def message(text: str) -> LabelledMessage:
    return LabelledMessage(id="1", text=text, label="crisis")


def test_a_phrase_pages_and_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    hearing.put_in(monkeypatch)
    made = service.decide(message("hes stopped breathing"), NOBODY)
    assert (made.decision, made.priority, made.categories[0]) == ("page", "P0", "not_breathing")
    assert any("not_breathing" in why for why in made.why)


def test_the_learned_screen_pages_and_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = hearing.put_in(monkeypatch)
    heard.may_be("one", PAGE + 0.01, "seizure")
    heard.may_be("two", ASK + 0.01, "seizure")
    assert [service.decide(message(text), NOBODY).decision for text in ("one", "two", "three")] == [
        "page",
        "ask",
        "none",
    ]


@pytest.mark.parametrize(
    ("text", "decision"), [("NURSE", "page"), ("1", "page"), ("help", "ask"), ("End.", "ask"), ("", "ask")]
)
def test_reserved_words_and_silence_are_what_they_are_on_the_line(
    monkeypatch: pytest.MonkeyPatch, text: str, decision: str
) -> None:
    hearing.put_in(monkeypatch)
    assert service.decide(message(text), NOBODY).decision == decision


def test_whoever_asks_for_a_person_gets_one_when_the_assistant_understands(monkeypatch: pytest.MonkeyPatch) -> None:
    hearing.put_in(monkeypatch)
    understood = {"intent": "person_please", "ranking": [["person_please", 0.9], ["respite", 0.1]]}
    made = service.decide(message("could i have a word with somebody real"), understood)
    assert (made.decision, made.categories, made.needs) == ("page", ["human_request"], ["person_please", "respite"])


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    good = {"id": "1", "text": "words", "need": "respite"}
    path.write_text(json.dumps(good) + "\n\n" + json.dumps({"id": "2"}) + "\n", encoding="utf-8")
    with pytest.raises(Invalid, match="line 3"):
        service.read(path)
    with pytest.raises(Invalid, match="No such file"):
        service.read(tmp_path / "none.jsonl")


@pytest.mark.rasa
def test_the_trained_assistant_is_asked_in_its_own_environment() -> None:
    found = service.understand(["can i get any money for looking after him", "", "is there a real person there please"])
    assert [one["intent"] for one in found] == ["benefits_carer", "", "person_please"]
    assert found[0]["ranking"][0][0] == "benefits_carer"
