"""Measures the understanding by five-fold cross-validation: `bot/.venv/bin/python -m bot.nlu.measure`.

Uses the settings of config.yml, so what is measured is what is served. How the threshold is chosen from these figures:
docs/decisions/0003-understanding-with-sentence-embeddings.md.
"""

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold  # type: ignore[import-not-found]

from bot.nlu.encoder import shared_encoder
from bot.nlu.softmax_regression import Matrix, SoftmaxRegression
from bot.nlu.spelling import spelling_vector

ROOT = Path(__file__).parents[2]
NOT_OURS = "out_of_scope"
FOLDS = 5
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


class Judged(NamedTuple):
    """Held-out predictions, one entry a line of training data."""

    texts: list[str]
    truth: Any
    predicted: Any
    confidence: Any


class Rates(NamedTuple):
    """At one threshold: of our topics, answered rightly, answered wrongly, handed on; of the rest, handed on."""

    right: float
    wrong: float
    handed_on: float
    rest_handed_on: float


def component(name: str) -> dict[str, Any]:
    """The settings in config.yml of the pipeline component whose name ends so."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    found: dict[str, Any] = next(entry for entry in pipeline if entry["name"].endswith(name))
    return found


def training_lines() -> tuple[list[str], list[str]]:
    """Every training sentence and its intent, in the order of the files."""
    texts, intents = [], []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ").strip() for line in block["examples"].splitlines()]
            texts += lines
            intents += [block["intent"]] * len(lines)
    return texts, intents


def rows(texts: list[str]) -> Matrix:
    """The vectors that the two featurizers make, side by side."""
    spelling = np.vstack([spelling_vector(text) for text in texts]) * component("SpellingFeaturizer")["weight"]
    return np.hstack([shared_encoder().encode_all(texts), spelling])


def cross_validate(texts: list[str], intents: list[str], seed: int = 7) -> Judged:
    """Predict each line by a model that has not seen it."""
    vectors, truth = rows(texts), np.array(intents)
    predicted, confidence = truth.copy(), np.zeros(len(truth))
    strength = component("DenseIntentClassifier")["C"]
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(vectors, truth):
        model = SoftmaxRegression.fit(vectors[seen], list(truth[seen]), strength)
        chances = model.probabilities(vectors[unseen])
        predicted[unseen] = np.array(model.labels)[chances.argmax(axis=1)]
        confidence[unseen] = chances.max(axis=1)
    return Judged(texts, truth, predicted, confidence)


def rates(judged: Judged, threshold: float) -> Rates:
    """What would have been said at this threshold."""
    ours = judged.truth != NOT_OURS
    handed_on = (judged.confidence < threshold) | (judged.predicted == NOT_OURS)
    right = ~handed_on & (judged.predicted == judged.truth)
    wrong = ~handed_on & (judged.predicted != judged.truth)
    return Rates(right[ours].mean(), wrong[ours].mean(), handed_on[ours].mean(), handed_on[~ours].mean())


def main() -> None:
    """Print the figures."""
    judged = cross_validate(*training_lines())
    hits = judged.predicted == judged.truth
    print(f"{len(hits)} lines, {FOLDS} folds: accuracy {hits.mean():.3f}")
    for intent in sorted(set(judged.truth)):
        print(f"  {intent:26} recall {hits[judged.truth == intent].mean():.3f}")
    print("threshold  right  wrong  handed on | rest handed on | mean")
    for threshold in THRESHOLDS:
        found = rates(judged, threshold)
        mean = (found.right + found.rest_handed_on) / 2
        print(
            f"{threshold:9.2f} {found.right:6.3f} {found.wrong:6.3f} {found.handed_on:10.3f} |"
            f" {found.rest_handed_on:14.3f} | {mean:.3f}"
        )
    confused = Counter(zip(judged.truth[~hits], judged.predicted[~hits], strict=True))
    print("most confused:", "; ".join(f"{a} as {b} {count}" for (a, b), count in confused.most_common(8)))


if __name__ == "__main__":
    main()
