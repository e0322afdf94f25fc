"""What the watch keeps outside the database: whom to tell, and what they were told. One small file.

Every process that watches on one machine shares it, under a lock, so that they tell the lead once between them.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from api import logs
from api.watch.rules import Part, Told

_log = logs.get(__name__)


@dataclass
class Notes:
    """The numbers (E.164) that were right when the database last answered, and what was said to them."""

    numbers: list[str] = field(default_factory=list)
    told: Told = field(default_factory=Told)


@contextmanager
def opened(path: Path, known: Notes) -> Iterator[Notes]:
    """The notes, locked, and written back at the end. `known` takes the file's place where there is none to be had."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        path.chmod(0o600)  # It holds staff numbers.
        with path.open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            notes = _read(file.read()) or known
            yield notes
            file.seek(0)
            file.truncate()
            file.write(_written(notes))
    except OSError:
        _log.exception("watch_file_unusable")
        yield known


def _read(text: str) -> Notes | None:
    try:
        raw = json.loads(text)
        at = datetime.fromisoformat(raw["told_at"]) if raw["told_at"] else None
        return Notes(list(raw["numbers"]), Told(at, frozenset(Part(part) for part in raw["told_of"])))
    except (ValueError, KeyError, TypeError):
        return None  # New, or half written when the machine stopped.


def _written(notes: Notes) -> str:
    told_at = notes.told.at.isoformat() if notes.told.at else None
    return json.dumps({"numbers": notes.numbers, "told_at": told_at, "told_of": sorted(notes.told.of)})
