"""By what traces of a person are found in other people's texts, and what is left of a frozen sheet without them."""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from typing import Any

from api.privacy.rules import spellings

ERASED = "[erased]"
PARTS = ("escalations", "conversations", "others", "tasks", "deaths")
LEAST_NAME = 4  # Letters: a shorter word stands in too many other texts.
LEAST_WORDS = 12  # Characters of a message: a shorter one stands in too many other texts.
_PURPOSE = b"nightlight erasure:"
_WORD = re.compile(r"[^\W\d_]+")
_GAPS = re.compile(r"[\s()-]+")


def fingerprint(known_by: str, key: str) -> str:
    """A keyed hash, from which nobody reads a number, and with which nobody without the key tries every number."""
    return hmac.new(hashlib.sha256(_PURPOSE + key.encode()).digest(), known_by.encode(), hashlib.sha256).hexdigest()


def traces(numbers: Iterable[str], names: Iterable[str], said: Iterable[str]) -> set[str]:
    """What would show that a text is about this person, in small letters and without gaps in numbers."""
    found = {spelling for number in numbers for spelling in spellings(number)}
    found |= {word.lower() for name in names for word in _WORD.findall(name) if len(word) >= LEAST_NAME}
    return found | {" ".join(words.lower().split()) for words in said if len(words.strip()) >= LEAST_WORDS}


def tells(text: str, known: Collection[str]) -> bool:
    """Whether a text holds one of these traces."""
    plain = " ".join(text.lower().split())
    closed = _GAPS.sub("", plain)
    words = set(_WORD.findall(plain))
    return any(
        trace in words if trace.isalpha() else trace in closed if trace.strip("+").isdigit() else trace in plain
        for trace in known
    )


def without(sheet: dict[str, Any], ids: Collection[str]) -> tuple[dict[str, Any], int]:
    """A handover sheet without what is about one of these, and how many entries went. It says how many ever did."""
    left = {part: [item for item in sheet[part] if item["id"] not in ids] for part in PARTS}
    gone = sum(len(sheet[part]) - len(left[part]) for part in PARTS)
    return {**sheet, **left, "erased": sheet.get("erased", 0) + gone}, gone
