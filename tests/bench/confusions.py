"""What was said and what was heard: the sample, how the channel writes down speech, and how many words went wrong."""

import itertools
import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from api.conversations.rules import has_words
from api.review.rules import MUST_NOT_MISS
from api.review.schemas import LabelledMessage

_NO_WORD = re.compile(r"[^\w' ]+")


@dataclass(frozen=True)
class Spoken:
    """One line of ours as typed, and as heard down a telephone."""

    id: str
    category: str
    channel: str  # The one that it was written for; `voice` is worded as people speak.
    typed: str
    heard: str

    @property
    def wrong(self) -> float:
        """Word error rate of this line: words put in, left out or changed, over words said."""
        said = normalised(self.typed).split()
        return errors(said, self.heard.split()) / len(said)


def sample(messages: list[LabelledMessage], count: int) -> list[Spoken]:
    """Emergencies and crises, each category in turn, those worded as speech first; the same in every run."""
    groups: dict[str, list[LabelledMessage]] = defaultdict(list)
    for message in sorted(messages, key=lambda one: one.channel != "voice"):
        if message.priority in MUST_NOT_MISS and has_words(message.text):
            groups[message.category].append(message)
    turns = itertools.zip_longest(*(groups[name] for name in sorted(groups)))
    chosen = [one for one in itertools.chain.from_iterable(turns) if one is not None][:count]
    return [Spoken(one.id, one.category, one.channel, one.text, "") for one in chosen]


def normalised(heard: str) -> str:
    """Speech as the telephone channel hands it on: small letters, no stops."""
    return " ".join(_NO_WORD.sub(" ", heard.lower().replace("’", "'")).split())


def errors(said: list[str], heard: list[str]) -> int:
    """The fewest words that have to be put in, left out or changed to make one of the other (Levenshtein 1966)."""
    before = list(range(len(heard) + 1))
    for number, word in enumerate(said, start=1):
        row = [number]
        for place, other in enumerate(heard, start=1):
            row.append(min(before[place] + 1, row[-1] + 1, before[place - 1] + (word != other)))
        before = row
    return before[-1]


def heard_as(line: Spoken, heard: str) -> Spoken:
    """The line with what was heard."""
    return replace(line, heard=normalised(heard))


def write(lines: list[Spoken], file: Path) -> None:
    """One JSON object for each line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def read(file: Path) -> list[Spoken]:
    """The lines that were written."""
    return [Spoken(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
