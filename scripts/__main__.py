"""What `make` calls: `python3 -m scripts run`, and so on. See `make help`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from scripts import browser, checks, database, environments, front_end, local_env, locks, machine, model
from scripts.paths import BOT_VENV, MODEL, NODE_MODULES, PYTHON, ROOT, VAR, VENDOR, VENV
from scripts.problems import Problem
from scripts.steps import Step, run_steps


def steps_to_run() -> list[Step]:
    """What the running line needs."""
    return [*steps_to_build(development=False), local_env.local_settings(), database.prepared_database()]


def steps_to_test() -> list[Step]:
    """What the tests need; they make databases and secrets of their own."""
    return [*steps_to_build(development=True), *browser.missing_browser()]


def steps_to_build(*, development: bool) -> list[Step]:
    """Both environments, the assets and the model."""
    return [
        environments.api_environment(development=development),
        front_end.node_packages(development=development),
        front_end.vendor_assets(),
        environments.bot_environment(),
        model.trained_model(),
    ]


def set_up(steps: Sequence[Step]) -> None:
    """Check the disk, then do what is not done yet."""
    if not all(step.is_done() for step in steps):
        machine.check_disk()
    run_steps(steps)


def become(*command: str) -> None:
    """Turn this process into the project's own Python, so that signals reach it directly."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), *command])  # noqa: S606  A fixed program, and no shell.


def run(arguments: Sequence[str]) -> None:
    """Set up and start everything; ports are looked at first, because waiting minutes for that news is unkind."""
    machine.check_ports(local_env.settings_in_force())
    set_up(steps_to_run())
    become("-m", "scripts.launcher", *arguments)


def test(arguments: Sequence[str]) -> None:
    """Set up, lint and run the tests, all of them two at a time; the exit code is pytest's."""
    set_up(steps_to_test())
    checks.lint()
    become("-m", "pytest", *(arguments or ["--numprocesses=2", "--dist=loadgroup"]))


def lint(arguments: Sequence[str]) -> None:
    """Check style, layout and types."""
    set_up([environments.api_environment(development=True)])
    checks.lint()


def tidy(arguments: Sequence[str]) -> None:
    """Mend style and layout."""
    set_up([environments.api_environment(development=True)])
    checks.tidy()


def bench(arguments: Sequence[str]) -> None:
    """Set up and measure."""
    set_up(steps_to_build(development=True))
    become("-m", "tests.bench", *arguments)


def train(arguments: Sequence[str]) -> None:
    """Set up what training needs and train, unless the model is still that of the present data."""
    set_up([environments.bot_environment(), model.trained_model()])
    print(f"The model is up to date: {MODEL.relative_to(ROOT)}")


def evaluate(arguments: Sequence[str]) -> None:
    """Run labelled messages through the whole recogniser and print how well it hears."""
    set_up([*steps_to_build(development=False), local_env.local_settings()])
    become(str(VENV / "bin" / "api"), "evaluate", *arguments)


def screen(arguments: Sequence[str]) -> None:
    """Train the learned screen anew; it takes about an hour, and its files in data/triage/model are committed."""
    set_up([environments.api_environment(development=False), environments.screen_environment()])
    training = [str(environments.SCREEN_PYTHON), "-m", "scripts.screen", "train", *arguments]
    if subprocess.run(training, cwd=ROOT, check=False).returncode != 0:
        raise Problem(
            "The learned screen was not trained; what is above says why. Nothing in data/triage/model is lost."
        )
    become("-m", "scripts.screen.choose")


def lock(arguments: Sequence[str]) -> None:
    """Pin every package anew."""
    set_up([environments.api_environment(development=True)])
    locks.make_locks()


def clean(arguments: Sequence[str]) -> None:
    """Remove everything that set-up made, this copy's database among it."""
    for folder in (VENV, BOT_VENV, NODE_MODULES, VENDOR, MODEL.parent, ROOT / ".rasa", VAR):
        shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "clean", "-fdXq", "--", "*__pycache__*", ".*_cache"], cwd=ROOT, check=False)


COMMANDS = {
    command.__name__: command for command in (run, test, lint, tidy, bench, train, evaluate, screen, lock, clean)
}


def main() -> int:
    """Do what was asked; a problem is told in a sentence, on the error stream, with exit code 1."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in COMMANDS:
        print(f"Say one of: {', '.join(COMMANDS)}.", file=sys.stderr)
        return 2
    try:
        COMMANDS[name](arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was done is kept: the same command goes on from there.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
