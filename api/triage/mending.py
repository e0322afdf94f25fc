"""Slips of the finger in words that are none of the phrases': read as the common word that they miss by one letter.

The learned screen reads a message both as it is written and mended, so a slip never makes it deaf; which words carers
use lies beside the model, for they are those of the messages written for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from api.triage.language import one_slip_away, watch

_WORD = re.compile(r"[A-Za-z]{5,}")
_COMMON = 20  # A word is mended into one that stands in so many messages, at least.


@dataclass(frozen=True)
class Mending:
    """`common`: in how many messages each word stands. A word that stands in more than one is known."""

    common: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "Mending":
        """From a file of lines such as "breathing 2017". Raises ValueError for any other line."""
        lines = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
        return cls({word: int(count) for word, count in lines})

    def mended(self, text: str) -> str:
        """The text with such slips mended; the text itself where there are none."""
        return _WORD.sub(lambda found: self._word(found.group()), text)

    @cached_property
    def _watched(self) -> dict[str, tuple[str, ...]]:
        return watch(word for word, count in self.common.items() if count >= _COMMON)

    def _word(self, written: str) -> str:
        word = written.lower()
        return written if word in self.common else one_slip_away(word, self._watched) or written
