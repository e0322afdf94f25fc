"""E-mail addresses as written and as said, but for those of public bodies."""

import re
from collections.abc import Iterator

from api.masking.births import UNDER_100
from api.masking.words import Kind, Lists, Span

_AT, _DOT = r"(?: ?@ ?| ?[(\[{]at[)\]}] ?)", r"(?: ?\. ?| ?[(\[{](?:dot|\.)[)\]}] ?)"
_EMAIL = re.compile(rf"[\w.+'-]+{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.IGNORECASE)
_STROKE = "dot|underscore|dash|hyphen|stroke|full stop|point"
_MAILERS = "gmail|googlemail|hotmail|yahoo|outlook|icloud|live|aol|btinternet|sky|virginmedia|talktalk|nhs"
_SPOKEN_EMAIL = re.compile(
    rf"\b(?:(?:{UNDER_100}|\d+|oh|zero|double|[a-z]) ){{0,4}}[\w.+-]+"
    rf"(?> (?:(?:{_STROKE}) [\w-]+|\d+|oh|zero|double|{UNDER_100}|[a-z])\b)*+"
    rf"(?: at |@|\(at\))(?!www)(?:(?:[\w-]+ ?(?:dot |point |\. ?))+|(?:{_MAILERS}) )"
    rf"(?:com|co uk|uk|net|org|info|me|ie|eu|scot|wales|cymru)\b",
    re.IGNORECASE,
)


def emails(text: str, lists: Lists) -> Iterator[Span]:
    """Every address: `sue@example.org`, "sue dot jones at example dot com"."""
    low = text.lower()
    if "@" in low or any(f"{bracket}at" in low for bracket in "([{"):
        for match in _EMAIL.finditer(text):
            if match.group().lower().replace(" ", "") not in lists.public_addresses:
                yield Span(*match.span(), Kind.EMAIL)
    if " at " in low and (" dot " in low or " com" in low or "." in low):
        yield from (Span(*match.span(), Kind.EMAIL) for match in _SPOKEN_EMAIL.finditer(text))
