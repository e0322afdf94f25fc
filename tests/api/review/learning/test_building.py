"""The program that builds releases: what it refuses, and that it ends with whoever began it."""

import fcntl
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.errors import Invalid
from api.review.learning import building, changing
from api.review.learning.rules import Kind
from api.review.learning.schemas import Change, Order
from api.triage.schemas import PhraseFile
from tests.api.review.learning.test_patching import change
from tests.guards.tree import ROOT


@pytest.fixture
def order(tmp_path: Path) -> Callable[..., Order]:
    """What to build from the repository's own data."""

    def make(*changes: Change) -> Order:
        model = ROOT / "bot/models/nightlight.tar.gz"
        return Order(
            number=1,
            base=ROOT / "data",
            folder=tmp_path / "1",
            changes=list(changes),
            misses=[],
            before_data=ROOT / "data",
            before_model=model,
            model=model,
            quick=2,
        )

    return make


def test_a_phrase_whose_examples_do_not_hold_is_not_released(order: Callable[..., Order], tmp_path: Path) -> None:
    phrase = PhraseFile(say="not a peep", hit=["quiet as a mouse"], near_miss=["the neighbours"])
    wrong = change(1, Kind.RED_FLAG_PHRASE, "unconscious_unrousable", "nothing from him", phrase=phrase)
    with pytest.raises(Invalid, match="“not a peep” does not hear “quiet as a mouse”"):
        building.build(order(wrong), lambda _: None)
    assert not (tmp_path / "1").exists()


def test_other_training_lines_train_a_model_with_a_name_of_its_own(
    order: Callable[..., Order], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tmp_path / "rasa"
    trainer.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\n"
        "asked = dict(zip(sys.argv, sys.argv[1:]))\n"
        "folder = pathlib.Path(asked['--out'])\nfolder.mkdir()\n"
        "read = pathlib.Path(asked['--data'], 'respite.yml').read_text()\n"
        "(folder / (asked['--fixed-model-name'] + '.tar.gz')).write_text(read)\n"
    )
    trainer.chmod(0o700)
    monkeypatch.setattr(building, "_RASA", str(trainer))
    asked, part = order(), tmp_path / "part"
    shutil.copytree(ROOT / "data/nlu", part / "data/nlu")
    assert building._model(asked, part, lambda _: None) == asked.model, "the same lines need no other model"
    changing.apply(change(2, Kind.TRAINING_LINE, "respite", "who could take over for a weekend"), part / "data")
    model = building._model(asked, part, lambda _: None)
    assert re.fullmatch(r"nightlight-1-[0-9a-f]{8}\.tar\.gz", model.name)
    assert model.read_text().endswith("- who could take over for a weekend\n")
    monkeypatch.setattr(building, "_RASA", "/bin/false")
    with pytest.raises(Invalid, match="could not be trained"):
        building._model(asked, part, lambda _: None)


def test_two_programs_never_build_in_one_folder(order: Callable[..., Order], tmp_path: Path) -> None:
    path = tmp_path / "1.json"
    path.write_text(order().model_dump_json(), encoding="utf-8")
    command = [sys.executable, "-m", "api.review.learning.building", str(path)]
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        program = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        assert program.stderr
        said = program.stderr.read()
        program.stderr.close()
        assert program.stdin
        program.stdin.close()
    assert (program.wait(timeout=60), said) == (1, b"Another program builds it already.\n")
    assert not list(tmp_path.glob("1*/"))


def test_a_build_ends_with_whoever_began_it(order: Callable[..., Order], tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(order().model_dump_json(), encoding="utf-8")
    command = [sys.executable, "-m", "api.review.learning.building", str(tmp_path / "1.json")]
    program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    assert program.stdin
    assert program.stdout
    assert program.stdout.readline() == b"copying the data\n"
    program.stdin.close()  # As it is when the worker is killed.
    assert program.wait(timeout=60) == -signal.SIGKILL
    program.stdout.close()
    assert not (tmp_path / "1").exists()
