"""The learned screen: it has read thousands of labelled messages and says what danger it hears, and how surely.

A small model reads for meaning (MiniLM) and a letter counter for the runs of letters (`letters`); their sum decides.

It stands beside the phrases (`rules.screen`) and knows nothing of them. The model, its tokenizer and its card lie in
`data/triage/model`; nothing is downloaded. How it was made: docs/decisions/0004-the-learned-screen.md.
"""

import hashlib
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import yaml
from tokenizers import Encoding, Tokenizer

from api import settings
from api.triage.grading import Heard, Thresholds
from api.triage.letters import Letters
from api.triage.schemas import ModelCard

type Scores = npt.NDArray[np.float32]

_WINDOW = 160  # Word pieces that are read together: about 120 words.
_OVERLAP = 40
_MOST_WINDOWS = 3  # Of a longer message, its two ends and what stands before the last: the bound on our time.
_MOST_PIECES = _WINDOW + (_MOST_WINDOWS - 1) * (_WINDOW - _OVERLAP)  # Of a longer message something is left out.
_START, _END = 101, 102  # MiniLM's marks for the beginning and the end of what is read.


class ModelError(RuntimeError):
    """A file of the model is missing or is not the one that was measured."""


class LearnedScreen:
    """The model of one process. Make it through `learned()`: it holds about 60 MB."""

    def __init__(self, folder: Path) -> None:
        self.card = ModelCard.model_validate(yaml.safe_load((folder / "card.yml").read_text(encoding="utf-8")))
        self._tokenizer = Tokenizer.from_file(str(_checked(folder / "tokenizer.json", self.card.tokenizer_sha256)))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._letters = Letters(_checked(folder / "letters.npz", self.card.letters_sha256))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # A message is short: keeping a pool of memory for it would cost more than it saves.
        options.enable_cpu_mem_arena = False
        model = _checked(folder / "model.onnx", self.card.model_sha256)
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    @property
    def thresholds(self) -> Thresholds:
        """How sure it must be to page, and to ask."""
        card = self.card
        return Thresholds(
            page=card.page_at,
            ask=card.ask_at,
            strong=card.page_if_unanswered_at,
            with_phrase=card.page_with_phrase_at,
            floor=card.phrase_asks_at,
            named=card.name_at,
            certain=card.certain_at,
        )

    def hear(self, message: str) -> Heard:
        """How likely it is that the message raises a danger, and which. Of a very long one, three parts are read."""
        text = plain(message)
        read = self._tokenizer.encode(text, add_special_tokens=False)
        if not read.ids:
            return Heard(0.0, ())
        # The part with the most danger speaks for the whole: what stands beside it takes nothing away.
        loudest = max((self._hear_part(text, read, part) for part in parts(len(read.ids))), key=attrgetter("danger"))
        return replace(loudest, in_part=len(read.ids) > _MOST_PIECES)

    def _hear_part(self, text: str, read: Encoding, part: slice) -> Heard:
        ids = np.array([[_START, *read.ids[part], _END]], dtype=np.int64)
        (scores,) = self._session.run(["scores"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        places = read.offsets[part]
        letters = self._letters.score(text[places[0][0] : places[-1][1]])
        return self._weigh(scores[0], letters)

    def _weigh(self, scores: Scores, letters: float) -> Heard:
        """Both halves together: what it means, and the runs of letters in it, each as much as it has proved right."""
        danger_or_not = float(np.logaddexp.reduce(scores[1:]) - scores[0])
        logit = self.card.meaning_weight * danger_or_not + self.card.letters_weight * letters + self.card.offset
        shares = _softmax(scores[1:])
        ranking = sorted(zip(self.card.labels[1:], map(float, shares), strict=True), key=lambda pair: -pair[1])
        return Heard(1 / (1 + math.exp(-logit)), tuple(ranking))


def plain(message: str) -> str:
    """What is read of a message: one kind of apostrophe, no invisible marks. The tokenizer does the rest."""
    return unicodedata.normalize("NFKC", message.replace("’", "'").replace("‘", "'").replace("`", "'"))


def parts(pieces: int) -> Iterator[slice]:
    """The windows that are read of a message of so many word pieces, in order."""
    if pieces <= _WINDOW:
        yield slice(0, pieces)
        return
    starts = list(range(0, pieces - _OVERLAP, _WINDOW - _OVERLAP))
    if len(starts) > _MOST_WINDOWS:
        starts = [starts[0], *starts[1 - _MOST_WINDOWS :]]
    for start in starts:
        yield slice(start, min(start + _WINDOW, pieces))


def _softmax(scores: Scores) -> Scores:
    powers: Scores = np.exp(scores - scores.max())
    return powers / powers.sum()


def _checked(path: Path, sha256: str) -> Path:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}") from None
    if found != sha256:
        raise ModelError(f"{path} is not the file that was measured (its SHA-256 differs from the card's).")
    return path


@lru_cache(maxsize=1)
def learned() -> LearnedScreen:
    """The one learned screen of this process, loaded at first use. Raises ModelError."""
    return LearnedScreen(settings.get().data_dir / "triage/model")
