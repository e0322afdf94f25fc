"""Short answers in carers' own words are read; what is no answer is left alone."""

import pytest

from actions.answers import read, wants_no_more

AGES = {
    "child": ["1", "under 16", "child", "a kid"],
    "working_age": ["2", "16 to 66", "working age", "not retired"],
    "pension_age": ["3", "over 66", "pension age", "retired", "pensioner"],
}
NUMBERED = {"england": ["1"], "scotland": ["2"], "wales": ["3"], "northern_ireland": ["4"]}


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "Y",
        "aye",
        "Yeah!",
        "yep he does",
        "he does",
        "she is now",
        "ok yes",
        "erm, yes",
        "yes love",
        "i have",
        "my husband does",
        "he is yes",
        "Of course.",
        "YES he has had it for years",
        "definitely",
        "well she does",
        "yes but only the lower rate",
        "he's on it, yeah",
        "that's right",
    ],
)
def test_yes_in_many_words(said: str) -> None:
    assert read(said, "yes_no", {}) == "yes"


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "N",
        "nah",
        "Nope.",
        "naw",
        "no he doesn't",
        "he doesn’t",
        "no, not yet",
        "not yet",
        "not really",
        "no sorry",
        "she isn't",
        "he has not",
        "we don't get that",
        "no we never asked",
        "erm no",
        "he's not",
        "i can't",
        "none",
        "he's never had it",
        "still living, no",
    ],
)
def test_no_in_many_words(said: str) -> None:
    assert read(said, "yes_no", {}) == "no"


@pytest.mark.parametrize("reads", ["yes_no", "choice", "nation"])
@pytest.mark.parametrize(
    "said",
    [
        "don't know",
        "dont know love",
        "dunno",
        "i really don't know",
        "not sure",
        "honestly not sure",
        "no idea",
        "idk",
        "maybe",
        "no, i don't know",
        "i'd rather not say",
        "haven't a clue",
        "pass",
        "i think so",
        "can't say",
        "not sure what that is",
        "no idea sorry love",
        "i don't know if he does",
    ],
)
def test_not_knowing_is_an_answer(said: str, reads: str) -> None:
    assert read(said, reads, AGES if reads == "choice" else {}) == "unsure"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2", "working_age"),
        ("2.", "working_age"),
        ("number 2 please", "working_age"),
        ("second one", "working_age"),
        ("the 2nd", "working_age"),
        ("three", "pension_age"),
        ("first", "child"),
        ("hes retired", "pension_age"),
        ("over 66", "pension_age"),
        ("not retired", "working_age"),
        ("shes only a child", "child"),
        ("working age i suppose, 2", "unsure"),
        ("He's 16 to 66", "working_age"),
        ("A KID", "child"),
    ],
)
def test_a_choice_by_number_or_in_words(said: str, expected: str) -> None:
    assert read(said, "choice", AGES) == expected


@pytest.mark.parametrize(
    "said",
    [
        "1 or 2",
        "child, no, retired",
        "hes not a child",
        "over 70",
        "7",
        "72",
        "she is 2 years off her pension money",
        "is that under 16?",
        "purple",
        "",
        "...",
        "no one",
        "no",
        "yes",
        "child or pensioner",
    ],
)
def test_a_choice_is_never_guessed(said: str) -> None:
    assert read(said, "choice", AGES) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("he's in Scotland", "scotland"),
        ("Northern Ireland", "northern_ireland"),
        ("n. ireland", "northern_ireland"),
        ("NI", "northern_ireland"),
        ("norn iron", "northern_ireland"),
        ("we live in south wales", "wales"),
        ("scottland", "scotland"),
        ("England, near Leeds", "england"),
        ("no, Scotland", "scotland"),
        ("4", "northern_ireland"),
        ("the third one", "wales"),
    ],
)
def test_a_nation_in_words_or_by_number(said: str, expected: str) -> None:
    assert read(said, "nation", NUMBERED) == expected


@pytest.mark.parametrize(
    "said",
    [
        "ireland",
        "not england",
        "england or wales",
        "france",
        "leeds",
        "he speaks english",
        "5",
        "manchester",
    ],
)
def test_a_nation_is_never_guessed(said: str) -> None:
    assert read(said, "nation", NUMBERED) is None


WHEN = {
    "weeks": ["1", "under 3 months", "2 months", "last week"],
    "months": ["2", "3 to 12 months", "8 months"],
    "longer": ["3", "longer", "2 years"],
}
WHAT = {"now": ["1", "what to do first", "what do i do"], "list": ["2", "no, the list", "no"], "kit": ["3", "yes"]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("about 2 months ago", "weeks"),
        ("2 years", "longer"),
        ("1 year", None),
        ("2", "months"),
        ("2, it was march", "months"),
        ("its number 3", "longer"),
        ("3 weeks", None),
        ("last week", "weeks"),
    ],
)
def test_a_number_of_months_is_no_choice(said: str, expected: str | None) -> None:
    assert read(said, "choice", WHEN) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("What do I do?", "now"), ("what to do first", "now"), ("no the list", "list"), ("No.", "list"), ("yes", "kit")],
)
def test_an_option_in_its_own_words_is_chosen_even_as_a_question(said: str, expected: str) -> None:
    assert read(said, "choice", WHAT) == expected


def test_a_nation_has_no_number_that_was_not_offered() -> None:
    assert read("2", "nation", {}) is None
    assert read("scotland", "nation", {}) == "scotland"


@pytest.mark.parametrize(
    "said",
    [
        "no money for the gas",
        "can someone sit with him tonight",
        "yes and no",
        "yes he doesn't",
        "what does that mean?",
        "is it yes?",
        "no no yes",
        "2",
        "help",
        "i know",
        "notes",
        "yesterday",
        "nothing works, she keeps crying",
        "yes " + "and then he went " * 5,
    ],
)
def test_what_is_no_answer_to_yes_or_no_is_left_alone(said: str) -> None:
    assert read(said, "yes_no", {}) is None


@pytest.mark.parametrize("reads", ["yes_no", "choice", "nation"])
@pytest.mark.parametrize(
    "said",
    [
        "i dont know how to get a wheelchair",
        "i'm not sure where the nurse is",
        "i can't cope with this",
        "he's not eating",
        "she hasn't slept for days",
        "he isn't himself",
        "can a child come to the funeral",
        "how do i get scotland on the phone",
        "do you work in england",
    ],
)
def test_news_and_questions_are_no_answers(said: str, reads: str) -> None:
    assert read(said, reads, AGES if reads == "choice" else {}) is None


def test_an_option_of_our_own_comes_before_what_words_usually_mean() -> None:
    assert read("not sure", "choice", {"no_diagnosis": ["not sure"], "other": ["other"]}) == "no_diagnosis"
    assert read("next", "choice", {"later": ["next"], "now": ["now"]}) == "later"


@pytest.mark.parametrize(
    "said",
    [
        "SKIP",
        "skip please",
        "Stop asking!",
        "skip the questions",
        "no more questions now",
    ],
)
def test_whoever_wants_no_more_questions_is_heard(said: str) -> None:
    assert wants_no_more(said)


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "not sure",
        "skip lunch",
        "pass",
        "stopped breathing",
        "next",
    ],
)
def test_other_words_do_not_end_the_questions(said: str) -> None:
    assert not wants_no_more(said)
