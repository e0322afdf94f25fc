"""`python -m scripts.screen train VERSION`: train on all messages but a tenth, export, write the card.

The thresholds in the card are chosen afterwards, by `scripts.screen.choose`, because phrases have a part in them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from scripts.screen import export, finetune
from scripts.screen.messages import NOTHING, Labelled, fingerprint, read, split
from scripts.screen.paths import WEIGHTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.screen")
    parser.add_argument("what", choices=["train"])
    parser.add_argument("version")
    parser.add_argument("--rounds", type=int, default=finetune.ROUNDS)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=Path, help="a folder with the weights of an earlier training, to go on from")
    chosen = parser.parse_args()
    messages = read()
    to_train, apart = split(messages)
    labels = finetune.labels_of(messages)
    print(f"{len(to_train)} messages to train on, {len(apart)} apart, {len(labels)} labels", flush=True)
    model = finetune.train(to_train, labels, chosen.seed, chosen.rounds, chosen.start)
    finetune.keep(model, WEIGHTS / chosen.version)
    export.export(model)
    export.card(labels, messages, fingerprint(), heat_of(apart), chosen.version)


def heat_of(apart: list[Labelled]) -> float:
    """The temperature at which the served model's probabilities are truest on the messages kept apart."""
    is_danger = np.array([one.labels != (NOTHING,) for one in apart])
    return export.temperature(export.served_scores([one.text for one in apart]), is_danger)


if __name__ == "__main__":
    main()
