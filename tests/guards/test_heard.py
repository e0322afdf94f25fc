"""How the benchmark of spoken lines writes down speech, and how it counts the words that were heard wrong."""

from tests.bench import confusions
from tests.bench.confusions import Spoken


def test_words_put_in_left_out_and_changed_are_counted() -> None:
    said = ["he", "is", "not", "breathing"]
    assert confusions.errors(said, said) == 0
    assert confusions.errors(said, ["he", "is", "breathing"]) == 1
    assert confusions.errors(said, ["well", "he", "is", "hot", "breeding"]) == 3
    assert confusions.errors(said, []) == 4


def test_speech_is_handed_on_in_small_letters_and_without_stops() -> None:
    assert confusions.normalised("He’s not, um... breathing!  HELP?") == "he's not um breathing help"
    line = confusions.heard_as(Spoken("a", "choking", "voice", "He's choking.", ""), "He's joking.")
    assert (line.heard, line.wrong) == ("he's joking", 0.5)
