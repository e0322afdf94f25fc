"""Whether digits are an NHS number, by their check digit, or a telephone number, by `phonenumbers`.

NHS number: https://www.datadictionary.nhs.uk/attributes/nhs_number.html (modulus 11; read 26 November 2026 as kept at
https://v2.datadictionary.nhs.uk/data_dictionary/data_field_notes/n/nhs_number_de.asp@shownav=1.html).
"""

import re

import phonenumbers

NHS_DIGITS = 10
SHORTEST, LONGEST = 9, 15  # Digits of a whole telephone number.

_OURS = re.compile(r"0[1-9]\d{9}")  # In the UK, also where nobody has that number yet, as in those kept for drama.


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits end in the check digit of an NHS number."""
    if len(digits) != NHS_DIGITS or len(set(digits)) == 1:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[-1]) if total % 11 != 1 else False


def is_dialled(digits: str) -> bool:
    """Whether it has the eleven digits of a whole number within the UK."""
    return bool(_OURS.fullmatch(national(digits)))


def is_telephone(digits: str, plus: bool = False) -> bool:
    """Whether it is a telephone number as dialled in the UK, or with a country before it."""
    if not SHORTEST <= len(digits) <= LONGEST:
        return False
    if is_dialled(digits):
        return True
    written = _international(digits, plus) or (digits if digits.startswith(("0", "7")) else "")
    if not written:
        return False
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, "GB"))
    except phonenumbers.NumberParseException:
        return False


def _international(digits: str, plus: bool) -> str:
    if digits.startswith("00"):
        digits, plus = digits[2:], True
    if digits.startswith("44") and (plus or len(digits) in (12, 13)):
        return "+44" + digits[2:].removeprefix("0")
    return "+" + digits if plus else ""


def national(digits: str) -> str:
    """The digits as dialled in the UK: 0161... for 44161... and 0044161..."""
    for country in ("0044", "44"):
        if digits.startswith(country) and len(digits) > SHORTEST:
            return "0" + digits.removeprefix(country).removeprefix("0")
    return digits
