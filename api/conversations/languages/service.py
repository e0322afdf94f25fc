"""Telling in which language a carer writes, and keeping it. It reads data/languages.yml and the detector's model once.

The detector (py3langid) works from its own package, without a network, in about 0.1 ms a message; it is restricted to
the languages of the file. Whatever fails here is put in the log, and the message goes its way.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from sqlalchemy.ext.asyncio import AsyncSession

from api import logs, settings
from api.audit import service as audit
from api.conversations.languages import rules
from api.conversations.languages.rules import Known, Language
from api.conversations.languages.schemas import LanguagesFile
from api.conversations.models import Conversation
from api.conversations.rules import Channel

ASKS_FOR_ONE = "translation_or_access"  # The assistant's intent in data/nlu/translation_or_access.yml.
NOT_KNOWN = ""  # For lists and figures: English, or we do not know.
_ENGLISH = "en"
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What one message tells. `said`: named as theirs. `written`: it is written in it."""

    said: str | None = None
    written: str | None = None


NOTHING = Told()


@cache
def known() -> Known:
    """The file of this process. Raises ValidationError."""
    return load(settings.get().data_dir / "languages.yml")


def load(path: Path) -> Known:
    """A file, checked. Raises ValidationError."""
    file = LanguagesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    languages = {one.code: Language(one.code, one.title, tuple(one.names), one.written) for one in file.languages}
    return rules.known(languages, (file.sure, file.sure_in_other_letters), file.fewest_words, file.english)


def title(code: str | None) -> str:
    """A language in words. One that the file does not have any more keeps its code, and so do all without a file."""
    if not code:
        return "English, or not known"
    try:
        found = known().languages.get(code)
    except Exception:
        _log.exception("language_failed")
        return code
    return found.title if found else code


def titles() -> dict[str, str]:
    """Every language of the file by its code, in the order of their names."""
    return {code: one.title for code, one in sorted(known().languages.items(), key=lambda pair: pair[1].title)}


@cache
def _detector() -> LanguageIdentifier:
    """Made anew of the columns of these languages, so that those of a hundred others leave memory."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages([_ENGLISH, *(code for code, one in known().languages.items() if one.written)])
    columns, moves = (whole.nb_ptc, whole.nb_pc, whole.nb_classes), (whole.tk_nextmove, whole.tk_output)
    return LanguageIdentifier(*columns, *moves, norm_probs=True, tk_row=whole.tk_row)


def make_ready() -> None:
    """Read what the first message would otherwise wait for. Raises what reading the files raises."""
    known()
    _detector()


def read(body: str, channel: str) -> Told:
    """What a message tells of its carer's language, without a database. What was spoken was heard as English."""
    try:
        return Told(rules.said(body, known()), None if channel == Channel.VOICE else written(body))
    except Exception:
        _log.exception("language_failed")
        return NOTHING


def written(body: str) -> str | None:
    """The language in which a message is written, when it is surely another than English."""
    text = rules.evidence(body, known())
    if not text:
        return None
    code, sure = _detector().classify(text)
    enough = known().sure_in_other_letters if rules.in_other_letters(text) else known().sure
    return str(code) if code != _ENGLISH and sure >= enough else None


def note(session: AsyncSession, conversation: Conversation, told: Told) -> None:
    """Keep what a message told. What is known already changes only when the carer names another."""
    if told.said is not None:
        _keep(session, conversation, told.said, "said")
    elif told.written is not None and conversation.language is None:
        _keep(session, conversation, told.written, "written")


def note_asked(session: AsyncSession, conversation: Conversation, body: str) -> None:
    """Keep the one language that is named in a message which the assistant took for a question about languages."""
    try:
        code = rules.named(body, known())
    except Exception:
        _log.exception("language_failed")
        return
    if code is not None:
        _keep(session, conversation, code, "asked")


def _keep(session: AsyncSession, conversation: Conversation, code: str, how: str) -> None:
    """The record says how it came to be known, never which it is."""
    if conversation.language != code:
        conversation.language = code
        audit.record(session, "carer", "kept_language", "conversation", conversation.id, how=how)
