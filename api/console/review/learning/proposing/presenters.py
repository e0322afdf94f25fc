"""The form of a proposal in words: what may be proposed, the words that can be marked, and what a trial found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api import settings
from api.console.directory.reported.presenters import FAULTS
from api.console.presenters import count
from api.console.review.learning.presenters import KINDS, decision, need
from api.review.learning.rules import Kind
from api.review.learning.schemas import Trial
from api.triage import service as triage

HINTS = {
    Kind.RED_FLAG_PHRASE: "The line should have heard a danger in this message.",
    Kind.TRAINING_LINE: "The line took this message for another need than it was.",
    Kind.DIRECTORY_FAULT: "The line told the carer of a service that was wrong, closed or missing.",
}
DOUBTED = {
    "usual": "The line asks, or does nothing",
    "asked": "The line asks all the same",
    "believed": "A nurse is paged all the same",
}
SHOULD = {"page": "Have paged a nurse", "ask": "Have asked whether a nurse is needed"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a trial found, in sentences, and the messages that would be heard wrongly."""

    sentences: list[str]
    false: list[tuple[str, str]]


def kinds() -> list[tuple[str, str, str]]:
    """Code, title and hint of each kind."""
    return [(kind, KINDS[kind], HINTS[kind]) for kind in Kind]


def labels(kind: str) -> dict[str, str]:
    """What a proposal of this kind may be about, by code."""
    if kind == Kind.RED_FLAG_PHRASE:
        known = triage.protocol().categories.values()
        return {one.code: one.title for one in sorted(known, key=lambda one: one.title) if one.phrases}
    if kind == Kind.TRAINING_LINE:
        codes = sorted(path.stem for path in (settings.get().data_dir / "nlu").glob("*.yml"))
        return {code: need(code) for code in codes}
    return FAULTS


def doubted(phrase: Mapping[str, Any] | None) -> str:
    """What a phrase leads to where the learned screen doubts it. `phrase`: as a file of categories has it."""
    return DOUBTED[next((code for code in ("believed", "asked") if phrase and phrase.get(code)), "usual")]


def choices(held: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """Choices as a set of radio buttons wants them."""
    return [{"value": code, "text": text, "checked": code == chosen} for code, text in held.items()]


def options(held: Mapping[str, str], chosen: str, empty: str) -> list[dict[str, Any]]:
    """Choices as a select wants them."""
    first = [{"value": "", "text": empty, "selected": chosen not in held}]
    return first + [{"value": code, "text": text, "selected": code == chosen} for code, text in held.items()]


def records(found: Sequence[tuple[UUID, str, bool]]) -> dict[str, str]:
    """The records that a fault can be about, by id."""
    return {str(one): f"{name} (the carer was told of it)" if told else name for one, name, told in found}


def marks(words: list[str], chosen: str) -> list[dict[str, Any]]:
    """The words of a masked message, to choose one."""
    return [
        {"value": str(place), "text": f"{place + 1}. {word}", "selected": str(place) == chosen}
        for place, word in enumerate(words)
    ]


def trial(found: Trial | None) -> Shown | None:
    """What the phrase would have changed."""
    if found is None:
        return None
    added = count(len(found.crises), "crisis", "crises")
    heard = count(found.taught, "labelled danger", "labelled dangers")
    pages = count(len(found.false_pages), "false page", "false pages")
    asks = count(len(found.false_asks), "false question", "false questions")
    sentences = [
        f"A message like your rewording: {decision(found.wording)}.",
        f"Of the evaluation’s messages {added} more would be heard{_named(found.crises)}.",
        f"Of the messages that the learned screen knows, {heard} more would be heard.",
        f"Of the messages after which nobody is needed: {pages} and {asks} more.",
    ]
    return Shown(sentences, [(one.text, decision(one.after)) for one in (*found.false_pages, *found.false_asks)])


def _named(ids: list[str]) -> str:
    return f": {', '.join(ids)}" if ids else ""
