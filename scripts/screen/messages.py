"""The labelled messages that the learned screen is trained from, and the ways in which a carer may misspell them."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

MESSAGES = Path(__file__).parents[2] / "data/triage/messages"
EVERYDAY = "everyday"  # The file of messages about needs, in which nobody is in danger, and their label.
NOTHING = "none"  # The label of a message that looks like danger and after which nobody needs a nurse.
QUIET = (NOTHING, EVERYDAY)
TALK = ("out_of_scope", "greeting", "thanks", "goodbye")  # Needs that say nothing of anybody's state.
_KEYS = {
    row[place]: (row[place - 1 : place] if place else "") + row[place + 1 : place + 2]
    for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm")
    for place in range(len(row))
}


@dataclass(frozen=True)
class Labelled:
    """One message. `labels`: the categories of danger that it raises, the chief one first, or `none`, or `everyday`.

    `need`: of an everyday message, what the carer needs, if we know.
    """

    labels: tuple[str, ...]
    text: str
    need: str = ""

    @property
    def is_danger(self) -> bool:
        return self.labels[0] not in QUIET


def read(folder: Path = MESSAGES) -> list[Labelled]:
    """Every message, in the order of the files. Raises ValueError naming the line that cannot be used."""
    return [one for path in sorted(folder.glob("*.tsv")) for one in _read_file(path)]


def _read_file(path: Path) -> Iterator[Labelled]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].strip():
            raise ValueError(f"{path.name}, line {number}: not label, channel and text")
        sign, _, others = fields[0].partition(",")
        if path.stem == EVERYDAY:
            yield Labelled((EVERYDAY,), fields[2].strip(), sign)
            continue
        labels = (path.stem, *filter(None, others.split(","))) if sign == "+" else (NOTHING,)
        yield Labelled(labels, fields[2].strip())


def examples(folder: Path = MESSAGES.parent / "categories") -> list[Labelled]:
    """What clinicians wrote beside the phrases as messages that must be heard."""
    files = [(path, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.yml"))]
    said = [(path.stem.split(".")[0], phrase) for path, file in files for phrase in file.get("phrases", [])]
    return [Labelled((code,), str(hit)) for code, phrase in said for hit in phrase["hit"]]


def fingerprint(folder: Path = MESSAGES) -> str:
    """SHA-256 over all that is trained from, so that a model can say what it came from."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.tsv")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def split(messages: list[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """To train on, and a tenth to choose thresholds on: the same messages each time, however many are added."""
    apart = [int(hashlib.sha256(one.text.encode()).hexdigest(), 16) % 10 == 0 for one in messages]
    kept = [[one for one, is_apart in zip(messages, apart) if is_apart == wanted] for wanted in (False, True)]
    return kept[0], kept[1]


@dataclass(frozen=True)
class Told:
    """A message as somebody else might have sent it, and where in it stands what is beside the matter.

    `is_talk`: that part is talk of other things, not of the illness.
    """

    text: str
    beside: range = range(0)
    is_talk: bool = False


class Asides:
    """What may stand beside a message and changes nothing: talk of other things, and now and then of the illness."""

    def __init__(self, plain: list[str], messages: list[Labelled], longest: int = 160) -> None:
        short = [one for one in messages if len(one.text) <= longest]
        self._talk = [*plain, *(one.text for one in short if one.need in TALK)]
        self._harmless = [one.text for one in short if not one.is_danger and one.need not in TALK]

    def draw(self, beside: Labelled, dice: random.Random) -> tuple[str, bool]:
        """One to go with this message, and whether it is talk: beside a quiet one always."""
        is_talk = not beside.is_danger or dice.random() < 0.7
        return dice.choice(self._talk if is_talk else self._harmless), is_talk


def disturbed(message: Labelled, asides: Asides, dice: random.Random) -> Told:
    """The message as somebody else might have sent it: it means the same. About a third are left as they are."""
    text = message.text
    if dice.random() < 0.5:
        text = _carelessly(text, dice)
    if dice.random() >= 0.5:
        return Told(text)
    aside, is_talk = asides.draw(message, dice)
    if dice.random() < 0.3:
        aside = aside.rstrip(".!?").lower()
    if dice.random() < 0.5:
        return Told(f"{aside} {text}", range(len(aside)), is_talk)
    return Told(f"{text} {aside}", range(len(text) + 1, len(text) + 1 + len(aside)), is_talk)


def _carelessly(text: str, dice: random.Random) -> str:
    if dice.random() < 0.4:
        text = re.sub(r"[.,!?;:'\"]", "", text)
    if dice.random() < 0.5:
        text = " ".join(_slip(word, dice) if dice.random() < 0.08 else word for word in text.split())
    return text


def _slip(word: str, dice: random.Random) -> str:
    """A slip of the finger: a letter doubled, dropped, swapped with its neighbour or with a key beside it."""
    if len(word) < 4 or not word.isalpha():
        return word
    place = dice.randrange(len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    near = _KEYS.get(letter.lower()) or letter
    return dice.choice(
        (
            before + after,
            before + letter * 2 + after,
            before + after[0] + letter + after[1:],
            before + dice.choice(near) + after,
        )
    )
