"""Rasa components that give each message a sentence vector: what it means, and what it looks like."""

from abc import ABC, abstractmethod
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoder import Vector, model_sha256, shared_encoder
from bot.nlu.spelling import spelling_vector


class SentenceFeaturizer(DenseFeaturizer, GraphComponent, ABC):
    """Adds one dense sentence feature, shape (1, n), to the text of a message. Nothing is trained or kept."""

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """Rasa expects tokens before a featurizer, although these read the whole text."""
        return [Tokenizer]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Any number does for a weight."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        """Make the component and use it once, so that the first carer of the night does not wait for a file to load."""
        featurizer = cls(execution_context.node_name, config)
        featurizer.vector("warm")
        return featurizer

    @abstractmethod
    def vector(self, text: str) -> Vector:
        """The vector of one text, shape (n,)."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Featurize incoming messages in place and return them."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                sentence = self.vector(text).reshape(1, -1)
                self.add_features_to_message(sequence=None, sentence=sentence, attribute=TEXT, message=message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Featurize the training sentences in place and return them."""
        self.process(training_data.training_examples)
        return training_data


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class MeaningFeaturizer(SentenceFeaturizer):
    """What a sentence means."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another model, other vectors: Rasa must not take its cached ones."""
        return model_sha256()

    @staticmethod
    def required_packages() -> list[str]:
        """What must be importable."""
        return ["onnxruntime", "tokenizers"]

    def vector(self, text: str) -> Vector:
        """384 numbers, length 1."""
        return shared_encoder().encode(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SpellingFeaturizer(SentenceFeaturizer):
    """What a sentence looks like. `weight` is how much that counts beside what it means (which counts 1)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As chosen on held-back lines."""
        return {**DenseFeaturizer.get_default_config(), "weight": 0.9}

    def vector(self, text: str) -> Vector:
        """2,048 numbers, length `weight`."""
        return spelling_vector(text) * self._config["weight"]
