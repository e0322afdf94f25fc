"""One step of the set-up, and the running of a list of them with progress on the screen."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Callable

from scripts import stamps


@dataclass(frozen=True)
class Step:
    """Work to do once for the same inputs.

    `key` names the stamp, `title` is what the screen shows, `inputs` and `facts` decide whether it must be done
    again, and `outputs` must exist for it to count as done. A step whose result lies where it cannot be seen from
    here, such as another machine's database, is done `every_time`.
    """

    key: str
    title: str
    work: Callable[[], None]
    inputs: Sequence[Path] = ()
    facts: Sequence[str] = ()
    outputs: Sequence[Path] = ()
    every_time: bool = False

    def digest(self) -> str:
        """What the step depends on, as one string."""
        return stamps.digest_of(self.inputs, self.key, *self.facts)

    def is_done(self) -> bool:
        """True when there is nothing to do."""
        return not self.every_time and stamps.is_done(self.key, self.digest(), self.outputs)

    def do(self) -> None:
        """Do the work and remember it."""
        stamps.forget(self.key)
        self.work()
        stamps.mark_done(self.key, self.digest())


class Progress:
    """A line on the screen with the seconds that a step has taken; they tick where the screen is a terminal."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.started = time.monotonic()
        self.finished = threading.Event()
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        if sys.stdout.isatty():
            self.ticker.start()
        else:
            print(f"{self.label} ...", flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finished.set()
        if self.ticker.is_alive():
            self.ticker.join()
        start = "\r" if sys.stdout.isatty() else ""
        outcome = "done in" if kind is None else "stopped after"
        print(f"{start}{self.label} ... {outcome} {time.monotonic() - self.started:.0f} s", flush=True)

    def _tick(self) -> None:
        while not self.finished.wait(0.5):
            print(f"\r{self.label} ... {time.monotonic() - self.started:.0f} s", end="", flush=True)


def run_steps(steps: Iterable[Step]) -> int:
    """Do, in order, the steps that are not done yet; returns how many that were. Raises what a step raises.

    Each step is judged when its turn comes, because one step's outputs are the next one's inputs.
    """
    done = 0
    everything = list(steps)
    for number, step in enumerate(everything, start=1):
        if not step.is_done():
            with Progress(f"[{number}/{len(everything)}] {step.title}"):
                step.do()
            done += 1
    return done
