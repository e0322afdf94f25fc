"""Where the learned screen's files lie, and how its card is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "data/triage/model"
CARD = TARGET / "card.yml"
WEIGHTS = ROOT / "var/screen"
_HEAD = "# The learned screen. Written by `make screen`; how and why: docs/decisions/0004-the-learned-screen.md\n"


def write_card(content: dict[str, Any]) -> None:
    """Put the card where the API reads it."""
    CARD.write_text(_HEAD + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
