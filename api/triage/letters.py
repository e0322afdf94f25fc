"""The letter counter: how dangerous a message looks by the runs of letters and the words in it, whatever they mean.

It stands inside the learned screen, beside the small model that reads for meaning, and errs elsewhere: a dialect or a
misspelling that the model has never met is still made of runs of letters that it has. One weight a run, no more.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

SIZE = 2**19  # Runs share a place by their checksum; so few meet that it does not matter.
_WORD = re.compile(r"[a-z0-9']+|[^\sa-z0-9']")
_SHORTEST, _LONGEST, _WORDS = 2, 5, 3


def runs(text: str) -> Iterator[str]:
    """Every run of two to five letters inside a word, and every one to three words in a row."""
    words = _WORD.findall(text.lower())
    for word in words:
        padded = f" {word} "
        for length in range(_SHORTEST, _LONGEST + 1):
            for start in range(max(1, len(padded) - length + 1)):
                yield padded[start : start + length]
    for length in range(1, _WORDS + 1):
        for start in range(len(words) - length + 1):
            yield "w " + " ".join(words[start : start + length])


def places(text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Where the runs of a text stand in the weights, and how much each counts before its rarity: 1 + log(times)."""
    found = Counter(zlib.crc32(run.encode()) % SIZE for run in runs(text))
    times = np.fromiter(found.values(), dtype=np.float32, count=len(found))
    return np.fromiter(found.keys(), dtype=np.int64, count=len(found)), 1 + np.log(times)


class Letters:
    """The weights of one training: the rarity and the weight of each place."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as kept:
            self._rarity: npt.NDArray[np.float32] = kept["rarity"].astype(np.float32)
            self._weight: npt.NDArray[np.float32] = kept["weight"].astype(np.float32)
            self._bias = float(kept["bias"])

    def score(self, text: str) -> float:
        """A logit: above 0 it looks more like danger than not."""
        at, counts = places(text)
        if not len(at):
            return self._bias
        seen = counts * self._rarity[at]
        return float(np.dot(seen, self._weight[at]) / np.sqrt(np.dot(seen, seen))) + self._bias
