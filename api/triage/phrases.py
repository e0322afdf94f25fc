"""The language clinicians write phrases in, compiled once to regular expressions over plain words.

    will wake up            these words, one after another, however a carer spells or shortens them
    not                     any negation: "won't" reads as "will not", and "no" and "never" are taken for "not"
    <they>                  any entry of that group in words.yml
    limp | all floppy       one of these; in (round brackets) when more words follow
    [really]                may be there or not
    ...                     up to five other words, none of them a "not", except in an aside ("I don't know why")
    A + B, A + B + C        all, in any order, up to eight words apart, no "not" between
    START and END           the beginning and the end of a clause

It is apart from `rules.py` because it only translates; a phrase it cannot read is a `PhraseError` that says why.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import permutations
from typing import Self

_PART = re.compile(r"<([a-z_]+)>|(\.\.\.|START|END|NUMBER|MANY|YEAR|[()\[\]|+])|([A-Za-z0-9'’]+)|(\S)")
_HELPING_VERBS = [
    "am",
    "are",
    "can",
    "could",
    "did",
    "do",
    "does",
    "had",
    "has",
    "have",
    "is",
    "was",
    "were",
    "will",
    "would",
]
_DIGITS = {"NUMBER": r"\d+", "MANY": r"\d{2,3}", "YEAR": r"(?:19|20)\d\d"}
_GAP = 5
_APART = 8
_MOST_SIDES = 3
_COMMON = 50  # What a word in common use costs as the key under which a phrase is looked up.


class PhraseError(ValueError):
    """A phrase cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled phrase. `needs`: of each of these sets, a passage must hold a word, or the phrase cannot match."""

    regex: str
    needs: tuple[frozenset[str], ...] = ()
    words: frozenset[str] = frozenset()

    def then(self, other: Self) -> "Pattern":
        """This, followed by the other."""
        return Pattern(self.regex + other.regex, self.needs + other.needs, self.words | other.words)


NOTHING = Pattern("")


@dataclass(frozen=True, slots=True)
class Grammar:
    """What phrases may refer to. `respell` gives the plain words of a written one; `negations` end a gap."""

    groups: Mapping[str, tuple[str, ...]]
    respell: Callable[[str], tuple[str, ...]]
    negations: frozenset[str]
    common: frozenset[str]
    _read: dict[str, Pattern] = field(default_factory=dict)  # Groups that were compiled already.

    def compile(self, say: str) -> Pattern:
        """The pattern of a phrase. Raises PhraseError."""
        return _Reader(self, say, ()).phrase()

    def group(self, name: str, inside: tuple[str, ...] = ()) -> Pattern:
        """The pattern of a group; `inside`: the groups being read, which it must not contain. Raises PhraseError."""
        if name not in self._read:
            readers = [_Reader(self, say, (*inside, name)) for say in self.groups[name]]
            self._read[name] = self.either([reader.phrase() for reader in readers])
        return self._read[name]

    def key(self, pattern: Pattern) -> frozenset[str]:
        """The rarest set of words of which a passage needs one for this phrase. Raises PhraseError if it needs none."""
        if not pattern.needs:
            raise PhraseError("every word in it may be left out")
        return min(pattern.needs, key=self.cost)

    def cost(self, words: frozenset[str]) -> int:
        """How many passages, in proportion, hold one of the words."""
        return sum(_COMMON if word in self.common else 1 for word in words)

    def either(self, choices: list[Pattern]) -> Pattern:
        """A pattern that matches what any of the choices matches."""
        if len(choices) == 1:
            return choices[0]
        needs = () if any(not choice.needs for choice in choices) else (frozenset().union(*map(self.key, choices)),)
        return Pattern(f"(?:{_branches(choices)})", needs, frozenset().union(*(choice.words for choice in choices)))


class _Reader:
    """Reads one phrase from left to right. An alternative's regular expression is bracketed, so it can be followed."""

    def __init__(self, grammar: Grammar, say: str, inside: tuple[str, ...]) -> None:
        self._grammar = grammar
        self._inside = inside
        self._parts: list[tuple[str, str]] = []
        for part in _PART.finditer(say):
            kind = part.lastindex or 0
            if kind == 4:
                raise PhraseError(f"“{part.group()}” means nothing here")
            self._parts.append((("", "group", "sign", "word")[kind], part.group(kind)))
        self._next = 0
        self._last_choices = 0  # How many alternatives were read last, at whatever depth.

    def phrase(self) -> Pattern:
        sides, in_one = [self.alternatives()], self._last_choices > 1
        while self._take("+"):
            sides.append(self.alternatives())
            in_one = in_one or self._last_choices > 1
        if len(sides) > 1 and in_one:
            raise PhraseError("“|” beside “+” needs (round brackets), so that everybody reads it alike")
        if len(sides) > _MOST_SIDES:
            raise PhraseError(f"more than {_MOST_SIDES} sides are joined by “+”")
        pattern = _in_any_order(sides, self._gap(_APART))
        if self._next < len(self._parts):
            raise PhraseError(f"“{self._parts[self._next][1]}” is out of place")
        return pattern

    def alternatives(self) -> Pattern:
        choices = [self._sequence()]
        while self._take("|"):
            choices.append(self._sequence())
        self._last_choices = len(choices)
        return self._grammar.either(choices)

    def _sequence(self) -> Pattern:
        pattern = NOTHING
        while (element := self._element(first=pattern is NOTHING)) is not None:
            pattern = pattern.then(element)
        if pattern is NOTHING:
            raise PhraseError("something is missing: a phrase, or one side of it, has no words")
        return pattern

    def _element(self, first: bool) -> Pattern | None:
        if self._next == len(self._parts) or self._parts[self._next] in _CLOSERS:
            return None
        kind, value = self._parts[self._next]
        self._next += 1
        if (kind, value) == ("word", "not"):
            return self._not(first)
        if kind == "word":
            return _words(self._grammar.respell(value))
        return self._group(value) if kind == "group" else self._sign(value)

    def _not(self, first: bool) -> Pattern:
        """Any negation and, unless the phrase begins with it (which would slow the search), a helping verb before."""
        negation = self._grammar.either([_words((word,)) for word in sorted(self._grammar.negations)])
        return negation if first else Pattern(f"(?: (?:{'|'.join(_HELPING_VERBS)}))?").then(negation)

    def _sign(self, sign: str) -> Pattern:
        if sign in "([":
            inner = self.alternatives()
            if not self._take(")" if sign == "(" else "]"):
                raise PhraseError(f"“{sign}” is never closed")
            return inner if sign == "(" else Pattern(f"(?:{inner.regex})?", (), inner.words)
        if sign == "...":
            return Pattern(self._gap(_GAP))
        if sign in _DIGITS:
            in_digits = Pattern(f" (?:{_DIGITS[sign]})[;.]?")
            return in_digits if sign == "YEAR" else self._grammar.either([in_digits, self._group(sign.lower())])
        return Pattern("(?<=[;.])(?= )" if sign == "START" else "(?<=[;.])")

    def _group(self, name: str) -> Pattern:
        if name in self._inside:
            raise PhraseError(f"the group <{name}> contains itself")
        if name not in self._grammar.groups:
            raise PhraseError(f"there is no group <{name}> in words.yml")
        return self._grammar.group(name, self._inside)

    def _gap(self, most: int) -> str:
        """Up to so many words. A "not" among them ends the gap, unless it is an aside or its clause ends in the gap."""
        negations = "|".join(sorted(self._grammar.negations))
        return rf"(?: (?!(?:{negations})[;.]? )\S++| (?:{negations})(?: [^ ;.]++){{0,4}} [^ ;.]++[;.]){{0,{most}}}?"

    def _take(self, sign: str) -> bool:
        found = self._next < len(self._parts) and self._parts[self._next] == ("sign", sign)
        self._next += found
        return found


_CLOSERS = {("sign", sign) for sign in ")]|+"}


def _words(words: tuple[str, ...]) -> Pattern:
    regex = "".join(f" {re.escape(word)}[;.~]?" for word in words)
    return Pattern(regex, tuple(frozenset({word}) for word in words), frozenset(words))


def _branches(choices: list[Pattern]) -> str:
    """The choices as branches; single words share one, which the regular expression engine reads faster."""
    single = [choice for choice in choices if choice.regex in {_words((word,)).regex for word in choice.words}]
    branches = [choice.regex for choice in choices if choice not in single]
    if single:
        names = sorted({word for choice in single for word in choice.words})
        branches.append(f" (?:{'|'.join(map(re.escape, names))})[;.~]?")
    return "|".join(branches)


def _in_any_order(sides: list[Pattern], gap: str) -> Pattern:
    if len(sides) == 1:
        return sides[0]
    orders = [gap.join(side.regex for side in order) for order in permutations(sides)]
    needs = tuple(need for side in sides for need in side.needs)
    return Pattern(f"(?:{'|'.join(orders)})", needs, frozenset().union(*(side.words for side in sides)))
