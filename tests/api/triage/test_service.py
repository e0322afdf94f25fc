"""Reading data/triage: what is unclear is refused with a sentence that says where."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.triage import examples, service
from api.triage.rules import Priority, Protocol
from tests.api.triage.conftest import CATEGORY, DATA

Make = Callable[..., Path]


def test_the_repositorys_protocol_is_read(protocol: Protocol) -> None:
    assert protocol.categories["choking"].title == "Choking"
    assert protocol.targets[Priority.P0].accept_within == timedelta(minutes=5)
    assert protocol.targets[Priority.P0].contact_within == timedelta(minutes=10)


def test_the_version_changes_with_any_character(with_category: Make) -> None:
    first = service.load(with_category()).version
    assert service.load(with_category()).version == first
    assert service.load(with_category(title="Choking!")).version != first


def test_targets_never_grow_shorter_as_urgency_falls(protocol: Protocol) -> None:
    times = [(protocol.targets[code].accept_within, protocol.targets[code].contact_within) for code in Priority]
    assert times == sorted(times)


def test_what_the_assistant_does_not_understand_has_no_phrases(protocol: Protocol) -> None:
    assert protocol.categories["not_understood"].phrases == ()
    assert protocol.categories["not_understood"].priority is Priority.P2


def test_the_instruction_depends_on_channel_and_variant(protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "protocol", lambda: protocol)
    assert "999" in service.instruction("choking", "sms")
    usual, other = (service.instruction("self_harm_in_progress", "sms", variant) for variant in ("", "someone_else"))
    assert usual != other
    with pytest.raises(KeyError):
        service.instruction("choking", "pigeon post")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"priority": "P9"}, "choking.yml, line 4: priority"),
        ({"code": "coughing"}, "is not the file's name"),
        ({"phrases": []}, "opened by phrases"),
        ({"colour": "red"}, "colour"),
        (
            {"phrases": [{"say": "<nobody> chokes", "hit": ["a"], "near_miss": ["b"]}]},
            "phrases.0.say: “<nobody> chokes”",
        ),
        ({"phrases": [{"say": "choking", "hit": [], "near_miss": ["b"]}]}, "phrases.0.hit"),
        ({"phrases": [{"say": "choking [now]", "hit": ["a"], "near_miss": ["b"]}]}, "changes nothing at the end"),
        ({"phrases": [{"say": "over dose", "hit": ["a"], "near_miss": ["b"]}]}, "read as “overdose”"),
        (
            {"phrases": [{"say": "x", "hit": ["a"], "near_miss": ["b"], "variant": "loud"}]},
            "there is no variant “loud”",
        ),
        ({"phrases": [{"say": "x", "hit": ["a"], "near_miss": ["b"], "stands": ["shouted"]}]}, "phrases.0.stands.0"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, object], complaint: str, with_category: Make) -> None:
    with pytest.raises(service.TriageDataError) as caught:
        service.load(with_category(**changes))
    assert complaint in str(caught.value)


def test_a_long_category_may_have_more_phrases_in_a_file_beside_it(with_category: Make) -> None:
    path = with_category() / "categories" / "choking.more.yml"
    path.write_text("phrases: [{say: gagging, hit: [he is gagging], near_miss: [he is fine]}]", encoding="utf-8")
    phrases = service.load(path.parents[1]).categories["choking"].phrases
    assert [phrase.say for phrase in phrases] == ["choking", "gagging"]


def test_more_phrases_of_no_category_are_refused(with_category: Make) -> None:
    path = with_category() / "categories" / "coughing.more.yml"
    path.write_text("phrases: [{say: gagging, hit: [he is gagging], near_miss: [he is fine]}]", encoding="utf-8")
    with pytest.raises(service.TriageDataError, match="no category that it belongs to"):
        service.load(path.parents[1])


def test_a_key_that_stands_twice_is_refused(with_category: Make) -> None:
    path = with_category() / "categories" / "choking.yml"
    path.write_text(path.read_text(encoding="utf-8") + "title: Another\n", encoding="utf-8")
    with pytest.raises(service.TriageDataError, match="“title” stands here twice"):
        service.load(path.parents[1])


def test_a_spelling_that_stands_for_two_things_is_refused(with_category: Make) -> None:
    path = with_category() / "spelling.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("means:\n", "means:\n  hyena: hes\n"), encoding="utf-8")
    with pytest.raises(service.TriageDataError, match="“hes” stands for two things"):
        service.load(path.parent)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(service.TriageDataError, match=r"priorities\.yml: No such file"):
        service.load(tmp_path)


def test_words_that_yaml_takes_for_truth_values_stay_words() -> None:
    assert "no" in service.load(DATA).spelling.negations


def test_check_finds_examples_that_do_not_hold_and_reviews_that_are_due(with_category: Make) -> None:
    phrase = {"say": "choking", "hit": ["he is fine"], "near_miss": ["she is choking"]}
    problems = examples.check(service.load(with_category(phrases=[phrase])), today=date(2031, 1, 1))
    assert problems == [
        "choking: the review was due on 2030-01-01",
        "choking: “choking” does not hear “he is fine”",
        "choking: “choking” hears “she is choking”, which is none",
    ]


def test_check_is_content_with_a_sound_category(with_category: Make) -> None:
    assert examples.check(service.load(with_category()), today=date.fromisoformat(str(CATEGORY["review_date"]))) == []


def test_another_directory_is_used_at_once_and_one_that_cannot_be_read_changes_nothing(
    with_category: Make, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(service._InUse, "protocol", None)
    folder = tmp_path_factory.mktemp("release") / "triage"
    shutil.copytree(with_category(title="Choking tonight"), folder)
    service.use(folder.parent)
    assert service.protocol().categories["choking"].title == "Choking tonight"
    (folder / "categories/choking.yml").write_text("code: choking", encoding="utf-8")
    with pytest.raises(service.TriageDataError, match=r"choking\.yml"):
        service.use(folder.parent)
    assert service.protocol().categories["choking"].title == "Choking tonight"


def test_a_phrase_is_read_before_it_stands_anywhere() -> None:
    service.read_phrase(DATA, "<they> ... funeral + (so am i | so i am)")
    with pytest.raises(service.TriageDataError, match="there is no group <nobody>"):
        service.read_phrase(DATA, "<nobody> has collapsed")
