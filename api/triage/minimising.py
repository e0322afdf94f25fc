"""Words that make little of a message: "I don't want to make a fuss". Whoever says them is in no less danger.

Which words those are is data (`minimising` in data/triage/words.yml).
"""

from collections.abc import Iterator

from api.triage.language import Passage, normalise
from api.triage.rules import Protocol, Span

_UP_TO = 240  # Characters: in a longer message a few words more or less weigh little, and a second reading costs time.


def without(text: str, protocol: Protocol) -> str:
    """The message without words that make little of it; as it is where there are none, or where it is long."""
    if len(text) > _UP_TO:
        return text
    end = 0
    left: list[str] = []
    spans = sorted(span for passage in normalise(text, protocol.spelling) for span in _spans(passage, protocol))
    for start, stop in spans:
        if start >= end:  # Passages overlap, and so may phrases: nothing is taken away twice.
            left.append(text[end:start])
            end = stop
    return " ".join([*left, text[end:]]).strip() if left else text


def _spans(passage: Passage, protocol: Protocol) -> Iterator[Span]:
    """Where they stand in the message."""
    words = {word.text for word in passage.words}
    for phrase in protocol.minimising:
        if any(need.isdisjoint(words) for need in phrase.needs):
            continue
        for match in phrase.regex.finditer(passage.text):
            first, last = passage.word_at(match.start()), passage.word_at(match.end()) - 1
            yield passage.words[first].start, passage.words[last].end
