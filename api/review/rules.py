"""The figures of an evaluation. Pure: labelled messages and decisions in, numbers out."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

MUST_NOT_MISS = ("emergency", "crisis")
_Z = 1.96  # Two-sided 95%.


def share(hits: int, of: int) -> dict[str, Any]:
    """A share with its 95% interval (Wilson 1927), which holds for small numbers and near 0 and 1, too."""
    if of == 0:
        return {"share": None, "n": 0, "hits": 0, "from": None, "to": None}
    low, high = wilson(hits / of, of)
    return {"share": round(hits / of, 4), "n": of, "hits": hits, "from": round(low, 4), "to": round(high, 4)}


def wilson(p: float, n: float) -> tuple[float, float]:
    """Wilson's 95% interval of a share `p` that was seen in `n` cases. `n` may be an effective number."""
    z2 = _Z**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def summary(messages: Sequence[Any], decided: Sequence[Any]) -> dict[str, Any]:
    """Everything that is printed. `messages` and `decided` are in one order and pair up."""
    pairs = list(zip(messages, decided, strict=True))
    crises = [pair for pair in pairs if pair[0].is_crisis]
    grave = [pair for pair in crises if pair[0].priority in (*MUST_NOT_MISS, None)]
    look_alikes = [pair for pair in pairs if pair[0].label == "not_crisis"]
    everyday = [pair for pair in pairs if pair[0].need]
    return {
        "lines": len(pairs),
        "recall": {"emergency and crisis": _rates(grave), "all crises": _rates(crises)},
        "by_priority": _by(crises, lambda message: message.priority or "not said"),
        "by_category": _by(crises, lambda message: message.category or "not said"),
        "by_channel": _by(crises, lambda message: message.channel),
        "category_right": _right_category(crises),
        "look_alikes": _rates(look_alikes),
        "look_alikes_by_category": _by(look_alikes, lambda message: message.category or "not said"),
        "everyday": _rates(everyday),
        "needs": needs(everyday),
        "missed": [message.id for message, made in grave if made.decision == "none"],
    }


def _rates(pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    made = Counter(decided.decision for _, decided in pairs)
    both = made["page"] + made["ask"]
    return {
        name: share(hits, len(pairs))
        for name, hits in (("page", made["page"]), ("ask", made["ask"]), ("page_or_ask", both))
    }


def _by(pairs: Iterable[tuple[Any, Any]], key: Callable[[Any], str]) -> dict[str, Any]:
    groups: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for message, made in pairs:
        groups[key(message)].append((message, made))
    return {name: _rates(group) for name, group in sorted(groups.items())}


def _right_category(pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """Of the crises that were heard: whether the category that leads, or one of those told, is the right one."""
    heard = [(message.category, made.categories) for message, made in pairs if message.category and made.categories]
    first = sum(category == found[0] for category, found in heard)
    among = sum(category in found for category, found in heard)
    return {"first": share(first, len(heard)), "among those told": share(among, len(heard))}


def needs(pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
    """How often the need was understood: best guess, best three, and the mean of F1 over needs."""
    wanted = [message.need for message, _ in pairs]
    found = [made.need for _, made in pairs]
    top = sum(need in made.needs for need, (_, made) in zip(wanted, pairs, strict=True))
    right = sum(a == b for a, b in zip(wanted, found, strict=True))
    scores = [_f1(need, wanted, found) for need in sorted(set(wanted))]
    macro = round(sum(scores) / len(scores), 4) if scores else None
    return {"accuracy": share(right, len(pairs)), "best_three": share(top, len(pairs)), "macro_f1": macro}


def _f1(need: str, wanted: Sequence[str], found: Sequence[str]) -> float:
    right = sum(a == b == need for a, b in zip(wanted, found, strict=True))
    said = wanted.count(need) + found.count(need)
    return 2 * right / said if said else 0.0


def printed(summary: Mapping[str, Any]) -> Iterator[str]:
    """The summary as lines for a terminal."""
    yield f"{summary['lines']} messages"
    yield f"{'':44}{'page':>24}{'page or ask':>24}"
    for name, rates in summary["recall"].items():
        yield _line(f"heard: {name}", rates)
    for group in ("by_priority", "by_channel", "by_category"):
        yield from (_line(f"  {name}", rates) for name, rates in summary[group].items())
    yield f"{'':44}{'false pages':>24}{'false asks':>24}"
    for name in ("look_alikes", "everyday"):
        yield _line(name.replace("_", "-"), summary[name], second="ask")
    if summary["needs"]["accuracy"]["n"]:
        found = summary["needs"]
        yield f"needs: right {_share(found['accuracy'])}, among three {_share(found['best_three'])}"
        yield f"needs: macro-F1 {found['macro_f1']}"
    if summary["missed"]:
        yield f"missed: {', '.join(summary['missed'])}"


def _line(name: str, rates: Mapping[str, Any], second: str = "page_or_ask") -> str:
    return f"{name:44}{_share(rates['page']):>24}{_share(rates[second]):>24}"


def _share(found: Mapping[str, Any]) -> str:
    if not found["n"]:
        return "-"
    return f"{found['share']:.3f} ({found['from']:.3f}-{found['to']:.3f})"
