"""Finds the two Pythons that the project needs, or has uv download them.

The API, the worker and the action server run on 3.13; Rasa 3.6 runs on 3.10 and on nothing newer.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.problems import Problem
from scripts.shell import answer_of, run_logged
from scripts.uv_tool import uv

# A Python built without these modules starts, but the packages that are installed into it later do not.
QUESTION = "import bz2, ctypes, sqlite3, ssl, sys, zlib; print('%d.%d' % sys.version_info[:2])"
HOMEBREW = (Path("/opt/homebrew/bin"), Path("/usr/local/bin"))


def find_python(version: str) -> Path:
    """The path of a working Python of this version, such as "3.13"; downloads one if the machine has none.

    Raises `Problem` when there is none and none can be downloaded.
    """
    for candidate in candidates(version):
        if is_usable(candidate, version):
            return candidate
    return downloaded(version)


def candidates(version: str) -> Iterator[Path]:
    """Where a Python of this version may be, the likeliest and newest first."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), key=patch_number, reverse=True)
    on_path = shutil.which(f"python{version}")
    # A pyenv shim answers only where pyenv is told to use that version; the versions themselves were tried above.
    if on_path is not None and "shims" not in Path(on_path).parts:
        yield Path(on_path)
    yield from (folder / f"python{version}" for folder in HOMEBREW)


def patch_number(python: Path) -> int:
    """The last number of the version that a pyenv path names, so that 3.13.10 counts as newer than 3.13.9."""
    digits = python.parent.parent.name.split(".")[-1]
    return int(digits) if digits.isdigit() else -1


def is_usable(python: Path, version: str) -> bool:
    """True when this program exists, is of that version and has the modules that we need."""
    return python.exists() and answer_of([python, "-c", QUESTION]) == version


def downloaded(version: str) -> Path:
    """Have uv download this Python, or find the one that it downloaded before."""
    tool = uv()
    advice = (
        f"Python {version} is not on this machine and could not be downloaded. Install it (for example with "
        f"`pyenv install {version}`) and run the same command again."
    )
    try:
        run_logged([tool, "python", "install", version], log=f"python-{version}", otherwise=advice)
    except Problem as problem:
        raise problem if advice in str(problem) else Problem(f"{problem}\n{advice}") from None
    found = answer_of([tool, "python", "find", "--managed-python", version])
    if found is None or not is_usable(Path(found), version):
        raise Problem(advice)
    return Path(found)
