"""A guide as Rasa leads it: our domain and rules, the real action server, and intents that are given, not recognised.

Needs `NIGHTLIGHT_TEST_ACTIONS_URL`, an action server whose API has the example guide of tests/api/guides.
"""

# ruff: noqa: PT009 -- unittest and its assertions, because Rasa's environment has no pytest.

import asyncio
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.model_training import train_core
from rasa.utils.endpoints import EndpointConfig

from bot.replies import Replies, replies_for

EXAMPLE = yaml.safe_load(Path("tests/api/guides/example.yml").read_text(encoding="utf-8"))
DOMAIN = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
ASKED = {code: one["words"]["sms"] for code, one in EXAMPLE["questions"].items()}
SAID = {one["id"]: one["words"]["sms"] for one in EXAMPLE["statements"]}
OFFER = "Shall I ask our benefits team to ring you?"  # As tests/actions/guided.py has it.


def response(name: str) -> str:
    """The wording of a response of the domain by text message."""
    wordings: list[dict[str, str]] = DOMAIN["responses"][name]
    return next(one["text"] for one in wordings if one["channel"] == "sms")


class Guides(unittest.TestCase):
    """Conversations with the rules alone."""

    agent: Agent

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as folder:
            rules = Path(folder) / "config.yml"
            config = yaml.safe_load(Path("config.yml").read_text(encoding="utf-8"))
            rules.write_text(yaml.safe_dump({**config, "pipeline": []}), encoding="utf-8")
            model = train_core("domain.yml", str(rules), "data/rules", folder)
            endpoint = EndpointConfig(f"{os.environ['NIGHTLIGHT_TEST_ACTIONS_URL']}/webhook")
            cls.agent = Agent.load(model, action_endpoint=endpoint)

    def writes(self, text: str, intent: str, sure: float = 0.9, open_: bool = False, who: str = "c-1") -> Replies:
        """One message and what is said to it."""
        replies = replies_for("sms")
        parsed: dict[str, Any] = {"text": text, "intent": {"name": intent, "confidence": sure}, "entities": []}
        metadata = {"message_id": text, "guide_open": open_}
        message = UserMessage(text, replies, who, parse_data=parsed, input_channel="sms", metadata=metadata)
        asyncio.run(self.agent.handle_message(message))
        return replies

    def answers(self, text: str, intent: str = "nlu_fallback", sure: float = 0.3) -> list[str]:
        """What is said to a message while the guide's question is open."""
        return self.writes(text, intent, sure, open_=True).texts

    def test_it_is_led_interrupted_taken_up_again_and_ended(self) -> None:
        begun = self.writes("any money", "benefits_carer")
        self.assertEqual(begun.texts, [response("utter_benefits_carer"), ASKED["nation"], response("utter_guide_skip")])
        self.assertEqual((begun.guide, begun.guide_from), ("asks", 1))

        self.assertEqual(self.answers("wales"), [ASKED["age"]])
        self.assertEqual(self.answers("purple"), [ASKED["age"]])
        self.assertEqual(self.answers("someone to sit", "grants", 0.8), [response("utter_grants")])
        self.assertEqual(self.writes("ta", "thanks").texts, [response("utter_thanks")])

        again = self.writes("and pip", "benefits_disability")
        self.assertEqual(again.texts[:2], [response("utter_benefits_disability"), ASKED["age"]])
        told = self.writes("a kid", "nlu_fallback", 0.3, open_=True)
        self.assertEqual(told.texts, [SAID["child_rules"], response("utter_guide_more")])
        self.assertEqual((told.guide, told.guide_from), ("tells", 0))
        ended = self.writes("more", "more")
        self.assertEqual(ended.texts, [SAID["council"], response("utter_guide_end"), OFFER])
        self.assertEqual((ended.guide, ended.offers), ("tells", True))
        # No yes: a message of its own.
        self.assertEqual(self.writes("more", "more").texts, [response("utter_no_more")])
        self.assertEqual(self.writes("ta", "thanks").texts, [response("utter_thanks")])

        known = self.writes("any money", "benefits_carer")
        self.assertEqual(known.texts[:2], [response("utter_benefits_carer"), SAID["child_rules"]])
        self.assertEqual((known.guide, known.guide_from), ("tells", 1))

    def test_it_lets_go_where_somebody_else_has_spoken(self) -> None:
        self.writes("any money", "benefits_carer", who="c-2")
        self.assertEqual(self.writes("2", "thanks", 0.2, who="c-2").texts, [response("utter_thanks")])

    def test_skip_ends_it_and_what_follows_is_answered(self) -> None:
        self.writes("any money", "benefits_carer", who="c-3")
        ended = self.writes("skip", "nlu_fallback", 0.3, open_=True, who="c-3")
        self.assertEqual(ended.texts, [EXAMPLE["otherwise"]["words"]["sms"], response("utter_guide_end")])
        thanked = self.writes("ta", "thanks", who="c-3")
        self.assertEqual((thanked.texts, thanked.offers), ([response("utter_thanks"), OFFER], True))
        agreed = self.writes("yes please", "nlu_fallback", 0.3, who="c-3")
        self.assertEqual(agreed.texts, [response("utter_referral_name")])

    def test_a_need_without_a_guide_is_answered_as_ever(self) -> None:
        plain = self.writes("a break", "respite", who="c-4")
        self.assertEqual((plain.texts, plain.guide), ([response("utter_respite")], ""))
