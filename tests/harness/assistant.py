"""The real assistant for the run: Rasa with the trained model, and the action server, each a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.harness.ports import free_port

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "bot/models/nightlight.tar.gz"
CREDENTIALS = ROOT / "bot/credentials.yml"
START_WITHIN_SECONDS = 120.0


@dataclass
class Program:
    """A started program: where it answers, and how to kill it."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """kill -9, with everything that it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(command: list[str], log: Path, url: str, **environment: str) -> Program:
    """Start a program in a process group of its own, writing to a log."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=out, stderr=out, start_new_session=True
        )
    return Program(url, process, log)


def wait_for(program: Program, path: str) -> None:
    """Until the program answers 200. Raises, with the end of its log, when it does not in time."""
    until = time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < until and program.process.poll() is None:
        try:
            if httpx.get(f"{program.url}{path}", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"{program.url} did not start:\n{program.log.read_text()[-3000:]}")


def start_bot(
    log: Path,
    bot_database_url: str,
    actions_url: str,
    port: int | None = None,
    credentials: Path = CREDENTIALS,
    model: Path = MODEL,
) -> Program:
    """Rasa, as the Procfile starts it. Does not wait for it."""
    port = port or free_port()
    rasa = str(ROOT / "bot/.venv/bin/rasa")
    listen = [
        "run",
        "--enable-api",
        "-i",
        "127.0.0.1",
        "-p",
        str(port),
        "--auth-token",
        os.environ["NIGHTLIGHT_BOT_TOKEN"],
    ]
    files = ["--endpoints", "bot/endpoints.yml", "--credentials", str(credentials), "--model", str(model)]
    return start(
        [rasa, *listen, *files],
        log,
        f"http://127.0.0.1:{port}",
        PYTHONPATH=".",
        SANIC_WORKERS="1",
        TF_CPP_MIN_LOG_LEVEL="3",
        OPENBLAS_NUM_THREADS="1",
        RASA_TELEMETRY_ENABLED="false",
        SQLALCHEMY_SILENCE_UBER_WARNING="1",
        NIGHTLIGHT_BOT_DATABASE_URL=bot_database_url.replace(":@", "@"),
        NIGHTLIGHT_ACTIONS_URL=f"{actions_url}/webhook",
    )


def start_actions(log: Path, api_url: str, port: int | None = None) -> Program:
    """The action server, as the Procfile starts it. Does not wait for it."""
    port = port or free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    # What a test is about is never how fast the machine is: a busy one must not turn an answer into a fallback.
    return start(command, log, f"http://127.0.0.1:{port}", NIGHTLIGHT_API_URL=api_url, NIGHTLIGHT_ACTIONS_PATIENCE="12")


@contextmanager
def assistant(folder: Path, bot_database_url: str, api_url: str) -> Iterator[tuple[Program, Program]]:
    """Both, ready to answer, and gone afterwards."""
    actions = start_actions(folder / "actions.log", api_url)
    bot = start_bot(folder / "bot.log", bot_database_url, actions.url)
    try:
        wait_for(actions, "/health")
        wait_for(bot, "/webhooks/nightlight/")
        yield bot, actions
    finally:
        bot.kill()
        actions.kill()
