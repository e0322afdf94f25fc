"""Makes the lock files again from what the project asks for, on every platform at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scripts.environments import API_PYTHON_VERSION, BOT_LOCK, BOT_PYTHON_VERSION, DEVELOPMENT_LOCK, RUNTIME_LOCK
from scripts.front_end import run_npm
from scripts.paths import ROOT
from scripts.shell import Command, run_logged
from scripts.uv_tool import uv

# Without `--upgrade` uv would start from the pins of the old file, and then answers Rasa's markers for numpy otherwise.
OPTIONS = ["--upgrade", "--universal", "--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
ADVICE = "Mend pyproject.toml or bot/requirements.in, then run `make lock` again."


def make_locks() -> None:
    """Pin everything anew, at the newest releases that fit together; the difference is for a person to review."""
    pyproject = ROOT / "pyproject.toml"
    compile_lock(pyproject, RUNTIME_LOCK, API_PYTHON_VERSION)
    compile_lock(pyproject, DEVELOPMENT_LOCK, API_PYTHON_VERSION, ["--extra", "dev"])
    compile_lock(ROOT / "bot" / "requirements.in", BOT_LOCK, BOT_PYTHON_VERSION)
    run_npm("install", "--package-lock-only", "--ignore-scripts")


def compile_lock(source: Path, lock: Path, python: str, extra: Sequence[str] = ()) -> None:
    """Write one lock file, and put back the comment at its top, which uv does not keep."""
    comment = top_comment(lock.read_text(encoding="utf-8")) if lock.exists() else ""
    command: Command = [
        uv(),
        "pip",
        "compile",
        *OPTIONS,
        *extra,
        "--python-version",
        python,
        "--output-file",
        lock,
        source,
    ]
    run_logged(command, log="locks", otherwise=ADVICE)
    pinned = lock.read_text(encoding="utf-8")
    lock.write_text(comment + pinned.removeprefix(comment), encoding="utf-8")


def top_comment(text: str) -> str:
    """The comment lines that a file begins with."""
    lines = text.splitlines(keepends=True)
    first_other = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:first_other])
