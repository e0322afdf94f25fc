"""Starts the line on this machine, says when it can be used, and leaves nothing behind. Runs in `.venv`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

import psutil

from scripts.announcements import Announcements
from scripts.local_env import settings_in_force
from scripts.machine import check_ports
from scripts.paths import PYTHON, ROOT
from scripts.postgres import database_for
from scripts.problems import Problem
from scripts.shell import KEEP_COMPILED

LOOK_EVERY_SECONDS = 0.2
# honcho kills what has not stopped 5 seconds after the first of its processes did; this is for honcho itself.
STOP_WITHIN_SECONDS = 12.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Launcher:
    """honcho with the processes of the Procfile, from its start to the last process's end."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        own = {"NIGHTLIGHT_LAUNCHER": str(os.getpid()), "PYTHONUNBUFFERED": "1"}
        self.settings = {**settings, **KEEP_COMPILED, **own}
        self.asked_to_stop_at: float | None = None

    def run(self) -> int:
        """Run until told to stop (0), or until a process cannot be kept up (1)."""
        for number in SIGNALS:
            signal.signal(number, self.on_signal)
        announcements = Announcements(self.settings)
        # A session of its own, so that a Ctrl-C reaches this process alone, which then stops the rest in order.
        command = [str(PYTHON), "-m", "scripts.processes"]
        honcho = subprocess.Popen(command, cwd=ROOT, env=self.settings, start_new_session=True)
        try:
            while honcho.poll() is None and self.asked_to_stop_at is None:
                announcements.look()
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            stop(honcho)
        return 0 if self.asked_to_stop_at is not None else 1

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Told to stop."""
        self.asked_to_stop_at = self.asked_to_stop_at or time.monotonic()


def stop(honcho: subprocess.Popen[bytes]) -> None:
    """Have honcho stop its processes, and make sure that they are gone."""
    family = descendants(honcho.pid)
    if honcho.poll() is None:
        honcho.terminate()
    try:
        honcho.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        honcho.kill()
    for process in family:
        # psutil compares start times, so a number that was given to another process meanwhile is not mistaken for ours.
        if process.is_running():
            process.kill()
    psutil.wait_procs(family, timeout=3)


def descendants(process: int) -> list[psutil.Process]:
    """The process's children and theirs, at this moment."""
    try:
        return list(psutil.Process(process).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def main() -> int:
    """Start everything; a problem is told in a sentence."""
    try:
        settings = settings_in_force()
        check_ports(settings)
        with database_for(settings) as with_database:
            code = Launcher(with_database).run()
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        code = 0
    print("Stopped." if code == 0 else "Stopped, because a process could not be kept running: see above.", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
