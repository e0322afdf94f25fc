"""Remembers which set-up steps are done, so that a second run does no work.

A stamp is a file under `var/stamps` that holds a digest of everything the step depends on. The step is done when the
digest is still the same and what the step makes is still there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.paths import STAMPS

IGNORED_DIRECTORIES = {"__pycache__", ".venv", "models"}


def digest_of(inputs: Iterable[Path], *facts: str) -> str:
    """A digest of the names and contents of files (directories are walked) and of other facts, such as a version.

    A missing input counts as empty, so that a file that appears later changes the digest.
    """
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"fact {fact}\0".encode())
    for start in inputs:
        for path in files_under(start):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"file {start.name}/{path.relative_to(start)} {content}\0".encode())
    return digest.hexdigest()


def files_under(start: Path) -> Iterator[Path]:
    """The file itself, or every file below a directory in a fixed order, without what a program leaves behind."""
    if start.is_file():
        yield start
    elif start.is_dir():
        for child in sorted(start.iterdir()):
            if child.name not in IGNORED_DIRECTORIES and child.suffix != ".pyc":
                yield from files_under(child)


def is_done(name: str, digest: str, outputs: Iterable[Path], *, stamps: Path = STAMPS) -> bool:
    """True when the step was finished with these inputs and everything it makes is still there."""
    stamp = stamps / name
    return stamp.is_file() and stamp.read_text() == digest and all(path.exists() for path in outputs)


def mark_done(name: str, digest: str, *, stamps: Path = STAMPS) -> None:
    """Write the stamp, after the work: a step that is interrupted is done again."""
    stamps.mkdir(parents=True, exist_ok=True)
    (stamps / name).write_text(digest)


def forget(name: str, *, stamps: Path = STAMPS) -> None:
    """Remove the stamp before the work starts, so that a half-done step never looks done."""
    (stamps / name).unlink(missing_ok=True)
