"""What carriers' forms mean, whatever the channel."""

XML = "text/xml"
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "+266696687", "+86282452253"})


def is_withheld(number: str) -> bool:
    """Whether a caller's number is hidden (Twilio spells that in words, or as digits that spell ANONYMOUS)."""
    return number.strip().lower() in _WITHHELD


def whole_number(digits: str) -> int:
    """A number out of a form field; 0 for anything that is not one."""
    return int(digits) if digits.isascii() and digits.isdigit() else 0
