"""Reading a telephone number out of what a carer wrote."""

import re

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

_WHOLE = re.compile(r"\+44[1237]\d{8,9}")  # Of the UK and with its area, at no price that the caller would notice.


def number_in(words: str) -> str | None:
    """The one number of the UK in these words, as E.164. None: there is none, or there are several."""
    matches = PhoneNumberMatcher(words, "GB", leniency=Leniency.POSSIBLE)
    found = {format_number(match.number, PhoneNumberFormat.E164) for match in matches}
    whole = {number for number in found if _WHOLE.fullmatch(number)}
    return whole.pop() if len(whole) == 1 else None
