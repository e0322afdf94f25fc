"""Taking a message apart, reading a choice and a correction, and what is answered first and second."""

# ruff: noqa: PT009 -- unittest and its assertions, because Rasa's environment has no pytest.

import asyncio
import unittest
from typing import Any

from bot.clauses import MOST, asks, clauses
from bot.needs import Needs, needs
from bot.whole_messages import FIRST, OTHER, SECOND, choice, meant

BOTH = "can i get carers allowance and is there anyone who could sit with him one night"
MONEY, NIGHTS = "can i get carers allowance", "is there anyone who could sit with him one night"


class Clauses(unittest.TestCase):
    """Where a second thing may be asked."""

    def test_a_message_is_parted_where_something_else_may_begin(self) -> None:
        cases = {
            BOTH: [MONEY, NIGHTS],
            "how do i get a bed? Also can we get a grant": ["how do i get a bed", "Also can we get a grant"],
            "we need a bed, another thing can we get a grant": ["we need a bed", "can we get a grant"],
            "any help with bills\nand who sits with him": ["any help with bills", "and who sits with him"],
        }
        for text, parts in cases.items():
            with self.subTest(text):
                self.assertEqual(clauses(text), parts)

    def test_a_short_message_has_one_part(self) -> None:
        for text in (
            "can i get carers allowance",
            "me mam and dad",
            "bread and milk please",
            "hello. thanks.",
            "",
            "?!",
        ):
            with self.subTest(text):
                self.assertLess(len(clauses(text)), 2)

    def test_no_part_is_a_command_and_there_are_never_many(self) -> None:
        self.assertEqual(clauses("what can i claim and /restart it now")[1], "restart it now")
        self.assertEqual(len(clauses("can we get a grant. " * 50)), MOST)

    def test_a_story_asks_for_nothing(self) -> None:
        self.assertTrue(asks("i need a break"))
        self.assertFalse(asks("he laughed till he cried"))


class WholeMessages(unittest.TestCase):
    """A choice, and a correction."""

    def test_a_choice_by_figure_letter_or_words(self) -> None:
        cases = {
            FIRST: ["1", "A", "one", "the first one", "option 1", "1 please", "number 1."],
            SECOND: ["2", "b!", "the second", "its 2"],
            OTHER: ["3", "neither", "none of those", "no something else"],
        }
        for place, texts in cases.items():
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(choice(text), place)

    def test_what_says_more_is_no_choice(self) -> None:
        for text in ("a bed", "2 nights", "1 and 2", "once", "", "yes", "11"):
            with self.subTest(text):
                self.assertIsNone(choice(text))

    def test_what_is_meant_stands_behind_the_correction(self) -> None:
        cases = {
            "no i meant the funeral money": "the funeral money",
            "not the carers one i meant the funeral money": "the funeral money",
            "no, not that. can i get a grant": "can i get a grant",
            "wrong, how do i get a blue badge": "how do i get a blue badge",
            "that's not what i asked, i asked about the night sitter": "the night sitter",
        }
        for text, rest in cases.items():
            with self.subTest(text):
                self.assertEqual(meant(text), rest)

    def test_a_mere_no_means_nothing_else(self) -> None:
        for text in ("not that", "thats not what i asked", "that's not what i meant"):
            with self.subTest(text):
                self.assertEqual(meant(text), "")


class Reading(unittest.TestCase):
    """With a model that knows only what a test tells it."""

    def setUp(self) -> None:
        self.read: list[str] = []

    def needs(self, text: str, **known: tuple[str, float]) -> Needs:
        """Read a text. `known`: the intent and confidence of texts, by their words joined with underscores."""

        async def parse(part: str) -> dict[str, Any]:
            self.read.append(part)
            name, confidence = known.get(part.replace(" ", "_"), ("nlu_fallback", 0.3))
            intent = {"name": name, "confidence": confidence}
            return {"text": part, "intent": intent, "intent_ranking": [intent], "entities": []}

        return asyncio.run(needs(text, parse))

    def both(self, first: tuple[str, float], second: tuple[str, float], whole: str = "benefits_carer") -> Needs:
        """Read a text of two parts."""
        known = {MONEY.replace(" ", "_"): first, NIGHTS.replace(" ", "_"): second, BOTH.replace(" ", "_"): (whole, 0.5)}
        return self.needs(BOTH, **known)

    def names(self, found: Needs) -> tuple[str, str | None]:
        """What is answered."""
        return found.first["intent"]["name"], found.second["intent"]["name"] if found.second else None

    def test_two_clear_needs_are_answered_in_their_order(self) -> None:
        found = self.both(("benefits_carer", 0.9), ("night_sitting", 0.8), whole="night_sitting")
        self.assertEqual(self.names(found), ("benefits_carer", "night_sitting"))
        self.assertEqual(found.whole["text"], BOTH)

    def test_a_message_of_one_part_is_read_once(self) -> None:
        self.assertEqual(self.names(self.needs(MONEY, can_i_get_carers_allowance=("benefits_carer", 0.9)))[1], None)
        self.assertEqual(self.read, [MONEY])

    def test_what_is_unclear_or_alike_or_small_talk_is_no_second_need(self) -> None:
        for second in (("night_sitting", 0.5), ("benefits_disability", 0.9), ("thanks", 0.9), ("out_of_scope", 0.9)):
            with self.subTest(second):
                self.assertEqual(self.names(self.both(("benefits_carer", 0.9), second)), ("benefits_carer", None))

    def test_beside_small_talk_nothing_is_taken_apart(self) -> None:
        found = self.both(("benefits_carer", 0.9), ("night_sitting", 0.9), whole="greeting")
        self.assertEqual(self.names(found), ("greeting", None))

    def test_a_wish_for_a_person_comes_alone_and_first(self) -> None:
        found = self.both(("benefits_carer", 0.9), ("person_please", 0.99))
        self.assertEqual(self.names(found), ("person_please", None))

    def test_what_only_sounds_like_such_a_wish_wakes_nobody(self) -> None:
        found = self.both(("benefits_carer", 0.9), ("person_please", 0.96))
        self.assertEqual(self.names(found), ("benefits_carer", None))

    def test_the_need_behind_a_correction_is_answered_at_once(self) -> None:
        text = "no i meant the funeral money"
        known = {text.replace(" ", "_"): ("not_that", 0.9), "the_funeral_money": ("funeral_costs", 0.8)}
        self.assertEqual(self.names(self.needs(text, **known)), ("funeral_costs", None))

    def test_a_correction_that_says_nothing_clear_stays_one(self) -> None:
        text = "no i meant the other thing"
        known = {text.replace(" ", "_"): ("not_that", 0.9), "the_other_thing": ("grants", 0.4)}
        self.assertEqual(self.names(self.needs(text, **known)), ("not_that", None))
