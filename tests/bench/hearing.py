"""What the screen does with lines as typed and as heard, in figures, and where those are kept."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import yaml

from api.review.rules import share
from api.triage import screening
from api.triage.grading import Decision
from api.triage.learned import learned
from tests.bench.confusions import Spoken, errors, normalised
from tests.harness.assistant import ROOT

KEPT, RECORD = ROOT / "data/evaluation/heard.jsonl", ROOT / "data/evaluation/heard.yml"
CARD = ROOT / "docs/clinical-safety/model-card.md"
BEGIN, END = "<!-- spoken: written by `python -m tests.bench.speech --kept` -->\n", "<!-- end of spoken -->\n"
BANDS = {"at most a quarter of the words wrong": 0.25, "a quarter to a half": 0.5, "more than half": float("inf")}
_HEAD = (
    "# How well the screen hears heard.jsonl. Written by `python -m tests.bench.speech --kept`, for every new screen.\n"
)


@dataclass(frozen=True)
class Judged:
    """A line, with what its words led to as typed and as heard."""

    line: Spoken
    typed: Decision
    heard: Decision

    @property
    def lost(self) -> bool:
        """Whether nothing was done although the typed words would have led to something."""
        return self.heard == Decision.NONE != self.typed


def judge(lines: list[Spoken]) -> list[Judged]:
    """The whole screen on both."""
    return [Judged(one, screening.grade(one.typed).decision, screening.grade(one.heard).decision) for one in lines]


def summary(judged: list[Judged]) -> dict[str, Any]:
    """Recall of both and the word error rate; recall again by how badly lines were heard and how they are worded."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        band = next(name for name, most in BANDS.items() if one.line.wrong <= most)
        groups[f"heard with {band}"].append(one)
        groups["worded as speech" if one.line.channel == "voice" else "worded as a text or chat"].append(one)
    named = [(name, groups[name]) for name in sorted(groups)]
    lost = [one.line for one in judged if one.lost]
    return {
        "lines": len(judged),
        "word_error_rate": word_error_rate([one.line for one in judged]),
        "all": _recall(judged),
        "by": {name: _recall(group) for name, group in named},
        "lost": {
            name: [one for one in lost if one.category == name] for name in sorted({one.category for one in lost})
        },
    }


def word_error_rate(lines: list[Spoken]) -> float:
    """Words put in, left out or changed, over all words said."""
    said = [normalised(one.typed).split() for one in lines]
    wrong = sum(errors(words, one.heard.split()) for words, one in zip(said, lines, strict=True))
    return round(wrong / sum(map(len, said)), 3)


def _recall(judged: list[Judged]) -> dict[str, Any]:
    return {
        "typed": _shares([one.typed for one in judged]),
        "heard": _shares([one.heard for one in judged]),
    }


def _shares(made: list[Decision]) -> dict[str, Any]:
    heard = [one for one in made if one != Decision.NONE]
    return {"page": share(made.count(Decision.PAGE), len(made)), "page_or_ask": share(len(heard), len(made))}


def rates(found: dict[str, Any]) -> dict[str, float]:
    """The figures on record, as they are now."""
    heard = found["all"]["heard"]
    return {name: heard[name]["share"] for name in ("page", "page_or_ask")}


def record(found: dict[str, Any], about: str) -> None:
    """Renew the record that the guard reads, and the table in the model card."""
    content = {"tolerance": 0.01, "figures": rates(found)}
    RECORD.write_text(_HEAD + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    before, _, rest = CARD.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    CARD.write_text(before + BEGIN + "\n".join(table(found, about)) + "\n" + END + after, encoding="utf-8")


def table(found: dict[str, Any], about: str) -> list[str]:
    """The figures as a table in Markdown."""
    head = f"Screen {learned().card.version}; {about}; word error rate {found['word_error_rate']:.2f}."
    lines = [
        head,
        "",
        "| | lines | typed: paged | paged or asked | heard: paged | paged or asked |",
        "|---|---|---|---|---|---|",
    ]
    rows = {"all": found["all"], **found["by"]}
    return lines + [f"| {name} | {_row(one)} |" for name, one in rows.items()]


def _row(one: dict[str, Any]) -> str:
    shares = [one[way][what] for way in ("typed", "heard") for what in ("page", "page_or_ask")]
    return " | ".join([str(shares[0]["n"]), *(f"{found['share']:.3f}" for found in shares)])
