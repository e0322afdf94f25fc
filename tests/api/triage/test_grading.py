"""What is done about a message, from what both detectors heard."""

from dataclasses import replace

import pytest

from api.triage import screening as whole
from api.triage.grading import (
    HEARD_NOTHING,
    LEARNED,
    NEVER,
    UNSURE,
    Decision,
    Grade,
    Heard,
    Thresholds,
    as_answer,
    grade,
    gravest,
    on_record,
)
from api.triage.questions import is_plain_answer
from api.triage.rules import Finding, Priority, Protocol, Screening, screen

LIMITS = Thresholds(page=0.8, ask=0.4, strong=0.6, with_phrase=0.1, floor=0.03, named=0.8, certain=0.98)
NO_CONTRADICTION = Heard(0.1, ())


def graded(protocol: Protocol, text: str, heard: Heard) -> Grade:
    return grade(screen(text, protocol), heard, LIMITS, protocol.categories)


def like(danger: float, *categories: str) -> Heard:
    return Heard(danger, tuple((code, 1 / len(categories)) for code in categories))


def test_a_phrase_pages_though_the_learned_screen_would_not_even_ask(protocol: Protocol) -> None:
    found = graded(protocol, "hes stopped breathing", NO_CONTRADICTION)
    assert (found.decision, found.findings[0].category) == (Decision.PAGE, "not_breathing")


def test_a_phrase_that_is_most_unlikely_to_be_meant_is_asked_about_and_never_silenced(protocol: Protocol) -> None:
    found = graded(protocol, "hes stopped breathing", Heard(0.05, ()))
    assert (found.decision, found.strong, found.findings[0].category) == (Decision.ASK, True, "not_breathing")


def test_a_phrase_is_left_alone_only_below_the_floor(protocol: Protocol) -> None:
    assert graded(protocol, "hes stopped breathing", Heard(0.02, ())).decision == Decision.NONE


def test_a_phrase_that_is_believed_pages_whatever_the_learned_screen_makes_of_it(protocol: Protocol) -> None:
    screening = screen("hes stopped breathing", protocol)
    believed = replace(screening, findings=tuple(replace(one, believed=True) for one in screening.findings))
    assert grade(believed, Heard(0.0, ()), LIMITS, protocol.categories).decision == Decision.PAGE
    assert grade(screening, Heard(0.0, ()), LIMITS, protocol.categories).decision == Decision.NONE


def test_of_several_readings_the_one_that_leads_to_most_counts_not_the_one_that_sounds_most(protocol: Protocol) -> None:
    silence, grief = Heard(0.6, (("silent_or_help_only", 1.0),)), Heard(0.5, (("suicidal_carer", 0.9),))
    graded = [grade(Screening((), truncated=False), one, LIMITS, protocol.categories) for one in (silence, grief)]
    assert gravest(graded) is gravest(graded[::-1]) is graded[1]


def test_a_phrase_that_must_be_asked_about_is_whatever_the_learned_screen_makes_of_it(protocol: Protocol) -> None:
    screening = screen("hes stopped breathing", protocol)
    asked = replace(screening, findings=tuple(replace(one, asked=True) for one in screening.findings))
    found = grade(asked, Heard(0.0, ()), LIMITS, protocol.categories)
    assert (found.decision, found.strong) == (Decision.ASK, True)


@pytest.mark.parametrize(
    ("message", "decision"),
    [
        ("nothing matters any more", Decision.ASK),
        ("i dont care any more", Decision.ASK),
        ("whats the point", Decision.ASK),
        ("no point going on", Decision.ASK),
        ("i dont care what happens to me", Decision.PAGE),
        ("once mum dies im topping myself ok", Decision.PAGE),
        ("whats the point of the blue form", Decision.NONE),
        ("im killing myself laughing here", Decision.NONE),
        ("i dont mind, whichever is easier", Decision.NONE),
    ],
)
def test_hope_that_is_gone_is_never_taken_for_indifference(message: str, decision: Decision) -> None:
    assert whole.grade(message).decision == decision


def test_where_the_learned_screen_is_broken_every_phrase_pages(protocol: Protocol) -> None:
    text = "hes stopped breathing"
    found = grade(screen(text, protocol), HEARD_NOTHING, NEVER, protocol.categories)
    assert found.decision == Decision.PAGE


def test_the_learned_screen_pages_whatever_the_phrases_miss(protocol: Protocol) -> None:
    found = graded(protocol, "not a peep", like(0.8, "unconscious_unrousable"))
    assert (found.decision, found.findings[0].source) == (Decision.PAGE, "learned")


def test_between_the_thresholds_one_question_is_asked(protocol: Protocol) -> None:
    weak, strong = (graded(protocol, "not a peep", like(danger, "seizure")) for danger in (0.5, 0.7))
    assert (weak.decision, weak.strong) == (Decision.ASK, False)
    assert (strong.decision, strong.strong) == (Decision.ASK, True)
    assert graded(protocol, "not a peep", like(0.39, "seizure")).decision == Decision.NONE


def test_all_that_was_heard_is_told_and_the_most_urgent_leads(protocol: Protocol) -> None:
    found = graded(protocol, "she is wheezing and hes stopped breathing", like(0.9, "suicidal_carer", "choking"))
    assert [finding.category for finding in found.findings][:2] == ["not_breathing", "choking"]
    assert found.findings[-1].priority == Priority.P1S


def test_a_wish_for_a_person_is_asked_about_unless_it_could_hardly_be_clearer(protocol: Protocol) -> None:
    assert graded(protocol, "not a peep", like(0.95, "human_request")).decision == Decision.ASK
    assert graded(protocol, "not a peep", like(0.99, "human_request")).decision == Decision.PAGE
    assert graded(protocol, "not a peep", like(0.99, "silent_or_help_only")).decision == Decision.ASK


