"""How much of who is in a text masking finds, and how much it hides for nothing, on a labelled set.

    python -m tests.bench.masking [--show]

It judges two sets of data/evaluation, prints the figures, and renews the record that tests/guards/test_masking.py
holds. What was missed in the first has been read and mended; the second (masking_second.jsonl) was written by another
hand beside that, and its faults were read by nobody who mends, so that its figures are those to believe.

`--show` prints what was missed and what was hidden for nothing. A labelled span is found when all its letters
and digits are hidden, under whatever name; a hidden span is right when it meets a labelled one.
"""

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import yaml

from api.masking import service as masking
from api.masking.rules import Kind, Span
from tests.harness.assistant import ROOT
from tests.harness.line import configure

SETS, RECORD = ("masking", "masking_second"), ROOT / "data/evaluation/masking.yml"
_HEAD = "# What masking finds in two sets, the second blind. Written by `.venv/bin/python -m tests.bench.masking`.\n"
_ALL = "all"


@dataclass(frozen=True)
class Labelled:
    """A line, with the ranges in which somebody labelled who it is about."""

    id: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Judged:
    """A line, with what was hidden in it."""

    line: Labelled
    hidden: tuple[Span, ...]

    def found(self, span: Span) -> bool:
        """Whether no letter and no digit of a labelled span can be read any more."""
        places = (place for place in range(span.start, span.end) if self.line.text[place].isalnum())
        return all(any(one.start <= place < one.end for one in self.hidden) for place in places)

    def right(self, span: Span) -> bool:
        """Whether a hidden span meets a labelled one."""
        return any(span.start < one.end and one.start < span.end for one in self.line.spans)


def read(name: str) -> list[Labelled]:
    """The lines of one of the labelled sets."""
    path = ROOT / f"data/evaluation/{name}.jsonl"
    raw = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Labelled(one["id"], one["text"], tuple(Span(start, end, Kind(kind)) for start, end, kind in one["spans"]))
        for one in raw
    ]


def judge(lines: list[Labelled]) -> list[Judged]:
    """Each line masked by itself, as if nothing were known of its conversation."""
    return [Judged(line, tuple(masking.spans(line.text))) for line in lines]


def figures(judged: list[Judged]) -> dict[str, dict[str, Any]]:
    """Recall and precision for each kind, and for all together, with how many they are shares of."""
    labelled, found, hidden, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for one in judged:
        for span in one.line.spans:
            for name in (span.kind, _ALL):
                labelled[name] += 1
                found[name] += one.found(span)
        for span in one.hidden:
            for name in (span.kind, _ALL):
                hidden[name] += 1
                right[name] += one.right(span)
    names = [*(str(kind) for kind in Kind if labelled[kind] or hidden[kind]), _ALL]
    return {
        name: {
            "labelled": labelled[name],
            "recall": _share(found[name], labelled[name]),
            "hidden": hidden[name],
            "precision": _share(right[name], hidden[name]),
        }
        for name in names
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def record(found: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Renew the record that the guard reads. `found`: the figures of each set."""
    content = {"tolerance": 0.0001, "figures": found}
    RECORD.write_text(_HEAD + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def faults(judged: list[Judged]) -> list[str]:
    """What was missed, and what was hidden for nothing, line by line."""
    said = []
    for one in judged:
        text = one.line.text
        said += [f"{one.line.id} missed {s.kind}: {text[s.start : s.end]}" for s in one.line.spans if not one.found(s)]
        said += [f"{one.line.id} hid as {s.kind}: {text[s.start : s.end]}" for s in one.hidden if not one.right(s)]
    return said


def main() -> int:
    """Judge, print, and renew the record."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.masking", description=__doc__)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was hidden for nothing")
    chosen = parser.parse_args()
    configure(environment="development", database_url="postgresql://nowhere.invalid/none")
    masking.spans("")  # The first one reads the lists.
    began = time.process_time()
    judged = {name: judge(read(name)) for name in SETS}
    letters = sum(len(one.line.text) for lines in judged.values() for one in lines)
    print(f"{(time.process_time() - began) / letters * 200_000:.2f} ms for 200 characters")
    found = {name: figures(one) for name, one in judged.items()}
    for name, kinds in found.items():
        print(name)
        for kind, one in kinds.items():
            recall, precision = (f"{what} {one[what]:.4f}" for what in ("recall", "precision"))
            print(f"  {kind:14} {recall} of {one['labelled']}, {precision} of {one['hidden']}")
        if chosen.show:
            print("\n".join(faults(judged[name])))
    record(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
