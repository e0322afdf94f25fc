"""The safety-nets that a nurse may choose on closing: data/closing/safety_nets.yml."""

from functools import lru_cache
from pathlib import Path

import yaml

from api import replies, settings
from api.errors import Invalid
from api.escalations.rules import SafetyNet
from api.escalations.schemas import NetsFile, NetTemplate


@lru_cache
def _file() -> NetsFile:
    return load(settings.get().data_dir / "closing/safety_nets.yml")


def load(path: Path) -> NetsFile:
    """The file, checked. Raises ValidationError."""
    return NetsFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def choices() -> dict[str, NetTemplate]:
    """Every safety-net by its code, in the order of the file."""
    return _file().nets


def numbers(team_number: str) -> list[str]:
    """The numbers of which one is given to the carer, the team's own first."""
    return [replies.fill(number, team_number=team_number) for number in _file().numbers]


def chosen(code: str, number: str, by_text: bool, team_number: str) -> SafetyNet:
    """The safety-net of this code with one of our numbers. Raises Invalid for another code or number."""
    template = choices().get(code)
    if template is None:
        raise Invalid(f"There is no safety-net {code!r} in data/closing/safety_nets.yml.", field="net")
    return SafetyNet(template.watch_for, template.come_back, _known(number, team_number), by_text)


def own(watch_for: str, come_back: str, number: str, team_number: str) -> SafetyNet:
    """What a nurse has told a carer in words of their own. It is kept and never sent: nobody has approved it."""
    return SafetyNet(watch_for, come_back, _known(number, team_number))


def _known(number: str, team_number: str) -> str:
    if number not in numbers(team_number):
        raise Invalid("Choose one of the numbers for the carer to ring.", field="number")
    return number
