"""The components, the replies, the tracker store and the training data, inside Rasa.

Needs `NIGHTLIGHT_TEST_BOT_DATABASE_URL`, the address of an empty PostgreSQL database.
"""

# ruff: noqa: PT009, PT027 -- unittest and its assertions, because Rasa's environment has no pytest.

import asyncio
import os
import tempfile
import unittest
import warnings
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import sqlalchemy
from jsonschema import ValidationError  # type: ignore[import-untyped]
from rasa.cli.utils import validate_files
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.action_answers import check_schema_once
from bot.channel import NightlightInput, _result
from bot.needs import Needs
from bot.nlu.dense_intent_classifier import DenseIntentClassifier
from bot.nlu.featurizers import MeaningFeaturizer, SpellingFeaturizer
from bot.replies import replies_for
from bot.tracker_store import ConversationStore

DATABASE = os.environ["NIGHTLIGHT_TEST_BOT_DATABASE_URL"]
END_THE_OTHERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
OF_NO_CONCERN = (
    "is not used in any story or rule",  # Rasa does not see what our actions say; tests/bot/test_domain.py does.
    "The intent 'choice' is listed in the domain file",  # A whole message such as "2": bot/whole_messages.py.
    "The intent 'after_danger' is listed in the domain file",  # The API begins it, and no message is recognised as it.
    "Slot auto-fill has been removed in 3.0",  # Rasa itself lists it among the warnings to expect.
)
LINES = [
    ("i need a break", "respite"),
    ("so tired", "respite"),
    ("money help", "money"),
    ("cant pay the bills", "money"),
]


def made(kind: Any, storage: Any, name: str, **config: Any) -> Any:
    """A component as Rasa makes it."""
    context = ExecutionContext(GraphSchema({}), node_name=name)
    return kind.create({**kind.get_default_config(), **config}, storage, Resource(name), context)


