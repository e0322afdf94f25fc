"""Rasa component: the intent of a message from its dense sentence vector.

Rasa's own LogisticRegressionClassifier makes dense vectors sparse (88 s against 14 s for the same fit) and loads skops,
which adds about 6 s to each start. This one keeps them dense and keeps its weights as an npz file.
"""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.softmax_regression import Matrix, SoftmaxRegression

_FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DenseIntentClassifier(IntentClassifier, GraphComponent):
    """Multinomial logistic regression over the sentence vector. Deterministic."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: SoftmaxRegression | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """Something must have made a sentence vector first."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be importable."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`C` is the inverse strength of regularisation; `ranking_length` is how many intents are reported."""
        return {"C": 4.0, "ranking_length": 10}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DenseIntentClassifier":
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "DenseIntentClassifier":
        """The trained component. A model file that cannot be read stops the server rather than serving a deaf bot."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, SoftmaxRegression.load(directory / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has a text and an intent, and keep the weights."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT) and message.get(INTENT)]
        labels = [message.get(INTENT) for message in examples]
        self._model = SoftmaxRegression.fit(_rows(examples), labels, self._config["C"])
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent and the ranking of each message in place and return them."""
        for message in messages:
            self._classify(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Classify the training sentences, for components further down."""
        self.process(training_data.training_examples)
        return training_data

    def _classify(self, message: Message) -> None:
        ranking = self._ranking(message)
        message.set(INTENT, ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking[: self._config["ranking_length"]], add_to_output=True)

    def _ranking(self, message: Message) -> list[dict[str, Any]]:
        if self._model is None or _vector(message) is None:
            return []
        chances = self._model.probabilities(_rows([message]))[0]
        order = np.argsort(-chances, kind="stable")
        return [{"name": self._model.labels[place], "confidence": float(chances[place])} for place in order]


def _vector(message: Message) -> Matrix | None:
    _, sentence = message.get_dense_features(TEXT)
    return None if sentence is None else sentence.features[0]


def _rows(messages: list[Message]) -> Matrix:
    return np.vstack([_vector(message) for message in messages])
