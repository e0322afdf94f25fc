"""Runs labelled messages through the recogniser as the line itself does, and gathers what it decided."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api import settings
from api.conversations import rules as conversations
from api.conversations.rules import Keyword
from api.errors import Invalid
from api.review import rules
from api.review.schemas import Decided, LabelledMessage, Report
from api.triage import screening
from api.triage import service as triage
from api.triage.grading import Decision, Grade
from api.triage.rules import Protocol

ASKS_FOR_A_PERSON = "person_please"
SURE_OF_A_PERSON = 0.6  # As in actions/person_please.py.
HUMAN_REQUEST = "human_request"
BOT_PYTHON, MODEL = "bot/.venv/bin/python", "bot/models/nightlight.tar.gz"
_RESERVED = {Keyword.NURSE: Decision.PAGE, Keyword.HELP: Decision.ASK, Keyword.AMBIGUOUS: Decision.ASK}


def read(path: Path) -> list[LabelledMessage]:
    """The lines of a JSONL file. Raises Invalid naming the first line that is not one."""
    return list(_lines(path))


def _lines(path: Path) -> Iterator[LabelledMessage]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror}") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield LabelledMessage.model_validate_json(line)
            except ValidationError as error:
                raise Invalid(f"{path}, line {number}: {error.errors()[0]['msg']}") from None


def evaluate(messages: Sequence[LabelledMessage]) -> Report:
    """Decide about every message, with the phrases, the learned screen and the trained assistant."""
    understood = understand([message.text for message in messages])
    decided = [decide(message, found) for message, found in zip(messages, understood, strict=True)]
    return Report(summary=rules.summary(messages, decided), lines=decided)


def understand(texts: Sequence[str], model: Path = settings.ROOT / MODEL) -> list[Mapping[str, Any]]:
    """The assistant's intents, from a trained model in Rasa's own environment. Raises Invalid if that fails."""
    command: list[str | Path] = [settings.ROOT / BOT_PYTHON, "-m", "bot.understand", model]
    asked = json.dumps([conversations.clean(text)[0] for text in texts])
    ran = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=settings.ROOT, check=False)  # noqa: S603
    if ran.returncode != 0:
        raise Invalid(f"The assistant could not be asked: {ran.stderr.strip().splitlines()[-1:]}")
    found: list[Mapping[str, Any]] = json.loads(ran.stdout)
    return found


def decide(message: LabelledMessage, understood: Mapping[str, Any], by: Protocol | None = None) -> Decided:
    """What the line would do about a first message in these words, without a conversation around it.

    `by`: the protocol to go by; None: the one in use.
    """
    body, _ = conversations.clean(message.text)
    known = by or triage.protocol()
    grade = screening.grade(body, known)
    needs = [name for name, _ in understood["ranking"]][:3]
    sure_of_a_person = understood["intent"] == ASKS_FOR_A_PERSON and understood["ranking"][0][1] >= SURE_OF_A_PERSON
    decision, categories, why = _decision(body, grade, understood["intent"], sure_of_a_person)
    return Decided(
        id=message.id,
        decision=decision.value,
        priority=_priority(grade, categories, known),
        categories=categories,
        need=needs[0] if needs else "",
        needs=needs,
        why=[
            *why,
            *(f"{finding.category}: {finding.phrase}" for finding in grade.findings),
            f"danger {grade.danger:.3f}",
        ],
    )


def _decision(body: str, grade: Grade, intent: str, sure_of_a_person: bool) -> tuple[Decision, list[str], list[str]]:
    """Reserved words first, then the screen, messages without words, and what the assistant understood."""
    categories = [finding.category for finding in grade.findings]
    word = conversations.keyword(body)
    if word is not None:
        return _RESERVED.get(word, Decision.NONE), [HUMAN_REQUEST], [f"the word {word}"]
    if grade.decision == Decision.PAGE:
        return Decision.PAGE, categories, []
    if not conversations.has_words(body):
        return Decision.ASK, ["silent_or_help_only"], ["no words"]
    if grade.decision == Decision.NONE and intent == ASKS_FOR_A_PERSON:
        sure = Decision.PAGE if sure_of_a_person else Decision.ASK
        return sure, [HUMAN_REQUEST], [f"intent {intent}"]
    return grade.decision, categories, []


def _priority(grade: Grade, categories: Sequence[str], by: Protocol) -> str:
    known = by.categories
    found = [finding.priority for finding in grade.findings] or [
        known[one].priority for one in categories if one in known
    ]
    return min(found, key=lambda priority: priority.rank).value if found else ""
