"""Every red-flag phrase proves itself, and every first instruction keeps to what may be said to a carer."""

import re
from datetime import date
from pathlib import Path

import pytest

from api.gsm7 import TEXT_LIMIT, is_gsm7, length
from api.triage.examples import check
from api.triage.rules import Category, screen
from api.triage.service import CHANNELS, load

DATA = Path(__file__).parents[2] / "data" / "triage"
PROTOCOL = load(DATA)
CATEGORIES = list(PROTOCOL.categories.values())
BEFORE_ANY_REVIEW = date(2026, 1, 1)
TEAM_NUMBER = "01234 567 890"  # About as long as a telephone number of a team.

FORBIDDEN = re.compile(
    r"calm down|will ring|will come|will call|will visit|on (?:her|his|their) way|in \d+ minutes? (?:a|the) nurse"
    r"|don't ring|do not ring|no need to ring|don't call|do not call|promise|committed suicide|attention"
    r"|\b\d+ ?(?:mg|ml|mcg|tablets|doses)\b|\b(?:low|medium|high) risk\b",
    re.IGNORECASE,
)
NOT_NEEDED = re.compile(r"(?:no 999|not need 999|no CPR)", re.IGNORECASE)
EXPECTED = re.compile(r"expect(?:ed)? ", re.IGNORECASE)
PLANNED = re.compile(r"planned for|plan is to stay|DNACPR or ReSPECT form|DNACPR form or a respect form")


def instructions(category: Category) -> list[tuple[str, str, str]]:
    """Every text a category can send: the variant ('' is the usual one), the channel, the words."""
    every = {"": category.instruction, **category.variants}
    return [(variant, channel, words[channel]) for variant, words in every.items() for channel in CHANNELS]


EVERY_INSTRUCTION = [
    pytest.param(channel, words, category.silent, id=f"{category.code}{'-' + variant if variant else ''}-{channel}")
    for category in CATEGORIES
    for variant, channel, words in instructions(category)
]


def test_every_phrase_hears_its_hits_and_leaves_its_near_misses() -> None:
    assert check(PROTOCOL, today=BEFORE_ANY_REVIEW) == []


def test_no_review_is_overdue_on_the_day_before_the_earliest() -> None:
    due = min(category.review_date for category in CATEGORIES)
    assert check(PROTOCOL, today=due) == []


def test_the_groups_that_are_heard_are_complete() -> None:
    expected = {
        "unconscious_unrousable", "not_breathing", "choking", "catastrophic_bleed", "chest_pain_stroke", "seizure",
        "anaphylaxis", "wrong_dose_opioid_toxicity", "suicidal_carer", "suicidal_patient", "self_harm_in_progress",
        "carer_thoughts_of_harming", "domestic_abuse", "abuse_neglect_patient", "child_at_risk", "uncontrolled_pain",
        "breathlessness", "vomiting_bowel_obstruction", "agitation_delirium", "fever_neutropenic_sepsis",
        "spinal_cord_compression", "svco", "hypercalcaemia_confusion", "cannot_swallow_medicines",
        "syringe_driver_problem", "oxygen_failure", "out_of_medicine", "catheter_blocked",
        "equipment_failure_power_cut", "expected_death", "unexpected_death", "imminent_dying", "carer_exhausted",
        "carer_ill", "carer_alone_frightened", "patient_fall", "patient_missing", "child_or_wrong_contact",
        "silent_or_help_only", "human_request", "cannot_wait",
    }  # fmt: skip
    assert {category.code for category in CATEGORIES if category.phrases} == expected
    assert {category.code for category in CATEGORIES} - expected == {
        "not_understood",
        "something_wrong",
    }


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.code)
def test_every_category_is_honest_about_its_standing(category: Category) -> None:
    assert category.status == "draft for clinical review"
    assert category.owner
    assert all(source.startswith("http") for source in category.sources)


@pytest.mark.parametrize(("channel", "words", "silent"), EVERY_INSTRUCTION)
def test_every_instruction_keeps_to_what_may_be_said(channel: str, words: str, silent: bool) -> None:
    assert not FORBIDDEN.search(words)
    assert "999" in words
    if NOT_NEEDED.search(words):
        assert EXPECTED.search(words)
        assert PLANNED.search(words)


@pytest.mark.parametrize(("channel", "words", "silent"), EVERY_INSTRUCTION)
def test_every_instruction_says_that_the_nurse_is_being_told_unless_the_phone_may_be_watched(
    channel: str, words: str, silent: bool
) -> None:
    says_so = re.search(r"I am telling the (?:on-call )?nurse (?:now|this minute)", words)
    assert bool(says_so) is not silent
    assert not (silent and re.search(r"nurse|abuse|safe(?:ty|guarding)|harm|hurt", words, re.IGNORECASE))


@pytest.mark.parametrize(("channel", "words", "silent"), EVERY_INSTRUCTION)
def test_every_instruction_suits_its_channel(channel: str, words: str, silent: bool) -> None:
    if channel == "sms":
        assert is_gsm7(words)
        assert length(words.replace("[team number]", TEAM_NUMBER)) <= TEXT_LIMIT
    if channel == "web" and not silent:
        assert "give your phone number here" in words
    if channel == "voice":
        assert re.fullmatch(r"[A-Za-z0-9 ,.?'-]+", words)


def test_this_guard_can_fail() -> None:
    assert len(check(PROTOCOL, today=date(2100, 1, 1))) >= len(CATEGORIES)
    assert FORBIDDEN.search("A nurse will ring you")
    assert FORBIDDEN.search("Give 5 ml now")


def _pairs() -> list[tuple[str, str, str]]:
    """Each hit, its category, and one look-alike of that category or another after another."""
    every = [line for category in CATEGORIES for look_alike in category.look_alikes for line in look_alike.example]
    found = []
    for category in CATEGORIES:
        own = [line for look_alike in category.look_alikes for line in look_alike.example] or every
        hits = [hit for phrase in category.phrases for hit in phrase.hit]
        found += [(category.code, hit, own[place % len(own)]) for place, hit in enumerate(hits)]
        found += [(category.code, hit, every[place * 7 % len(every)]) for place, hit in enumerate(hits)]
    return found


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_look_alike_in_another_sentence_hides_nothing(order: str) -> None:
    hidden = []
    for code, hit, look_alike in _pairs():
        message = f"{look_alike}. {hit}" if order == "before" else f"{hit}. {look_alike}"
        if code not in {finding.category for finding in screen(message, PROTOCOL).findings}:
            hidden.append(f"{code}: {message}")
    assert hidden == []
