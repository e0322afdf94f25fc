"""The settings of one machine: generated secrets, and the addresses at which the processes find each other.

`var/local.env` is written once. What somebody sets in the environment or in `.env` wins over it.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from scripts.paths import LOCAL_ENV, ROOT
from scripts.steps import Step

HEADER = """\
# The settings of this machine's own copy, made by `make run` with secrets that no other copy has.
# To change one, write it in `.env`, which wins. Remove this file to have new secrets made, and
# var/postgres with it: the carers' numbers in there cannot be read with another key.
"""
IDENTIFIER_KEY = "NIGHTLIGHT_IDENTIFIER_KEY"
# What a copy without that key may have sealed, with the demonstration's, opens all the same once it has one.
BEFORE_A_KEY = {"NIGHTLIGHT_OLD_IDENTIFIER_KEY": "demo-identifier-key"}


def local_settings() -> Step:
    """Writes `var/local.env`, and again what a newer version needs besides."""
    names = sorted(generated())
    return Step("local-settings", "Secrets of this copy", write_settings, facts=names, outputs=[LOCAL_ENV])


def write_settings() -> None:
    """Create the file, readable by its owner alone; an existing one keeps all that it has, and gets what it lacks."""
    has = read_env_file(LOCAL_ENV)
    wanted = {**generated(), **(BEFORE_A_KEY if has and IDENTIFIER_KEY not in has else {})}
    lines = "".join(f"{name}={value}\n" for name, value in wanted.items() if name not in has)
    if not lines:
        return
    LOCAL_ENV.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(LOCAL_ENV, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as file:
        file.write(("\n" if has else HEADER) + lines)


def generated() -> dict[str, str]:
    """Fresh secrets, and what development needs besides."""
    return {
        "NIGHTLIGHT_ENVIRONMENT": "development",
        "NIGHTLIGHT_HANDSET": "true",
        "NIGHTLIGHT_SECOND_FACTOR": "false",  # So that everybody can try the demonstration; production needs it.
        "NIGHTLIGHT_BOT_TOKEN": secrets.token_urlsafe(32),
        "NIGHTLIGHT_RASA_AUTH_TOKEN": secrets.token_urlsafe(32),
        "NIGHTLIGHT_ACTIONS_TOKEN": secrets.token_urlsafe(32),
        "NIGHTLIGHT_WEBHOOK_KEY": secrets.token_urlsafe(32),
        "NIGHTLIGHT_SEAL_KEY": secrets.token_urlsafe(32),
        IDENTIFIER_KEY: secrets.token_urlsafe(32),
        # Made up, in the shape of Twilio's own: an account SID is "AC" and 32 hexadecimal digits.
        "NIGHTLIGHT_TWILIO_ACCOUNT_SID": "AC" + secrets.token_hex(16),
        "NIGHTLIGHT_TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        # From the numbers that Ofcom keeps free for drama, so that no real telephone can have it:
        # https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
        "NIGHTLIGHT_PAGER_NUMBER": "+447700900999",
    }


def settings_in_force(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every setting that a process is started with: the environment over `.env` over `var/local.env` over defaults."""
    own = dict(os.environ if environment is None else environment)
    chosen = {**read_env_file(LOCAL_ENV), **read_env_file(ROOT / ".env"), **own}
    return {**addresses(chosen), **bot_database(chosen), **chosen}


def chosen_database(settings: Mapping[str, str]) -> str | None:
    """The URL of the database that somebody chose, or None for the embedded one."""
    return settings.get("NIGHTLIGHT_DATABASE_URL") or settings.get("DATABASE_URL") or None


def bot_database(settings: Mapping[str, str]) -> dict[str, str]:
    """Beside a database that somebody chose, one on the same server for the assistant: the name with `_bot` added."""
    url = chosen_database(settings)
    if url is None:
        return {}
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    # The scheme is spelt out, because the assistant's SQLAlchemy does not know it as `postgres`.
    return {"NIGHTLIGHT_BOT_DATABASE_URL": f"postgresql://{parts.netloc}{parts.path}_bot{query}"}


def addresses(chosen: Mapping[str, str]) -> dict[str, str]:
    """Ports and addresses; another port, set in one place, moves every address that has it."""
    web = chosen.get("NIGHTLIGHT_WEB_PORT", "8000")
    bot = chosen.get("NIGHTLIGHT_BOT_PORT", "5005")
    actions = chosen.get("NIGHTLIGHT_ACTIONS_PORT", "5055")
    return {
        "NIGHTLIGHT_WEB_PORT": web,
        "NIGHTLIGHT_BOT_PORT": bot,
        "NIGHTLIGHT_ACTIONS_PORT": actions,
        "NIGHTLIGHT_PUBLIC_URL": f"http://localhost:{web}",
        "NIGHTLIGHT_API_URL": f"http://127.0.0.1:{web}",
        "NIGHTLIGHT_BOT_URL": f"http://127.0.0.1:{bot}",
        "NIGHTLIGHT_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook",
        "NIGHTLIGHT_TWILIO_API_URL": f"http://127.0.0.1:{web}/handset/twilio",
    }


def read_env_file(path: Path) -> dict[str, str]:
    """The settings of a file of NAME=value lines; comments, blank lines and quotes are understood. No file: none."""
    if not path.exists():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if is_setting(line))
    return {name.strip(): value.strip().strip("'\"") for name, _, value in pairs}


def is_setting(line: str) -> bool:
    """True for a line that sets something."""
    return "=" in line and not line.lstrip().startswith("#")
