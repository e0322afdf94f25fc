"""Moonshine tiny, English: an offline recogniser whose package carries its model (27 million weights; MIT licence).

It has an environment of its own under `var/`, made at the first use (about 250 MB); nothing that runs or is tested
needs it. Release 0.1.5 of the package fetches its model from elsewhere at run time; 0.0.73 carries it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from scripts.paths import ROOT, VAR
from scripts.problems import Problem
from scripts.shell import Command, run_logged
from scripts.uv_tool import uv

PACKAGE, VERSION = "moonshine-voice", "0.0.73"
NAME = f"Moonshine tiny-en ({PACKAGE} {VERSION})"
FOLDER = VAR / f"speech-{VERSION}"
READY = FOLDER / "ready"
ADVICE = "Run the same command again; the package is for Linux with glibc 2.34 or later, and for macOS."


def make_ready() -> None:
    """The recogniser's environment, unless it is there. Raises Problem."""
    if READY.exists():
        return
    run_logged(
        [uv(), "venv", "--clear", "--no-project", "--python", sys.executable, FOLDER], log="speech", otherwise=ADVICE
    )
    install: Command = [uv(), "pip", "install", "--python", FOLDER / "bin/python", f"{PACKAGE}=={VERSION}"]
    run_logged(install, log="speech", otherwise=ADVICE)
    READY.touch()


def hear(calls: list[Path]) -> Iterator[str]:
    """What is heard in each WAV file, in order, as it comes from the recogniser. Raises Problem if that fails."""
    command = [FOLDER / "bin/python", Path(__file__).resolve(), *calls]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        yield from (json.loads(line)["heard"] for line in running.stdout)
    if running.returncode != 0:
        raise Problem(f"The recogniser stopped with exit code {running.returncode}.")


def main() -> None:
    """Inside the environment: one JSON object for each file."""
    moonshine = import_module("moonshine_voice")
    model = moonshine.Transcriber(str(moonshine.get_model_path("tiny-en")), moonshine.ModelArch.TINY)
    for path in sys.argv[1:]:
        sound, rate = moonshine.load_wav_file(path)
        lines = model.transcribe_without_streaming(sound, rate).lines
        print(json.dumps({"heard": " ".join(line.text for line in lines)}), flush=True)


if __name__ == "__main__":
    main()
