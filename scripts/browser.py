"""The browser that the page tests drive: Debian's Chromium, or an installed Chrome on macOS."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.problems import Problem
from scripts.shell import run_logged
from scripts.steps import Step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
ADVICE = "Install a browser for the page tests (`sudo apt-get install chromium`) and run the same command again."


def missing_browser() -> list[Step]:
    """A step that installs Chromium, where no browser is found."""
    if find_browser() is not None:
        return []
    return [Step(key="browser", title="A browser for the page tests", work=install_browser, every_time=True)]


def find_browser() -> Path | None:
    """The first browser that is on this machine, or None."""
    return next(installed_browsers(), None)


def installed_browsers() -> Iterator[Path]:
    """Every browser that the tests could drive; NIGHTLIGHT_BROWSER names one that stands elsewhere."""
    chosen = os.environ.get("NIGHTLIGHT_BROWSER")
    if chosen:
        yield Path(chosen)
    yield from (Path(found) for found in map(shutil.which, NAMES) if found)
    yield from (application for application in MAC_APPLICATIONS if application.exists())


def install_browser() -> None:
    """Install Debian's Chromium, with sudo where that asks for no password. Raises `Problem` with what to do."""
    if sys.platform == "darwin":
        raise Problem("The page tests need a browser: install Google Chrome and run the same command again.")
    if shutil.which("apt-get") is None:
        raise Problem("The page tests need a browser: install Chromium and run the same command again.")
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    run_logged([*root, "apt-get", "update"], log="browser", otherwise=ADVICE, environment=environment)
    install = [*root, "apt-get", "install", "-y", "--no-install-recommends", "chromium"]
    run_logged(install, log="browser", otherwise=ADVICE, environment=environment)
