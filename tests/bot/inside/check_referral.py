"""What Rasa does next around the offer of a call: the rules of data/rules as its own policy reads them."""

# ruff: noqa: PT009 -- unittest and its assertions, because Rasa's environment has no pytest.

import logging
import tempfile
import unittest
from pathlib import Path
from typing import Any

import structlog
from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.graph_components.providers.training_tracker_provider import TrainingTrackerProvider
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.importers.importer import TrainingDataImporter

LISTEN = "action_listen"


class Policy:
    """The policy of config.yml, with what it learns from the rules, and one conversation."""

    def __init__(self, folder: Path) -> None:
        importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data/rules"])
        self.domain = importer.get_domain()
        provider = TrainingTrackerProvider(TrainingTrackerProvider.get_default_config())
        trackers = provider.provide(importer.get_stories(), self.domain)
        wanted = next(one for one in importer.get_config()["policies"] if one["name"] == "RulePolicy")
        config = {**RulePolicy.get_default_config(), **{key: value for key, value in wanted.items() if key != "name"}}
        context = ExecutionContext(GraphSchema({}), node_name="rules")
        self.policy = RulePolicy.create(config, LocalModelStorage.create(folder), Resource("rules"), context)
        self.policy.train(trackers, self.domain)
        self.begin()

    def begin(self) -> None:
        """Another conversation."""
        self.tracker = DialogueStateTracker.from_events("c-1", [ActionExecuted(LISTEN)], domain=self.domain)

    def does(self, name: str, *events: Event) -> None:
        """An action has run, with these events."""
        self.tracker.update_with_events([ActionExecuted(name), *events], self.domain)

    def hears(self, intent: str) -> None:
        """The carer says something, after the assistant has listened."""
        if self.tracker.latest_action_name != LISTEN:
            self.does(LISTEN)
        self.tracker.update(self.said(intent), self.domain)

    @staticmethod
    def said(intent: str) -> UserUttered:
        """Words that were understood so."""
        return UserUttered("words", {"name": intent, "confidence": 0.9})

    def next(self) -> str:
        """What the policy does now."""
        prediction: Any = self.policy.predict_action_probabilities(self.tracker, self.domain)
        return str(self.domain.action_names_or_texts[prediction.max_confidence_index])

    def offers(self) -> None:
        """An answer that ends with an offer: the form is begun by the action, as FollowupAction has it."""
        self.hears("prehab")
        self.does("utter_prehab")
        self.does("action_offer_referral")
        self.does("referral", ActiveLoop("referral"), SlotSet("requested_slot", "referral_wanted"))


class Referral(unittest.TestCase):
    """Offered, answered, ended, and let go of."""

    policy: Policy

    @classmethod
    def setUpClass(cls) -> None:
        # Rasa would write out every step of every rule that it tries.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.policy = Policy(Path(folder.name))

    def setUp(self) -> None:
        self.policy.begin()

    def test_the_offer_comes_after_the_answer_and_without_one_the_carer_is_heard(self) -> None:
        self.policy.hears("prehab")
        self.assertEqual(self.policy.next(), "utter_prehab")
        self.policy.does("utter_prehab")
        self.assertEqual(self.policy.next(), "action_offer_referral")
        self.policy.does("action_offer_referral")
        self.assertEqual(self.policy.next(), LISTEN)

    def test_whatever_is_said_then_is_the_forms_and_its_end_is_followed_by_one_action(self) -> None:
        self.policy.offers()
        self.assertEqual(self.policy.next(), LISTEN)
        self.policy.hears("thanks")
        self.assertEqual(self.policy.next(), "referral")
        self.policy.does("referral", SlotSet("requested_slot", None), ActiveLoop(None))
        self.assertEqual(self.policy.next(), "action_end_referral")
        self.policy.does("action_end_referral", SlotSet("referral_outcome", None))
        self.assertEqual(self.policy.next(), LISTEN)

    def test_words_that_were_no_answer_get_the_answer_that_they_get_without_a_form(self) -> None:
        self.policy.offers()
        self.policy.hears("benefits_carer")
        self.policy.does("referral", SlotSet("requested_slot", None), ActiveLoop(None))
        # As the action server sends them: actions/referrals.py.
        listens = {"event": "action", "name": LISTEN, "policy": None, "confidence": None, "timestamp": None}
        again = [listens, self.policy.said("benefits_carer").as_dict()]
        RemoteAction("action_end_referral", None)._validate_action_result({"events": again, "responses": []})
        self.policy.does("action_end_referral", *deserialise_events(again))
        self.assertEqual(self.policy.next(), "utter_benefits_carer")
        self.policy.does("utter_benefits_carer")
        self.assertEqual(self.policy.next(), "action_begin_guide")
