"""The lines on which masking is measured are labelled exactly, and their numbers are nobody's.

`data/evaluation/masking.jsonl`: what carers might send or say, with every identifier's place in it. Lines 1 to 250 are
ordinary, 251 to 500 hard; in each half some have nothing to mask. `masking_second.jsonl` is by another hand, which saw
neither those lines nor the masking. What is labelled in both:
- a name without title or kin word ("Mr", "auntie"), without "'s"; one that is spelt out is a name again;
- a number, postcode, e-mail address, date of birth or code without its key word ("NHS number", "key safe");
- a house with its street, or its name and street; not the town, and no street without a house;
- no helpline, charity, hospital, medicine, half postcode, reference number or name that is used as a word.
"""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import phonenumbers
import pytest

from tests.guards.tree import ROOT

type Line = dict[str, Any]

KINDS = ("name", "phone", "nhs_number", "postcode", "address", "email", "code", "date_of_birth")


@dataclass(frozen=True)
class Lines:
    """A file of labelled lines, and how many it must have at least, so that a share of them means something."""

    file: str
    prefix: str
    count: int
    without: int
    least: dict[str, int]

    @cached_property
    def all(self) -> list[Line]:
        text = (ROOT / "data/evaluation" / self.file).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


FIRST = Lines("masking.jsonl", "mask", 500, 165, dict(zip(KINDS, (220, 90, 80, 60, 60, 25, 25, 15), strict=True)))
SECOND = Lines(
    "masking_second.jsonl", "second", 200, 60, dict(zip(KINDS, (110, 60, 50, 25, 25, 12, 15, 12), strict=True))
)
each_file = pytest.mark.parametrize("lines", [FIRST, SECOND], ids=lambda lines: lines.file)
# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
DRAMA = (
    *("7700900", "2079460", "1614960", "1134960", "1214960", "1314960"),
    *("1144960", "1154960", "1164960", "1174960", "1184960", "1414960", "1514960", "1914980"),
    *("2920180", "2896496", "1632960", "3069990", "8081570"),
)
# Numbers of the blocks of which none is given to anybody (999 is the one for tests), and one printed as an example.
# https://en.wikipedia.org/wiki/NHS_number#Format,_number_ranges,_and_check_characters
NOBODYS_NHS = ("5", "8", "9", "4010232137")


def faults(text: str, spans: list[tuple[int, int, str]]) -> list[str]:
    """Labels that overlap, lie outside the text, begin or end in a space, or are of no known kind."""
    found, last = [], 0
    for start, end, kind in spans:
        part = text[start:end]
        if start < last or end > len(text) or not part or part != part.strip() or kind not in KINDS:
            found.append(f"{kind} at {start}: {part!r}")
        last = end
    return found


def written(lines: list[Line], kind: str) -> list[str]:
    """All of a kind that hold figures only: the spoken and misspelt ones are read by people."""
    parts = [line["text"][start:end] for line in lines for start, end, each in line["spans"] if each == kind]
    return [part for part in parts if not any(letter.isalpha() for letter in part)]


def has_check_digit(number: str) -> bool:
    """https://www.datadictionary.nhs.uk/attributes/nhs_number.html"""
    left = sum(int(figure) * weight for figure, weight in zip(number[:9], range(10, 1, -1), strict=True)) % 11
    return len(number) == 10 and (11 - left) % 11 == int(number[9])


@each_file
def test_there_are_enough_of_every_kind_and_of_lines_without_any(lines: Lines) -> None:
    counts = Counter(kind for line in lines.all for _, _, kind in line["spans"])
    assert {kind: counts[kind] for kind, least in lines.least.items() if counts[kind] < least} == {}
    assert sum(not line["spans"] for line in lines.all) >= lines.without
    assert [line["id"] for line in lines.all] == [f"{lines.prefix}-{n:03}" for n in range(1, lines.count + 1)]
    assert {line["channel"] for line in lines.all} == {"sms", "web", "voice"}


def test_no_line_stands_in_both_files_or_twice_in_one() -> None:
    counts = Counter(line["text"].casefold() for lines in (FIRST, SECOND) for line in lines.all)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_label_out_of_place_would_be_noticed() -> None:
    text = "ask for Ann on 999"
    assert faults(text, [(8, 11, "name")]) == []
    assert len(faults(text, [(7, 11, "name"), (10, 14, "phone"), (14, 14, "code"), (15, 19, "email")])) == 4
    assert faults(text, [(0, 3, "colour")]) == ["colour at 0: 'ask'"]


@each_file
def test_every_label_lies_exactly_on_its_words(lines: Lines) -> None:
    assert [fault for line in lines.all for fault in faults(line["text"], line["spans"])] == []


@each_file
def test_every_telephone_number_is_kept_for_drama(lines: Lines) -> None:
    parts = written(lines.all, "phone")
    numbers = [phonenumbers.parse("".join(c for c in part if c in "+0123456789"), "GB") for part in parts]
    assert len(numbers) > lines.least["phone"] // 2
    assert [one for one in numbers if not str(one.national_number).startswith(DRAMA)] == []
    assert [one for one in numbers if not phonenumbers.is_possible_number(one)] == []


@each_file
def test_every_nhs_number_has_its_check_digit_and_is_nobodys(lines: Lines) -> None:
    numbers = ["".join(c for c in part if c.isdigit()) for part in written(lines.all, "nhs_number")]
    assert len(numbers) > lines.least["nhs_number"] // 2
    assert [number for number in numbers if not has_check_digit(number) or not number.startswith(NOBODYS_NHS)] == []
    assert not has_check_digit("9434765918")


def test_half_the_second_files_nhs_numbers_are_not_of_the_block_for_tests() -> None:
    numbers = written(SECOND.all, "nhs_number")
    assert sum(not number.startswith("999") for number in numbers) >= len(numbers) // 2
