"""What is said around a word that makes it somebody's name: titles, kin, "my name is", a letter's end.

It answers for one place in a text how surely a name stands there; which words are taken for one is said in `names.py`.
"""

from collections.abc import Sequence
from enum import IntEnum

from api.masking.words import SHOWN, Kind, Lists, Token

_ARE = frozenset({"is", "was", "are"})
OWNERS = frozenset({"my", "me", "mi", "our", "ar", "his", "her", "their", "your", "wor", "hubby's", "mum's", "dad's"})
_NAMES = frozenset({"name", "surname", "forename", "nickname"})
_HERE = frozenset({"here", "speaking", "calling", "ringing"})
_FAREWELL_WORDS = 4
KISSES = frozenset({"x", "xx", "xxx", "xxxx", "xo"})


_BESIDE = frozenset(SHOWN[kind].lower() for kind in (Kind.PHONE, Kind.NHS_NUMBER, Kind.DATE_OF_BIRTH, Kind.EMAIL))
_BESIDE_BEFORE = _BESIDE - {SHOWN[Kind.EMAIL].lower()}


class Sure(IntEnum):
    """How surely a name is expected.

    TOLD "tell", OWN "this is", BESIDE a number, OPENS a message and acts, KIN "my son", TITLED "Dr", NAMED "my name
    is", SAID to be one, "is my surname".
    """

    NO = 0
    TOLD = 1
    OWN = 2
    BESIDE = 3
    OPENS = 4
    KIN = 5
    TITLED = 6
    NAMED = 7
    SAID = 8


def sureness(tokens: Sequence[Token], place: int, lists: Lists) -> Sure:
    """How surely the words before and after this one make it a name."""
    if _is_said(tokens, place):
        return Sure.SAID
    if _opens(tokens, place, lists):
        return Sure.OPENS
    if _is_beside(tokens, place):
        return Sure.BESIDE
    if place and (tokens[place].gap.strip(" ,:'\"“”‘’.-\u00a0(") or tokens[place].gap.count("\n") > 1):
        return Sure.NO  # Something stands between it and what was said before.
    if _is_named(tokens, place, lists):
        return Sure.NAMED
    if _is_titled(tokens, place, lists):
        return Sure.TITLED
    if _is_kin(tokens, place, lists):
        return Sure.KIN
    if _is_farewell(tokens, place, lists) or _is_own(tokens, place, lists):
        return Sure.OWN
    told = _before(tokens, place, 1) in lists.told and tokens[place].gap == " "
    return Sure.TOLD if told else Sure.NO


def _is_said(tokens: Sequence[Token], place: int) -> bool:
    """Whether it is said behind it that it is a name: "Ng is my surname"."""
    behind = [token.low for token in tokens[place + 1 : place + 5]]
    if len(behind) < 3 or behind[0] not in _ARE or behind[1] not in OWNERS:
        return False
    return behind[2] in _NAMES or behind[2:4] in (
        ["first", "name"],
        ["last", "name"],
        ["family", "name"],
        ["middle", "name"],
    )