def test_a_category_is_told_once(protocol: Protocol) -> None:
    found = graded(protocol, "hes stopped breathing", like(0.9, "not_breathing"))
    assert [finding.category for finding in found.findings] == ["not_breathing"]


def test_a_small_share_of_the_danger_is_not_worth_telling(protocol: Protocol) -> None:
    found = graded(protocol, "not a peep", Heard(0.9, (("seizure", 0.9), ("choking", 0.05))))
    assert [finding.category for finding in found.findings] == ["seizure"]


def test_a_danger_that_the_protocol_has_no_word_for_still_brings_somebody(protocol: Protocol) -> None:
    found = graded(protocol, "not a peep", like(0.9, "a category of another day"))
    assert [finding.category for finding in found.findings] == ["human_request"]


def share(danger: float, **shares: float) -> Heard:
    return Heard(danger, tuple(sorted(shares.items(), key=lambda pair: -pair[1])))


def test_a_phrase_is_answered_with_its_own_words(protocol: Protocol) -> None:
    found = graded(protocol, "hes stopped breathing", NO_CONTRADICTION)
    assert found.words == ("not_breathing", "")


def test_a_guess_that_is_sure_is_answered_with_its_categorys_words(protocol: Protocol) -> None:
    assert graded(protocol, "not a peep", share(0.9, seizure=0.95)).words == ("seizure", "")


def test_a_guess_that_could_be_several_dangers_gets_words_that_suit_them_all(protocol: Protocol) -> None:
    found = graded(protocol, "eyes open, nobodys home", share(0.9, imminent_dying=0.7, unconscious_unrousable=0.15))
    assert (found.findings[0].category, found.words) == ("unconscious_unrousable", (UNSURE, ""))
    person = graded(protocol, "not a peep", share(0.9, suicidal_carer=0.6, carer_exhausted=0.3))
    assert person.words == (UNSURE, "person")


def test_no_guess_however_sure_says_when_999_is_not_needed(protocol: Protocol) -> None:
    for category in ("imminent_dying", "expected_death", "not_breathing"):
        assert graded(protocol, "not a peep", share(0.99, **{category: 1.0})).words == (UNSURE, "")


def test_where_the_phone_may_be_watched_a_guess_gives_nothing_away(protocol: Protocol) -> None:
    found = graded(protocol, "not a peep", share(0.9, suicidal_carer=0.5, domestic_abuse=0.4))
    assert found.words == ("domestic_abuse", "")


def test_a_guess_never_takes_the_word_from_a_phrase(protocol: Protocol) -> None:
    found = graded(protocol, "he is in agony and nothing is touching the pain", share(0.9, seizure=0.6, choking=0.3))
    assert found.findings[0].source == "learned"
    assert found.words == ("uncontrolled_pain", "")


GUESS = Finding("choking", "Choking", "breathing", Priority.P0, "patient", "", "about ten", source=LEARNED)


@pytest.mark.parametrize(
    ("plain", "called", "decision", "then"),
    [
        (True, True, Decision.PAGE, Decision.NONE),
        (True, False, Decision.PAGE, Decision.NONE),
        (False, False, Decision.PAGE, Decision.ASK),
        (False, False, Decision.ASK, Decision.NONE),
        (False, True, Decision.PAGE, Decision.PAGE),
    ],
)
def test_a_guess_at_a_short_answer_to_our_question_does_less(
    plain: bool, called: bool, decision: Decision, then: Decision
) -> None:
    assert as_answer(Grade(decision, (GUESS,), 0.9), plain, called).decision == then


def test_a_phrase_and_what_is_hardly_doubted_count_in_full_in_every_answer() -> None:
    phrase, certain = (
        Grade(Decision.PAGE, (replace(GUESS, source="screen"),), 0.9),
        Grade(Decision.PAGE, (GUESS,), 0.99),
    )
    for answer in (phrase, replace(certain, certain=True)):
        assert as_answer(answer, is_plain=True, nurse_called=False) == answer


@pytest.mark.parametrize("said", ["since about ten", "upstairs in bed", "10.30 last night", "Yes, just me"])
def test_times_and_places_tell_nothing_new(said: str) -> None:
    assert is_plain_answer(said)


@pytest.mark.parametrize(
    "said", ["theres blood now", "gone all floppy", "she went cold", "its everywhere", "999", "..."]
)
def test_whatever_else_an_answer_holds_counts(said: str) -> None:
    assert not is_plain_answer(said)


def test_what_was_heard_is_kept_in_one_shape_with_the_learned_screens_best_five(protocol: Protocol) -> None:
    heard = like(0.5, "seizure", "choking", "svco", "chest_pain_stroke", "patient_fall", "carer_ill", "carer_exhausted")
    kept = on_record(graded(protocol, "hes stopped breathing", heard))
    first = kept["findings"][0]
    assert (kept["decision"], kept["danger"], kept["words"], kept["failed"]) == ("page", 0.5, "not_breathing", False)
    assert (first["category"], first["priority"], first["matched"]) == ("not_breathing", "P0", "stopped breathing")
    assert first.keys() == {"category", "priority", "phrase", "matched", "source"}
    assert list(kept["likely"]) == ["seizure", "choking", "svco", "chest_pain_stroke", "patient_fall"]
    assert kept["likely"]["seizure"] == pytest.approx(0.5 / 7, abs=0.0001), "how likely it is, not its share of danger"

    nothing = on_record(graded(protocol, "thank you", NO_CONTRADICTION))
    assert (nothing["decision"], nothing["words"], nothing["findings"], nothing["likely"]) == ("none", "", [], {})
