"""Whether somebody says yes or no to a question of ours. Pure; the words are those of data/triage/yes_and_no.yml.

Frightened people rarely answer with the one word that we offered. A yes brings a nurse, so little is needed for one. A
no sends nobody: it counts only where the screen hears nothing and every word is one that people say when all is well.
Whatever else they say leaves the question open.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

_LONGEST_YES = 10  # Words. More tell us something, which is the screen's and the assistant's to hear.
_KIND_SIGNS = frozenset("👍👌🙏❤💙💜💚🧡💛😊🙂😀😅😂^`")
_CRY = re.compile(r"[?…]|\.\.|\b\w*([a-z])\1{2,}", re.IGNORECASE)
_LONGEST_NO = 16  # Words. It also bounds the work: the same words may stand in several lists.


@dataclass(frozen=True, eq=False)
class YesAndNo:
    """The words of the file, under its names."""

    yes: frozenset[str]
    no: frozenset[str]
    also_yes: frozenset[str]
    yes_for_sure: frozenset[str]
    says_yes: frozenset[str]
    takes_it_back: frozenset[str]
    takes_a_nurse_back: frozenset[str]
    half_yes_alone: frozenset[str]
    half_yes: frozenset[str]
    nobody: frozenset[str]
    whose: frozenset[str]
    before: frozenset[str]
    no_words: frozenset[str]
    thanks: frozenset[str]
    is_well: frozenset[str]
    we_are: frozenset[str]
    well: frozenset[str]
    only: frozenset[str]
    meant: frozenset[str]
    denials: frozenset[str]
    no_nurse: frozenset[str]
    not_now: frozenset[str]
    cannot_talk: frozenset[str]

    def plainly(self, body: str) -> bool | None:
        """Whether the whole message says yes (True) or no (False) and can say nothing else. None: neither."""
        words = _plain(body)
        if words in self.no:
            return False if _is_said_calmly(body) else None
        return True if words in self.yes else None

    def about_a_nurse(self, body: str, *, is_quiet: bool) -> bool | None:
        """Whether it says yes or no to a question about a nurse. `is_quiet`: the screen hears nothing in it."""
        words = _plain(body)
        says = self._says_yes(words, self.takes_a_nurse_back)
        if says or words in self.also_yes:
            return True
        return False if says is None and is_quiet and _is(body, self._no_nurse) else None

    def about_a_life(self, body: str, *, is_quiet: bool) -> bool | None:
        """Whether it says yes or no to the question about a life. `is_quiet`: the screen hears nothing in it."""
        words = _plain(body)
        says = self._says_yes(words)
        if says or words in self.also_yes | self.half_yes_alone or self._half(words) or self._says_whose(words):
            return True
        return False if says is None and is_quiet and _is(body, self._no_life) else None

    def about_talking(self, body: str) -> bool | None:
        """Whether it says yes or no to the question whether it is a good time to talk."""
        words = _plain(body)
        if _holds(words, self.cannot_talk):
            return False
        return True if _holds(words, self.says_yes | self.yes) else None

    def _says_yes(self, words: str, unless: frozenset[str] = frozenset()) -> bool | None:
        """False: something takes the yes in it back. None: none is in it. `unless`: takes back all but a last word."""
        if _holds(words, self.yes_for_sure):
            return True
        if not _holds(words, self.says_yes):
            return None
        stands = words.split()[-1] in self.says_yes or not _holds(words, unless)
        return _is_few(words) and stands and not _holds(words, self.takes_it_back)

    def _half(self, words: str) -> bool:
        back = self.takes_it_back | self.nobody
        return (
            _is_few(words) and not self._begins_no(words) and _holds(words, self.half_yes) and not _holds(words, back)
        )

    def _says_whose(self, words: str) -> bool:
        at_the_end = any(f" {words}".endswith(f" {one}") for one in self.whose)
        return _is_few(words) and (at_the_end or (not self._begins_no(words) and _holds(words, self.whose)))

    def _begins_no(self, words: str) -> bool:
        return any(f"{words} ".startswith(f"{no} ") for no in self.no_words)

    @cached_property
    def _no_nurse(self) -> re.Pattern[str]:
        return self._no_of(self.is_well | self.we_are, self.denials | self.no_nurse, self.not_now)

    @cached_property
    def _no_life(self) -> re.Pattern[str]:
        return self._no_of(self.we_are, self.denials)

    def _no_of(
        self, who: frozenset[str], instead: frozenset[str], end: frozenset[str] = frozenset()
    ) -> re.Pattern[str]:
        kind, others = _either(self.thanks), _either(instead)
        beside = f"(?:{kind}|{_either(who)}{_either(self.well)}|{_either(self.only)}{_either(self.meant)}|{others})*"
        no = f"(?:{_either(self.no_words)}){{1,2}}|{others}"
        closes = f"{_either(end)}(?:{kind})*"
        return re.compile(f"(?:{_either(self.before)})*{beside}(?:(?:{no}){beside}(?:{closes})?|{closes})")


def _is(body: str, said: re.Pattern[str]) -> bool:
    words = _plain(body)
    return len(words.split()) <= _LONGEST_NO and _is_said_calmly(body) and said.fullmatch(words) is not None


def _is_said_calmly(body: str) -> bool:
    """Whether a no may be no more than that: "no?", "no...", "nooo" and "no" with a broken heart are cries."""
    signs = {char for char in body if unicodedata.category(char).startswith("S")}
    return signs <= _KIND_SIGNS and not _CRY.search(body)


def _is_few(words: str) -> bool:
    return len(words.split()) <= _LONGEST_YES


def _holds(words: str, phrases: Iterable[str]) -> bool:
    return any(f" {one} " in f" {words} " for one in phrases)


def _either(choices: Iterable[str]) -> str:
    """Any of these, longest first, as words of their own with a space after each or the end. Of none: nothing fits."""
    longest_first = sorted(choices, key=lambda one: (-len(one), one))
    return f"(?:(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?: |$))"


def _plain(body: str) -> str:
    apart = re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", body.lower()))
    return " ".join(re.sub(r"([a-z])\1{2,}", r"\1", apart).split())
