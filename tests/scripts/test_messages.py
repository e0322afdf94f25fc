"""What the set-up says when something goes wrong on somebody's machine, and what it serves to browsers."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import pythons, shell
from scripts.front_end import unbranded
from scripts.locks import top_comment
from scripts.problems import Problem, advice_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full"),
        ("npm error code ENOSPC", "The disk is full"),
        ("npm error code ENOTFOUND", "could not be reached"),
        ("error: Failed to fetch: `tensorflow`", "could not be reached"),
        ("SyntaxError", "Look at the file."),
    ],
)
def test_the_advice_follows_what_the_program_printed(output: str, advice: str) -> None:
    assert advice in advice_for(output, "Look at the file.")


def test_a_failing_command_is_told_with_its_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "LOGS", tmp_path)
    with pytest.raises(Problem) as caught:
        shell.run_logged(["/bin/sh", "-c", "seq 100; exit 3"], log="numbers", otherwise="Count again.")
    text = str(caught.value)
    assert "exit code 3" in text
    assert "    100\nCount again." in text
    assert "    85\n" not in text
    assert (tmp_path / "numbers.log").read_text().startswith("1\n2\n")


def test_a_command_that_does_not_exist_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "LOGS", tmp_path)
    with pytest.raises(Problem, match="could not be started"):
        shell.run_logged(["/no/such/program"], log="none", otherwise="Install it.")


def test_the_newest_python_of_a_version_manager_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for release in ("3.13.9", "3.13.10", "3.12.1"):
        binary = tmp_path / "versions" / release / "bin" / f"python{release.rpartition('.')[0]}"
        binary.parent.mkdir(parents=True)
        binary.touch()
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    found = [path.parts[-3] for path in pythons.candidates("3.13") if tmp_path in path.parents]
    assert found == ["3.13.10", "3.13.9"]


def test_this_python_is_usable_and_another_version_is_not() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert pythons.is_usable(Path(sys.executable), version)
    assert not pythons.is_usable(Path(sys.executable), "3.1")


def test_the_style_sheet_loads_no_typeface_from_elsewhere() -> None:
    style = (
        "@font-face{font-family:Frutiger W01;src:url(https://example.org/a.woff2)}"
        "a{background:url(/assets/images/nhsuk-icon-tick.svg)}\n/*# sourceMappingURL=x.css.map */\n"
    )
    assert unbranded(style).strip() == "a{background:url(images/nhsuk-icon-tick.svg)}"


def test_the_comment_at_the_top_of_a_lock_file_is_kept() -> None:
    assert top_comment("# One.\n# Two.\nname==1\n# three\n") == "# One.\n# Two.\n"


def test_an_unknown_command_lists_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "fly"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "run, test, lint" in done.stderr


def test_the_set_up_parses_on_the_oldest_python_it_may_meet() -> None:
    import ast

    for path in (ROOT / "scripts").glob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 9))
