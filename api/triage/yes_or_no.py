"""Whether somebody says yes or no to a question of ours. Pure; the words are those of data/triage/yes_and_no.yml.

Frightened people rarely answer with the one word that we offered. A yes brings a nurse, so little is needed for one. A
no sends nobody: it counts only where the screen hears nothing and every word is one that people say when all is well.
Whatever else they say leaves the question open.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

_LONGEST_YES = 10  # Words. More tell us something, which is the screen's and the assistant's to hear.
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
    whose: frozenset[str]
    before: frozenset[str]
    no_words: frozenset[str]
    thanks: frozenset[str]
    is_well: frozenset[str]
    well: frozenset[str]
    only: frozenset[str]
    meant: frozenset[str]
    slips: frozenset[str]
    not_so: frozenset[str]
    not_now: frozenset[str]
    cannot_talk: frozenset[str]

    def plainly(self, body: str) -> bool | None:
        """Whether the whole message says yes (True) or no (False) and can say nothing else. None: neither."""
        words = _plain(body)
        return True if words in self.yes else False if words in self.no else None

    def about_a_nurse(self, body: str, *, is_quiet: bool) -> bool | None:
        """Whether it says yes or no to a question about a nurse. `is_quiet`: the screen hears nothing in it."""
        words = _plain(body)
        says = self._says_yes(words, self.takes_a_nurse_back)
        if says or words in self.also_yes:
            return True
        return False if says is None and is_quiet and _is(words, self._no_nurse) else None

    def about_a_life(self, body: str, *, is_quiet: bool) -> bool | None:
        """Whether it says yes or no to the question about a life. `is_quiet`: the screen hears nothing in it."""
        words = _plain(body)
        says = self._says_yes(words)
        if says or words in self.also_yes | self.half_yes_alone or _holds(words, self.whose) or self._half(words):
            return True
        return False if says is None and is_quiet and _is(words, self._no_life) else None

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
        every = words.split()
        stands = every[-1] in self.says_yes or not _holds(words, unless)
        return len(every) <= _LONGEST_YES and stands and not _holds(words, self.takes_it_back)

    def _half(self, words: str) -> bool:
        begins = any(f"{words} ".startswith(f"{no} ") for no in self.no_words)
        few = len(words.split()) <= _LONGEST_YES
        return few and not begins and _holds(words, self.half_yes) and not _holds(words, self.takes_it_back)

    @cached_property
    def _no_nurse(self) -> re.Pattern[str]:
        return self._no_of(self.not_so | self.not_now)

    @cached_property
    def _no_life(self) -> re.Pattern[str]:
        return self._no_of(self.not_so)

    def _no_of(self, ends: frozenset[str]) -> re.Pattern[str]:
        kind = _either(self.thanks)
        well, meant = (f"{_either(a)}{_either(b)}" for a, b in ((self.is_well, self.well), (self.only, self.meant)))
        harmless = f"(?:{kind}|{well}|{_either(self.well)}|{meant}|{_either(self.slips)})*"
        end = f"{_either(ends)}(?:{kind})*"  # "No, I'm not" is a no; "no, I'm not OK" is none.
        no = f"(?:{_either(self.no_words)})+|{_either(self.slips)}"
        return re.compile(f"(?:{_either(self.before)})*{harmless}(?:(?:{no}){harmless}(?:{end})?|{end})")


def _is(words: str, said: re.Pattern[str]) -> bool:
    return len(words.split()) <= _LONGEST_NO and said.fullmatch(words) is not None


def _holds(words: str, phrases: Iterable[str]) -> bool:
    return any(f" {one} " in f" {words} " for one in phrases)


def _either(choices: Iterable[str]) -> str:
    """Any of these, longest first, as words of their own with a space after each or the end."""
    longest_first = sorted(choices, key=lambda one: (-len(one), one))
    return f"(?:(?:{'|'.join(map(re.escape, longest_first))})(?: |$))"


def _plain(body: str) -> str:
    apart = re.sub(r"[^\w\s]", " ", re.sub(r"['’`]", "", body.lower()))
    return " ".join(re.sub(r"([a-z])\1{2,}", r"\1", apart).split())
