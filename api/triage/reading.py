"""What the learned screen reads of a message, and in which pieces. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from statistics import fmean

WINDOW = 160  # Word pieces that are read together: about 120 words.
OVERLAP = 40
MOST_WINDOWS = 3  # Of a longer message, its two ends and what stands before the last: the bound on our time.
MENDED_UP_TO, SENTENCES_UP_TO = 40, 60  # Word pieces: for a longer message these readings would take too long.
MOST_PIECES = WINDOW + (MOST_WINDOWS - 1) * (WINDOW - OVERLAP)  # Of a longer message something is left out.

_FEWEST_LEFT, _FEWEST_TALK = 2, 3  # Words.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Apart:
    """When a beginning or an end of a message is talk of other things. In log odds that words are, on average.

    `talk_at`: that of the talk, at least; `matter_at`: that of the rest, at most; `apart`: between the two, at least.
    """

    talk_at: float
    matter_at: float
    apart: float


def plain(message: str) -> str:
    """What is read of a message: one kind of apostrophe, no invisible marks. The tokenizer does the rest."""
    return unicodedata.normalize("NFKC", message.replace("’", "'").replace("‘", "'").replace("`", "'"))


def parts(pieces: int) -> Iterator[slice]:
    """The windows that are read of a message of so many word pieces, in order."""
    if pieces <= WINDOW:
        yield slice(0, pieces)
        return
    starts = list(range(0, pieces - OVERLAP, WINDOW - OVERLAP))
    if len(starts) > MOST_WINDOWS:
        starts = [starts[0], *starts[1 - MOST_WINDOWS :]]
    for start in starts:
        yield slice(start, min(start + WINDOW, pieces))


def to_the_matter(words: Sequence[str], talk: Sequence[float], limits: Apart) -> str:
    """The message without a beginning or an end that is talk of other things; empty if it has none.

    `talk`: of each word the log odds that it is. Of several ends the one that most clearly is, for its length.
    """
    sums = [0.0, *accumulate(talk)]
    best, found = 0.0, ""
    for cut in range(_FEWEST_LEFT, len(words) - _FEWEST_LEFT + 1):
        first, last = sums[cut] / cut, (sums[-1] - sums[cut]) / (len(words) - cut)
        weight = sqrt(cut * (len(words) - cut))
        for aside, rest, left_out, kept in (
            (first, last, cut, words[cut:]),
            (last, first, len(words) - cut, words[:cut]),
        ):
            is_talk = aside >= limits.talk_at and rest <= limits.matter_at and aside - rest >= limits.apart
            if left_out >= _FEWEST_TALK and is_talk and (aside - rest) * weight > best:
                best, found = (aside - rest) * weight, " ".join(kept)
    return found


def sentence_ends(text: str, talk: Sequence[float], marked_at: float) -> Iterator[tuple[str, str]]:
    """The first sentence with what follows it, and the last with what stands before. Nothing of a text of one.

    `talk` as above; where a sentence is talk with less than `marked_at`, on average, it is none and stays.
    """
    sentences = [one for one in _SENTENCE_END.split(text) if one]
    for end, rest, first in ((sentences[:1], sentences[1:], True), (sentences[-1:], sentences[:-1], False)):
        words = len(" ".join(end).split())
        if words < _FEWEST_TALK or not any(letter.isalpha() for one in rest for letter in one):
            continue  # Marks alone sound like a cry.
        if fmean(talk[:words] if first else talk[-words:]) >= marked_at:
            yield end[0], " ".join(rest)
