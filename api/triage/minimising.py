"""Words that make little of a message: "I don't want to make a fuss". Whoever says them is in no less danger.

Which words those are is data (`minimising` in data/triage/words.yml).
"""

from api.triage.language import Passage, normalise
from api.triage.rules import Protocol, Span

_UP_TO = 400  # Characters: in a longer message a few words more or less weigh little, and a second reading costs time.


def without(text: str, protocol: Protocol) -> str:
    """The message without words that make little of it; as it is where there are none, or where it is long."""
    if len(text) > _UP_TO:
        return text
    found = [span for passage in normalise(text, protocol.spelling) for span in _spans(passage, protocol)]
    for start, end in sorted(found, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return text.strip() if found else text


def _spans(passage: Passage, protocol: Protocol) -> list[Span]:
    """Where they stand in the message, without overlaps."""
    found: list[Span] = []
    words = {word.text for word in passage.words}
    for phrase in protocol.minimising:
        if any(need.isdisjoint(words) for need in phrase.needs):
            continue
        for match in phrase.regex.finditer(passage.text):
            first, last = passage.word_at(match.start()), passage.word_at(match.end()) - 1
            span = passage.words[first].start, passage.words[last].end
            if not any(span[0] < other[1] and other[0] < span[1] for other in found):
                found.append(span)
    return found
