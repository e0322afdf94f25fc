"""Reads a yes or a no, as strictly as what hangs on it wants. It never guesses: whatever is neither is None."""

import re
from enum import StrEnum

YES, NO = "yes", "no"


class Counts(StrEnum):
    """What counts as a yes or a no."""

    IN_AN_ANSWER = "in_an_answer"  # One among the few words of an answer, too: "he does, aye", "not yet love".
    ALONE = "alone"  # A message that says nothing else; "that's right" and "wrong" are such.
    CONSENT = "consent"  # As alone, and a yes only in words with which one agrees to something.


_YESES = r"yes|yeah|yea|yep|yup|yh|ye|y|aye|correct|definitely|absolutely|of course|course|thats right|sure"
_NOES = r"no|nope|nah|naw|nae|n|not (?:yet|really|at the moment|at all|now|any more|anymore)|none|never"
_WHO = r"(?:i|we|he|she|they|it|mum|mam|mom|dad|my \w+)"
_DOES = r"(?:do|does|did|am|is|are|was|were|has|have|had|can|could|will|would)"
_DOES_NOT = rf"(?:{_DOES}(?:nt| not)|cannot|cant|wont)"
_SAYS_YES = re.compile(rf"(?:{_YESES})\b|{_WHO} {_DOES}(?: (?:yes|yeah|aye|now|already|indeed))?$")
# After "he does not" comes at most what the question was about: "he is not eating" is news, and no answer.
_REST = (
    r"(?: (?:yet|now|really|at all|any ?more|currently|it|that|those|any|one|either|get|got|gets|getting|had|have|asked"
    r"|applied|claim|claimed|claiming|been|heard|said)){0,3}$"
)
# After a "no" that answers comes nothing, a pause, or who it is about: "no money for the gas" is no answer.
_SAYS_NO = re.compile(
    rf"(?:{_NOES})(?:$|[,.!]| (?:{_WHO}|its|im|hes|shes|weve|ive|theyre|sorry|thanks|thank|not|never|dont|doesnt|isnt"
    rf"|mate|love|pet|nothing|none)\b)|(?:{_WHO} )?{_DOES_NOT}{_REST}"
    rf"|(?:hes|shes|im|its|theyre|weve|ive) (?:not|never)\b{_REST}"
)
_LAST = re.compile(rf" (?:(?P<yes>{_YESES})|(?P<no>no|nope|nah|naw))$")

_AGREES = frozenset({"yes", "y", "ye", "yh", "yeah", "yep", "yup", "aye", "si", "please", "ok", "okay", "sure"})
_AGREES_BESIDE = frozenset({"pls", "thanks", "thank", "you", "ta", "that", "thats", "is", "it", "its", "fine", "all"})
_AGREES_BESIDE |= {"right", "alright", "would", "be", "great", "good", "lovely", "do", "go", "ahead", "i", "like", "id"}
_RIGHT = frozenset({"right", "correct", "thats right"})
_REFUSES = frozenset({"no", "n", "nope", "nah", "naw", "cancel", "stop", "never", "nevermind", "leave", "dont"})
_REFUSES |= {"wrong", "forget"}
_REFUSES_BESIDE = frozenset({"thanks", "thank", "you", "ta", "not", "now", "today", "mind", "it", "that", "bother"})
_REFUSES_BESIDE |= {"im", "ok", "okay", "fine"}
_WRONG = frozenset({"thats wrong", "no thats wrong", "thats not right", "not right", "no it isnt"})


def yes_or_no(said: str, counts: Counts) -> str | None:
    """`YES`, `NO`, or None for whatever is neither."""
    if counts is Counts.IN_AN_ANSWER:
        return _in_an_answer(_plain(said))
    words = re.findall(r"\w+", re.sub(r"[’‘'`]", "", said.lower()))
    whole = " ".join(words)
    if _refuses(words, whole):
        return NO
    if "?" in said or not words:
        return None
    if counts is Counts.ALONE and whole in _RIGHT:
        return YES
    return YES if words[0] in _AGREES and set(words) <= _AGREES | _AGREES_BESIDE else None


def _refuses(words: list[str], whole: str) -> bool:
    begins = bool(words) and (words[0] in _REFUSES or words[:2] in (["not", "now"], ["not", "today"]))
    return whole in _WRONG or (begins and set(words) <= _REFUSES | _REFUSES_BESIDE)


def _plain(said: str) -> str:
    """Small letters without apostrophes; the marks that part words are kept."""
    return re.sub(r"[^\w£,.!]+", " ", re.sub(r"[’‘'`]", "", said.lower())).strip(" ,.!")


def _in_an_answer(words: str) -> str | None:
    yes, no = bool(_SAYS_YES.match(words)), bool(_SAYS_NO.match(words))
    if not yes and not no and (last := _LAST.search(words)):
        yes, no, words = bool(last["yes"]), bool(last["no"]), words[: last.start()]
    if yes and not no:
        return None if re.search(rf"\b(?:{_NOES}|not|{_DOES_NOT})\b", words) else YES
    if no and not yes:
        return None if re.search(rf"\b(?:{_YESES})\b", words) else NO
    return None
