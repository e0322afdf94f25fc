"""The approved words that the API itself says: read from `data/replies/`, never written in code.

Each text has a variant for `sms`, `web` and `voice`, or one for `all`. Places to be filled are in square brackets:
`[team number]`, `[nurse]`, `[time]`. A place that stays empty is an error, so that no carer ever reads a bracket.
"""

import re
from functools import cache
from typing import Any

import yaml

from api import settings
from api.errors import BadData

_PLACE = re.compile(r"\[[a-z][a-z ]*\]")


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for path in sorted((settings.get().data_dir / "replies").glob("*.yml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, variants in document["replies"].items():
            if not isinstance(variants, dict):
                raise BadData(f"{path.name}: {name} must have variants (all, sms, web or voice)")
            texts[name] = {channel: " ".join(str(words).split()) for channel, words in variants.items()}
    return texts


def names() -> list[str]:
    """Every text there is."""
    return sorted(_texts())


def variants(name: str) -> dict[str, str]:
    """One text as it stands in the file, by channel."""
    return dict(_texts()[name])


def fill(words: str, /, **places: str) -> str:
    """Put values into the bracketed places of any approved text. Raises BadData when one stays empty.

    Brackets in a value are words of somebody's own and are left alone.
    """
    values = {f"[{place.replace('_', ' ')}]": value for place, value in places.items()}
    if left := next((place for place in _PLACE.findall(words) if place not in values), None):
        raise BadData(f"nothing to put in {left}")
    return _PLACE.sub(lambda place: values[place.group()], words)


def say(name: str, channel: str, /, **places: str) -> str:
    """An approved text for a channel, with its places filled."""
    texts = _texts().get(name, {})
    words = texts.get(channel) or texts.get("all")
    if words is None:
        raise BadData(f"data/replies has no text {name!r} for {channel}")
    return fill(words, **places)
