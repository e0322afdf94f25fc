"""Whether one word of a text is a name, or begins one."""

from collections.abc import Sequence

from api.masking.bodies import public_words
from api.masking.context import KISSES, Sure
from api.masking.words import SHOWN, Kind, Lists, Token

NO_OWNER = frozenset({"the", "a", "an", "some", "any", "no", "with", "to", "of", "this", "that"})
_SURE_VERBS = frozenset({"is", "has", "was", "who", "isnt", "isn't", "hasnt", "hasn't", "wasnt", "wasn't"})
_SHORTEST = 3  # Letters of a name that no list has.
_FEW = 6  # Words, of which nothing can be said.
_SHOUTED = 0.6  # Of the words of a text: where that many have capitals, a capital says nothing.


def may_begin(word: str, lists: Lists) -> bool:
    """Whether a name can begin with this word at all."""
    return lists.any_given(word) or not (word in lists.kept or word in lists.no_name)


def may_be_alone(word: str, lists: Lists) -> bool:
    """Whether this word by itself may be somebody's name: an everyday word that no list of names has is not."""
    return may_begin(word, lists) and (word not in lists.ordinary or lists.any_given(word) or word in lists.family)


class Reading:
    """A text, the word lists, and the names that its conversation has had. `open`: which words may be names at all."""

    def __init__(self, tokens: Sequence[Token], lists: Lists, known: frozenset[str] = frozenset()) -> None:
        self.tokens, self.lists, self._known = tokens, lists, known
        words = [token for token in tokens if self._is_plain(token.bare)]
        capitals = sum(token.text[0].isupper() for token in words)
        self._shouted = len(words) > _FEW and capitals > _SHOUTED * len(words)
        self.open = [token.low.replace("'", "").isalpha() for token in tokens]
        for place in public_words(tokens, lists, self.capital):
            self.open[place] = False

    def _is_plain(self, word: str) -> bool:
        """Whether it is a word and can be nobody's name, so that its capital tells how the text is written."""
        lists = self.lists
        return len(word) > 1 and word in lists.ordinary and not (lists.any_given(word) or word in lists.family)

    def word(self, place: int) -> str:
        """The word, small and without a possessive ending: `dave` for "Dave's" and "daves"."""
        token = self.tokens[place]
        word = token.bare
        if word.endswith("s") and word[:-1] in self.lists.given and word not in self.lists.given:
            return word if word in self.lists.ordinary or word in self.lists.family else word[:-1]
        return word

    def capital(self, place: int, inside: bool = False) -> bool:
        """Whether it has a capital that means something; `inside`: and does not begin a sentence."""
        token = self.tokens[place]
        after_title = place > 0 and self.tokens[place - 1].low in self.lists.sure_titles
        if self._shouted or not token.text[0].isupper() or (token.text.isupper() and len(token.text) > 1):
            return False
        return not inside or after_title or (place > 0 and not set('.!?\n:*•"“') & set(token.gap))

    def begins(self, place: int, sure: Sure) -> bool:
        """Whether a name begins with this word, given how surely one is expected here."""
        word, lists = self.word(place), self.lists
        if not self.open[place] or not may_begin(word, lists):
            return False
        before = self.tokens[place - 1].low if place and not self.tokens[place].gap.strip() else ""
        if sure and self._is_expected(place, word, sure):
            return True
        if before in ("the", "st", "saint") or (
            word in lists.places and (before in lists.placed or not lists.given & {word})
        ):
            return False
        if word in self._known:
            return self._is_known(place, word, before)
        if word in lists.given or lists.sure_family(word):
            return True
        if word in lists.kept:
            return False
        if lists.any_given(word) and (self._family_follows(place) or self._hyphen_follows(place)):
            return True
        if word in lists.misspelt:
            return True
        if word in lists.given_words:
            return self.capital(place)
        if word in lists.given_common or word in lists.given_helping:
            verb = word not in lists.no_name and self.verb_follows(place, strictly=True)
            return self.capital(place, inside=not verb)
        return False

    def _family_follows(self, place: int) -> bool:
        """Whether the next word can only be a family name: `sue smith`."""
        following = place + 1
        return (
            following < len(self.tokens)
            and self.open[following]
            and self.tokens[following].gap == " "
            and (self.lists.sure_family(self.word(following)) or self._is_double(place))
        )

    def _hyphen_follows(self, place: int) -> bool:
        """`summer-rose`."""
        following = place + 1
        joined = following < len(self.tokens) and self.tokens[following].gap == "-"
        return joined and self.lists.any_given(self.word(following))

    def _is_double(self, place: int) -> bool:
        """`carol ann`: two given names, the first of which is seldom a word."""
        return self.word(place) in self.lists.given_words and self.word(place + 1) in self.lists.given

    def _is_known(self, place: int, word: str, before: str) -> bool:
        """Whether a name of this conversation is meant here, and not the word that is written alike."""
        lists = self.lists
        if word in lists.given_helping:
            return self.capital(place, inside=True)
        if word in lists.given_common or word in lists.given_places or word in lists.ordinary:
            return self.capital(place) or before not in NO_OWNER
        return True

    def _is_expected(self, place: int, word: str, sure: Sure) -> bool:
        """Whether this word is a name where one is expected."""
        lists, capital = self.lists, self.capital(place, inside=place > 0)
        if sure is Sure.SAID:
            return not (word in lists.no_name or word in lists.kin)
        if sure is Sure.OPENS:
            return self._opens(place, word)
        if sure is Sure.BESIDE:
            return self._is_beside(place, word)
        if word in lists.given_helping:
            modal = word in lists.no_name
            return capital or sure is Sure.NAMED or self.verb_follows(place, strictly=modal)
        if word in lists.no_name or word in lists.kin or word in lists.titles:
            return False
        if word in lists.given_common and self.tokens[place - 1].low == "our":
            return capital or self.verb_follows(place)
        if word in lists.given_places:
            return capital or sure is Sure.NAMED or (sure is Sure.KIN and self.verb_follows(place))
        if lists.any_given(word) or lists.sure_family(word):
            return True
        if sure is Sure.TITLED and self.tokens[place - 1].low in lists.sure_titles:
            return capital or word in lists.family or word not in lists.ordinary
        if sure is Sure.TITLED and word in lists.family:
            return capital or self.verb_follows(place)
        if word in lists.ordinary or word in lists.places or word in lists.kept or len(word) < _SHORTEST:
            return capital and word in lists.family and sure >= Sure.KIN
        if sure is Sure.TOLD:
            return False
        return capital or sure is Sure.NAMED or (sure is Sure.KIN and self.verb_follows(place, strictly=True))

    def _opens(self, place: int, word: str) -> bool:
        """Whether this word, that begins what is said and acts, is a name."""
        lists = self.lists
        if word in lists.kin or word in lists.titles or word in lists.kept - lists.given_places - lists.given_helping:
            return False
        return lists.any_given(word) and (word not in lists.given_places or self.capital(place))

    def _is_beside(self, place: int, word: str) -> bool:
        """Whether this word beside a number is a name."""
        lists = self.lists
        if word in lists.kin or word in lists.titles or word in lists.telephones:
            return False
        if word in lists.no_name and word not in lists.given_helping:
            return False
        if word in lists.given_helping:
            return not (place and self.tokens[place - 1].low == SHOWN[Kind.PHONE]) or self.verb_follows(place)
        if word in lists.given_places:
            return self.capital(place)
        if lists.any_given(word) or (word in lists.family and word not in lists.ordinary and word not in lists.places):
            return True
        if word in lists.ordinary or word in lists.kept or word in lists.places or len(word) < _SHORTEST:
            return False
        return (self.capital(place) and self.tokens[place].text[1:].islower()) or place + 1 == len(self.tokens)

    def verb_follows(self, place: int, strictly: bool = False) -> bool:
        """Whether what follows makes it a name: "will is", or, if not strictly, the end of what is said."""
        if place + 1 == len(self.tokens) or self.tokens[place + 1].gap.strip() or self.tokens[place + 1].low in KISSES:
            return not strictly
        following = self.tokens[place + 1].low
        if following.isdecimal():
            return not strictly
        return following in (_SURE_VERBS if strictly else self.lists.after_a_name)
