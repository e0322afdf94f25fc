"""Which few things a carer is asked after the first instruction: data/triage/questions.yml."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from api import settings
from api.triage.schemas import QuestionsFile


def topics_for(group: str) -> list[str]:
    """The topics to ask about for a danger of this group, in order, at most three. None: ask nothing."""
    return _questions().ask.get(group, [])


def title(topic: str) -> str:
    """A topic as staff see it."""
    return _questions().topics.get(topic) or _questions().desk.get(topic, topic)


def of_the_desk() -> dict[str, str]:
    """The topics that staff want to know of every call, with their titles, in order."""
    return _questions().desk


def is_plain_answer(said: str) -> bool:
    """Whether an answer holds nothing but figures and words that tell nothing new: a time, a room, yes or no."""
    words = re.findall(r"[^\W\d_]+(?:'[a-z]+)?", said.lower().replace("’", "'"))
    return any(map(str.isalnum, said)) and "999" not in said and set(words) <= _plain_words()


@lru_cache
def _plain_words() -> frozenset[str]:
    return frozenset(_questions().plain_answers.split())


@lru_cache
def _questions() -> QuestionsFile:
    return load(settings.get().data_dir / "triage/questions.yml")


def load(path: Path) -> QuestionsFile:
    """The file, checked. Raises ValidationError."""
    return QuestionsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
