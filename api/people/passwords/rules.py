"""What a password must be. Long is what counts (NCSC: three random words); digits and signs are nobody's duty.

https://www.ncsc.gov.uk/collection/passwords/updating-your-approach (read 2026-11-26)
"""

import re
from collections.abc import Iterable

LEAST, MOST = 12, 200  # Characters.
_SAME = str.maketrans("@4301$5!7", "aaeolssit")  # What people write for a letter: `P@ssw0rd`.
_NO_LETTER = re.compile(r"[^a-z]+")
_ENOUGH_LETTERS, _ENOUGH_WORDS, _ENOUGH_KINDS = 5, 3, 5
TOO_EASY = "This is too easy to guess. Three words that have nothing to do with each other are hard to guess"


def wrong_with(password: str, common: Iterable[str], own: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, in words for the form. None: it will do.

    `common`: words that are tried first by whoever guesses. `own`: words of this person, such as their name.
    """
    if len(password) < LEAST:
        return f"Use {LEAST} characters or more"
    if len(password) > MOST:
        return f"Use {MOST} characters or fewer"
    known = {*common, *(word for text in own for word in _NO_LETTER.split(text.lower()) if len(word) > 2)}
    return TOO_EASY if _is_easy(password, known) else None


def _is_easy(password: str, known: set[str]) -> bool:
    if len(set(password.lower())) < _ENOUGH_KINDS:
        return True
    letters = _NO_LETTER.sub("", password.lower())
    # As it stands, with digits read as the letters they stand for, and without what stands between letters: `1q2w3e`.
    return any(_is_made_of(form, known) for form in (password.lower(), password.lower().translate(_SAME), letters))


def _is_made_of(form: str, known: set[str]) -> bool:
    """Whether little is left of it without the words that everybody tries, and those are one or two."""
    found = set()
    for word in sorted(known, key=len, reverse=True):
        if word in form:
            found.add(word)
            form = form.replace(word, " ")
    return len(_NO_LETTER.sub("", form)) < _ENOUGH_LETTERS and len(found) < _ENOUGH_WORDS
