"""Turning a sentence into 384 numbers with the encoder that the learned screen was taught with (ONNX).

It is all-MiniLM-L6-v2 after it has read thousands of carers' messages and learned to tell their dangers and their needs
apart (data/triage/model; docs/decisions/0003 and 0004). Nothing is downloaded. Its files are those that its card names:
a changed file cannot quietly change what the assistant understands.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
import yaml
from tokenizers import Tokenizer

Vector: TypeAlias = npt.NDArray[np.float32]

DIMENSIONS = 384
# The model was trained on at most 256 word pieces; a longer message is judged by its beginning.
LONGEST_INPUT = 256
FOLDER = Path(__file__).parents[2] / "data/triage/model"


class EncoderFileError(RuntimeError):
    """A file of the encoder is missing or is not the one that was measured."""


class SentenceEncoder:
    """The encoder of this process. Make it through `shared_encoder()`: it holds about 60 MB of weights."""

    def __init__(self, folder: Path = FOLDER) -> None:
        options = onnxruntime.SessionOptions()
        # One thread: a sentence is too small to share out, and more threads fight with the server for the same cores.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        model = _checked(folder, "model.onnx", "model_sha256")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(_checked(folder, "tokenizer.json", "tokenizer_sha256")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_INPUT)

    def encode(self, text: str) -> Vector:
        """The meaning of one text as a vector of length 1, shape (384,)."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        (means,) = self._session.run(["meaning"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        mean: Vector = means[0]
        return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)

    def encode_all(self, texts: Iterable[str]) -> Vector:
        """The texts as rows, shape (n, 384).

        One at a time on purpose: so a text gets the same vector in training (with neighbours) as in service (alone).
        """
        rows = [self.encode(text) for text in texts]
        return np.vstack(rows) if rows else np.empty((0, DIMENSIONS), dtype=np.float32)


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process, loaded at first use.

    Raises `EncoderFileError` when a file is missing or not the one that the card names.
    """
    return SentenceEncoder()


def model_sha256(folder: Path = FOLDER) -> str:
    """Which model it is, so that what was trained on another is not taken for trained on this one."""
    return str(_card(folder)["model_sha256"])


def _card(folder: Path) -> dict[str, object]:
    try:
        found: dict[str, object] = yaml.safe_load((folder / "card.yml").read_text(encoding="utf-8"))
    except OSError as error:
        raise EncoderFileError(f"{folder / 'card.yml'}: {error.strerror}") from None
    return found


def _checked(folder: Path, name: str, key: str) -> Path:
    path = folder / name
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EncoderFileError(f"{path}: {error.strerror}") from None
    if found != _card(folder)[key]:
        raise EncoderFileError(f"{path} is not the file that was measured (its SHA-256 differs from the card's).")
    return path