class Components(unittest.TestCase):
    """Trained, kept, loaded and used as Rasa does."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.storage = LocalModelStorage.create(Path(folder.name))
        self.featurizers = [made(kind, self.storage, kind.__name__) for kind in (MeaningFeaturizer, SpellingFeaturizer)]

    def featurized(self, text: str) -> Message:
        message = Message({TEXT: text})
        for featurizer in self.featurizers:
            featurizer.process([message])
        return message

    def train(self) -> DenseIntentClassifier:
        data = TrainingData([Message({TEXT: text, INTENT: intent}) for text, intent in LINES])
        for featurizer in self.featurizers:
            featurizer.process_training_data(data)
        classifier: DenseIntentClassifier = made(DenseIntentClassifier, self.storage, "intents")
        classifier.train(data)
        return classifier

    def test_the_features_stay_dense_and_stand_side_by_side(self) -> None:
        sequence, sentence = self.featurized("i need a break").get_dense_features(TEXT)
        self.assertIsNone(sequence)
        self.assertEqual(sentence.features.shape, (1, 384 + 2048))

    def test_a_loaded_model_answers_as_the_trained_one_did(self) -> None:
        trained = self.train()
        context = ExecutionContext(GraphSchema({}), node_name="intents")
        loaded = DenseIntentClassifier.load(
            DenseIntentClassifier.get_default_config(), self.storage, Resource("intents"), context
        )
        first, second = (kind.process([self.featurized("im tired out")])[0] for kind in (trained, loaded))
        self.assertEqual(first.get(INTENT), second.get(INTENT))
        self.assertEqual(first.get(INTENT)["name"], "respite")
        self.assertEqual(len(first.get("intent_ranking")), 2)

    def test_the_kept_model_holds_no_pickle(self) -> None:
        self.train()
        with (
            self.storage.read_from(Resource("intents")) as folder,
            np.load(folder / "intents.npz", allow_pickle=False) as kept,
        ):
            self.assertEqual(sorted(kept), ["bias", "labels", "weights"])

    def test_a_missing_model_file_stops_the_load(self) -> None:
        context = ExecutionContext(GraphSchema({}), node_name="intents")
        with self.assertRaises(ValueError):
            DenseIntentClassifier.load({}, self.storage, Resource("never-trained"), context)

    def test_a_message_without_text_has_no_intent(self) -> None:
        message = self.train().process([self.featurized("")])[0]
        self.assertEqual((message.get(INTENT)["name"], message.get("intent_ranking")), (None, []))


class Channel(unittest.TestCase):
    """Parts of the channel that a served Rasa cannot show."""

    def test_it_does_not_start_without_a_token(self) -> None:
        for credentials in (None, {}, {"token": ""}, {"token": "  "}):
            with self.subTest(credentials), self.assertRaises(RasaException):
                NightlightInput.from_credentials(credentials)

    def test_a_response_that_fails_does_not_cost_the_others(self) -> None:
        replies = replies_for("sms")

        async def say() -> None:
            await replies.send_response("c", {"text": "first\n\nwhole"})
            await replies.send_response("c", {"buttons": [{"title": "no text"}]})
            await replies.send_response("c", {"text": "  "})
            await replies.send_response("c", {"text": "last"})

        with self.assertLogs("bot.replies", "ERROR"):
            asyncio.run(say())
        self.assertEqual(replies.texts, ["first\n\nwhole", "last"])

    def test_a_turn_in_a_form_is_told_by_the_forms_name(self) -> None:
        replies = replies_for("sms")
        parsed = {"intent": {"name": "thanks", "confidence": 0.9}}
        read = Needs(parsed, None, parsed)
        asyncio.run(replies.send_response("c", {"text": "When is a good time?"}))
        self.assertEqual(_result(read, replies, replies_for("sms"))["intent"]["name"], "thanks")
        asyncio.run(replies.send_response("c", {"text": "And what name?", "custom": {"leads": "referral"}}))
        self.assertEqual(replies.texts, ["When is a good time?", "And what name?"])
        self.assertEqual(_result(read, replies, replies_for("sms"))["intent"], {"name": "referral", "confidence": 1.0})

    def test_each_channel_names_its_wording(self) -> None:
        self.assertEqual([replies_for(name).name() for name in ("sms", "web", "voice")], ["sms", "web", "voice"])


class ActionAnswers(unittest.TestCase):
    """What the action server says is still checked, only not the check itself."""

    def setUp(self) -> None:
        check_schema_once()
        self.action = RemoteAction("action_any", None)

    def test_a_good_answer_passes_without_another_look_at_the_schema(self) -> None:
        with mock.patch("jsonschema.validate", side_effect=AssertionError):
            self.assertTrue(self.action._validate_action_result({"events": [], "responses": [{"response": "utter_x"}]}))

    def test_a_bad_answer_is_refused(self) -> None:
        wrong: list[Any] = [[], {"responses": ["words"]}, {"events": [{"event": "no such event"}]}]
        for bad in wrong:
            with self.subTest(bad), self.assertRaises(ValidationError):
                self.action._validate_action_result(bad)


class Store(unittest.TestCase):
    """Conversations on a real PostgreSQL, reached through its socket."""

    def conversation(self, sender: str, text: str) -> DialogueStateTracker:
        events = [SessionStarted(timestamp=1.0), UserUttered(text, timestamp=2.0)]
        return DialogueStateTracker.from_events(sender, events)

    def test_another_process_finds_the_conversation_again(self) -> None:
        asyncio.run(ConversationStore(Domain.empty(), DATABASE).save(self.conversation("c-1", "hello £ 🙏")))
        found = asyncio.run(ConversationStore(Domain.empty(), DATABASE).retrieve("c-1"))
        assert found is not None
        self.assertEqual(found.latest_message.text, "hello £ 🙏")

    def test_a_conversation_that_goes_on_keeps_each_event_once_and_in_order(self) -> None:
        store = ConversationStore(Domain.empty(), DATABASE)
        asyncio.run(store.save(self.conversation("c-4", "first")))
        for text in ("second", "third"):
            tracker = asyncio.run(store.retrieve("c-4"))
            assert tracker is not None
            tracker.update(UserUttered(text))
            for _ in range(2):  # Rasa saves a new conversation twice in its first turn.
                asyncio.run(store.save(tracker))
        found = asyncio.run(ConversationStore(Domain.empty(), DATABASE).retrieve_full_tracker("c-4"))
        assert found is not None
        texts = [event.text for event in found.events if isinstance(event, UserUttered)]
        self.assertEqual((texts, len(found.events)), (["first", "second", "third"], 4))

    def test_a_conversation_that_was_not_read_here_is_gone_on_with(self) -> None:
        store = ConversationStore(Domain.empty(), DATABASE)
        asyncio.run(store.save(self.conversation("c-5", "first")))
        known_elsewhere = self.conversation("c-5", "first")
        known_elsewhere.update(UserUttered("second"))
        asyncio.run(store.save(known_elsewhere))
        found = asyncio.run(store.retrieve("c-5"))
        assert found is not None
        self.assertEqual(len(found.events), 3)

    def test_a_stranger_has_no_conversation(self) -> None:
        self.assertIsNone(asyncio.run(ConversationStore(Domain.empty(), DATABASE).retrieve("nobody")))

    def test_a_database_that_restarts_costs_no_turn(self) -> None:
        store = ConversationStore(Domain.empty(), DATABASE)
        asyncio.run(store.save(self.conversation("c-2", "before")))
        with sqlalchemy.create_engine(DATABASE).connect() as other:
            other.execute(sqlalchemy.text(END_THE_OTHERS))
        found = asyncio.run(store.retrieve("c-2"))
        assert found is not None
        self.assertEqual(found.latest_message.text, "before")

    def test_a_failed_write_does_not_put_the_carers_words_in_a_log(self) -> None:
        store = ConversationStore(Domain.empty(), DATABASE)
        with self.assertRaises(sqlalchemy.exc.DataError) as caught:
            asyncio.run(store.save(self.conversation("x" * 300, "words of a carer")))
        self.assertNotIn("words of a carer", str(caught.exception))

    def test_it_waits_for_a_database_that_starts_late(self) -> None:
        """Rasa's own store goes on without its tables when the first connection is refused."""
        nowhere = "postgresql://postgres@/none?host=/nowhere"
        with (
            mock.patch("bot.tracker_store.time.sleep", side_effect=InterruptedError) as waited,
            self.assertRaises(InterruptedError),
        ):
            ConversationStore(Domain.empty(), nowhere)
        waited.assert_called_once()

    def test_a_turn_does_not_wait_for_the_disk(self) -> None:
        store = ConversationStore(Domain.empty(), DATABASE)
        asyncio.run(store.save(self.conversation("c-3", "hello")))
        with store.engine.connect() as connection:
            self.assertEqual(connection.execute(sqlalchemy.text("show synchronous_commit")).scalar(), "off")

    def test_it_does_not_start_without_an_address(self) -> None:
        with self.assertRaisesRegex(ValueError, "NIGHTLIGHT_BOT_DATABASE_URL"):
            ConversationStore(Domain.empty(), "")


class Data(unittest.TestCase):
    """`rasa data validate`, without starting Rasa once more."""

    def test_the_training_data_is_sound(self) -> None:
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data/nlu", "data/rules"])
            validate_files(
                fail_on_warnings=True, max_history=None, importer=importer
            )  # Leaves by SystemExit if unsound.
        said = [str(warning.message) for warning in raised if warning.category is UserWarning]
        self.assertEqual([text for text in said if not any(known in text for known in OF_NO_CONCERN)], [])
