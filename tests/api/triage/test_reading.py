"""What is read of a message: whole, in windows, and without a sentence that may be about something else."""

from api.triage.reading import ends, parts, plain


def test_a_long_message_is_read_in_windows_that_overlap_and_a_longer_one_at_its_ends() -> None:
    assert list(parts(160)) == [slice(0, 160)]
    found = list(parts(400))
    assert (found[0].start, found[-1].stop) == (0, 400)
    assert found[0].stop > found[1].start
    longest = list(parts(4000))
    assert (len(longest), longest[0].start, longest[-1].stop) == (3, 0, 4000)


def test_curly_apostrophes_are_read_as_plain_ones() -> None:
    assert plain("he won\u2019t wake") == "he won't wake"


def test_a_sentence_at_either_end_may_be_about_something_else() -> None:
    found = list(ends("We had soup for tea. He will not wake up. The bins went out!"))
    assert ("We had soup for tea.", "He will not wake up. The bins went out!") in found
    assert ("The bins went out!", "We had soup for tea. He will not wake up.") in found


def test_one_short_sentence_has_no_end_to_leave_out() -> None:
    assert list(ends("no puls")) == []
    assert list(ends("")) == []
    assert list(ends("Help. Now.")) == [], "what is left would be next to nothing"
