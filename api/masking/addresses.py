"""Street addresses: a house's number with its street, or a house's name where somebody is said to live in it."""

from collections.abc import Iterator, Sequence

from api.masking.figures import Atom, runs
from api.masking.words import SHOWN, Kind, Lists, Span, Token

_HOUSE_DIGITS = 4
_STREET_WORDS = 3
_FLAT_WORDS = 3  # `flat 2 b`
_HOUSE_WORDS = 5
_STRANGE = 4  # Letters.
_FAR = 4  # Words between "live at" and the number.


def addresses(tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """Every house number with its street, and houses by name where somebody is said to live in them."""
    words = {token.low for token in tokens}
    known = lists.streets | lists.loose_streets | lists.welsh_streets | lists.surely_living
    if not words & known:
        return
    for run in runs(tokens, lists):
        if len(run[-1].digits) <= _HOUSE_DIGITS and (found := _address(tokens, run, lists)):
            yield Span(tokens[found[0]].start, tokens[_with_next_street(tokens, found[1], lists)].end, Kind.ADDRESS)
    yield from _houses(tokens, lists)


def _houses(tokens: Sequence[Token], lists: Lists) -> Iterator[Span]:
    """Houses by their names alone."""
    for place, token in enumerate(tokens):
        if token.low in lists.houses and (found := _named_house(tokens, place, lists)):
            yield Span(tokens[found[0]].start, tokens[found[1]].end, Kind.ADDRESS)
        if token.gap == ", " and (end := _second_street(tokens, place, lists)) is not None:
            first = _house_before(tokens, place, lists)
            if first is not None:
                yield Span(tokens[first].start, tokens[end].end, Kind.ADDRESS)


def _second_street(tokens: Sequence[Token], at: int, lists: Lists) -> int | None:
    """The last token of a street with capitals and no number, of at most three words: `Station Road`, `Heol Las`."""
    if tokens[at].low in lists.welsh_streets and tokens[at].text[0].isupper():
        return _while_street(tokens, at + 1, lists, 2)
    for place in range(at + 1, min(at + _STREET_WORDS, len(tokens))):
        if tokens[place].gap != " " or not tokens[place - 1].text[0].isupper() or _no_street(tokens[place - 1], lists):
            return None
        if tokens[place].low in lists.streets and tokens[place].text[0].isupper():
            return place
    return None


def _house_before(tokens: Sequence[Token], at: int, lists: Lists) -> int | None:
    """The first token of the house's name, with capitals, before the comma of `Rose Cottage, Mill Lane`."""
    first = at
    while first > max(0, at - _HOUSE_WORDS) and (first == at or tokens[first].gap in (" ", "-")):
        token = tokens[first - 1]
        joined = first < at and (tokens[first].gap == "-" or tokens[first - 1].gap == "-")
        if (
            not (token.text[0].isupper() or joined)
            or token.low in lists.bodies - lists.houses
            or token.low in lists.kept
        ):
            break
        first -= 1
    words = tokens[first:at]
    known = any(token.low in lists.public_names for token in words)
    sentence = first == 0 or bool(set(".!?:\n") & set(tokens[first].gap))
    enough = len(words) > 1 or (bool(words) and not sentence and words[0].low not in lists.ordinary | lists.places)
    return first if enough and not known else None


def _with_next_street(tokens: Sequence[Token], last: int, lists: Lists) -> int:
    """The end of an address with what follows a comma: its house's name, its street."""
    for _ in range(2):
        at = last + 1
        if at >= len(tokens) or tokens[at].gap != ", ":
            break
        ends = (at + more for more in range(1, 3) if at + more < len(tokens) and tokens[at + more].gap == " ")
        house = next((end for end in ends if tokens[end].low in lists.houses and tokens[end].text[0].isupper()), None)
        end = _second_street(tokens, at, lists) or house
        if end is None:
            break
        last = end
    return last


def _address(tokens: Sequence[Token], run: Sequence[Atom], lists: Lists) -> tuple[int, int] | None:
    """The first and last token of the address whose number this is."""
    whole = sum(len(atom.digits) for atom in run) <= _HOUSE_DIGITS
    first, last = (run[0].first if whole else run[-1].first), run[-1].last
    if last + 1 < len(tokens) and len(tokens[last + 1].low) == 1 and not tokens[last + 1].gap:
        last += 1  # 42a
    said = [token.low for token in tokens[max(0, first - _FAR) : first]]
    lives = bool(lists.surely_living & set(said)) or (
        bool({"at", *lists.numbered} & set(said[-1:])) and bool(lists.living & set(said))
    )
    if lives and last + 1 < len(tokens) and tokens[last + 1].low in ("a", "b", "c", "d"):
        last += 1
    end = _street(tokens, last + 1, lives or bool(lists.flats & set(said)), lists)
    return (_with_flat(tokens, first, lists), end) if end is not None else None


def _street(tokens: Sequence[Token], at: int, lives: bool, lists: Lists) -> int | None:
    """The last token of the street that begins here."""
    if at < len(tokens) and tokens[at].low in lists.welsh_streets and (lives or tokens[at].text[0].isupper()):
        return _while_street(tokens, at + 1, lists, 3)
    for place in range(at, min(at + _STREET_WORDS + 1, len(tokens))):
        low, between = tokens[place].low, tokens[at:place]
        if not _goes_on(tokens, place):
            break
        if between and low in lists.streets and _is_street(between, lives, lists):
            return _longer(tokens, place, lists)
        named = lives or _is_strange(tokens, at, place, lists)
        if between and low in lists.loose_streets and _is_named(between, tokens[place], named, lists):
            return _longer(tokens, place, lists)
    return _while_street(tokens, at, lists, 1) if lives else None


def _is_strange(tokens: Sequence[Token], at: int, place: int, lists: Lists) -> bool:
    """Whether a street's name, in small letters, can hardly be anything else: by its words, or by a postcode behind."""
    if tokens[place].low in lists.vague_streets:
        return False
    behind = [token.low for token in tokens[place + 1 : place + _FAR]]
    words = [token.low for token in tokens[at:place]]
    strange = any(len(low) >= _STRANGE and low not in lists.ordinary and low not in lists.kept for low in words)
    return strange or SHOWN[Kind.POSTCODE] in behind


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    return tokens[place].gap.strip("-' ") in ("", ",", ".") and tokens[place].low.replace("'", "").isalpha()


def _is_street(between: Sequence[Token], lives: bool, lists: Lists) -> bool:
    """Whether "road" or the like behind these words makes them a street: not "minutes down the"."""
    if [token.low for token in between] == ["the"]:
        return lives
    return not any(_no_street(token, lists) for token in between)


def _is_named(between: Sequence[Token], street: Token, lives: bool, lists: Lists) -> bool:
    """Whether these words are a street's name, though its last ("way", "close") is one of many uses."""
    if any(_no_street(token, lists) and token.low != "the" for token in between):
        return False
    return lives or (between[0].text[0].isupper() and street.text[0].isupper())


def _no_street(token: Token, lists: Lists) -> bool:
    return token.low in lists.no_street or token.low in lists.units


def _longer(tokens: Sequence[Token], place: int, lists: Lists) -> int:
    """Whether another street's word follows at once: `Mill Lane Close`."""
    follows = place + 1 < len(tokens) and tokens[place + 1].gap == " "
    return place + 1 if follows and tokens[place + 1].low in (lists.streets | {"close", "court"}) else place


def _while_street(tokens: Sequence[Token], at: int, lists: Lists, most: int) -> int | None:
    """The last of the words that can only be a street's name here: `42 Deansgate`."""
    last = None
    for place in range(at, min(at + most, len(tokens))):
        token = tokens[place]
        if token.low in ("y", "yr"):
            continue
        if not _goes_on(tokens, place) or _no_street(token, lists) or token.low in lists.places or len(token.low) < 3:
            break
        if token.low in lists.ordinary and not token.text[0].isupper():
            break
        last = place
    return last


def _with_flat(tokens: Sequence[Token], first: int, lists: Lists) -> int:
    """The first token with what stands before a number: `flat 3`, `flat 2b,`, `number`."""
    if first and tokens[first - 1].low in lists.numbered:
        first -= 1
    if first and tokens[first].gap == "/" and tokens[first - 1].low.isdecimal():
        first -= 1  # The stair and floor of a Scottish flat: `1/2, 35`.
        return first - 1 if first and tokens[first - 1].low in lists.flats else first
    back = first - 1
    while back > first - _FLAT_WORDS and back > 0 and (len(tokens[back].low) == 1 or tokens[back].low.isdecimal()):
        back -= 1
    if "," in tokens[back + 1].gap:
        return first
    return back if back >= 0 and tokens[back].low in lists.flats else first


def _named_house(tokens: Sequence[Token], place: int, lists: Lists) -> tuple[int, int] | None:
    """`address is Rose Cottage, Mill Lane`: at most three words before the house, and its street if it follows."""
    for first in range(place - 1, max(place - 4, -1), -1):
        before = [token.low for token in tokens[max(0, first - 2) : first]]
        if any(_no_street(token, lists) for token in tokens[first:place]):
            return _the_house(tokens, first, place, lists)
        if before and (
            before[-1] in ("at", "is", "address") and ("address" in before or lists.surely_living & set(before))
        ):
            end = _street(tokens, place + 1, False, lists)
            return first, place if end is None else end
    return None


def _the_house(tokens: Sequence[Token], first: int, place: int, lists: Lists) -> tuple[int, int] | None:
    """`the old forge church lane`: a house with its street at once behind it."""
    if (
        tokens[first].low != "the"
        or first == place - 1
        or any(token.gap != " " for token in tokens[first + 1 : place + 1])
    ):
        return None
    end = _street(tokens, place + 1, False, lists)
    return (first, end) if end is not None and end <= place + _STREET_WORDS else None
