"""What `make lint` checks: style, layout and types."""

from __future__ import annotations

import subprocess

from scripts.paths import ROOT, VENV
from scripts.problems import Problem

BINARIES = VENV / "bin"

# bot/ runs in Rasa's environment on an older Python, so its types are checked apart, as that Python reads them.
CHECKS = (
    ("ruff check", [BINARIES / "ruff", "check", "--quiet", "."]),
    ("ruff format --check", [BINARIES / "ruff", "format", "--check", "--quiet", "."]),
    ("mypy (api, actions, scripts)", [BINARIES / "mypy", "api", "actions", "scripts"]),
    ("mypy (bot)", [BINARIES / "mypy", "--python-version", "3.10", "bot"]),
)


def lint() -> None:
    """Run every check, each to its end, so that one look shows all there is to mend. Raises `Problem` if any fails."""
    failed = [name for name, command in CHECKS if not passes(name, [str(part) for part in command])]
    if failed:
        raise Problem(f"Mend what these found: {', '.join(failed)}. (`make tidy` mends layout and imports.)")


def passes(name: str, command: list[str]) -> bool:
    """True when the check finds nothing; what it finds goes to the screen."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    print(f"{name}: {'passed' if done.returncode == 0 else 'FAILED'}", flush=True)
    return done.returncode == 0


def tidy() -> None:
    """Let ruff mend what it can: layout, the order of imports, and simple findings."""
    subprocess.run([str(BINARIES / "ruff"), "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
    subprocess.run([str(BINARIES / "ruff"), "format", "."], cwd=ROOT, check=True)
