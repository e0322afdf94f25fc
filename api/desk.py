"""The clocks of the desk, from `data/desk.yml`: how long something may wait before somebody is reminded of it."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import yaml

from api import settings
from api.errors import BadData


@dataclass(frozen=True, slots=True)
class Clocks:
    """`tell`: the rung of the rota that is texted when something is late."""

    left_waiting_after: timedelta
    tries_before_coordinator: int
    tell: str


@cache
def clocks() -> Clocks:
    """The clocks as they stand in the file. Raises BadData."""
    path = settings.get().data_dir / "desk.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        after = timedelta(minutes=raw["left_waiting_after"])
        return Clocks(after, int(raw["tries_before_coordinator"]), str(raw["tell"]))
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error
