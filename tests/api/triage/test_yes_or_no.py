"""Yes and no, as people say them when they are asked whether they need a nurse, or whether it is about a life."""

import pytest

from api.triage import service
from api.triage.yes_or_no import YesAndNo

YES = ["Yes!", "yesss", "yeah hes really bad", "Yes, please hurry", "aye please", "I think so", "ASAP", "please come"]
YES += ["yes please no rush", "no wait yes", "yes ok", "yes please if possible", "yes please dont leave me"]
NO = [
    "No!",
    "no, nothing like that",
    "nah its just a saying lol",
    "No thanks, we're both fine",
    "no 🙏",
    "no no, just tired",
]
NO_NURSE = ["no I'm ok thanks", "Nope. Just wondering, sorry", "just asking", "its all sorted now thanks, no need"]
NO_NURSE += ["no need thanks love", "not now thanks", "Not tonight", "not at the moment"]
SAYS_MORE = ["no I'm not ok", "no im not just tired", "no i dont want to be here", "no one", "no idea"]
SAYS_MORE += ["not at all well", "no he needs one", "not needed he died", "no just a bit floppy", "no its too late"]
SAYS_MORE += ["no need to ask just come", "no my husband does", "no hes no well", "no i need one", "nurse required"]
SAYS_MORE += ["no just want peace", "no, hes gone", "by accident", "I pressed it by mistake", "wrong button", "its not"]
SAYS_MORE += ["Nae great, hen", "no good love", "no managing", "no ok", "no false alarm", "n", "0", "no really"]
CRIES = ["oh no", "aw naw", "NO NO NO", "Nooooooo", "no?", "no...", "No 😭😭", "no 🆘", "no 💔"]
NO_ANSWER_ABOUT_A_LIFE = ["no need to come", "I don't need anyone", "not needed", "I'm not", "no im fine", "all sorted"]
NO_ANSWER_ABOUT_A_LIFE += ["ignore me", "no just a thought", "no thanks im ok for now", "just wondering", "no not now"]
NEITHER = ["yes I've read that", "yes to what", "yesterday", "I'm fine", "hes ok", "please leave me alone", "", "1234"]
HALF = ["maybe", "Not really", "I don't know", "sometimes", "me", "Mine", "both of us", "yes but not tonight"]
HALF += ["not tonight"]
WHOSE = ["no its him", "not me its my wife", "no, it's me", "someone else", "no he means it"]


@pytest.fixture(scope="module")
def words() -> YesAndNo:
    return service.protocol().yes_and_no


@pytest.mark.parametrize("body", YES)
def test_yes(words: YesAndNo, body: str) -> None:
    assert words.about_a_nurse(body, is_quiet=True) is True
    assert words.about_a_life(body, is_quiet=False) is True


@pytest.mark.parametrize("body", [*NO, *NO_NURSE])
def test_no_is_no_where_the_screen_hears_nothing(words: YesAndNo, body: str) -> None:
    for asks in (words.about_a_nurse, words.about_a_life) if body in NO else (words.about_a_nurse,):
        assert asks(body, is_quiet=True) is False
        assert asks(body, is_quiet=False) is None


@pytest.mark.parametrize("body", [*SAYS_MORE, *CRIES])
def test_a_no_that_says_more_is_none(words: YesAndNo, body: str) -> None:
    assert words.about_a_nurse(body, is_quiet=True) is None
    assert words.about_a_life(body, is_quiet=True) is not False
    assert words.plainly(body) is None


@pytest.mark.parametrize("body", NO_ANSWER_ABOUT_A_LIFE)
def test_who_declines_help_has_not_said_that_a_life_is_safe(words: YesAndNo, body: str) -> None:
    assert words.about_a_life(body, is_quiet=True) is not False


@pytest.mark.parametrize("body", NEITHER)
def test_what_is_neither(words: YesAndNo, body: str) -> None:
    assert words.about_a_nurse(body, is_quiet=True) is None
    assert words.about_a_life(body, is_quiet=True) is None


@pytest.mark.parametrize("body", [*HALF, *WHOSE])
def test_half_a_yes_and_whose_life_it_is_are_a_yes_about_a_life_alone(words: YesAndNo, body: str) -> None:
    assert words.about_a_life(body, is_quiet=True) is True
    assert words.about_a_nurse(body, is_quiet=True) is not True


@pytest.mark.parametrize(
    "body",
    [
        "never thought about it",
        "No, it's my mum, she has cancer",
        "no im just a bit tired",
        "no i meant the pump, not sure it works",
        "not sure why",
    ],
)
def test_what_only_sounds_like_half_a_yes_leaves_it_open(words: YesAndNo, body: str) -> None:
    assert words.about_a_life(body, is_quiet=True) is None


@pytest.mark.parametrize("yes", ["yes", "yeah", "aye", "yes please"])
@pytest.mark.parametrize("said", ["no {}", "{} no", "no sorry {}", "not now {}", "no need {} thanks"])
def test_no_message_with_a_yes_in_it_is_a_no(words: YesAndNo, yes: str, said: str) -> None:
    assert words.about_a_nurse(said.format(yes), is_quiet=True) is not False
    assert words.about_a_life(said.format(yes), is_quiet=True) is not False


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Y", True),
        ("yes fine", True),
        ("N", False),
        ("not a good time", False),
        ("hes listening", False),
        ("who?", None),
    ],
)
def test_whether_it_is_a_good_time_to_talk(words: YesAndNo, body: str, said: bool | None) -> None:
    assert words.about_talking(body) is said


def test_plain_answers_are_whole_messages(words: YesAndNo) -> None:
    assert [words.plainly(body) for body in ("Yes.", "no", "no thanks!", "no thanks love")] == [
        True,
        False,
        False,
        None,
    ]


@pytest.mark.timeout(60)  # What goes back over it again and again takes hours.
@pytest.mark.parametrize("row", ["all good ", "no all sorted ", "sorry no ", "yes no "])
def test_an_endless_row_of_harmless_words_is_no_answer(words: YesAndNo, row: str) -> None:
    assert words.about_a_nurse(row * 2000 + "floppy", is_quiet=True) is None
    assert words.about_a_nurse(row * 5 + "floppy", is_quiet=True) is None
