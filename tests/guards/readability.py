"""How hard a text is to read: the Flesch-Kincaid grade, as a reading age in years.

The grade is 0.39 x words per sentence + 11.8 x syllables per word - 15.59 (J. P. Kincaid and others, 1975, Research
Branch Report 8-75, https://stars.library.ucf.edu/istlibrary/56/). A pupil of grade n is n + 5 years old. The kept
library for it, textstat, fetches a word list at run time, so syllables are counted here, as groups of vowels.
"""

import re

GRADE_TO_AGE = 5
_NOT_WORDS = re.compile(r"https?://\S+|\[[^\]]*\]|[+(]?\d[\d\s()]*\d|\d")
_SENTENCE_END = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeiouyscxz]es)$")
_SILENT_INSIDE = re.compile(r"[^aeiouyl]e(?=(?:ly|ment|ful|less)$)")
_TWO = re.compile(r"(?:ia|io(?!n)|eo|ua(?!r)|iu|ying|being)")


def syllables(word: str) -> int:
    """The syllables of one English word, near enough: exact for most, one off for a few."""
    word = re.sub(r"['’].*", "", word.lower())
    silent = 1 if _SILENT.search(word) and len(_VOWELS.findall(word)) > 1 else 0
    inside = len(_SILENT_INSIDE.findall(word))
    return max(1, len(_VOWELS.findall(word)) - silent - inside + len(_TWO.findall(word)))


def reading_age(text: str) -> float:
    """The age, in years, at which a text can be read with ease. Numbers and addresses are not counted."""
    plain = _NOT_WORDS.sub(" ", text)
    sentences = [found for part in _SENTENCE_END.split(plain) if (found := _WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return 0.0
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * per_word - 15.59 + GRADE_TO_AGE
