"""Keeps one process of the Procfile running: `python -m scripts.keeper web 'uvicorn …'`.

A process that dies is started again, as a production platform would, so that on one machine too it can be seen that
the line goes on when Rasa or a worker is killed. Uses the standard library alone, to stay small.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
# A process that lived this long had started well; one that keeps dying sooner has a fault that no restart mends.
GOOD_LIFE_SECONDS = 20.0
MOST_EARLY_DEATHS = 5
# Below the 5 seconds after which honcho kills this keeper, so that the keeper has seen its whole family out by then.
STOP_WITHIN_SECONDS = 4.0
LOOK_EVERY_SECONDS = 0.2
LONGEST_YIELD_SECONDS = 10.0


class Keeper:
    """Starts a shell command again and again until it is told to stop, by a signal or by its launcher's death."""

    def __init__(self, name: str, command: str, launcher: int) -> None:
        self.name = name
        self.command = command
        self.launcher = launcher
        self.stop_asked_at: float | None = None
        self.early_deaths = 0

    def keep(self) -> int:
        """Run until told to stop (0), or until the command has died too often too early (its exit code)."""
        signal.signal(signal.SIGTERM, self.on_signal)
        signal.signal(signal.SIGINT, self.on_signal)
        while True:
            started = time.monotonic()
            code = self.run_once()
            if self.is_stopping():
                return 0
            self.early_deaths = self.early_deaths + 1 if time.monotonic() - started < GOOD_LIFE_SECONDS else 0
            if self.early_deaths >= MOST_EARLY_DEATHS:
                print(f"{self.name} ended {MOST_EARLY_DEATHS} times soon after its start; giving up", flush=True)
                return code or 1
            self.pause(code, wait_seconds(self.early_deaths))

    def run_once(self) -> int:
        """Start the command in a process group of its own and see it, and all that it started, to the end."""
        child = subprocess.Popen(["/bin/sh", "-c", f"exec env {self.command}"], start_new_session=True)
        told = False
        while child.poll() is None:
            if self.is_stopping() and not told:
                signal_group(child.pid, signal.SIGTERM)
                told = True
            if self.stop_asked_at is not None and time.monotonic() > self.stop_asked_at + STOP_WITHIN_SECONDS:
                break
            time.sleep(LOOK_EVERY_SECONDS)
        # What a killed process had started itself would keep its port from the next one.
        signal_group(child.pid, signal.SIGKILL)
        return child.wait()

    def pause(self, code: int, seconds: float) -> None:
        """Say what happened and wait before the next start, but not for longer than it takes to be told to stop."""
        print(f"{self.name} ended (exit code {code}); starting it again in {seconds:.0f} s", flush=True)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_stopping():
            time.sleep(LOOK_EVERY_SECONDS)

    def is_stopping(self) -> bool:
        """True once told to stop, or once the launcher was killed outright and nobody else is left to do so."""
        if self.stop_asked_at is None and not exists(self.launcher):
            self.stop_asked_at = time.monotonic()
        return self.stop_asked_at is not None

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Told to stop."""
        self.stop_asked_at = self.stop_asked_at or time.monotonic()


def yield_to(port: int) -> None:
    """Wait, a little while at most, until the web process listens.

    On two cores it would otherwise share them with all that Rasa loads, and a carer's message can be kept as soon as
    the web process answers.
    """
    until = time.monotonic() + LONGEST_YIELD_SECONDS
    while time.monotonic() < until:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(LOOK_EVERY_SECONDS)


def wait_seconds(early_deaths: int) -> float:
    """How long to wait before the next start: twice as long after each early death, up to a limit."""
    return min(FIRST_WAIT_SECONDS * 2.0 ** max(early_deaths - 1, 0), LONGEST_WAIT_SECONDS)


def signal_group(leader: int, number: int) -> None:
    """Send a signal to every process of a group, if there is one left."""
    # macOS answers that a group whose last process has just ended may not be signalled.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def exists(process: int) -> bool:
    """True while a process has this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main(name: str, command: str) -> int:
    """Keep one process; every process but the web one starts after it."""
    if name != "web":
        yield_to(int(os.environ["NIGHTLIGHT_WEB_PORT"]))
    return Keeper(name, command, int(os.environ["NIGHTLIGHT_LAUNCHER"])).keep()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
