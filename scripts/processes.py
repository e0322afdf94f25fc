"""Runs every process of the Procfile with honcho, each under a keeper. Runs in `.venv`."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

from scripts.keeper import exists
from scripts.paths import PYTHON, ROOT
from scripts.postgres import stop_left_behind

MOST_WARNING_LINES = 4


class DeprecationFilter:
    """Drops the deprecation warnings of libraries that are pinned to old releases, which no reader can act on.

    Rasa's web framework switches them on for the whole process, whatever PYTHONWARNINGS says. Python prints such a
    warning as a line that names its kind, sometimes more lines, and an indented line of source at the end.
    """

    def __init__(self) -> None:
        self.dropped: dict[str, int] = {}

    def drops(self, name: str, line: str) -> bool:
        """True when this line of the process belongs to such a warning."""
        if "DeprecationWarning: " in line:
            self.dropped[name] = 1
            return True
        lines = self.dropped.pop(name, 0)
        if not 0 < lines < MOST_WARNING_LINES or is_log_line(line):
            return False
        if not line.startswith("  "):
            self.dropped[name] = lines + 1
        return True


def is_log_line(line: str) -> bool:
    """True for a line that begins a log entry: a date, a JSON object, or a level's name in capitals."""
    return line[:1] in "{[" or line[:4].isdigit() or line.partition(":")[0].isupper()


class Screen(Printer):  # type: ignore[misc]  # honcho ships without types.
    """honcho's printer, without the lines that the filter drops."""

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self.filter = DeprecationFilter()

    def write(self, message: Any) -> None:
        """Print one line of a process, or leave it out."""
        line = message.data.decode("utf-8", "replace") if isinstance(message.data, bytes) else message.data
        if not self.filter.drops(message.name, line):
            super().write(message)


def main() -> int:
    """Run until a signal, or until one process cannot be kept up; returns honcho's exit code."""
    manager = Manager(Screen())
    for name, command in parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, kept(name, command), env=dict(os.environ), cwd=str(ROOT))
    manager.loop()
    if not exists(int(os.environ["NIGHTLIGHT_LAUNCHER"])):
        stop_left_behind()
    return int(manager.returncode or 0)


def kept(name: str, command: str) -> str:
    """The shell command that keeps this process running."""
    return f"exec {shlex.quote(str(PYTHON))} -m scripts.keeper {shlex.quote(name)} {shlex.quote(command)}"


if __name__ == "__main__":
    sys.exit(main())
