"""Tells the person at the keyboard when the line can be used, and where."""

from __future__ import annotations

import subprocess
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from scripts.database import API
from scripts.paths import ROOT

ANSWER_WITHIN_SECONDS = 1.0


class Announcements:
    """Looks at the web process and at the assistant, and says once for each that it is ready."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.started = time.monotonic()
        self.web_is_up = False
        self.bot_is_up = False

    def look(self) -> None:
        """Ask each process that was not ready yet; print what is new."""
        if not self.web_is_up:
            self.web_is_up = answers(self.settings["NIGHTLIGHT_API_URL"] + "/health/live")
            if self.web_is_up:
                self.say(addresses(self.settings["NIGHTLIGHT_PUBLIC_URL"], self.seconds(), sign_ins(self.settings)))
        elif not self.bot_is_up:
            self.bot_is_up = answers(self.settings["NIGHTLIGHT_BOT_URL"] + "/webhooks/nightlight/")
            if self.bot_is_up:
                self.say(
                    f"The assistant has finished loading ({self.seconds():.0f} s): everyday questions are answered."
                )

    def seconds(self) -> float:
        """Since the processes were started."""
        return time.monotonic() - self.started

    def say(self, text: str) -> None:
        """Print, set apart from the processes' own lines."""
        print(f"\n{text}\n", flush=True)


def addresses(public_url: str, seconds: float, demo_sign_ins: str) -> str:
    """Where everything is, once the web process answers."""
    indented = textwrap.indent(textwrap.dedent(demo_sign_ins), "      ").rstrip()
    return (
        f"The line is up ({seconds:.1f} s). While the assistant loads, carers get the safe fallback.\n\n"
        f"  The carer's chat   {public_url}/chat\n"
        f"  The staff console  {public_url}/console\n{indented}\n"
        f"  The handset        {public_url}/handset\n\n"
        "Ctrl-C stops everything."
    )


def answers(url: str) -> bool:
    """True when a server answers at this address without an error of its own (a status below 500)."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_WITHIN_SECONDS):  # noqa: S310  Our own http addresses.
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, ValueError):
        return False


def sign_ins(settings: Mapping[str, str]) -> str:
    """The demo sign-ins as `api demo sign-ins` prints them; nothing when it fails, which must not stop the line."""
    command = [str(API), "demo", "sign-ins"]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**settings, "COLUMNS": "200"},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
