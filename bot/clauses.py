"""Taking a message apart where a second thing may be asked: at the ends of sentences, and at "and", "also", "plus".

Pure: nothing is understood here. bot/needs.py has each part read by the same model as the whole.
"""

import re

SHORTEST = 3  # Words. "Thanks" or "me mam" beside a question is no question of its own.
MOST = 6  # Parts that are read: a long spoken message must not keep the next carer waiting.

_ALSO = r"(?:and|also|plus|n|&)(?:\s+(?:also|another thing|then))?"
_BREAK = re.compile(rf"[.?!;]+[\s\"')]+|\n+|,?\s+{_ALSO}\s+|,?\s*another thing[,:]?\s+", re.IGNORECASE)
# Many messages tell a story around one question. A part of the story that sounds like another need is none.
_ASKS = re.compile(
    r"\b(?:can(?:'?t|not)?|could|may|should|would|will|is (?:there|it)|are (?:there|we)|am i|do|does|did|how|what|whats"
    r"|who|whos|where|when|which|why|need|want|like to|looking for|help|any|anybody|anyone|anything|have you"
    r"|has anyone|tell me|entitled|please|pls)\b",
    re.IGNORECASE,
)


def clauses(text: str) -> list[str]:
    """The parts of a message that could each ask for something, in order. Fewer than two: there is no second need."""
    parts = [part.strip(" .,;:?!-/\"'") for part in _BREAK.split(text)]
    return [part for part in parts if len(part.split()) >= SHORTEST][:MOST]


def asks(clause: str) -> bool:
    """Whether a part of a message asks for something, in whatever way."""
    return _ASKS.search(clause) is not None
