"""The language carers write in at night, made plain: case, accents, texting, dialect spellings, slips of the finger.

It is apart from `rules.py` because it decides nothing: it turns a message into passages of plain words, each of which
still knows where it stood in the message, and knows no word's meaning. Which spelling stands for which word is data
(`data/triage/words.yml`). Contractions are opened ("won't" is "will not"), so that a phrase has one way to say "not".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

_TOKEN = re.compile(r"[\w\u0300-\u036f\u200b-\u200d\u00ad]+(?:['’‘`´*][\w\u0300-\u036f\u200b-\u200d\u00ad]+)*")
_INVISIBLE = re.compile(r"[_\u0300-\u036f\u200b-\u200d\u00ad]")
_SENTENCE_END = re.compile(r"[!?\n]|(?<!\.)\.(?!\.)")
_PAUSE = re.compile(r"[,;:()\"…–—\x00]|\.\.|\s-|-\s|[\u2190-\U0010ffff]")
_REPEATED = re.compile(r"(.)\1{2,}")
_NUMBER_AND_UNIT = re.compile(r"(\d+)([a-z]+)")
_SHORTEST_MENDED = 5
_SHORTEST_SPLIT = 6
_FRAGMENT_WORDS = 6
_JOINED_WORDS = 40
_WINDOW_WORDS = 80


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """How carers' spellings lead to plain words.

    `standard` and `pairs` lead from one or two written words to plain ones. What is neither `known` (a word of a
    phrase) nor `ordinary` (a word of its own that looks like one) is mended if one slip of the finger, or a missing
    space, lies between it and `watched` words. A word of `negations` before one of `asides` denies nothing.
    """

    standard: Mapping[str, tuple[str, ...]]
    pairs: Mapping[tuple[str, str], tuple[str, ...]]
    ordinary: frozenset[str]
    negations: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    watched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def watch(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """An index for finding words from which one letter is missing: it leads from each shortened form to the words."""
    near: dict[str, list[str]] = {}
    for word in sorted(word for word in words if len(word) >= _SHORTEST_MENDED):
        for shorter in {*_one_letter_less(word), word}:
            near.setdefault(shorter, []).append(word)
    return {shorter: tuple(found) for shorter, found in near.items()}


class Word(NamedTuple):
    """One plain word and where it stood. `stop`: ';' a pause follows, '.' an end; '~' marks a "not" said in passing."""

    text: str
    start: int
    end: int
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that are read together. `text` is what phrases are matched against, such as "; he is gone. help. "."""

    words: tuple[Word, ...]
    text: str
    owned: tuple[int, int]  # A match counts when it begins at a word in this half-open range: windows overlap.

    def word_at(self, position: int) -> int:
        """The index of the word whose leading space stands at `position` in `text`."""
        return self.text.count(" ", 0, position)


def normalise(message: str, spelling: Spelling) -> Iterator[Passage]:
    """The message as passages: sentences, with fragments joined to their neighbours and endless ones in windows."""
    sentence: list[Word] = []
    joined: list[Word] = []
    for word in _words(message, spelling):
        sentence.append(word)
        if word.stop == ".":
            if joined and _stand_apart(joined, sentence):
                yield from _passages(joined)
                joined = []
            joined += sentence
            sentence = []
    if joined and sentence and _stand_apart(joined, sentence):
        yield from _passages(joined)
        joined = []
    yield from _passages(joined + sentence)


def _stand_apart(before: list[Word], after: list[Word]) -> bool:
    short = len(before) <= _FRAGMENT_WORDS or len(after) <= _FRAGMENT_WORDS
    return not short or len(before) + len(after) > _JOINED_WORDS


def _passages(words: list[Word]) -> Iterator[Passage]:
    if len(words) <= _WINDOW_WORDS:
        if words:
            yield _passage(words, (0, len(words)))
        return
    quarter = _WINDOW_WORDS // 4
    for start in range(0, len(words) - 2 * quarter, 2 * quarter):
        last = start + _WINDOW_WORDS >= len(words)
        owned = (0 if start == 0 else quarter, _WINDOW_WORDS if last else 3 * quarter)
        yield _passage(words[start : start + _WINDOW_WORDS], owned)


def _passage(words: list[Word], owned: tuple[int, int]) -> Passage:
    body = " ".join([word.text + word.stop for word in words])
    return Passage(tuple(words), f"; {body} " if words[-1].stop else f"; {body}; ", owned)


