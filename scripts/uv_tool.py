"""uv, which makes both environments from their lock files: a copy of its own for the project, from PyPI."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from scripts.paths import TOOLS
from scripts.problems import Problem
from scripts.shell import Command, answer_of, run_logged

VERSION = "0.13.9"
FOLDER = TOOLS / f"uv-{VERSION}"
REQUIREMENT = f"uv=={VERSION}"
ADVICE = (
    "uv could not be installed from PyPI. On Debian, `sudo apt-get install python3-venv` (or python3-pip) often "
    "mends this; then run the same command again."
)


def uv() -> Path:
    """The path of the project's uv, installed at the first call. Raises `Problem` if that is impossible."""
    for tool in (FOLDER / "bin" / "uv", FOLDER / "packages" / "bin" / "uv"):
        if tool.exists():
            return tool
    return install()


def install() -> Path:
    """Install uv by whichever way this machine's Python allows."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    # Debian ships Python without `ensurepip` unless python3-venv is installed, and may ship pip without it.
    if answer_of([sys.executable, "-c", "import ensurepip, venv"]) is not None:
        return into_environment()
    if answer_of([sys.executable, "-m", "pip", "--version"]) is not None:
        return into_folder()
    on_path = shutil.which("uv")
    if on_path is not None:
        return Path(on_path)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install_debian_venv()
        return into_environment()
    raise Problem(ADVICE)


def into_environment() -> Path:
    """uv in a virtual environment of its own."""
    run_logged([sys.executable, "-m", "venv", FOLDER], log="uv", otherwise=ADVICE)
    pip: Command = [FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run_logged([*pip, REQUIREMENT], log="uv", otherwise=ADVICE)
    return FOLDER / "bin" / "uv"


def into_folder() -> Path:
    """uv in a plain folder, which pip may fill even where the system's own packages are protected."""
    target = FOLDER / "packages"
    pip: Command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
        target,
    ]
    run_logged([*pip, REQUIREMENT], log="uv", otherwise=ADVICE)
    return target / "bin" / "uv"


def install_debian_venv() -> None:
    """Install Debian's package for virtual environments, which only root may do."""
    run_logged(["apt-get", "update"], log="apt-get", otherwise=ADVICE)
    run_logged(["apt-get", "install", "-y", "--no-install-recommends", "python3-venv"], log="apt-get", otherwise=ADVICE)
