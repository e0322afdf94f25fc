"""Whole messages that mean something only after a question of ours, and what stands behind "no, I meant".

Pure. They are read by pattern, not by the model: a single figure or letter has no meaning to learn.
"""

import re

CHOICE = "choice"  # Never recognised by the model.
FIRST, SECOND, OTHER = "first", "second", "other"

# "1" alone is a call for a nurse, and the API lets it come here only right after three things were offered.
_CHOICES = {
    FIRST: r"1|a|one|(?:the )?(?:first|1st)(?: one)?",
    SECOND: r"2|b|two|(?:the )?(?:second|2nd)(?: one)?",
    OTHER: r"3|c|three|(?:the )?(?:third|3rd|last)(?: one)?|(?:no )?(?:neither|none)(?: of (?:them|those|these))?"
    r"|(?:no )?something (?:else|different)",
}
_PLACES = {
    place: re.compile(rf"(?:option |letter |answer |number |its |it's )?(?:{said})(?: please| pls| ta)?", re.IGNORECASE)
    for place, said in _CHOICES.items()
}
_EDGES = " \t\r\n.,!?()/'\""
# What is meant stands behind the last of these.
_MEANT = re.compile(
    r"^.*\b(?:i|we) (?:meant|ment|mean|said|asked|wanted|want|need|was (?:asking|on) about|am asking)"
    r"(?: to ask)?(?: you)?(?: (?:about|for|how|the bit about))?\b",
    re.IGNORECASE | re.DOTALL,
)
_DENIED = re.compile(
    r"^(?:(?:no+|nope|nah|naw|sorry|er|um)\b[\s,.!]*|(?:that'?s |thats )?(?:not|wrong)\b[^,.!?;]*[,.!?;]+\s*)+",
    re.IGNORECASE,
)


def choice(text: str) -> str | None:
    """Which of three offered things the whole message names. None: it names none."""
    said = text.strip(_EDGES)
    return next((place for place, pattern in _PLACES.items() if pattern.fullmatch(said)), None)


def meant(text: str) -> str:
    """What a message that says "not that" asks for instead; empty where it says no more than that."""
    rest = _MEANT.sub("", text) if _MEANT.search(text) else _DENIED.sub("", text)
    rest = rest.strip(_EDGES)
    return rest if rest and rest != text.strip(_EDGES) else ""
