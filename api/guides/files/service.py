"""Reads data/guides, refusing what is unclear. Any number of files may be there, none among them."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from api.errors import BadData
from api.guides.files.schemas import GuideFile
from api.guides.rules import Guide

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # In C it is ten times faster.


def read(folder: Path, services: Collection[str]) -> dict[str, Guide]:
    """Every guide of the folder, by code. `services`: the codes of data/directory that a statement may name.

    Raises BadData, which names the file and the place in it.
    """
    guides = {path.stem: parse(path, services).guide(path.stem) for path in sorted(folder.glob("*.yml"))}
    _begin_apart(guides.values())
    return guides


def parse(path: Path, services: Collection[str]) -> GuideFile:
    """One file, checked. Raises BadData."""
    where = f"guides/{path.name}"
    try:
        return GuideFile.model_validate(_loaded(path), context={"services": services})
    except yaml.YAMLError as error:
        raise BadData(f"{where}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadData(f"{where}: {place}: {first['msg']}") from error


def service_codes(folder: Path) -> frozenset[str]:
    """The codes of data/directory, read as plain data: packages on one line do not import each other."""
    documents = [_loaded(path) for path in sorted(folder.glob("*.yml"))]
    return frozenset(record["id"] for document in documents for record in document["services"])


def _loaded(path: Path) -> Any:
    return yaml.load(path.read_bytes(), _Loader)  # noqa: S506  (It is a safe loader.)


def _begin_apart(guides: Iterable[Guide]) -> None:
    begun: dict[str, str] = {}
    for guide in guides:
        for need in guide.begins:
            if need in begun:
                raise BadData(f"guides/{guide.code}.yml: {need} begins {begun[need]} already")
            begun[need] = guide.code
