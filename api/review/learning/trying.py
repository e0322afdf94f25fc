"""Tries a phrase against every labelled message before anybody decides about it: a program of its own.

    python -m api.review.learning.trying     stdin: a `Tried`     the last line of stdout: a `Trial`, or a sentence

It takes some seconds, most of them for reading all phrases.
"""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from pydantic import ValidationError

from api.review.learning import changing, measuring
from api.review.learning.measuring import plain
from api.review.learning.rules import Kind
from api.review.learning.schemas import Change, FalseHit, Trial, Tried
from api.triage import examples, screening, service
from api.triage.grading import Decision
from api.triage.rules import Phrase, Protocol

NICE = 5  # Somebody waits for it, but carers come first.
_ORDER = {Decision.NONE: 0, Decision.ASK: 1, Decision.PAGE: 2}


def tried(asked: Tried) -> Trial:
    """What the phrase would change. Raises TriageDataError where it cannot be read."""
    after = _with(asked)
    mine = next(phrase for phrase in after.categories[asked.code].phrases if phrase.say == asked.phrase.say)
    before = replace(
        after, index={word: tuple(one for one in all_ if one is not mine) for word, all_ in after.index.items()}
    )
    turned = [
        (label, text, now) for label, text, was, now in _turned(asked.data, mine, before, after) if _more(now, was)
    ]
    false = [FalseHit(text=text, after=now.value) for label, text, now in turned if label == "-"]
    return Trial(
        problems=examples.check(after, today=date.min),
        wording=screening.grade(plain(asked.wording), after).decision.value,
        crises=[label for label, _, _ in turned if label not in ("+", "-")],
        taught=sum(label == "+" for label, _, _ in turned),
        false_pages=[one for one in false if one.after == "page"],
        false_asks=[one for one in false if one.after == "ask"],
    )


def _with(asked: Tried) -> Protocol:
    """The protocol in use, with the phrase."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        leave_out = shutil.ignore_patterns("messages", "model")
        shutil.copytree(asked.data / "triage", data / "triage", ignore=leave_out)
        changing.apply(_change(asked), data)
        return service.load(data / "triage")


def _change(asked: Tried) -> Change:
    return Change(
        id=UUID(int=0), kind=Kind.RED_FLAG_PHRASE, label=asked.code, wording="", phrase=asked.phrase,
        author="", approved_by="", reason="", at=datetime.now(UTC),
    )  # fmt: skip


def _turned(
    data: Path, mine: Phrase, before: Protocol, after: Protocol
) -> Iterator[tuple[str, str, Decision, Decision]]:
    """Every labelled message in which the phrase is heard, with what is done about it without and with the phrase."""
    needs = [_spelt(need, after) for need in mine.needs]
    for label, text in _labelled(data):
        words = _rough(text)
        if not any(need.isdisjoint(words) for need in needs) and examples.hears(after, mine, text):
            yield label, text, screening.grade(text, before).decision, screening.grade(text, after).decision


def _spelt(words: frozenset[str], protocol: Protocol) -> set[str]:
    """The words with every way of writing them that data/triage/spelling.yml lists."""
    listed = protocol.spelling.standard.items()
    return {*words, *(spelt for spelt, plain in listed if not words.isdisjoint(plain))}


def _rough(text: str) -> set[str]:
    """The words of a message as they are written. What is only found by mending a slip of the finger is left out here:
    reading tens of thousands of messages as the line reads them would take minutes."""
    found = re.findall(r"[a-z']+", text.lower().replace("’", "'"))
    return {part for word in found for part in (word, word.replace("'", ""), word.partition("'")[0])}


def _labelled(data: Path) -> Iterator[tuple[str, str]]:
    """Label and text: of a crisis of the evaluation its id, of one that the learned screen was taught `+`, else `-`."""
    for line in measuring.lines(data):
        yield line.id if line.is_crisis else "-", plain(line.text)
    for path in sorted((data / "triage/messages").rglob("*.tsv")):
        for row in path.read_text(encoding="utf-8").splitlines():
            label, _, text = row.split("\t", 2)
            yield "+" if label.startswith("+") else "-", plain(text)


def _more(now: Decision, was: Decision) -> bool:
    return _ORDER[now] > _ORDER[was]


def main() -> int:
    """Try what stands on standard input."""
    os.nice(NICE)
    try:
        found = tried(Tried.model_validate_json(sys.stdin.read())).model_dump_json()
    except (service.TriageDataError, ValidationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
