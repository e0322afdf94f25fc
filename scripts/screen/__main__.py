"""`python -m scripts.screen train VERSION`: train on all messages but a tenth, export, write the card.

The thresholds in the card are chosen afterwards, by `scripts.screen.choose`, because phrases have a part in them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.screen import export, finetune, letters
from scripts.screen.messages import Asides, fingerprint, read, split
from scripts.screen.paths import TARGET, WEIGHTS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.screen")
    parser.add_argument("what", choices=["train", "export"])
    parser.add_argument("version")
    parser.add_argument("--rounds", type=int, default=finetune.ROUNDS)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=finetune.RATE)
    parser.add_argument(
        "--start", type=Path, nargs="*", default=[], metavar="FOLDER",
        help="with the weights of earlier trainings, from whose mean to go on; with --rounds 0 that mean is the model",
    )  # fmt: skip
    chosen = parser.parse_args()
    messages, folder = read(), WEIGHTS / chosen.version
    if chosen.what == "train":
        finetune.keep(finetune.train(messages, chosen.seed, chosen.rounds, chosen.rate, chosen.start), folder)
    export.export(finetune.load(folder, messages), messages)
    to_train = split(messages)[0]
    asides = Asides(finetune.ASIDES.read_text(encoding="utf-8").splitlines(), to_train)
    letters.train(to_train, asides, TARGET / "letters.npz", chosen.seed)
    export.card(messages, fingerprint(), chosen.version)


if __name__ == "__main__":
    main()
