"""Accepted proposals as a patch: one message for each, with author and reason, as `git am` and `git apply` take it."""

import difflib
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from api import settings
from api.errors import Invalid
from api.review.learning import changing
from api.review.learning.rules import Kind
from api.review.learning.schemas import Change

PARTS = ("triage/categories", "nlu", "evaluation")  # All that a change can touch.
_TAKEN = ("triage", "nlu", "rules", "evaluation")  # All of data/ that a release takes from the program.
_MODEL_OF = ("config.yml", "domain.yml")  # What else a model of the assistant is trained from.
_COMMITTER = {"GIT_COMMITTER_NAME": "Nightlight", "GIT_COMMITTER_EMAIL": "nightlight@localhost"}
_WHAT = {
    Kind.RED_FLAG_PHRASE: "triage: A phrase for {label} that was learned from a miss.",
    Kind.TRAINING_LINE: "nlu: A line for {label} that was learned from a transcript.",
    Kind.DIRECTORY_FAULT: "directory: {label}",
}


def mark(data: Path) -> str:
    """Which data this is, as far as a release is made from it: eight hexadecimal digits that any change changes."""
    digest = hashlib.sha256()
    for path, text in sorted(_texts(data, _TAKEN).items()):
        digest.update(f"{path.relative_to(data).as_posix()}\0{text}\0".encode())
    for name in _MODEL_OF:
        digest.update((settings.ROOT / name).read_bytes())
    return digest.hexdigest()[:8]


def patch(changes: Sequence[Change], base: Path) -> str:
    """Everything that the changes do to a data directory, in their order. Empty: all of it stands there already."""
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        for part in PARTS:
            shutil.copytree(base / part, data / part)
        return "".join(_messages(changes, data))


def _messages(changes: Sequence[Change], data: Path) -> Iterator[str]:
    for change in changes:
        before = _texts(data)
        if changed := changing.apply(change, data):
            yield (
                _head(change)
                + "".join(_diff(path.relative_to(data), before.get(path), path) for path in changed)
                + "\n"
            )


def _texts(data: Path, parts: Sequence[str] = PARTS) -> dict[Path, str]:
    files = [path for part in parts for path in (data / part).rglob("*") if path.suffix in (".yml", ".jsonl")]
    return {path: path.read_text(encoding="utf-8") for path in files}


def _head(change: Change) -> str:
    """The head of a message as `git format-patch` writes it; the first line is what tells messages apart."""
    return (
        f"From {'0' * 40} Mon Sep 17 00:00:00 2001\nFrom: {change.author}\nDate: {format_datetime(change.at)}\n"
        f"Subject: [PATCH] {_WHAT[change.kind].format(label=change.label)}\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{' '.join(change.reason.split())}\n\nProposal: {change.id}\nApproved-by: {change.approved_by}\n---\n\n"
    )


def _diff(name: Path, before: str | None, path: Path) -> str:
    old, new = f"a/data/{name.as_posix()}", f"b/data/{name.as_posix()}"
    lines = difflib.unified_diff(
        (before or "").splitlines(keepends=True),
        path.read_text(encoding="utf-8").splitlines(keepends=True),
        "/dev/null" if before is None else old,
        new,
    )
    mode = "new file mode 100644\n" if before is None else ""
    return f"diff --git {old} {new}\n{mode}{''.join(lines)}"


def commit(text: str, repository: Path, branch: str) -> None:
    """Put a patch on a branch of its own in a clone, a commit for each message. Nothing is pushed or checked out there.

    Raises Invalid where Git refuses, with its words; then the branch is not there.
    """
    with TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        _git(repository, "worktree", "add", "--quiet", "-b", branch, str(tree), "HEAD")
        try:
            _git(tree, "am", "--quiet", "--3way", asked=text)
        except Invalid:
            _git(repository, "worktree", "remove", "--force", str(tree))
            _git(repository, "branch", "-D", branch)
            raise
        _git(repository, "worktree", "remove", "--force", str(tree))


def _git(folder: Path, *arguments: str, asked: str = "") -> None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        ran = subprocess.run(  # noqa: S603
            command, input=asked, capture_output=True, text=True, check=False, env={**os.environ, **_COMMITTER}
        )
    except OSError as error:
        raise Invalid(f"Git cannot be run: {error}") from None
    if ran.returncode != 0:
        raise Invalid(f"Git refused: {ran.stderr.strip()[-300:]}")
