"""The alphabet of text messages (3GPP TS 23.038). One character outside it doubles what a text costs and splits it."""

import re
import unicodedata

BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = set("^{}\\[~]|€\f")  # Each of these takes two places.
TEXT_LIMIT = 306  # Two joined parts of 153 characters.
PAGE_LIMIT = 160  # One part: it shows whole on a lock screen.

# What has no plain form of its own, or one that would say something else: a lost micro sign makes grams of micrograms,
# a lost decimal point makes 25 of 2·5.
_REPLACEMENTS = str.maketrans(
    dict.fromkeys("‘’‚‛`´′", "'")
    | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("‐‑‒–—―−•", "-")
    | dict.fromkeys("·∙⋅٫", ".")
    | dict.fromkeys("µμ", "mc")
    | dict.fromkeys("\u00a0\t\u2028\u2029", " ")
    | {"…": "...", "×": "x", "÷": "/", "±": "+/-", "≤": "<=", "≥": ">=", "≈": "~", "→": "->"}
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "œ": "oe", "Œ": "OE", "ı": "i"}
    | {power: f"^{number}" for number, power in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
)
_MIXED_NUMBER = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")  # Between the 1 and the ½ of 1½, which is not 11/2.


def is_gsm7(text: str) -> bool:
    """Whether every character can be sent without changing the alphabet of the text."""
    return all(char in BASIC or char in EXTENDED for char in text)


def length(text: str) -> int:
    """The places that a GSM-7 text takes."""
    return sum(2 if char in EXTENDED else 1 for char in text)


def cut(text: str, room: int) -> str:
    """A GSM-7 text that takes at most `room` places, with three dots where something was left out."""
    if length(text) <= room:
        return text
    while text and length(text) > room - 3:
        text = text[:-1]
    return f"{text}..." if room >= 3 else ""


def widths() -> dict[str, int]:
    """The places that each character takes once it is made plain, for a page that counts while somebody types."""
    typed = [*BASIC, *EXTENDED, *map(chr, _REPLACEMENTS)]
    return {char: length(to_gsm7(char)) for char in sorted(typed)}


def lost(text: str) -> list[str]:
    """The characters for which there is nothing near enough in a text, such as pictures, each once."""
    return list(dict.fromkeys(char for char in text if not to_gsm7(char)))


def to_gsm7(text: str) -> str:
    """The nearest text that is all GSM-7: typographic marks made plain, accents dropped, the rest left out."""
    text = _MIXED_NUMBER.sub(" ", text).translate(_REPLACEMENTS)
    return "".join(_nearest(char) for char in text)


def _nearest(char: str) -> str:
    if char in BASIC or char in EXTENDED:
        return char
    bare = unicodedata.normalize("NFKD", char).replace("\u2044", "/")  # The stroke of a fraction.
    return "".join(one for one in bare if one in BASIC or one in EXTENDED)
