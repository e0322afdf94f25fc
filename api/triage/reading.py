"""What the learned screen reads of a message, and in which pieces. Pure."""

import re
import unicodedata
from collections.abc import Iterator

WINDOW = 160  # Word pieces that are read together: about 120 words.
OVERLAP = 40
MOST_WINDOWS = 3  # Of a longer message, its two ends and what stands before the last: the bound on our time.
MOST_PIECES = WINDOW + (MOST_WINDOWS - 1) * (WINDOW - OVERLAP)  # Of a longer message something is left out.

TALK = ("out_of_scope", "greeting", "thanks", "goodbye")  # Needs that say nothing of anybody's state.
_STOP = re.compile(r"(?<=[.!?])\s+|\n+")
_FEWEST, _LONGEST_TALK = 2, 16  # Words.


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


def ends(text: str) -> Iterator[tuple[str, str]]:
    """The first and the last sentence of a message, each with the rest: either may be about something else."""
    sentences = [one for one in _STOP.split(text) if one.strip()]
    for end, others in ((sentences[:1], sentences[1:]), (sentences[-1:], sentences[:-1])):
        rest = " ".join(others)
        if others and _FEWEST <= len(end[0].split()) <= _LONGEST_TALK and len(rest.split()) >= _FEWEST:
            yield end[0], rest
