"""Multinomial logistic regression on dense vectors: fitted by scikit-learn, kept and run as plain numpy arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Matrix: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SoftmaxRegression:
    """A fitted model: `labels` (k), `weights` (k, dimensions) and `bias` (k)."""

    labels: tuple[str, ...]
    weights: Matrix
    bias: Matrix

    @classmethod
    def fit(cls, rows: Matrix, labels: Sequence[str], inverse_regularisation: float) -> "SoftmaxRegression":
        """Fit on rows (n, dimensions). The same rows in the same order always give the same model."""
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

        # Topics have different numbers of lines; balanced weights keep a long file from swallowing a short one.
        fitted = LogisticRegression(
            C=inverse_regularisation, class_weight="balanced", max_iter=1000, multi_class="multinomial", solver="lbfgs"
        ).fit(rows, list(labels))
        weights, bias = fitted.coef_, fitted.intercept_
        if len(fitted.classes_) == 2:  # scikit-learn keeps one row for two classes; softmax needs both.
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        return cls(tuple(map(str, fitted.classes_)), weights.astype(np.float32), bias.astype(np.float32))

    def probabilities(self, rows: Matrix) -> Matrix:
        """For rows (n, dimensions), the probability of each label, shape (n, k); each row adds up to 1."""
        scores = rows @ self.weights.T + self.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        result: Matrix = powers / powers.sum(axis=1, keepdims=True)
        return result

    def save(self, path: Path) -> None:
        """Write to an npz file that is read without unpickling anything."""
        np.savez(path, labels=np.array(self.labels), weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: Path) -> "SoftmaxRegression":
        """Read what `save` wrote. Raises `OSError` or `KeyError` when the file is missing or not ours."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(tuple(map(str, kept["labels"])), kept["weights"], kept["bias"])
