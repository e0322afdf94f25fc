"""Runs every process of the Procfile with honcho, each under a keeper. Runs in `.venv`."""

from __future__ import annotations

import os
import shlex
import sys

from honcho.environ import parse_procfile
from honcho.manager import Manager

from scripts.paths import PYTHON, ROOT


def main() -> int:
    """Run until a signal, or until one process cannot be kept up; returns honcho's exit code."""
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes.items():
        manager.add_process(name, kept(name, command), env=dict(os.environ), cwd=str(ROOT))
    manager.loop()
    return int(manager.returncode or 0)


def kept(name: str, command: str) -> str:
    """The shell command that keeps this process running."""
    return f"exec {shlex.quote(str(PYTHON))} -m scripts.keeper {shlex.quote(name)} {shlex.quote(command)}"


if __name__ == "__main__":
    sys.exit(main())
