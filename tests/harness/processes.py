"""The processes of the Procfile as real programs, on ports and databases of a test's own, to kill and restart.

`web` is one of them; `web2` is a second one of the same kind.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness import assistant
from tests.harness.assistant import Program, start, start_actions, start_bot, wait_for
from tests.harness.ports import free_port

NAMES = ("web", "worker", "actions", "bot")
_READY = {"web": "/health/ready", "web2": "/health/ready", "actions": "/health", "bot": "/webhooks/nightlight/"}


class Processes:
    """web, worker, actions and bot. `carrier_url` is what stands in for Twilio's REST API; logs go into `folder`.

    `public_url` is where carriers reach the line, if that is not its only web process.
    """

    def __init__(
        self, folder: Path, database_url: str, bot_database_url: str, carrier_url: str, public_url: str = ""
    ) -> None:
        self.folder, self.bot_database_url = folder, bot_database_url
        self.ports = {name: free_port() for name in (*NAMES, "web2")}
        self.web_app = "api.main:app"
        self.credentials, self.model = assistant.CREDENTIALS, assistant.MODEL
        self.running: dict[str, Program] = {}
        self.settings = {
            "NIGHTLIGHT_DATABASE_URL": database_url,
            "NIGHTLIGHT_BOT_DATABASE_URL": bot_database_url,
            "NIGHTLIGHT_PUBLIC_URL": public_url or self.url("web"),
            "NIGHTLIGHT_API_URL": self.url("web"),
            "NIGHTLIGHT_BOT_URL": self.url("bot"),
            "NIGHTLIGHT_ACTIONS_URL": f"{self.url('actions')}/webhook",
            "NIGHTLIGHT_TWILIO_API_URL": carrier_url,
            "NIGHTLIGHT_HANDSET": "false",
            "NIGHTLIGHT_LOG_LEVEL": "INFO",
        }

    def url(self, name: str) -> str:
        """Where one of the programs listens."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def start(self, *names: str) -> None:
        """Start these (again), without waiting for them."""
        for name in names:
            self.running[name] = self._start(name, self.folder / f"{name}.log")

    def _start(self, name: str, log: Path) -> Program:
        if name == "bot":
            where = (self.bot_database_url, self.url("actions"), self.ports["bot"])
            return start_bot(log, *where, self.credentials, self.model)
        if name == "actions":
            return start_actions(log, self.url("web"), self.ports["actions"])
        if name.startswith("worker"):
            return start([sys.executable, "-m", "api.worker"], log, "", **self.settings)
        listen = ["--host", "127.0.0.1", "--port", str(self.ports[name])]
        options = ["--no-access-log", "--timeout-graceful-shutdown", "3", "--timeout-keep-alive", "75"]
        command = [sys.executable, "-m", "uvicorn", self.web_app, *listen, *options]
        return start(command, log, self.url(name), **self.settings)

    def wait(self, *names: str) -> None:
        """Until these answer. Raises RuntimeError with the end of the log of one that does not."""
        for name in names:
            if name in _READY:
                wait_for(self.running[name], _READY[name])

    def kill(self, name: str) -> None:
        """kill -9."""
        self.running[name].kill()

    def pids(self) -> dict[str, int]:
        """The process of each program."""
        return {name: program.process.pid for name, program in self.running.items()}

    def is_alive(self, name: str) -> bool:
        """Whether the process that was started last is still there."""
        return self.running[name].process.poll() is None


@contextmanager
def processes(
    folder: Path, database_url: str, bot_database_url: str, carrier_url: str, public_url: str = ""
) -> Iterator[Processes]:
    """The processes, none of them started; whatever was started is gone afterwards."""
    ours = Processes(folder, database_url, bot_database_url, carrier_url, public_url)
    try:
        yield ours
    finally:
        for program in ours.running.values():
            program.kill()


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all that it started, in megabytes."""
    import psutil

    leader = psutil.Process(pid)
    family = [leader, *leader.children(recursive=True)]
    return float(sum(one.memory_info().rss for one in family)) / 1e6


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and all that it started have used, in seconds."""
    import psutil

    leader = psutil.Process(pid)
    times = [one.cpu_times() for one in (leader, *leader.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))
