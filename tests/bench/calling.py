"""Carers on the telephone at the same time: how soon the carrier has words for them, and a nurse's phone is dialled.

    python -m tests.bench.calling

Starts web, worker, actions and Rasa as `make run` does, with a PostgreSQL that waits for its disk. So many callers are
on the line and talk; every webhook counts, from its first byte sent to its TwiML. Beside it, in the same run, Rasa
alone parses the same words for as many at once. Then callers in danger ring at a steady rate: from the webhook with
their words to the call to a nurse's phone at the carrier. No test times this.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import uvloop

from tests.bench.figures import Figures, figures
from tests.bench.messages import CRISES, for_carer
from tests.bench.stage import Stage, stage
from tests.harness import storm
from tests.harness.line import LINE

_SURE = 0.9
_DRAIN_SECONDS = 60.0
_TOKEN = {"token": "demo-bot-token"}


class Listened:
    """Milliseconds of each webhook of a call, from the carrier's own notes; `since` where a measurement begins."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.since = stage, time.perf_counter()
        self.times: list[float] = []
        self.failed = 0
        noted = stage.carrier.wire.note

        def note(to_us: bool, request: tuple[str, str], status: int, started: float, *rest: Any) -> None:
            noted(to_us, request, status, started, *rest)
            if to_us and "/turns/" in request[1]:
                self.times.append(time.perf_counter() - started)
                self.failed += status != 200

        stage.carrier.wire.note = note  # type: ignore[method-assign, assignment]


async def talking(stage: Stage, heard: Listened, callers: int, turns: int, pause: float) -> Figures:
    """Everybody rings, and says the next thing when the last was answered and `pause` seconds of listening are over."""
    heard.times.clear()
    began = time.perf_counter()

    async def one(place: int) -> None:
        await asyncio.sleep(pause * place / callers)
        call = await stage.carrier.switchboard.ring_line(f"+44770{turns:03}{place:04}", LINE)
        for words in _words(place, turns):
            await asyncio.sleep(pause)
            await stage.carrier.switchboard.speak(call, words, _SURE)
        await stage.carrier.switchboard.end(call, "completed")

    await _together(callers, one)
    return figures(heard.times, time.perf_counter() - began, heard.failed)


async def parsing(stage: Stage, callers: int, turns: int) -> Figures:
    """Rasa's own parse of the same words, as many at once."""
    times: list[float] = []
    url = f"{stage.running.url('bot')}/model/parse"

    async def one(place: int) -> None:
        for words in _words(place, turns):
            began = time.perf_counter()
            async with stage.raw.http.post(url, json={"text": words}, params=_TOKEN) as answer:
                answer.raise_for_status()
                await answer.read()
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await _together(callers, one)
    return figures(times, time.perf_counter() - began)


async def in_danger(stage: Stage, crises: int, per_second: float) -> Figures:
    """Callers in danger at a steady rate: from the webhook with their words until the carrier dials a nurse."""
    said: dict[str, float] = {}
    start = time.perf_counter()

    async def one(place: int) -> None:
        number = f"+4477007{place:05}"
        call = await stage.carrier.switchboard.ring_line(number, LINE)
        said[number] = time.time()
        await stage.carrier.switchboard.speak(call, CRISES[place % len(CRISES)], _SURE)

    async with asyncio.TaskGroup() as group:
        for place in range(crises):
            await asyncio.sleep(start + place / per_second - time.perf_counter())
            group.create_task(one(place))
    took = time.perf_counter() - start
    await storm.finished(_DRAIN_SECONDS)
    found = await storm.first_calls(stage.carrier)
    paged = [found[number] - moment for number, moment in said.items() if number in found]
    return figures(paged, took, lost=crises - len(paged))


def _words(place: int, turns: int) -> Iterable[str]:
    return [words for _, (_, words) in zip(range(turns), for_carer(place), strict=False)]


async def _together(many: int, one: Callable[[int], Awaitable[None]]) -> None:
    await asyncio.gather(*(one(place) for place in range(many)))


async def run(callers: int, turns: int, pause: float, crises: int, per_second: float) -> None:
    """Measure and print."""
    async with stage() as ready:
        heard = Listened(ready)
        await talking(ready, heard, 4, 4, 0)  # First times are slow everywhere.
        await parsing(ready, 4, 4)
        for name, found in (
            (f"{callers} callers, webhook to TwiML", await talking(ready, heard, callers, turns, pause)),
            (f"Rasa's own parse, {callers} at once", await parsing(ready, callers, turns)),
            (f"crisis to a nurse's phone, {per_second:g} a second", await in_danger(ready, crises, per_second)),
        ):
            print(f"{name}: {found.n}, p50 {found.p50:.0f} ms, p95 {found.p95:.0f}, p99 {found.p99:.0f}", end="")
            print(f", longest {found.longest:.0f}, failed {found.lost}", flush=True)


def main() -> int:
    """Read the choices and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=20)
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--pause", type=float, default=8, help="seconds for which a caller listens to an answer")
    parser.add_argument("--crises", type=int, default=100)
    parser.add_argument("--per-second", type=float, default=2)
    chosen = parser.parse_args()
    uvloop.run(run(chosen.callers, chosen.turns, chosen.pause, chosen.crises, chosen.per_second))
    return 0


if __name__ == "__main__":
    sys.exit(main())
