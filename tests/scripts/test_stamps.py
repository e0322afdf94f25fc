"""A set-up step is done once for the same inputs, and again when something that it depends on changes."""

from pathlib import Path

import pytest

from scripts import stamps, steps


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "nlu").mkdir(parents=True)
    (folder / "nlu" / "greeting.yml").write_text("- hello")
    (folder / "rules.yml").write_text("- rule")
    return folder


def test_the_same_files_give_the_same_digest(inputs: Path) -> None:
    assert stamps.digest_of([inputs]) == stamps.digest_of([inputs])


def test_a_changed_file_changes_the_digest(inputs: Path) -> None:
    before = stamps.digest_of([inputs])
    (inputs / "nlu" / "greeting.yml").write_text("- good evening")
    assert stamps.digest_of([inputs]) != before


def test_a_renamed_a_new_and_a_removed_file_change_the_digest(inputs: Path) -> None:
    seen = {stamps.digest_of([inputs])}
    (inputs / "rules.yml").rename(inputs / "other.yml")
    seen.add(stamps.digest_of([inputs]))
    (inputs / "new.yml").write_text("")
    seen.add(stamps.digest_of([inputs]))
    (inputs / "other.yml").unlink()
    seen.add(stamps.digest_of([inputs]))
    assert len(seen) == 4


def test_a_fact_changes_the_digest(inputs: Path) -> None:
    assert stamps.digest_of([inputs], "3.10") != stamps.digest_of([inputs], "3.13")


def test_what_programs_leave_behind_does_not_count(inputs: Path) -> None:
    before = stamps.digest_of([inputs])
    (inputs / "nlu" / "__pycache__").mkdir()
    (inputs / "nlu" / "__pycache__" / "component.cpython-310.pyc").write_bytes(b"\0")
    assert stamps.digest_of([inputs]) == before


def test_a_missing_input_counts_as_empty(tmp_path: Path) -> None:
    before = stamps.digest_of([tmp_path / "domain.yml"])
    (tmp_path / "domain.yml").write_text("intents: []")
    assert stamps.digest_of([tmp_path / "domain.yml"]) != before


def test_a_step_is_done_only_with_its_stamp_its_inputs_and_its_outputs(tmp_path: Path) -> None:
    output = tmp_path / "model.tar.gz"
    output.touch()
    folder = tmp_path / "stamps"
    assert not stamps.is_done("model", "a", [output], stamps=folder)
    stamps.mark_done("model", "a", stamps=folder)
    assert stamps.is_done("model", "a", [output], stamps=folder)
    assert not stamps.is_done("model", "b", [output], stamps=folder)
    output.unlink()
    assert not stamps.is_done("model", "a", [output], stamps=folder)


def test_a_second_run_does_no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_folder(tmp_path, monkeypatch)
    calls: list[str] = []
    source = tmp_path / "source"
    source.write_text("1")
    todo = [steps.Step(key="one", title="One", work=lambda: calls.append("one"), inputs=[source])]
    assert steps.run_steps(todo) == 1
    assert steps.run_steps(todo) == 0
    source.write_text("2")
    assert steps.run_steps(todo) == 1
    assert calls == ["one", "one"]


def test_a_step_that_fails_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_folder(tmp_path, monkeypatch)
    results = [RuntimeError("half done"), None]

    def work() -> None:
        result = results.pop(0)
        if result:
            raise result

    step = steps.Step(key="two", title="Two", work=work)
    stamps.mark_done("two", "an older digest")
    with pytest.raises(RuntimeError):
        steps.run_steps([step])
    assert steps.run_steps([step]) == 1
    assert steps.run_steps([step]) == 0


def in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep stamps away from the project's own."""
    for name in ("is_done", "mark_done", "forget"):
        monkeypatch.setitem(getattr(stamps, name).__kwdefaults__, "stamps", folder / "stamps")
