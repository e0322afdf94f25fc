"""Numbers that lead to somebody are hidden, in every spacing and as dictated; helplines, doses and times stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.masking import service as masking
from api.masking.checks import is_nhs_number, is_telephone, national

SAID = dict(
    zip("0123456789", ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], strict=True)
)
SPACINGS = (
    "{0}{1}{2}",
    "{0} {1} {2}",
    "{0}-{1}-{2}",
    "{0}.{1}.{2}",
    "{0}, {1}, {2}",
    "({0}) {1} {2}",
    "{0}\u00a0{1}  {2}",
)
AROUND = ("{}", "nhs number {}", "my number is {} thanks", "{}, he's 84", "ring me ({}) or 999", "he had 10mg at 2. {}")


def nhs_numbers() -> st.SearchStrategy[str]:
    nines = st.text("0123456789", min_size=9, max_size=9)
    return nines.map(_with_check_digit).filter(is_nhs_number)


def _with_check_digit(nine: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True))
    return nine + str((11 - total % 11) % 11)[-1]


def cut(digits: str, first: int, second: int, spacing: str) -> str:
    return spacing.format(digits[:first], digits[first : first + second], digits[first + second :])


@given(nhs_numbers(), st.sampled_from(SPACINGS), st.sampled_from(AROUND))
def test_no_nhs_number_survives_in_any_spacing(digits: str, spacing: str, around: str) -> None:
    shown = masking.masked(around.format(cut(digits, 3, 3, spacing)))
    assert not any(piece in shown for piece in (digits[:3], digits[3:6], digits[6:])), shown


@given(nhs_numbers(), st.sampled_from(AROUND), st.sampled_from((" ", ", ", "-")))
def test_no_nhs_number_survives_one_figure_after_another(digits: str, around: str, join: str) -> None:
    for figures in (digits, [SAID[digit] for digit in digits]):
        shown = masking.masked(around.format(join.join(figures)))
        assert figures[0] + join + figures[1] + join + figures[2] not in shown


@given(
    st.sampled_from(("071", "073", "074", "075", "077", "078", "079")),
    st.text("0123456789", min_size=8, max_size=8),
    st.sampled_from(SPACINGS),
    st.sampled_from(("", "+44", "0044 ", "+44 (0)")),
    st.sampled_from(AROUND),
)
def test_no_mobile_number_survives_in_any_usual_spacing(
    begin: str, rest: str, spacing: str, country: str, around: str
) -> None:
    digits = begin + rest
    said = country + cut(digits[1:], 4, 3, spacing) if country else cut(digits, 5, 3, spacing)
    shown = masking.masked(around.format(said))
    assert digits[1:5] not in shown
    assert digits[8:] not in shown.replace("999", "")


@given(st.text("0123456789", min_size=9, max_size=9), st.sampled_from(AROUND))
def test_no_dictated_mobile_number_survives(rest: str, around: str) -> None:
    digits = "07" + rest
    shown = masking.masked(around.format(" ".join(SAID[digit] for digit in digits)))
    assert " ".join(SAID[digit] for digit in digits[:4]) not in shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("her nhs number is 943 476 5919 and she's 84", "her nhs number is [NHS number] and she's 84"),
        ("nhs number nine four three, four seven six, five nine one nine", "nhs number [NHS number]"),
        ("NHS no: 943 476 5918", "NHS no: [NHS number]"),
        ("oh seven seven double oh nine hundred one two three is mine", "[phone number] is mine"),
        ("its oh seven seven, um, double oh, that's nine double oh one two three", "its [phone number]"),
        ("o7700 9OO123", "[phone number]"),
        ("plus four four seven seven double oh nine hundred one two three", "[phone number]"),
        ("my sister in Ireland is +353 87 123 4567", "my sister in Ireland is [phone number]"),
        ("call oh one six one four nine six oh one two three please", "call [phone number] please"),
        ("landline is 624 5678", "landline is [phone number]"),
        ("0161/496 0000 ext 23", "[phone number]"),
        ("my mobile is 7700 900123", "my mobile is [phone number]"),
        ("ring 111 and 999 and then me on 0161 496 0000", "ring 111 and 999 and then me on [phone number]"),
        ("07700 900123 943 476 5919", "[phone number] [NHS number]"),
        ("07700/900/123", "[phone number]"),
        ("see https://example.org/a, 07700/900/123", "see https://example.org/a, [phone number]"),
        ("07700\u2011900\u2011123", "[phone number]"),
        ("nhs 943\u2212476\u22125919", "nhs [NHS number]"),
        ("077\u200e009\xad00\ufeff123", "[phone number]"),
        ("0\ufe0f\u20e37\ufe0f\u20e37\ufe0f\u20e30\ufe0f\u20e30\ufe0f\u20e3900123", "[phone number]"),
        ("943/476/5919", "[NHS number]"),
        (
            "943 476 5918, 07700 900123, first is NHS",
            "[NHS number], [phone number], first is NHS",
        ),
        ("the key safe is 1234", "the key safe is [code]"),
        ("THE PASSWORD IS FLUFFY", "THE PASSWORD IS [code]"),
        ("safe 4 8 2 1", "safe [code]"),
        ("for the stairs it's C4821", "for the stairs it's [code]"),
        ("gate 48Y2", "gate [code]"),
        ("the code to get in is C 4 8 2 1 Z", "the code to get in is [code]"),
        ("press hash four eight two one on the pad", "press [code] on the pad"),
        ("4821 black box by the door", "[code] black box by the door"),
        ("7730 gets you in", "[code] gets you in"),
        ("the box by the meter, that's treble four one", "the box by the meter, that's [code]"),
        ("the key safe code is one two three four", "the key safe code is [code]"),
        ("key safe number C1234Y by the door", "key safe number [code] by the door"),
        ("4821 for the key safe", "[code] for the key safe"),
        ("the pin for the alarm is 0099", "the pin for the alarm is [code]"),
        ("hospital number is K123456", "hospital number is [code]"),
        ("my national insurance is QQ 12 34 56 C", "my national insurance is [code]"),
        ("its q q one two three four five six c", "its [code]"),
    ],
)
def test_numbers_of_people_are_hidden(said: str, shown: str) -> None:
    assert masking.masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "mum was given 10mg at 6.30 and 2.5 ml at 10 o'clock",
        "gave him oramorph 2.5ml at 0200 and 0600, 2 paracetamol at 10 and 2 at 2",
        "syringe driver running at 0.42 ml an hour, 20mg morphine over 24 hours",
        "Temp 38.9, BP 120/80, HR 110, RR 24, SpO2 91%",
        "a hundred and twenty over eighty and sats ninety two",
        "it cost 1200 pounds or £1,250,000",
        "rang 111 twice and 999, and the samaritans on 116 123",
        "they said ring 0808 808 00 00, macmillan on oh eight oh eight eight oh eight double oh double oh",
        "ring one one one or nine nine nine",
        "12 years since, 1998 to 2004, 24/7. Sunday 14 December 2025 at 14:30",
        "he's 78 next 4th july, appointment 12/03/2026 at 2pm",
        "code red, he's bleeding, the keysafe has gone at 0630",
        "ward 12 bed 4 bay 2",
        "chart says 08:15 5, 12:15 10, 16:40 10, 20:00 5",
        "parcel tracking number 9434765911, order 4010232138, serial is six oh four one seven nine two",
        "is it safe for her to have it at 0830, the nurse was at the door at 2130",
        "we moved to this door in 1987",
        "the T34 alarm says E32, driver at the door",
    ],
)
def test_doses_times_amounts_and_helplines_stay(said: str) -> None:
    assert masking.masked(said) == said


def test_the_check_digit_decides() -> None:
    """The worked example of the NHS's own dictionary, and neighbours of it."""
    assert is_nhs_number("9434765919")
    assert not is_nhs_number("9434765918")
    assert not is_nhs_number("943476591")
    assert not is_nhs_number("0000000000")


def test_telephone_numbers_are_those_of_the_library() -> None:
    assert is_telephone("02079460958")
    assert is_telephone("447700900123")
    assert is_telephone("353871234567", plus=True)
    assert not is_telephone("12345678901")
    assert not is_telephone("999")
    assert national("00447700900123") == national("447700900123") == "07700900123"
