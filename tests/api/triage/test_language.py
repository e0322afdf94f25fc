"""What carers write becomes plain words that still know where they stood."""

import pytest

from api.triage.language import normalise
from api.triage.rules import Protocol


def plain(message: str, protocol: Protocol) -> str:
    """The plain words of a message, without the marks of its pauses."""
    passages = normalise(message, protocol.spelling)
    return " ".join(word.text for passage in passages for word in passage.words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("HE'S NOT BREATHING", "he is not breathing"),
        ("hes not breathing", "he is not breathing"),
        ("he’s not breathing", "he is not breathing"),
        ("cant wake her", "can not wake her"),
        ("I'll go", "i will go"),
        ("so ill today", "so ill today"),
        ("her breeething stopt 2day", "her breathing stopped today"),
        ("noooo", "no"),
        ("helpppp", "help"),
        ("he cor wake", "he can not wake"),
        ("shes no wakin", "she is no waking"),
        ("10ml not 1ml", "10 ml not 1 ml"),
        ("naïve café", "naive cafe"),
        ("unconcious", "unconscious"),
        ("he is coughign", "he is coughing"),
        ("hesstopped", "he is stopped"),
        ("he isbleeding", "he is bleeding"),
        ("an over dose", "an overdose"),
        ("k*ll", "kill"),
        ("ｂｌｅｅｄｉｎｇ", "bleeding"),
        ("blee\u200bding", "bleeding"),
    ],
)
def test_spellings_lead_to_plain_words(written: str, read: str, protocol: Protocol) -> None:
    assert plain(written, protocol) == read


@pytest.mark.parametrize(
    "word", ["shopping", "infection", "cooking", "meditation", "hospital", "worry", "weekend", "coke"]
)
def test_words_of_their_own_are_not_mended(word: str, protocol: Protocol) -> None:
    assert plain(word, protocol) == word


def test_every_word_knows_where_it_stood(protocol: Protocol) -> None:
    message = "Oh no - he’s  NOT breeathing!"
    (passage,) = normalise(message, protocol.spelling)
    assert [message[word.start : word.end] for word in passage.words] == [
        "Oh",
        "no",
        "he’s",
        "he’s",
        "NOT",
        "breeathing",
    ]


def test_sentences_are_read_apart_and_fragments_together(protocol: Protocol) -> None:
    long = "The nurse came at ten and changed the dressing on his leg."
    assert len(list(normalise(long + " " + long, protocol.spelling))) == 2
    assert len(list(normalise("Blood. Everywhere. Help.", protocol.spelling))) == 1


def test_a_dose_with_a_point_is_one_sentence(protocol: Protocol) -> None:
    (passage,) = normalise("she had 2.5 of it", protocol.spelling)
    assert passage.text == "; she had 2 5 of it; "


def test_a_not_said_in_passing_is_marked(protocol: Protocol) -> None:
    (passage,) = normalise("I don't know why", protocol.spelling)
    assert "not~ know" in passage.text


@pytest.mark.parametrize("message", ["", "   ", "...", "😭😭😭", "\x00\x00", "\n\n"])
def test_a_message_without_words_has_no_passages(message: str, protocol: Protocol) -> None:
    assert list(normalise(message, protocol.spelling)) == []


def test_endless_speech_is_read_in_windows_that_own_every_word_once(protocol: Protocol) -> None:
    message = " ".join(f"word{number}" for number in range(500))
    owned = [
        word.start
        for passage in normalise(message, protocol.spelling)
        for word in passage.words[passage.owned[0] : passage.owned[1]]
    ]
    assert len(owned) == len(set(owned)) == 500
