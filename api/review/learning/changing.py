"""An accepted proposal as a change to the files of a data directory, in the form in which people edit them."""

from pathlib import Path
from typing import Any

import yaml

from api.review.learning.rules import Kind
from api.review.learning.schemas import Change, Line

MISSES = "evaluation/misses.jsonl"
_HEAD = """\
# Phrases that were learned from what carers had written, in reviewers' own words (docs/learning.md). Each is in use
# because the owner of {code}.yml said yes to it. Edit them as you would those of that file.
phrases:
"""


def apply(change: Change, data: Path) -> list[Path]:
    """Write the change into a data directory. Returns the files that differ now; none: it stood there already."""
    changed = []
    if change.kind == Kind.RED_FLAG_PHRASE:
        changed += _add_phrase(change, data)
    elif change.kind == Kind.TRAINING_LINE:
        changed += _add_line(change, data)
    return changed + (add_miss(change.miss, data) if change.miss else [])


def add_miss(miss: Line, data: Path) -> list[Path]:
    """Put a miss among the lines that every release must hear."""
    path = data / MISSES
    held = path.read_text(encoding="utf-8") if path.exists() else ""
    if f'"{miss.id}"' in held:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(held + miss.model_dump_json(exclude_defaults=True) + "\n", encoding="utf-8")
    return [path]


def _add_phrase(change: Change, data: Path) -> list[Path]:
    if change.phrase is None or change.phrase.say in _said(data / "triage/categories", change.label):
        return []
    path = data / f"triage/categories/{change.label}.learned.yml"
    held = path.read_text(encoding="utf-8") if path.exists() else _HEAD.format(code=change.label)
    item: list[dict[str, Any]] = [change.phrase.model_dump(mode="json", exclude_defaults=True)]
    said = yaml.safe_dump(item, sort_keys=False, allow_unicode=True, width=120)
    path.write_text(held + said, encoding="utf-8")
    return [path]


def _said(folder: Path, code: str) -> set[str]:
    files = [folder / f"{code}.yml", *folder.glob(f"{code}.*.yml")]
    read = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files if path.exists()]
    return {" ".join(str(phrase["say"]).split()) for file in read for phrase in file.get("phrases", ())}


def _add_line(change: Change, data: Path) -> list[Path]:
    path = data / f"nlu/{change.label}.yml"
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    if any(line.strip().lower() == f"- {change.wording.lower()}" for line in lines):
        return []
    path.write_text("\n".join([*lines, f"      - {change.wording}"]) + "\n", encoding="utf-8")
    return [path]
