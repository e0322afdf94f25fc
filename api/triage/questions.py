"""Which few things a carer is asked after the first instruction: data/triage/questions.yml."""

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
    return _questions().topics.get(topic, topic)


@lru_cache
def _questions() -> QuestionsFile:
    return load(settings.get().data_dir / "triage/questions.yml")


def load(path: Path) -> QuestionsFile:
    """The file, checked. Raises ValidationError."""
    return QuestionsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
