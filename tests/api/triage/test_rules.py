"""The screen: what is danger, what only looks like it, and that neither hides the other."""

import pytest

from api.triage.rules import LONGEST_MESSAGE, Finding, Priority, Protocol, more_urgent, screen


def categories(message: str, protocol: Protocol) -> list[str]:
    """The categories found in a message, the most urgent first."""
    return [finding.category for finding in screen(message, protocol).findings]


def found(message: str, category: str, protocol: Protocol) -> Finding:
    """What was found of one category."""
    return next(finding for finding in screen(message, protocol).findings if finding.category == category)


def test_priorities_are_ranked() -> None:
    assert [priority.rank for priority in Priority] == [0, 1, 2, 3, 4]
    assert more_urgent(Priority.P1, Priority.P1S) is Priority.P1S


def test_nothing_is_found_in_an_everyday_message(protocol: Protocol) -> None:
    screening = screen("Can I get help with parking at the hospital, and is there a carers' group in Dudley?", protocol)
    assert (screening.findings, screening.truncated) == ((), False)


def test_a_finding_explains_itself_in_the_carers_own_words(protocol: Protocol) -> None:
    finding = found("So sorry, but Dad ISN’T BREATHING I think", "not_breathing", protocol)
    assert finding.matched == "ISN’T BREATHING"
    assert finding.priority is Priority.P0
    assert finding.phrase in {phrase.say for phrase in protocol.categories["not_breathing"].phrases}


def test_the_most_urgent_finding_leads_and_all_are_told(protocol: Protocol) -> None:
    screening = screen("i want to die. dad died an hour ago. now mum is choking", protocol)
    assert [finding.category for finding in screening.findings] == ["choking", "suicidal_carer", "expected_death"]
    assert screening.findings[0].priority is Priority.P0


@pytest.mark.parametrize(
    "message",
    [
        "he is not waking",
        "he ay waking up bab",
        "I don't want to make a fuss but she's not breathing",
        "not being funny but I can't wake him, no idea why",
        "I'm not sure but I think he's choking",
        "he was never like this before and now he won't wake up",
        "there was no warning, blood everywhere",
        "he isn't just choking he's gone blue",
    ],
)
def test_a_negation_does_not_hide_danger(message: str, protocol: Protocol) -> None:
    assert screen(message, protocol).findings[0].priority is Priority.P0


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("no sign of any bleeding today", "catastrophic_bleed"),
        ("she isn't choking any more", "choking"),
        ("he hasn't had a seizure", "seizure"),
        ("what happens if he has a bleed?", "catastrophic_bleed"),
        ("what if she stops breathing in the night?", "not_breathing"),
        ("I'm scared he could choke", "choking"),
        ("In 2019, he had a stroke.", "chest_pain_stroke"),
        ("he had a seizure years ago", "seizure"),
        ("someone on the telly was choking", "choking"),
        ("my heart bleeds for her", "catastrophic_bleed"),
        ("he's gone to the shops", "expected_death"),
    ],
)
def test_what_is_denied_asked_past_told_or_idiom_is_no_flag(message: str, category: str, protocol: Protocol) -> None:
    assert category not in categories(message, protocol)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("I could murder a tea, oh and he has gone grey and won't wake", "unconscious_unrousable"),
        ("I was choking back tears and then she started choking on her toast", "choking"),
        ("bleeding heck he is bleeding everywhere", "catastrophic_bleed"),
        ("no blood in his wee but there is blood pouring from his nose", "catastrophic_bleed"),
        ("he had a stroke in 2015 and now his face has dropped again", "chest_pain_stroke"),
        ("what do I do when she dies? also he's having a fit", "seizure"),
        ("my uncle died in 2001. Dad has just died", "expected_death"),
        ("I'm dying for a cuppa but honestly I want to die", "suicidal_carer"),
        ("i overdosed on quality street at christmas and tonight ive taken the lot", "self_harm_in_progress"),
    ],
)
def test_a_look_alike_never_hides_the_real_thing_beside_it(message: str, category: str, protocol: Protocol) -> None:
    assert category in categories(message, protocol)


@pytest.mark.parametrize(
    ("message", "about", "variant"),
    [("ive taken the lot", "carer", ""), ("mum has slit her wrists", "patient", "someone_else")],
)
def test_whose_life_it_is_chooses_the_words(message: str, about: str, variant: str, protocol: Protocol) -> None:
    finding = found(message, "self_harm_in_progress", protocol)
    assert (finding.about, finding.variant) == (about, variant)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("we'll go together, I've decided", "suicidal_carer"),
        ("toddler got hold of the oramorph", "wrong_dose_opioid_toxicity"),
        ("gave insulin twice", "wrong_dose_opioid_toxicity"),
    ],
)
def test_a_phrase_can_be_more_urgent_than_its_category(message: str, category: str, protocol: Protocol) -> None:
    assert found(message, category, protocol).priority is Priority.P0
    assert protocol.categories[category].priority is not Priority.P0


def test_speech_without_stops_is_heard_to_its_end(protocol: Protocol) -> None:
    chatter = "and the nurse came on monday and we had a nice talk about the garden and the roses "
    assert "choking" in categories(chatter * 20 + "and now hes choking on his dinner", protocol)
    assert categories(chatter * 20, protocol) == []


def test_of_two_phrases_the_one_that_no_doubt_silences_is_told(protocol: Protocol) -> None:
    assert found("no point going on", "suicidal_carer", protocol).asked
    assert found("sometimes I think there is no reason to stay. no point going on", "suicidal_carer", protocol).asked


def test_a_very_long_message_is_cut_in_the_middle_and_says_so(protocol: Protocol) -> None:
    filler = "The nurse came and went. " * 800
    at_the_end = screen(filler + "She is not breathing.", protocol)
    assert at_the_end.truncated
    assert at_the_end.findings[0].priority is Priority.P0
    assert not screen("a" * LONGEST_MESSAGE, protocol).truncated


@pytest.mark.parametrize(
    "message",
    [
        "blood " * 3000,
        "no blood no bleeding not choking " * 400,
        "he is not " * 3000,
        "a" * 20_000,
        "' " * 9000,
        "😭" * 9000,
        "لا يتنفس " * 1500,
        "\x00" * 9000 + "not breathing",
        "tablets taken took all of his the lot i have " * 300,
        "i want to not to wish to be to " * 400,
    ],
)
@pytest.mark.timeout(20)  # Usually 0.01 s; a pattern that runs away takes hours. How fast it is: `make bench`.
def test_hostile_messages_come_to_an_end_and_say_what_was_not_read(message: str, protocol: Protocol) -> None:
    assert screen(message, protocol).truncated is (len(message) > LONGEST_MESSAGE)


def test_the_same_message_is_always_judged_the_same(protocol: Protocol) -> None:
    message = "she is choking and coughing up blood and I want to die"
    assert len({screen(message, protocol).findings for _ in range(5)}) == 1
