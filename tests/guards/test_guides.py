"""Guides agree with what stands elsewhere: needs with the assistant's rules, numbers with the directory, nations."""

import re
from collections.abc import Iterator

import yaml

from actions.guides import added_to
from api import gsm7
from api.directory.files import service as directory
from api.directory.hours.rules import Nation
from api.guides.files import service as files
from api.guides.files.schemas import QUESTION_LIMIT, STATEMENT_LIMIT, GuideFile
from api.guides.rules import NATIONS
from tests.guards.texts import DATA, assistant, guides
from tests.guards.tree import ROOT

PATHS = sorted((DATA / "guides").glob("*.yml"))
EXAMPLE = ROOT / "tests/api/guides/example.yml"
BEGINS = "action_begin_guide"
NUMBER = re.compile(r"(?<![\d£.])(?:\+44|0)[\d ]{8,}\d|\b(?:111|116 ?123|159)\b")
RUN_TOGETHER = re.compile(r"\b0\d|\d{5,}|\b(?:999|111|116|159)\b(?! pounds|\.\d)")  # Amounts are said as they are.


def services() -> dict[str, set[str]]:
    """Of each service, the numbers that can be rung or texted, digits only."""
    records = directory.read(DATA / "directory")
    return {
        one.service.id: {
            _digits(number)
            for number in (*(phone.number for phone in one.service.phones), one.service.sms and one.service.sms.number)
            if number
        }
        for one in records
    }


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def unknown_numbers(guide: GuideFile, known: dict[str, set[str]]) -> Iterator[str]:
    """Numbers in a statement that none of the services that it names has."""
    for statement in guide.statements:
        right = {number for code in statement.services for number in known[code]}
        for words in filter(None, (statement.words, statement.instead)):
            for text in (words.sms, words.web, re.sub(r"(?<=\d),? (?=\d)", "", words.voice)):
                yield from (f"{statement.id}: {found}" for found in NUMBER.findall(text) if _digits(found) not in right)


def without_a_rule(guide: GuideFile) -> list[str]:
    """The needs that begin the guide and whose rule does not begin one."""
    rules = [
        [step for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"] for step in rule["steps"]]
        for path in (ROOT / "data/rules").glob("*.yml")
    ]
    begun = {steps[0].get("intent") for steps in rules if {"action": BEGINS} in steps}
    return [need for need in guide.begins if need not in begun]


def test_a_guide_begins_with_needs_whose_rules_begin_it() -> None:
    known = services()
    assert {path.stem: wrong for path in PATHS if (wrong := without_a_rule(files.parse(path, known)))} == {}


def test_a_guides_numbers_are_those_of_the_services_that_it_names() -> None:
    known = services()
    found = {path.stem: list(unknown_numbers(files.parse(path, known), known)) for path in PATHS}
    assert {guide: wrong for guide, wrong in found.items() if wrong} == {}


def test_a_need_without_a_rule_and_a_wrong_number_would_be_noticed() -> None:
    known = services()
    example = files.parse(EXAMPLE, known)
    assert without_a_rule(example) == []
    assert without_a_rule(example.model_copy(update={"begins": ["prehab"]})) == ["prehab"]
    assert list(unknown_numbers(example, known)) == []
    wrong = [one.model_copy(update={"services": ["samaritans"]}) for one in example.statements]
    assert len(list(unknown_numbers(example.model_copy(update={"statements": wrong}), known))) == 6


def test_numbers_to_ring_are_spoken_digit_by_digit() -> None:
    spoken = [said for said in guides() if said.channel == "voice"]
    assert [said.where for said in spoken if RUN_TOGETHER.search(said.words)] == []
    assert RUN_TOGETHER.search("Ring 0808 808")
    assert RUN_TOGETHER.search("Ring 111.")
    assert not RUN_TOGETHER.search("It is 111 pounds and 40 p a week until April 2027. Ring 0 8 0 8, 8 0 8, 0 0, 0 0.")


def test_what_is_added_to_a_guides_words_fits_beside_them() -> None:
    added = {one.where.partition(":")[2]: gsm7.length(one.words) for one in assistant() if one.channel == "sms"}
    for name, limit in (
        ("utter_guide_skip", QUESTION_LIMIT),
        ("utter_guide_more", STATEMENT_LIMIT),
        ("utter_guide_end", STATEMENT_LIMIT),
    ):
        assert limit + len("\n") + added[name] <= gsm7.TEXT_LIMIT, name


def test_nations_have_the_names_that_they_have_in_the_directory() -> None:
    assert tuple(Nation) == NATIONS


def test_by_voice_every_question_says_once_how_to_skip_it() -> None:
    added = {one.where.partition(":")[2]: one.words for one in assistant() if one.channel == "voice"}
    known = services()
    questions = [
        (path.stem, code, one.words.voice) for path in PATHS for code, one in files.parse(path, known).questions.items()
    ]
    said = {(guide, code): f"{words} {added[added_to(words, 'voice')]}".lower() for guide, code, words in questions}
    assert {where: words for where, words in said.items() if words.count("skip") != 1} == {}
    assert added_to("How old are you?", "voice") == "utter_guide_skip"
    assert added_to("How old are you? Or SKIP.", "sms") == "utter_guide_skip", (
        "in a text, SKIP stands in its usual place"
    )
