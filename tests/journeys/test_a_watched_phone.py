"""Somebody is being hurt at home and the phone may be in the wrong hands: the nurse is told, the phone says nothing."""

import re

from tests.harness.line import CARER, NURSE_ONE, Line

WORDS = "my husband hits me when hes had a drink, im scared of him"
TELLING = re.compile(r"nurse|abuse|harm|hurt|help is|safeguard", re.IGNORECASE)


async def test_the_nurse_is_paged_and_no_text_to_the_phone_says_so(line: Line) -> None:
    await line.text(CARER, WORDS)
    assert "NIGHTLIGHT P1S" in line.last(NURSE_ONE)
    assert "Can you talk freely just now?" in line.last(CARER)

    await line.text(CARER, "N")
    assert "that is noted" in line.last(CARER)
    code = re.search(r"\b(\d+)a\b", line.last(NURSE_ONE))
    assert code is not None
    await line.staff_text(NURSE_ONE, f"{code[1]}a")
    await line.later(minutes=10)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []


async def test_even_when_nobody_is_reached_the_phone_says_nothing(line: Line) -> None:
    await line.text(CARER, WORDS)
    await line.later(minutes=20)
    assert [text for text in line.phone(CARER) if TELLING.search(text)] == []
