"""Emergencies and crises of the development set, spoken down a telephone, recognised, and read by the screen.

    python -m tests.bench.speech [--lines N] [--noise DB] [--out FILE] [--keep | --kept]

`--keep` keeps what was heard in data/evaluation/heard.jsonl; `--kept` judges that and needs no recogniser. Both renew
the figures on record and the table in the model card. Method and limits: docs/clinical-safety/model-card.md.
"""

import argparse
import json
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from api.review.service import read as messages
from scripts.problems import Problem
from tests.bench import confusions, hearing, recogniser, voices
from tests.bench.confusions import Spoken
from tests.harness.assistant import ROOT
from tests.harness.line import configure

LINES, NOISE_DB, QUIET = 150, 10.0, 99.0
# The screen alone is asked: neither a database nor a carrier.
NOTHING_ELSE = {
    "environment": "development",
    "database_url": "postgresql://nowhere.invalid/none",
    "bot_token": "demo-bot-token",
    "actions_token": "demo-actions-token",
    "webhook_key": "demo-webhook-key",
    "twilio_account_sid": "AC00000000000000000000000000000001",
    "twilio_auth_token": "demo-twilio-token",
    "pager_number": "+447700900199",
    "seal_key": "demo-seal-key",
}
SET = ROOT / "data/evaluation/crises.jsonl"


def speak(lines: list[Spoken], noise_db: float | None) -> list[Spoken]:
    """Each line with what was heard of it; after Ctrl-C those heard so far, which are of all categories alike."""
    found: list[Spoken] = []
    with tempfile.TemporaryDirectory(prefix="nightlight-speech-") as folder:
        paths = [Path(folder) / f"{number}.wav" for number in range(len(lines))]
        for number, (line, path) in enumerate(zip(lines, paths, strict=True)):
            path.write_bytes(voices.call(line.typed, number, noise_db))
        with suppress(KeyboardInterrupt):
            for line, heard in zip(lines, recogniser.hear(paths), strict=True):
                found.append(confusions.heard_as(line, heard))
                print(f"  {len(found)} of {len(lines)} heard", end="\r", flush=True)
    return found


def show(found: dict[str, Any], about: str) -> None:
    """The report on the screen."""
    print("\n".join(hearing.table(found, about)))
    for category, lost in found["lost"].items():
        print(f"\nLost, {category}:")
        for line in lost:
            print(f"  said  {line.typed}\n  heard {line.heard}")


def write(found: dict[str, Any], about: str, file: Path) -> None:
    """The report as JSON."""
    lost = {category: [asdict(line) for line in lines] for category, lines in found["lost"].items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found | {"about": about, "lost": lost}, indent=1) + "\n", encoding="utf-8")


def spoken(chosen: argparse.Namespace) -> list[Spoken]:
    """The sample, spoken and heard now. Raises Problem without espeak-ng or the recogniser."""
    print(f"{voices.version()}, {len(voices.VOICES)} voices at {voices.SPEEDS} words a minute; {recogniser.NAME}")
    recogniser.make_ready()
    return speak(confusions.sample(messages(SET), chosen.lines), chosen.noise if chosen.noise < QUIET else None)


def run(chosen: argparse.Namespace) -> None:
    """Speak or read what was kept, judge, show and write."""
    configure(**NOTHING_ELSE)
    lines = confusions.read(hearing.KEPT) if chosen.kept else spoken(chosen)
    noise = NOISE_DB if chosen.kept else chosen.noise
    about = f"heard by {recogniser.NAME}, " + (f"speech {noise:g} dB over noise" if noise < QUIET else "no noise")
    found = hearing.summary(hearing.judge(lines))
    if chosen.keep:
        confusions.write(lines, hearing.KEPT)
    if chosen.keep or chosen.kept:
        hearing.record(found, about)
    show(found, about)
    if chosen.out:
        write(found, about, chosen.out)


def main() -> int:
    """Read the choices and measure."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.speech", description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--noise", type=float, default=NOISE_DB, help="speech over noise, dB; 99 for none")
    parser.add_argument("--out", type=Path, help="the report as JSON")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--keep", action="store_true", help="keep what is heard, and renew the record")
    ways.add_argument("--kept", action="store_true", help="judge what was kept, and renew the record")
    try:
        run(parser.parse_args())
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
