"""Reads data/aftercare.yml, once, and from a team's file whether it has the survey."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

from api import settings
from api.conversations.aftercare.files.schemas import AftercareFile
from api.conversations.aftercare.rules import Answer, NeverAfter, Timing, pattern
from api.errors import BadData
from api.paging import teams
from api.triage import service as triage


@dataclass(frozen=True, slots=True)
class Aftercare:
    """The file as rules read it."""

    timing: Timing
    never_after: NeverAfter
    answers: Mapping[Answer, frozenset[str]]


@cache
def aftercare() -> Aftercare:
    """The file of this process. Raises BadData."""
    return load(settings.get().data_dir / "aftercare.yml")


def load(path: Path) -> Aftercare:
    """A file, checked. Raises BadData."""
    try:
        file = AftercareFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error
    timing = Timing(
        still_for=timedelta(hours=file.still_for),
        too_late_after=timedelta(hours=file.too_late_after),
        opens=file.between.opens,
        closes=file.between.closes,
        not_again_for=timedelta(days=file.not_again_for),
        open_for=timedelta(hours=file.open_for),
    )
    never = file.never_after
    of_groups = (code for code, one in triage.protocol().categories.items() if one.group in never.groups)
    after = NeverAfter(
        frozenset((*of_groups, *never.categories)), frozenset(never.intents), never.intents_from, pattern(never.words)
    )
    return Aftercare(timing, after, {one: frozenset(words) for one, words in file.answers.items()})


@cache
def has_survey(team_code: str) -> bool:
    """Whether a team's carers are asked: only where its file says so in as many words."""
    try:
        return teams.read(team_code).get("survey") is True
    except teams.FAULTS:
        return False