def _words(message: str, spelling: Spelling) -> Iterator[Word]:
    waiting: Word | None = None
    for word in _respelt(message, spelling):
        if waiting is None:
            waiting = word
        elif not waiting.stop and (pair := spelling.pairs.get((waiting.text, word.text))):
            *first, last = (Word(text, waiting.start, word.end) for text in pair)
            yield from first
            waiting = Word(last.text, last.start, last.end, word.stop)
        else:
            yield waiting._replace(stop="~") if _is_aside(waiting, word, spelling) else waiting
            waiting = word
    if waiting is not None:
        yield waiting


def _is_aside(word: Word, following: Word, spelling: Spelling) -> bool:
    return not word.stop and word.text in spelling.negations and following.text in spelling.asides


def _respelt(message: str, spelling: Spelling) -> Iterator[Word]:
    tokens = list(_TOKEN.finditer(message))
    for place, token in enumerate(tokens, start=1):
        start, end = token.span()
        next_start = tokens[place].start() if place < len(tokens) else len(message)
        words = respell(token.group(), spelling)
        for text in words[:-1]:
            yield Word(text, start, end)
        if words:
            yield Word(words[-1], start, end, _stop(message, end, next_start))


def _stop(message: str, end: int, next_start: int) -> str:
    if next_start - end == 1 and message[end] in " -":
        return ""
    between = message[end:next_start]
    if between == "." and message[end - 1].isdigit() and message[next_start : next_start + 1].isdigit():
        return ""
    if _SENTENCE_END.search(between):
        return "."
    return ";" if _PAUSE.search(between) else ""


def respell(token: str, spelling: Spelling) -> tuple[str, ...]:
    """The plain words that a written token stands for, such as ("i", "will") for "I'll" and ("cant",) for "CAN'T"."""
    plain = token.lower()
    if not plain.isascii():
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKD", plain.translate(_APOSTROPHES)))
    if plain in spelling.standard:
        return spelling.standard[plain]
    if plain.isalpha():
        return _mended(plain, spelling)
    if plain.endswith("'s") and plain[:-2] in spelling.known and plain[:-2] + "s" not in spelling.known:
        return plain[:-2], "is"
    plain = plain.replace("'", "").replace("_", "")
    if plain in spelling.standard:
        return spelling.standard[plain]
    return _mended(plain, spelling) if plain else ()


_APOSTROPHES = str.maketrans("’‘`´", "''''")


def _mended(plain: str, spelling: Spelling) -> tuple[str, ...]:
    if plain in spelling.known or plain in spelling.ordinary:
        return (plain,)
    for letters in (r"\1\1", r"\1"):
        squeezed = _REPEATED.sub(letters, plain)
        if squeezed in spelling.standard:
            return spelling.standard[squeezed]
        if squeezed in spelling.known:
            return (squeezed,)
    if plain.endswith("in") and plain + "g" in spelling.known:
        return (plain + "g",)
    if split := _NUMBER_AND_UNIT.fullmatch(plain):
        return (split[1], *respell(split[2], spelling))
    if not squeezed.isalpha() or squeezed in spelling.ordinary:
        return (squeezed,)
    mended = one_slip_away(squeezed, spelling.watched)
    return (mended,) if mended else _two_words(squeezed, spelling) or (squeezed,)


def one_slip_away(word: str, watched: Mapping[str, tuple[str, ...]]) -> str | None:
    """The watched word (see `watch`) that one slip of the finger leads to; None if it is none or the word is short."""
    if len(word) < _SHORTEST_MENDED:
        return None
    candidates = set(watched.get(word, ()))
    for shorter in _one_letter_less(word):
        candidates.update(watched.get(shorter, ()))
    close = [other for other in candidates if _is_one_slip(word, other)]
    return min(close, key=lambda other: (other[0] != word[0], abs(len(other) - len(word)), other)) if close else None


def _two_words(word: str, spelling: Spelling) -> tuple[str, ...] | None:
    """The two words that were written without a space between them, of which one at least is long enough to be sure."""
    if len(word) < _SHORTEST_SPLIT:
        return None
    for place in range(len(word) - 2, 1, -1):
        parts = word[:place], word[place:]
        if max(map(len, parts)) >= _SHORTEST_MENDED - 1 and all(_is_plain(part, spelling) for part in parts):
            return tuple(plain for part in parts for plain in spelling.standard.get(part, (part,)))
    return None


def _is_plain(word: str, spelling: Spelling) -> bool:
    return word in spelling.known or word in spelling.standard


def _one_letter_less(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _is_one_slip(word: str, other: str) -> bool:
    """Whether one letter added, dropped or changed, or two neighbours swapped, lead from one word to the other."""
    place = next((i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, other_rest = word[place:], other[place:]
    if len(word) == len(other):
        swapped = rest[1::-1] + rest[2:]
        return rest[1:] == other_rest[1:] or swapped == other_rest
    return rest[1:] == other_rest if len(word) > len(other) else rest == other_rest[1:]
