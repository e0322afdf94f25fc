"""Runs other programs for the set-up: quietly, with a log, and with a useful message when they fail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Union

from scripts.paths import LOGS, ROOT
from scripts.problems import Problem, advice_for

LINES_SHOWN = 15

# Compiled modules are kept even where somebody has switched that off, or every start would compile them again.
KEEP_COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}

Command = Sequence[Union[str, Path]]


def run_logged(command: Command, *, log: str, otherwise: str, environment: Mapping[str, str] | None = None) -> None:
    """Run `command` in the project's root and keep what it prints in `var/logs/<log>.log`.

    `environment` is added to this process's own. Raises `Problem` with the log's last lines and what to do about
    them; `otherwise` is that advice when the cause is not a known one.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    try:
        with path.open("wb") as out:
            code = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env={**os.environ, **KEEP_COMPILED, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
    except OSError as error:
        raise Problem(f"{command[0]} could not be started ({error.strerror}). {otherwise}") from error
    if code != 0:
        raise Problem(failure_message(command, code, path, otherwise))


def failure_message(command: Command, code: int, log: Path, otherwise: str) -> str:
    """Name the command, show the end of its log and say what to do."""
    last = log.read_text(encoding="utf-8", errors="replace").rstrip().splitlines()[-LINES_SHOWN:]
    shown = "\n".join(f"    {line}" for line in last)
    name = " ".join(Path(part).name for part in command[:3])
    where = log.relative_to(ROOT) if log.is_relative_to(ROOT) else log
    return f"`{name}` failed (exit code {code}):\n{shown}\n{advice_for(shown, otherwise)}\nThe whole log: {where}"


def answer_of(command: Command) -> str | None:
    """What a short command prints, stripped, or None if it fails, hangs or does not exist."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd="/",  # Outside the project, so that a version manager does not apply .python-version to the question.
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
