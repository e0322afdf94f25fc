"""Crises at a steady rate while one of two web processes and one of two workers are killed every few seconds.

    python -m tests.bench.kill

On a PostgreSQL of its own that waits for its disk. The suite does the same for some seconds
(`tests/journeys/test_killing_pairs.py`). Exit code 1 when anything was lost, or too much came twice.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import warnings
from pathlib import Path

from api import commands, migrate
from tests.bench.choosing import NOBODY
from tests.bench.report import FILE
from tests.harness import postgres
from tests.harness.line import configure
from tests.harness.pairs import Killing, crises_while_killing

MOST_AGAIN = 1.0  # Per cent of the pages that may reach a nurse twice.


async def run(folder: Path, url: str, seconds: float, per_second: float, every: float) -> Killing:
    """Fill a database as an installation's is, and do it."""
    configure(database_url=url, watch_file=str(folder / "watch.json"))
    migrate.create_if_missing(url)
    migrate.upgrade(url)
    await commands.load()
    return await crises_while_killing(folder, url, seconds, per_second, every)


def main() -> int:
    """Read the choices, kill and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--per-second", type=float, default=5)
    parser.add_argument("--every", type=float, default=10, help="seconds from one killing to the next")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    configure(**NOBODY, log_level="WARNING")
    with tempfile.TemporaryDirectory(prefix="nightlight-kill-") as name, postgres.server(durable=True) as server:
        url = postgres.with_database(server, "kill")
        killing = asyncio.run(run(Path(name), url, chosen.seconds, chosen.per_second, chosen.every))
    figures = killing.figures() | {"faults": killing.faults}
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.with_name("pairs.json").write_text(json.dumps(figures, indent=1) + "\n")
    for what, figure in figures.items():
        print(f"{what.replace('_', ' ')}: {figure}")
    return int(bool(killing.faults) or figures["percent_again"] >= MOST_AGAIN)


if __name__ == "__main__":
    sys.exit(main())
