"""What was accepted becomes a patch that Git takes, with author and reason."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import yaml

from api.errors import Invalid
from api.review.learning import changing, patching
from api.review.learning.rules import Kind
from api.review.learning.schemas import Change, Line
from api.triage.schemas import PhraseFile
from tests.guards.tree import ROOT

AT = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
PHRASE = PhraseFile(
    say="<they> cannot be roused", hit=["she cannot be roused"], near_miss=["roused by the bell"], believed=True
)
MISS = Line(id="miss-1", text="nothing rouses him", label="crisis", category="unconscious_unrousable", right="page")


def change(number: int, kind: Kind, label: str, wording: str, **more: object) -> Change:
    values = {"author": "Ann Reviewer <ann@x.example>", "approved_by": "Cy Officer <cy@x.example>", "at": AT}
    reason = "Missed on Monday."
    return Change.model_validate(
        {"id": UUID(int=number), "kind": kind, "label": label, "wording": wording, "reason": reason, **values, **more}
    )


CHANGES = [
    change(1, Kind.RED_FLAG_PHRASE, "unconscious_unrousable", MISS.text, phrase=PHRASE, miss=MISS),
    change(2, Kind.TRAINING_LINE, "respite", "who could take over for a weekend"),
    change(3, Kind.TRAINING_LINE, "respite", "someone to give me a night off from it all"),
    change(4, Kind.DIRECTORY_FAULT, "closed", "The lunch club in Oldham has closed"),
]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the parts of data/ that can change."""
    for part in patching.PARTS:
        shutil.copytree(ROOT / "data" / part, tmp_path / "clone/data" / part)
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "data: As it is."]):
        git(tmp_path / "clone", *command)
    return tmp_path / "clone"


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@x.example"]
    return subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True, text=True).stdout


def test_git_applies_the_patch_and_the_files_read_as_they_should(clone: Path) -> None:
    text = patching.patch(CHANGES, ROOT / "data")
    (clone / "learned.patch").write_text(text, encoding="utf-8")
    git(clone, "apply", "learned.patch")
    learned = yaml.safe_load((clone / "data/triage/categories/unconscious_unrousable.learned.yml").read_text("utf-8"))
    assert [PhraseFile.model_validate(one) for one in learned["phrases"]] == [PHRASE]
    assert (
        (clone / "data/nlu/respite.yml")
        .read_text("utf-8")
        .endswith("      - who could take over for a weekend\n      - someone to give me a night off from it all\n")
    )
    assert Line.model_validate_json((clone / "data" / changing.MISSES).read_text("utf-8").splitlines()[-1]) == MISS
    assert patching.patch(CHANGES, clone / "data") == "", "what stands there already is no change"


@pytest.mark.parametrize(
    "name", ["triage/priorities.yml", "triage/words.yml", "triage/model/card.yml", "rules/one.yml"]
)
def test_data_is_other_data_once_anything_differs_that_a_release_takes(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("version: 1\n", encoding="utf-8")
    before = patching.mark(tmp_path)
    (tmp_path / name).write_text("version: 2\n", encoding="utf-8")
    assert patching.mark(tmp_path) != before


def test_a_connected_clone_gets_a_branch_with_a_commit_for_each(clone: Path) -> None:
    patching.commit(patching.patch(CHANGES, ROOT / "data"), clone, "learned/release-1")
    said = git(clone, "log", "--format=%an|%s|%b", "main..learned/release-1")
    assert said.count("Ann Reviewer|") == 3
    assert "Missed on Monday." in said
    assert "Approved-by: Cy Officer <cy@x.example>" in said
    assert git(clone, "status", "--porcelain") == "", "what is checked out there stays as it is"
    assert git(clone, "branch", "--show-current").strip() == "main"


def test_what_git_refuses_leaves_no_branch(clone: Path) -> None:
    with pytest.raises(Invalid, match="Git refused"):
        patching.commit("From nobody\n\nno patch\n", clone, "learned/release-2")
    assert "learned" not in git(clone, "branch", "--list")
