"""What a text looks like, as numbers: the short runs of letters in it, counted into a fixed number of places.

The sentence encoder learned written standard English. Runs of letters still tell "ta-ra a bit", "bore da" or "carers
allowence" from everything else when the encoder does not know the word.
"""

from zlib import crc32

import numpy as np

from bot.nlu.encoder import Vector

PLACES = 2048
SHORTEST_RUN = 2
LONGEST_RUN = 5


def spelling_vector(text: str) -> Vector:
    """Counts of the runs of 2 to 5 letters inside each word, as a vector of length 1, shape (2048,)."""
    counts = np.zeros(PLACES, dtype=np.float32)
    for run in _runs(text):
        # Two runs may share a place; adding one and taking the other away makes them cancel instead of piling up.
        mark = crc32(run.encode())
        counts[mark % PLACES] += 1.0 if mark & 0x80000000 else -1.0
    # The second time that a run stands in a text says less than the first.
    damped: Vector = np.sign(counts) * np.sqrt(np.abs(counts))
    return damped / max(float(np.linalg.norm(damped)), 1e-12)


def _runs(text: str) -> list[str]:
    # A space on either side makes the beginning and the end of a word differ from its middle.
    words = [f" {word} " for word in text.lower().split()]
    sizes = range(SHORTEST_RUN, LONGEST_RUN + 1)
    return [word[at : at + size] for word in words for size in sizes for at in range(len(word) - size + 1)]