def _opens(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    """Whether it opens a message, or with a capital a sentence, and does what a person does: "joy fell"."""
    following, later = _behind(tokens, place, 1), _behind(tokens, place, 2)
    sentence = place == 0 or (bool(set(".!?\n") & set(tokens[place].gap)) and tokens[place].text[0].isupper())
    if not sentence or not following or tokens[place + 1].gap != " ":
        return False
    if following in lists.openers:
        return True
    if following in _ARE:
        return later in lists.after_is
    if following == "and":
        return tokens[place].text[0].isupper() and later in OWNERS and _behind(tokens, place, 3) in lists.kin
    return following in ("from", "at") and later == "the" and tokens[place].text[0].isupper()


def _is_beside(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number that leads to somebody stands before or behind it, with at most a stroke between."""
    before, following = _before(tokens, place, 1), _behind(tokens, place, 1)
    if before in _BESIDE and not tokens[place].gap.strip(" ,-–:/("):
        return True
    return following in _BESIDE_BEFORE and not tokens[place + 1].gap.strip(" ,-–:/(+")


def _behind(tokens: Sequence[Token], place: int, on: int) -> str:
    return tokens[place + on].low if place + on < len(tokens) else ""


def _before(tokens: Sequence[Token], place: int, back: int) -> str:
    return tokens[place - back].low if place >= back else ""


def _is_named(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    """After "my name is", "is called", "speaking to", also with an "is" or a colon between."""
    if _ends(tokens, place, lists):
        return True
    return _before(tokens, place, 1) in _ARE and _ends(tokens, place - 1, lists, but="called")


def _ends(tokens: Sequence[Token], place: int, lists: Lists, but: str = "") -> bool:
    last = _before(tokens, place, 1)
    if not last or last == but or tokens[place].gap.strip() in (".", ","):
        return False
    for phrase in lists.phrases:
        if phrase[-1] == last and place >= len(phrase):
            start = place - len(phrase)
            if all(tokens[start + at].low == word for at, word in enumerate(phrase)):
                return True
    return False


def _is_titled(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    title = _before(tokens, place, 1)
    if title not in lists.titles or tokens[place].gap.strip() not in ("", "."):
        return False
    return not (title == "father" and _before(tokens, place, 2) == "the")


def _is_kin(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    """After "my husband", "auntie", "our"; also with a stop for breath: "my husband, Dave"."""
    kin, owner = _before(tokens, place, 1), _before(tokens, place, 2)
    if kin == "our" or kin == "wor":
        return tokens[place].gap == " "
    if kin not in lists.kin:
        return False
    if tokens[place].gap.strip() not in ("", ",", "-", "("):
        return False
    if kin in lists.kin_before_names and tokens[place].gap == " ":
        return True
    wide = {owner, _before(tokens, place, 3)}
    return bool(OWNERS & wide or any(word.endswith("'s") for word in wide))


def _is_farewell(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    """At the very end of a message, after "thanks" or before a kiss; also the first of two: "thanks, Sue and Bill"."""
    left = [token for token in tokens[place + 1 :] if token.low not in KISSES]
    both = len(left) == 2 and left[0].low in ("and", "&")
    if not both and (len(left) > 1 or (left and left[0].gap != " ")):
        return False
    kissed = len(tokens[place + 1 :]) > len(left)
    before = [token.low for token in tokens[max(0, place - _FAREWELL_WORDS) : place]]
    if before[-1:] and before[-1] in lists.farewells:
        return True
    line = "\n" in tokens[place].gap
    apart = place == 0 or line or bool(tokens[place].gap.strip())
    signed = place > 0 and "," in tokens[place].gap and not left and tokens[place].low in lists.given_words
    return apart and (kissed or line or signed or bool(lists.farewells & set(before)))


def _is_own(tokens: Sequence[Token], place: int, lists: Lists) -> bool:
    """After "this is", "it's" or "I'm", with "here", "calling", the message's end or the like behind; or "Sue here"."""
    said, following = _before(tokens, place, 1), _follows(tokens, place)
    opens = said in ("i'm", "im", "it's", "its", "thats", "that's") or (
        (_before(tokens, place, 2), said) in {("i", "am"), ("this", "is"), ("it", "is")}
    )
    if opens:
        return following in lists.after_own_name or following == "" or _later(tokens, place, _HERE)
    start = place == 0 or said in ("hi", "hello", "hiya", "hey", "morning", "evening", "afternoon", "oh", "yes")
    return start and following in _HERE


def _follows(tokens: Sequence[Token], place: int) -> str:
    """The word behind; an empty text at the end of a sentence."""
    if place + 1 == len(tokens) or tokens[place + 1].gap.strip()[:1] in (".", "!", "?", "\n", ",", "-", ";"):
        return ""
    return tokens[place + 1].low


def _later(tokens: Sequence[Token], place: int, words: frozenset[str]) -> bool:
    return place + 2 < len(tokens) and tokens[place + 2].low in words
