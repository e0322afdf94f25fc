"""The learned screen: it has read thousands of labelled messages and says what danger it hears, and how surely.

A small model reads for meaning (MiniLM) and a letter counter for the runs of letters (`letters`); their sum decides.

It stands beside the phrases (`rules.screen`) and knows nothing of them. The model, its tokenizer and its card lie in
`data/triage/model`; nothing is downloaded. How it was made: docs/decisions/0004-the-learned-screen.md.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from statistics import fmean

import numpy as np
import numpy.typing as npt
import onnxruntime
import yaml
from tokenizers import Encoding, Tokenizer

from api import settings
from api.triage.grading import Heard, Thresholds
from api.triage.letters import Letters
from api.triage.mending import Mending
from api.triage.reading import (
    MENDED_UP_TO,
    MOST_PIECES,
    SENTENCES_UP_TO,
    Apart,
    parts,
    plain,
    sentence_ends,
    to_the_matter,
)
from api.triage.schemas import ModelCard

type Scores = npt.NDArray[np.float32]

_QUIET = 2  # The labels of what is no danger: `none` for what looks like one, and `everyday`.
_WORD = re.compile(r"\S+")


class ModelError(RuntimeError):
    """A file of the model is missing or is not the one that was measured."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a piece of text shows: log odds of danger by its meaning and by its letters, how much more it sounds like an
    everyday need than like the look-alike of a danger, and each danger's share.

    `text`: what they are the signs of. `talk`: of each of its words the log odds that it is talk of other things.
    """

    text: str
    meaning: float
    letters: float
    everyday: float
    shares: Scores
    talk: tuple[float, ...]


class LearnedScreen:
    """The model of one process. Make it through `learned()`: it holds about 100 MB."""

    def __init__(self, folder: Path) -> None:
        self.card = ModelCard.model_validate(yaml.safe_load((folder / "card.yml").read_text(encoding="utf-8")))
        self._tokenizer = Tokenizer.from_file(str(_checked(folder / "tokenizer.json", self.card.tokenizer_sha256)))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._marks = self._tokenizer.encode("").ids  # Of the beginning and the end of what is read.
        self._letters = Letters(_checked(folder / "letters.npz", self.card.letters_sha256))
        self._mending = Mending.read(_checked(folder / "words.txt", self.card.words_sha256))
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
        """How likely it is that the message raises a danger, and which: what sounds most dangerous of all readings."""
        return max(self.readings(message), key=attrgetter("danger"), default=Heard(0.0, ()))

    def readings(self, message: str, *, closely: bool = True) -> list[Heard]:
        """What is heard in each way the message is read. Of a very long one, three parts are read.

        Neither what stands beside a danger takes anything away from it nor a slip of the finger: where in doubt, a part
        is read in other ways, too. `closely`: whether that is done.
        """
        text = plain(message)
        read = self._read(text)
        found: list[Heard] = []
        for signs in self._signs_of_parts(text, read):
            found.append(self._weigh(signs))
            if closely and self.card.doubt_from <= found[-1].danger < self.card.page_at:
                others = self._other_readings(signs, len(read.ids))
                found.extend(self._weigh(other) for one in others for other in self.signs(one))
        return [replace(one, in_part=len(read.ids) > MOST_PIECES) for one in found]

    def signs(self, text: str) -> Iterator[Signs]:
        """What each part shows that is read of a text."""
        return self._signs_of_parts(text, self._read(text))

    def _other_readings(self, signs: Signs, pieces: int) -> Iterator[str]:
        """Without an end that is talk of other things, and with slips mended. Of a message of many pieces not all."""
        text, card = signs.text, self.card
        limits = Apart(card.talk_at, card.matter_at, card.talk_apart)
        matter = to_the_matter(text.split(), signs.talk, limits)
        if matter:
            yield matter
        if pieces <= SENTENCES_UP_TO:
            ends = sentence_ends(text, signs.talk, card.aside_marked_at)
            yield from (rest for end, rest in ends if rest != matter and self._is_talk(end))
        if pieces <= MENDED_UP_TO and (mended := self._mending.mended(text)) != text:
            yield mended

    def _is_talk(self, sentence: str) -> bool:
        """Whether a sentence is surely about other things when it is read by itself, and nothing dangerous."""
        return all(
            fmean(one.talk) >= self.card.aside_talk_at and self._weigh(one).danger <= self.card.aside_danger_at
            for one in self.signs(sentence)
        )

    def _read(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _signs_of_parts(self, text: str, read: Encoding) -> Iterator[Signs]:
        return (self._signs(text, read, part) for part in parts(len(read.ids)) if read.ids)

    def _signs(self, text: str, read: Encoding, part: slice) -> Signs:
        ids = np.array([[self._marks[0], *read.ids[part], self._marks[1]]], dtype=np.int64)
        found = self._session.run(["scores", "talk"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        (scores,), (talk,) = found
        quiet, dangers = scores[:_QUIET], scores[_QUIET:]
        places = read.offsets[part]
        start, end = places[0][0], places[-1][1]
        return Signs(
            text=text[start:end],
            meaning=float(np.logaddexp.reduce(dangers) - np.logaddexp.reduce(quiet)),
            letters=self._letters.score(text[start:end]),
            everyday=float(quiet[1] - quiet[0]),
            shares=_softmax(dangers),
            talk=_of_words(text[start:end], [place - start for place, _ in places], talk[1:-1]),
        )

    def _weigh(self, signs: Signs) -> Heard:
        """All signs together, each as much as it has proved right."""
        card = self.card
        logit = card.meaning_weight * signs.meaning + card.letters_weight * signs.letters
        logit += card.everyday_weight * signs.everyday + card.offset
        ranking = sorted(zip(card.labels[_QUIET:], map(float, signs.shares), strict=True), key=lambda one: -one[1])
        return Heard(1 / (1 + math.exp(-logit)), tuple(ranking))


def _of_words(text: str, places: list[int], talk: Scores) -> tuple[float, ...]:
    """Of each word of the text the mean of its pieces, of which `places` says where they begin."""
    ends = [word.end() for word in _WORD.finditer(text)]
    # A piece belongs to the first word that ends behind its beginning.
    which = np.searchsorted(ends[:-1], places, side="right")
    pieces = np.maximum(np.bincount(which, minlength=len(ends)), 1)
    odds: npt.NDArray[np.float64] = np.bincount(which, weights=talk, minlength=len(ends)) / pieces
    return tuple(odds.tolist())


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
