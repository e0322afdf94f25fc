"""`make bench`: raw Rasa and the whole line side by side, in one run on one machine. Method: docs/performance.md."""

import argparse
import asyncio
import sys
import warnings
from collections import defaultdict

import uvloop

from tests.bench import report, screening
from tests.bench.carers import conversations_of, talk
from tests.bench.figures import Figures
from tests.bench.measurements import lost, paging, receiving
from tests.bench.report import Runs
from tests.bench.stage import Stage, know, stage

TURNS = {1: 150, 8: 400, 32: 800}
QUICK_TURNS = {1: 24, 8: 64, 32: 128}
WARM_UP = 48
PER_SECOND = 20


class Bench:
    """One run of everything, or several; figures are gathered by name."""

    def __init__(self, stage: Stage, quick: bool) -> None:
        self.stage, self.quick = stage, quick
        self.turns = QUICK_TURNS if quick else TURNS
        self.runs: Runs = defaultdict(list)
        self.processor: dict[str, dict[str, float]] = {}

    async def warm_up(self) -> None:
        """First times are slow everywhere: plans, caches and connections."""
        await know(conversations_of(8, WARM_UP, "warm"))
        await talk(self.stage.raw, 8, WARM_UP, "warm")
        await talk(self.stage.line, 8, WARM_UP, "warm")

    async def once(self, run: int) -> None:
        """Everything, in the order of the report."""
        for carers, turns in self.turns.items():
            await know(conversations_of(carers, turns, f"raw{run}.{carers}"))
            await self._talk("raw", report.raw_name(carers), carers, turns, run)
            await self._talk("ours", report.our_name(carers), carers, turns, run)
        for name, figures in (await screening.compare(self.stage, 100 if self.quick else 400)).items():
            self._note(name, figures)
        received = await receiving(self.stage, PER_SECOND, 5 if self.quick else 30, f"receive{run}")
        self._note(report.WEBHOOK, received.http)
        self._note(report.TRANSACTION, received.transaction)
        crises = 20 if self.quick else 100
        self._note(report.PAGE, await paging(self.stage, crises, 5, f"crisis{run}"))
        others = asyncio.create_task(talk(self.stage.line, 8, crises * 4, f"beside{run}"))
        self._note(report.BUSY_PAGE, await paging(self.stage, crises, 5, f"busy{run}"))
        await others

    async def _talk(self, way: str, name: str, carers: int, turns: int, run: int) -> None:
        before = self.stage.processor_seconds()
        who = self.stage.raw if way == "raw" else self.stage.line
        self._note(name, await talk(who, carers, turns, f"{way}{run}.{carers}"))
        after = self.stage.processor_seconds()
        self.processor[name] = {one: round((after[one] - before[one]) * 1000 / turns, 1) for one in after}

    def _note(self, name: str, figures: Figures) -> None:
        self.runs[name].append(figures)
        print(
            f"  {name}: p50 {figures.p50:.1f} ms, p99 {figures.p99:.1f} ms, {figures.per_second:.1f} a second",
            flush=True,
        )


async def run(quick: bool, repeats: int) -> bool:
    """Measure, print and write. Returns whether every goal was met and nothing was lost."""
    size = report.machine()
    print(f"Machine: {size['cores']} cores, {size['memory_gb']} GB, load {size['load_before'][0]} before. Starting ...")
    async with stage() as set_up:
        bench = Bench(set_up, quick)
        await bench.warm_up()
        for number in range(repeats):
            print(f"Run {number + 1} of {repeats}", flush=True)
            await bench.once(number)
        memory, losses = set_up.memory(), await lost(set_up)
    memory["screen"] = round(await asyncio.to_thread(screening.memory_mb))
    goals = report.goals(bench.runs, list(bench.turns))
    print(f"\n{report.table(bench.runs)}\n\nProcessor time, ms for each turn:")
    for name, used in bench.processor.items():
        print(f"{name:34}" + "  ".join(f"{one} {value}" for one, value in used.items()))
    print("\nMemory, MB: " + "  ".join(f"{name} {value:g}" for name, value in memory.items()))
    print("Nothing lost? " + ", ".join(f"{name} {value}" for name, value in losses.items()) + "\n")
    for said, met in goals:
        print(("met     " if met else "MISSED  ") + said)
    more = {"machine": size, "repeats": repeats, "quick": quick, "memory_mb": memory, "losses": losses}
    report.write(bench.runs, more | {"processor_ms_a_turn": bench.processor, "goals": dict(goals)})
    return all(met for _, met in goals) and not losses["messages lost"] and not losses["left undone"]


def main() -> int:
    """Read the choices and measure; exit code 1 when a goal was missed or something was lost."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short look, too short for figures to believe")
    parser.add_argument("--repeats", type=int, help="how often everything is measured; the median is reported")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    met = uvloop.run(run(chosen.quick, chosen.repeats or (1 if chosen.quick else 3)))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
