"""The guide that these tests are told of, and ways to change it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from api.guides.files import service as files
from api.guides.rules import Guide

PATH = Path(__file__).with_name("example.yml")
TODAY = date(2026, 11, 26)
SERVICES = frozenset({"macmillan-support-line"})
Document = dict[str, Any]


def example() -> Guide:
    """As it stands."""
    return files.parse(PATH, SERVICES).guide("example")


def write(folder: Path, change: Callable[[Document], object] = lambda _: None, code: str = "example") -> Path:
    """The example with a change, as a file in this folder."""
    document: Document = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    change(document)
    path = folder / f"{code}.yml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return path
