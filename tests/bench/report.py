"""The figures on the screen and in var/reports/bench.json, with what was aimed for."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.bench.figures import Figures, middle, spread
from tests.harness.assistant import ROOT

FILE = ROOT / "var/reports/bench.json"
Runs = dict[str, list[Figures]]
MOST_TIMES_RAW, LEAST_SHARE_OF_RAW = 3.0, 0.5
RECEIVE_MS, PAGE_MS, SCREEN_MS = 50.0, 1000.0, 40.0


def machine() -> dict[str, Any]:
    """How large the machine is and how busy it was; never its name."""
    cores, memory = os.cpu_count(), round(psutil.virtual_memory().total / 1e9)
    load = [round(one, 1) for one in os.getloadavg()]
    return {"cores": cores, "memory_gb": memory, "system": platform.system(), "load_before": load}


def table(runs: Runs) -> str:
    """One line for each thing measured: the median over the runs, and how far the p50 and the rate lay apart."""
    head = f"{'':34}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'per s':>8}"
    head += f"   {'p50 from-to':>15}{'per s from-to':>16}{'lost':>6}"
    return "\n".join([head, *(_row(name, figures) for name, figures in runs.items())])


def _row(name: str, runs: list[Figures]) -> str:
    found = middle(runs)
    p50, rate = spread(runs, "p50"), spread(runs, "per_second")
    figures = f"{found.p50:9.1f}{found.p95:9.1f}{found.p99:9.1f}{found.per_second:8.1f}"
    return f"{name:34}{figures}   {f'{p50[0]:.0f}-{p50[1]:.0f}':>15}{f'{rate[0]:.1f}-{rate[1]:.1f}':>16}{found.lost:6}"


def goals(runs: Runs, levels: list[int]) -> list[tuple[str, bool]]:
    """Each goal in a sentence, and whether it was met."""
    found = []
    for carers in levels:
        raw, ours = middle(runs[raw_name(carers)]), middle(runs[our_name(carers)])
        times, share = ours.p50 / raw.p50, ours.per_second / raw.per_second
        said = f"{carers} carers: our p50 is {times:.2f} times raw Rasa's (at most {MOST_TIMES_RAW:g})"
        found.append((said, times <= MOST_TIMES_RAW))
        said = f"{carers} carers: we do {share:.2f} of raw Rasa's turns a second (at least {LEAST_SHARE_OF_RAW:g})"
        found.append((said, share >= LEAST_SHARE_OF_RAW))
    for name, most in ((TRANSACTION, RECEIVE_MS), (WEBHOOK, RECEIVE_MS), (PAGE, PAGE_MS)):
        p99 = middle(runs[name]).p99
        found.append((f"{name}: p99 {p99:.1f} ms (under {most:g})", p99 < most))
    for name in (one for one in runs if one.startswith("screen")):
        p99 = middle(runs[name]).p99
        found.append((f"{name}: p99 {p99:.1f} ms (under {SCREEN_MS:g})", p99 < SCREEN_MS))
    return found


def raw_name(carers: int) -> str:
    """The row of raw Rasa."""
    return f"raw Rasa, {carers} at once"


def our_name(carers: int) -> str:
    """The row of the whole line."""
    return f"whole turn, {carers} at once"


TRANSACTION = "receive: transaction, 20 a second"
WEBHOOK = "receive: webhook, 20 a second"
PAGE = "danger seen to page handed over"
BUSY_PAGE = "the same beside 8 carers"


def write(runs: Runs, more: dict[str, Any], file: Path = FILE) -> None:
    """Keep the figures, with those of each run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    each = {
        name: {"median": middle(one).as_dict(), "runs": [run.as_dict() for run in one]} for name, one in runs.items()
    }
    content = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **more, "figures": each}
    file.write_text(json.dumps(content, indent=1) + "\n")
