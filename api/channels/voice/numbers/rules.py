"""What a row of keys is, and after which of our questions one may come."""

import re

from api.conversations.rules import assistant_kind

ASKED_TO_RING = "voice_hold_unknown_number"  # Text of data/replies: a nurse could not ring whoever is hidden.
READ_BACK, AGAIN = assistant_kind("number_read_back"), assistant_kind("number_again")
# The assistant's own form reads a number back: there is no need to do so twice.
READ_BACK_BY_FORM = frozenset(map(assistant_kind, ("ask_number", "ask_number_again")))
FORM_ASKS_RIGHT = assistant_kind("ask_number_right")
ASKS = READ_BACK_BY_FORM | {ASKED_TO_RING, AGAIN, assistant_kind("referral_number")}
_WHOLE = re.compile(r"(?:\+44|0)([1237]\d{8,9})")  # Of the UK and with its area, at no price that one would notice.
_GAPS = re.compile(r"[\s().,-]+")
_CRIES = frozenset({"999", "112", "111"})


def whole(words: str) -> str | None:
    """The telephone number (E.164) that these words are and nothing else. None: they are none."""
    found = _WHOLE.fullmatch(_GAPS.sub("", words))
    return f"+44{found.group(1)}" if found else None


def is_for_nurse(keys: str) -> bool:
    """Whether somebody pressed 0 for the nurse, perhaps again and again."""
    return set(keys) == {"0"}


def is_cry(keys: str) -> bool:
    """Whether somebody dials for help where a number was asked for."""
    return keys in _CRIES
