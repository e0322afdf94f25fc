"""Reads data/places into a gazetteer, refusing what is unclear."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from api import settings
from api.directory.hours.rules import Nation
from api.directory.places.rules import Gazetteer, words_of
from api.directory.places.schemas import PlacesFile
from api.errors import BadData


def gazetteer() -> Gazetteer:
    """What this process knows of places, read once from the data directory. Raises BadData."""
    return _gazetteer(settings.get().data_dir / "places/postcode_areas.yml")


@lru_cache(maxsize=2)
def _gazetteer(path: Path) -> Gazetteer:
    return load(path)


def load(path: Path) -> Gazetteer:
    """What a file such as data/places/postcode_areas.yml says. Raises BadData, which names the place in it."""
    try:
        file = PlacesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise BadData(f"places/{path.name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadData(f"places/{path.name}: {where}: {first['msg']}") from error
    return Gazetteer(
        areas=_areas(file),
        districts={one: nation for sides in file.across.values() for nation, ones in sides.items() for one in ones},
        authorities={district: council for council, ones in file.authorities.items() for district in ones},
        names={words_of(name): nation for nation, names in file.names.items() for name in names},
        titles={nation: names[0] for nation, names in file.names.items()},
        beside=frozenset(word for line in file.beside for word in words_of(line)),
        refusals=frozenset(words_of(line) for line in file.refusals),
    )


def _areas(file: PlacesFile) -> Mapping[str, frozenset[Nation]]:
    of_one = {letters: frozenset({nation}) for nation, areas in file.areas.items() for letters in areas}
    return of_one | {letters: frozenset(sides) for letters, sides in file.across.items()}
