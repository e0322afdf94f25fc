"""What is read of a message: whole, in windows, and without words that are talk of something else."""

from api.triage.reading import Apart, parts, plain, sentence_ends, to_the_matter


def test_a_long_message_is_read_in_windows_that_overlap_and_a_longer_one_at_its_ends() -> None:
    assert list(parts(160)) == [slice(0, 160)]
    found = list(parts(400))
    assert (found[0].start, found[-1].stop) == (0, 400)
    assert found[0].stop > found[1].start
    longest = list(parts(4000))
    assert (len(longest), longest[0].start, longest[-1].stop) == (3, 0, 4000)


def test_curly_apostrophes_are_read_as_plain_ones() -> None:
    assert plain("he won\u2019t wake") == "he won't wake"


LIMITS = Apart(talk_at=1, matter_at=-1, apart=3)


def marked(message: str, *unsure: str) -> str:
    """What is left of a message in which talk stands in capitals, and nobody can say of some words what they are."""
    words = message.split()
    talk = [0.0 if word in unsure else 2.0 if word.isupper() else -2.0 for word in words]
    return to_the_matter(words, talk, LIMITS)


def test_talk_is_left_out_before_or_after_with_stops_or_without() -> None:
    assert marked("WE HAD SOUP he will not wake up") == "he will not wake up"
    assert marked("he will not wake up THE BINS WENT OUT") == "he will not wake up"


def test_of_two_ends_the_one_that_more_clearly_is_talk_is_left_out() -> None:
    message = "WE HAD SOUP he will not wake up now and he is grey THE BINS WENT OUT"
    assert marked(message) == "WE HAD SOUP he will not wake up now and he is grey"


def test_what_stands_in_the_middle_stays() -> None:
    assert marked("he will not THE BINS WENT OUT wake up now") == ""


def test_a_word_or_two_may_be_a_slip_and_stay() -> None:
    assert marked("he will not wake up SEE YOU") == ""


def test_a_word_of_which_nobody_can_say_goes_with_those_around_it() -> None:
    assert marked("he will not wake up the BINS WENT OUT AGAIN", "the") == "he will not wake up"
    assert marked("he will not wake up THE bins WENT OUT AGAIN", "bins") == "he will not wake up"


def test_where_nothing_or_next_to_nothing_would_be_left_the_message_stands_as_it_is() -> None:
    assert marked("he will not wake up") == ""
    assert marked("THE BINS WENT OUT") == ""
    assert marked("THE BINS WENT OUT again") == ""
    assert marked("") == ""


def ends(text: str, talk: float = 0.0) -> list[tuple[str, str]]:
    return list(sentence_ends(text, [talk] * len(text.split()), marked_at=-5))


def test_of_several_sentences_the_first_and_the_last_may_be_beside_the_matter() -> None:
    assert ends("We had soup. He is grey! The bins\nwent out again?") == [
        ("We had soup.", "He is grey! The bins went out again?"),
        ("went out again?", "We had soup. He is grey! The bins"),
    ]


def test_a_sentence_that_is_surely_about_the_matter_is_not_looked_at() -> None:
    assert ends("We had soup. He is grey! The bins went out.", talk=-6) == []
    first_is_talk = [2.0] * 3 + [-6.0] * 7
    found = sentence_ends("We had soup. He is grey! I am so afraid.", first_is_talk, marked_at=-5)
    assert [end for end, _ in found] == ["We had soup."]


def test_a_cry_of_a_word_or_two_is_never_beside_the_matter_and_a_single_sentence_has_no_ends() -> None:
    assert [end for end, _ in ends("Help me. The bins went out.")] == ["The bins went out."]
    assert ends("he will not wake up") == []
    assert ends("") == []
