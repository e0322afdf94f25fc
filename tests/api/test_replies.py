"""The approved words: read from files, filled, and never said with a hole in them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api import replies, settings
from api.errors import BadData

Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """The texts are these and no others."""
    (tmp_path / "replies").mkdir()
    monkeypatch.setattr(settings.get(), "data_dir", tmp_path)

    def one(text: str) -> None:
        (tmp_path / "replies/some.yml").write_text(text, encoding="utf-8")
        replies._texts.cache_clear()

    yield one
    replies._texts.cache_clear()


def test_a_text_for_its_channel_or_for_all(write: Write) -> None:
    write("replies: {hello: {sms: short, all: long}, bye: {web: only here}}")
    assert replies.say("hello", "sms") == "short"
    assert replies.say("hello", "voice") == "long"
    assert replies.say("bye", "web") == "only here"
    assert replies.names() == ["bye", "hello"]
    assert replies.variants("hello") == {"sms": "short", "all": "long"}


def test_lines_of_the_file_are_one_line_of_text(write: Write) -> None:
    write("replies:\n  hello:\n    all: |\n      one\n        two\n\n      three\n")
    assert replies.say("hello", "sms") == "one two three"


def test_places_are_filled(write: Write) -> None:
    write('replies: {hello: {all: "Ring [team number] at [time], [time]."}}')
    assert (
        replies.say("hello", "sms", team_number="01632 960 999", time="02:14") == "Ring 01632 960 999 at 02:14, 02:14."
    )


def test_no_carer_ever_reads_a_bracket(write: Write) -> None:
    write('replies: {hello: {all: "Ring [team number]."}}')
    with pytest.raises(BadData, match=r"\[team number\]"):
        replies.say("hello", "sms")


def test_what_fills_a_place_is_not_filled_again(write: Write) -> None:
    """A carer's own words go into a nurse's text; brackets in them are words, and no fault of ours."""
    write('replies: {quote: {all: "They wrote: [words] at [time]"}}')
    said = replies.say("quote", "sms", words="he said [time] and [nurse]", time="02:14")
    assert said == "They wrote: he said [time] and [nurse] at 02:14"


@pytest.mark.parametrize(("name", "channel"), [("nothing", "sms"), ("bye", "sms")])
def test_a_text_that_is_not_there_is_a_fault_of_the_data(write: Write, name: str, channel: str) -> None:
    write("replies: {bye: {web: only here}}")
    with pytest.raises(BadData, match=name):
        replies.say(name, channel)


def test_a_text_without_channels_is_refused(write: Write) -> None:
    write("replies: {hello: just words}")
    with pytest.raises(BadData, match="hello must have variants"):
        replies.say("hello", "sms")
