"""Checks the machine before work starts: room on the disk, and ports that nobody else holds."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.paths import BOT_VENV, ROOT
from scripts.problems import Problem
from scripts.shell import answer_of

GIGABYTE = 1024**3
FIRST_SET_UP_BYTES = 4 * GIGABYTE
LATER_BYTES = GIGABYTE // 4

PORT_SETTINGS = {
    "NIGHTLIGHT_WEB_PORT": "the web pages",
    "NIGHTLIGHT_BOT_PORT": "the assistant",
    "NIGHTLIGHT_ACTIONS_PORT": "the assistant's actions",
}


def check_disk(folder: Path = ROOT, *, first_time: bool | None = None) -> None:
    """Raise `Problem` when the disk that holds the project has too little room for what is still to come."""
    first = not (BOT_VENV / "bin" / "rasa").exists() if first_time is None else first_time
    needed = FIRST_SET_UP_BYTES if first else LATER_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(
            f"The disk is nearly full: {free / GIGABYTE:.1f} GB are free and {needed / GIGABYTE:.1f} GB are needed. "
            "Free some space and run the same command again."
        )


def check_ports(settings: Mapping[str, str]) -> None:
    """Raise `Problem`, naming the process where the machine tells it, when a port that we need is taken."""
    for setting, use in PORT_SETTINGS.items():
        port = port_number(setting, settings[setting])
        if is_taken(port):
            raise Problem(
                f"Port {port}, needed for {use}, is in use{holder_of(port)}: stop that program, or choose another "
                f"port, for example `{setting}={port + 100} make run`."
            )


def port_number(setting: str, value: str) -> int:
    """The port as a number. Raises `Problem` when the setting holds something else."""
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Problem(f"{setting} is “{value}”: set it to a port number between 1 and 65535.")
    return int(value)


def is_taken(port: int) -> bool:
    """True when a program listens on this port of the local machine.

    The port is bound as a server would bind it, so that connections still closing down do not count.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Problem(f"Port {port} needs an administrator's rights: choose one above 1023.") from error
            return True
    return False


def holder_of(port: int) -> str:
    """“ by NAME (process 123)”, or nothing when the machine does not tell."""
    named = next(holders_from_proc(port), None) if Path("/proc/net/tcp").exists() else holder_from_lsof(port)
    return "" if named is None else f" by {named}"


def holders_from_proc(port: int) -> Iterator[str]:
    """Linux: the processes whose open files include a socket that listens on the port."""
    sockets = {f"socket:[{number}]" for number in listening_sockets(port)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(link) in sockets for link in (process / "fd").iterdir()):
                yield f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            # Another person's process, or one that has just ended: it cannot be looked into.
            continue


def listening_sockets(port: int) -> Iterator[str]:
    """Linux: the kernel's numbers of the sockets that listen on the port (state 0A is LISTEN)."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        rows = table.read_text().splitlines()[1:] if table.exists() else []
        for columns in (row.split() for row in rows):
            if columns[3] == "0A" and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]


def holder_from_lsof(port: int) -> str | None:
    """macOS: asked of lsof, which prints a letter before each field (p for the process, c for its name)."""
    answer = answer_of(["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"])
    fields = {line[0]: line[1:] for line in (answer or "").splitlines() if line}
    return f"{fields.get('c', 'a program')} (process {fields['p']})" if "p" in fields else None
