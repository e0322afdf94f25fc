"""`python -m scripts.screen train VERSION`: train on all messages but a tenth, export, write the card.

The thresholds in the card are chosen afterwards, by `scripts.screen.choose`, because phrases have a part in them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.screen import export, finetune, letters
from scripts.screen.messages import fingerprint, harmless, read, split
from scripts.screen.paths import TARGET, WEIGHTS


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
    asides = [*finetune.ASIDES.read_text(encoding="utf-8").splitlines(), *harmless(messages)]
    letters.train(to_train, asides, TARGET / "letters.npz", chosen.seed)
    export.card(labels, messages, fingerprint(), chosen.version)


if __name__ == "__main__":
    main()
