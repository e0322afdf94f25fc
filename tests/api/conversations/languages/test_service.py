"""In which language carers write, measured on lines of our own; and that a conversation keeps it."""

import json
from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import select

from api.audit.models import AuditEntry
from api.conversations.languages import service
from api.conversations.languages.service import NOTHING, Told
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import transaction
from tests.guards.tree import ROOT
from tests.harness import seeds
from tests.harness.line import Line

EVALUATION = ROOT / "data/evaluation"
IN_ENGLISH = ("crises", "everyday", "masking", "masking_second")
MOST_FALSE = 0.001  # Of messages that are in English.
LEAST_KNOWN = 0.85  # Of short lines in the letters and spelling of their language.
KNOWN_TOO_LITTLE = {"ro": "soțul meu", "pl": "nie chcę"}


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (EVALUATION / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_english_in_whatever_dialect_and_spelling_counts_as_no_other_language() -> None:
    texts = [one["text"] for name in IN_ENGLISH for one in lines(name)]
    texts += [one[how] for one in lines("heard") for how in ("typed", "heard")]
    found = [text for text in texts if service.written(text)]
    assert len(texts) > 2_500
    assert len(found) < MOST_FALSE * len(texts), found


def test_most_short_lines_in_other_languages_are_known_and_none_is_taken_for_a_third() -> None:
    own = [one for one in lines("languages") if not one["romanised"]]
    known = Counter(service.written(one["text"]) == one["language"] for one in own)
    assert known[True] >= LEAST_KNOWN * len(own), known
    assert [one for one in own if service.written(one["text"]) not in (None, one["language"])] == []


def test_urdu_and_others_in_english_letters_are_not_told_and_not_guessed() -> None:
    """A limit, not a promise: these carers are known by what they ask for only."""
    romanised = [one["text"] for one in lines("languages") if one["romanised"]]
    assert len(romanised) >= 15
    assert [text for text in romanised if service.written(text)] == []


def test_a_guess_needs_more_than_a_few_words() -> None:
    for code, words in KNOWN_TOO_LITTLE.items():
        assert service.written(words) is None, code


def test_what_was_spoken_was_heard_as_english_and_tells_only_what_it_names() -> None:
    polish = "moja mama jest bardzo chora, proszę o pomoc"
    assert service.read(polish, Channel.SMS) == Told(written="pl")
    assert service.read(polish, Channel.VOICE) == NOTHING
    assert service.read("I only speak Polish", Channel.VOICE) == Told(said="pl")


def test_a_failure_is_silent_so_that_the_message_goes_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise OSError

    monkeypatch.setattr(service, "known", broken)
    assert service.read("I only speak Polish", Channel.SMS) == NOTHING
    assert service.title("pl") == "pl"


async def language(conversation_id: UUID) -> str | None:
    async with transaction() as session:
        return (await session.get_one(Conversation, conversation_id)).language


async def test_a_language_once_known_changes_only_when_the_carer_names_another(line: Line) -> None:
    talk = await seeds.carer_writes("hes not eating and i dont know what to do")
    assert await language(talk) is None
    for words, then in (
        ("moja mama jest bardzo chora, proszę o pomoc", "pl"),
        ("mi madre está muy enferma", "pl"),
        ("thank you, that helped", "pl"),
        ("urdu or punjabi is better for her", "pl"),
        ("my mother needs a Ukrainian interpreter", "uk"),
    ):
        assert await seeds.carer_writes(words) == talk
        assert await language(talk) == then, words
    async with transaction() as session:
        service.note_asked(session, await session.get_one(Conversation, talk), "arabic leaflet end of life")
    assert await language(talk) == "ar"
    async with transaction() as session:
        kept = select(AuditEntry.detail).where(AuditEntry.action == "kept_language").order_by(AuditEntry.at)
        assert list((await session.execute(kept)).scalars()) == [{"how": "written"}, {"how": "said"}, {"how": "asked"}]


async def test_danger_in_another_language_is_heard_as_before(line: Line) -> None:
    call = await seeds.escalation(await seeds.crisis(words="I only speak Polish, hes stopped breathing"))
    assert (call.category, await language(call.conversation_id)) == ("not_breathing", "pl")
