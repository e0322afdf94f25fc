"""The checks before a start: who holds a port, and whether the disk has room, told in sentences that help."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import machine
from scripts.problems import Problem


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def settings_with(port: int) -> dict[str, str]:
    return {
        "NIGHTLIGHT_WEB_PORT": str(free_port()),
        "NIGHTLIGHT_BOT_PORT": str(port),
        "NIGHTLIGHT_ACTIONS_PORT": str(free_port()),
    }


def test_free_ports_pass() -> None:
    machine.check_ports(settings_with(free_port()))


def test_a_taken_port_is_named_with_what_to_do(taken_port: int) -> None:
    with pytest.raises(Problem, match=f"Port {taken_port}, needed for the assistant, is in use") as caught:
        machine.check_ports(settings_with(taken_port))
    assert f"NIGHTLIGHT_BOT_PORT={taken_port + 100} make run" in str(caught.value)


def test_the_process_that_holds_the_port_is_named(taken_port: int) -> None:
    assert f"(process {os.getpid()})" in machine.holder_of(taken_port)


def test_a_port_that_nobody_holds_has_no_holder() -> None:
    assert machine.holder_of(free_port()) == ""


@pytest.mark.parametrize("value", ["", "web", "0", "65536", "-1"])
def test_a_port_must_be_a_port_number(value: str) -> None:
    with pytest.raises(Problem, match="NIGHTLIGHT_WEB_PORT"):
        machine.port_number("NIGHTLIGHT_WEB_PORT", value)


def test_room_enough_depends_on_what_is_still_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=machine.GIGABYTE)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    machine.check_disk(Path("/"), first_time=False)
    with pytest.raises(Problem, match=r"1\.0 GB are free and 4\.0 GB are needed"):
        machine.check_disk(Path("/"), first_time=True)
