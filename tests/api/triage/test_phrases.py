"""The language in which clinicians write phrases."""

import re

import pytest

from api.triage.phrases import Grammar, PhraseError

GRAMMAR = Grammar(
    groups={"they": ("he", "she", "<relative>"), "relative": ("mum", "dad"), "loop": ("<loop>",), "many": ("ten",),
            "number": ("two", "<many>")},
    respell=lambda word: {"won't": ("will", "not"), "he's": ("he", "is")}.get(word, (word,)),
    negations=frozenset({"not", "no", "never"}),
    common=frozenset({"he", "she", "is", "not", "no", "never"}),
)  # fmt: skip


def hears(say: str, text: str) -> bool:
    """Whether a phrase matches plain words; ';' after a word is a pause."""
    return re.search(GRAMMAR.compile(say).regex + "(?= )", f"; {text}; ") is not None


@pytest.mark.parametrize(
    ("say", "text"),
    [
        ("not breathing", "he is not breathing"),
        ("not breathing", "no breathing"),
        ("<they> is gone", "mum is gone"),
        ("<they> [is] [just] gone", "dad gone"),
        ("won't wake", "she will not wake up"),
        ("<they> not waking", "he is not waking"),
        ("blood ... mouth", "blood is coming out of his mouth"),
        ("blood + everywhere", "everywhere there is blood"),
        ("grey + cold + still", "still and cold and grey"),
        ("took NUMBER", "took 30"),
        ("took MANY", "took ten"),
        ("in YEAR", "in 2015"),
        ("<they> is gone END", "oh; she is gone; sorry"),
        ("START help", "please; help"),
        ("limp | floppy", "all floppy now"),
        ("shaking + blue", "shaking; i do not know why; and blue"),
    ],
)
def test_a_phrase_hears(say: str, text: str) -> None:
    assert hears(say, text)


@pytest.mark.parametrize(
    ("say", "text"),
    [
        ("he", "the hen"),
        ("blood ... mouth", "blood but not from his mouth"),
        ("blood ... mouth", "blood one two three four five six mouth"),
        ("rash + swelling", "rash and no real swelling"),
        ("took MANY", "took 2"),
        ("in YEAR", "in 5"),
        ("<they> is gone END", "she is gone shopping"),
        ("START help", "please help"),
    ],
)
def test_a_phrase_does_not_hear(say: str, text: str) -> None:
    assert not hears(say, text)


@pytest.mark.parametrize(
    ("say", "complaint"),
    [
        ("<nobody> here", "no group <nobody>"),
        ("<loop>", "contains itself"),
        ("(he | she", "never closed"),
        ("he | | she", "no words"),
        ("he + ", "no words"),
        ("he ] she", "out of place"),
        ("he = she", "means nothing"),
        ("a + b + c + d", "more than 3"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_why(say: str, complaint: str) -> None:
    with pytest.raises(PhraseError, match=re.escape(complaint)):
        GRAMMAR.compile(say)


def test_a_phrase_that_needs_no_word_cannot_be_looked_up() -> None:
    with pytest.raises(PhraseError, match="may be left out"):
        GRAMMAR.key(GRAMMAR.compile("[he] [is]"))


def test_a_phrase_is_looked_up_by_its_rarest_words() -> None:
    assert GRAMMAR.key(GRAMMAR.compile("<they> is not (limp | floppy)")) == {"limp", "floppy"}
