"""Reads a carer's short answer to a guide's question, in carers' own words. It never guesses."""

import re
from collections.abc import Iterator, Mapping, Sequence

from actions.yes_or_no import Counts, yes_or_no

UNSURE = "unsure"
LONGEST = 12  # Words. Whoever writes more is telling us something, not answering.

_STOPS = frozenset(
    {
        "skip",
        "skip it",
        "skip them",
        "skip this",
        "skip all",
        "skip questions",
        "skip the questions",
        "stop asking",
        "stop asking me",
        "stop the questions",
        "stop questions",
        "no questions",
        "no more questions",
        "enough questions",
        "too many questions",
    }
)
# The end of an answer, or all of it: "honestly not sure love"; but "i dont know how to get a wheelchair" is a question.
_UNSURE = (
    r"do(?:nt| not) (?:really )?know",
    r"dunno",
    r"dno",
    r"idk",
    r"not (?:really |too |very |100 |entirely )?(?:sure|certain)",
    r"unsure",
    r"no (?:idea|clue)",
    r"havent a clue",
    r"cant (?:really )?(?:say|remember|tell)",
    r"(?:rather|prefer) not (?:to )?say",
    r"hard to (?:say|tell)",
    r"who knows",
    r"maybe",
    r"perhaps",
    r"possibly",
    r"might be",
    r"could be",
    r"i think so",
    r"i suppose",
)
_AFTER_UNSURE = (
    r"(?=$|[,.!]|(?: (?:sorry|love|mate|pet|really|yet|tbh|to be honest|honestly|now|either|if \w+ \w+|which(?: one)?"
    r"|what (?:that|it) (?:is|means)|about (?:that|it)|to be sure))+$)"
)
_IS_UNSURE = re.compile(rf"\b(?:{'|'.join(_UNSURE)}){_AFTER_UNSURE}")
_ASKS_BACK = re.compile(
    r"(?:can|could|what|whats|how|who|where|when|why|should|would|(?:are|is) there|do (?:you|i|we)) \w"
)
_PASSES = frozenset({"pass", "next", "next question", "next one"})
_LEADS = re.compile(r"^(?:(?:erm|um|uh|er|oh|ah|well|so|ok|okay|sorry|hi|hello|and|but)[ ,]+)+")
# What may stand beside a number that chooses: "number 2 please", but not "2 years".
_BESIDE_NUMBER = re.compile(
    r"(?: (?:number|option|answer|choice|the|its|it is|one|my|id say|i think|i would say|go with|please|pls|love|_))+ "
)
_NEGATED = re.compile(r"\b(?:not|never|isnt|arent|wasnt|doesnt|dont|didnt|neither|nor|or)\b")

_NATIONS = {
    "england": ("england", "engalnd", "englnd"),
    "scotland": ("scotland", "scotlnd", "scottland", "scotlan"),
    "wales": ("wales", "whales", "cymru"),
    "northern_ireland": ("northern ireland", "north ireland", "n ireland", "norn iron", "northern island", "ni"),
}
_NUMBERS = {
    "1": ("one", "first", "1st", "first one", "1st one", "number one"),
    "2": ("two", "second", "2nd", "second one", "2nd one", "number two"),
    "3": ("three", "third", "3rd", "third one", "3rd one", "number three"),
    "4": ("four", "fourth", "4th", "fourth one", "4th one", "number four"),
    "5": ("five", "fifth", "5th", "fifth one", "5th one", "number five"),
    "6": ("six", "sixth", "6th", "sixth one", "6th one", "number six"),
}

Options = Mapping[str, Sequence[str]]


def read(said: str, reads: str, options: Options) -> str | None:
    """The answer to a question that reads `nation`, `yes_no` or `choice`, or `unsure`. None: it is none of these."""
    words, known = _plain(said), _all_options(reads, options)
    if (whole := _whole(words, known)) is not None:
        return whole
    if not is_answer(said):
        return None
    if words in _PASSES:
        return UNSURE
    if _is_unsure(words):
        return UNSURE
    return yes_or_no(words, Counts.IN_AN_ANSWER) if reads == "yes_no" else _choice(words, known)


def is_answer(said: str) -> bool:
    """Whether this can be an answer at all: it has words, it is short, and it asks nothing."""
    words = _plain(said)
    return bool(words) and "?" not in said and len(words.split()) <= LONGEST and not _ASKS_BACK.match(words)


def wants_no_more(said: str) -> bool:
    """Whether the carer wants the questions to stop."""
    return _bare(_plain(said)) in _STOPS


def _plain(said: str) -> str:
    """Lower case, without apostrophes, one space between words; commas and full stops inside are kept."""
    words = re.sub(r"[’‘'`]", "", said.lower())
    words = re.sub(r"[^\w£,.!]+", " ", words)
    return _LEADS.sub("", words.strip(" ,.!"))


def _bare(words: str) -> str:
    return re.sub(r" (?:please|pls|plz|thanks|thank you|ta|now|love)$", "", re.sub(r"[,.!]", "", words))


def _is_unsure(words: str) -> bool:
    return bool(_IS_UNSURE.search(words))


def _all_options(reads: str, options: Options) -> dict[str, tuple[str, ...]]:
    known = _NATIONS if reads == "nation" else {}
    found = {code: (*known.get(code, ()), *options.get(code, ())) for code in {**known, **options}}
    return {code: (*ways, *(more for way in ways for more in _NUMBERS.get(way, ()))) for code, ways in found.items()}


def _whole(words: str, options: Options) -> str | None:
    """The option for which this is one of the ways of writing it, word for word."""
    return next((code for way, code in _ways(options) if way == _joined(words)), None) if words else None


def _choice(words: str, options: Options) -> str | None:
    """The only option that is named. A longer way of writing one covers the shorter ones that lie inside it."""
    rest, named, numbered = f" {_joined(words)} ", set[str](), set[str]()
    for way, code in sorted(_ways(options), key=lambda pair: -len(pair[0])):
        if re.search(place := rf"(?<= ){re.escape(way)}(?= )", rest):
            rest = re.sub(place, "_", rest)
            (numbered if _is_number(way) else named).add(code)
    if numbered and not (_BESIDE_NUMBER.fullmatch(rest) or re.match(r"\d[,.]", words)):
        numbered = set()
    found = named | numbered
    return found.pop() if len(found) == 1 and not _is_negated(words, rest) else None


def _is_negated(words: str, rest: str) -> bool:
    """Whether it says what is not so. A "no" with a pause after it belongs to something else: "no, Scotland"."""
    return bool(_NEGATED.search(rest)) or (rest.startswith(" no ") and words.startswith("no "))


def _ways(options: Options) -> Iterator[tuple[str, str]]:
    return ((_joined(_plain(way)), code) for code, ways in options.items() for way in ways if _plain(way))


def _joined(words: str) -> str:
    """Without the marks between words."""
    return " ".join(re.sub("[,!]", " ", words.replace(".", "")).split())


def _is_number(way: str) -> bool:
    return way.isdigit() or any(way in ways for ways in _NUMBERS.values())
