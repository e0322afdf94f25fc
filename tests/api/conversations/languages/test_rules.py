"""A language counts as named in the ways in which people ask for one, and in no other."""

import pytest

from api.conversations.languages import rules, service

SAID = {
    "I only speak Polish": "pl",
    "we speak a little Romanian": "ro",
    "Do you have somebody who speaks Polish? My english is not good": "pl",
    "need a Urdu interpreter": "ur",
    "interpreter in punjabi pls": "pa",
    "is there a nurse that speaks Gujarati": "gu",
    "my father only speaks sylheti": "syl",
    "my first language is Welsh": "cy",
    "Can you write this in Portuguese?": "pt",
    "mówię po polsku, you can write polish to me?": "pl",
    "BSL interpreter for mums chat pls, the 12th": "bfi",
    "polski?": "pl",
    "Polish": "pl",
    "In Tamil please.": "ta",
    "हिन्दी": "hi",
}
NOT_SAID = (
    "hes stopped breathing",
    "can I get nail polish off before the scan",
    "polish the floor",
    "the new carer is Polish, lovely lass",
    "he fancies a chinese tonight",
    "I dont speak Polish but my neighbour does",
    "how do you say good morning in french",
    "you understood what the polish nurse said, I didnt",
    "is it Punjabi or Urdu that you speak Urdu or Punjabi",
    "turkish delight, is it ok with his tablets",
    "I speak English",
)
ASKED = {
    "Does the nurse speak Welsh? Mam's gone back to it": "cy",
    "cantonese not mandarin for my grandmother thank you": "yue",
    "arabic leaflet end of life": "ar",
    "urdu or punjabi is better for my mother-in-law": None,
    "large print pls": None,
}
TOO_LITTLE = (
    "Bonjour",
    "diolch yn fawr",
    "Tomasz Wiśniewski, 07700 900841",
    "oramorph 10mg",
    "",
    "😭😭😭",
    "07700900001",
)
ENGLISH = (
    "dads in Ysbyty Gwynedd Bangor",
    "Grażyna please phone me",
    "we live in llanfairpwllgwyngyll near porthaethwy",
)


@pytest.mark.parametrize(("words", "code"), SAID.items())
def test_a_language_that_is_asked_for(words: str, code: str) -> None:
    assert rules.said(words, service.known()) == code


@pytest.mark.parametrize("words", NOT_SAID)
def test_a_language_that_is_only_mentioned_or_refused(words: str) -> None:
    assert rules.said(words, service.known()) is None


@pytest.mark.parametrize(("words", "code"), ASKED.items())
def test_where_the_question_is_about_languages_the_one_that_is_named_counts(words: str, code: str | None) -> None:
    assert rules.named(words, service.known()) == code


@pytest.mark.parametrize("words", [*TOO_LITTLE, *ENGLISH])
def test_greetings_names_numbers_drugs_and_places_are_no_evidence(words: str) -> None:
    assert not any(one.isalpha() for one in rules.evidence(words, service.known()))


def test_names_and_figures_are_left_out_of_what_is_judged() -> None:
    judged = rules.evidence("mama Halina nie chce jeść od 3 dni, ring 07700 900123", service.known())
    assert judged == "mama nie chce jeść od dni, ring"
