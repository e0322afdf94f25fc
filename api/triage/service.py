"""Reads data/triage into a protocol, refusing what is unclear, and hands out the words that go to the carer at once."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Lock

import yaml
from pydantic import BaseModel, ValidationError

from api import settings
from api.triage.language import Spelling, respell, watch
from api.triage.phrases import Grammar, PhraseError
from api.triage.rules import Category, LookAlike, Phrase, Priority, Protocol, Target
from api.triage.schemas import (
    CategoryFile,
    LookAlikeFile,
    MorePhrasesFile,
    PhraseFile,
    PrioritiesFile,
    SpellingFile,
    WordsFile,
    YesAndNoFile,
)
from api.triage.yes_or_no import YesAndNo

CHANNELS = ("sms", "web", "voice")
_HEAD = ("code", "version", "status", "owner", "review_date")
_IN_DOUBT = ("asks_first", "unless_certain", "guessable", "question")

# The base loader reads everything as text: "no" and "on" are words here, not truth values. In C it is ten times faster.
_TextLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_reading = Lock()


class _InUse:
    protocol: Protocol | None = None


type _Categories = Mapping[Path, CategoryFile]
type _Parts = Mapping[Path, MorePhrasesFile]


class TriageDataError(ValueError):
    """A file in data/triage cannot be used. The message names the file, the place in it and what is wrong."""


def protocol() -> Protocol:
    """The protocol that this process goes by: at first that of the data directory. Raises TriageDataError."""
    if (found := _InUse.protocol) is not None:
        return found
    with _reading:  # It takes a second or two: whoever asks meanwhile waits for it instead of reading it again.
        if _InUse.protocol is None:
            _InUse.protocol = load(settings.get().data_dir / "triage")
        return _InUse.protocol


def use(data_dir: Path) -> None:
    """Read another data directory and go by it from now on: one reference changes, so no message meets half of each.

    It takes seconds, so it belongs in a thread. Raises TriageDataError, and then nothing has changed.
    """
    found = load(data_dir / "triage")
    with _reading:  # Whoever reads the first protocol at this moment must not put that in its place.
        _InUse.protocol = found


def read_phrase(directory: Path, say: str) -> None:
    """Whether a phrase can be read with the words of a directory such as data/triage. Raises TriageDataError."""
    words = _read(directory / "words.yml", WordsFile)
    compiler = _Compiler(directory / "words.yml", words, _spelling(directory / "spelling.yml", words))
    compiler.phrase("phrase", say, PhraseFile(say=say, hit=["x"], near_miss=["x"]))


def instruction(category: str, channel: str, variant: str = "") -> str:
    """What the carer is told at once. `variant` comes from the finding. Raises KeyError for what does not exist."""
    found = protocol().categories[category]
    return (found.variants[variant] if variant else found.instruction)[channel]


def is_silent(category: str) -> bool:
    """Whether whoever wrote may be watched, so that nothing we send may say that a nurse has been told."""
    known = protocol().categories.get(category)
    return known is not None and known.silent


def load(directory: Path) -> Protocol:
    """The protocol in a directory such as data/triage. Raises TriageDataError for the first thing that is wrong."""
    priorities = _read(directory / "priorities.yml", PrioritiesFile)
    words = _read(directory / "words.yml", WordsFile)
    spelling = _spelling(directory / "spelling.yml", words)
    compiler = _Compiler(directory / "words.yml", words, spelling)
    files = {
        path: _read(path, CategoryFile)
        for path in sorted((directory / "categories").glob("*.yml"))
        if "." not in path.stem
    }
    parts = {path: _read(path, MorePhrasesFile) for path in sorted((directory / "categories").glob("*.*.yml"))}
    categories = {file.code: _category(path, file, parts, compiler) for path, file in files.items()}
    _cross_check(directory, priorities, files, parts)
    contexts = [compiler.look_alike(f"contexts.{name}", file, name=name) for name, file in words.contexts.items()]
    clause_starts = [compiler.phrase("clause_starts", say) for say in words.clause_starts]
    minimising = [compiler.phrase("minimising", say) for say in words.minimising]
    return Protocol(
        categories=categories,
        targets={code: _target(priorities, code) for code in Priority},
        version=f"{priorities.version}+{_fingerprint(directory)}",
        # Made last: only now is every word known that a phrase or a look-alike asks for.
        spelling=replace(spelling, known=frozenset(compiler.known), watched=watch(compiler.heard)),
        contexts=tuple(contexts),
        ask_wait=timedelta(minutes=priorities.page_unanswered_ask_after),
        clause_starts=tuple(clause_starts),
        minimising=tuple(minimising),
        yes_and_no=YesAndNo(**_read(directory / "yes_and_no.yml", YesAndNoFile).lists()),
        index=compiler.index(categories),
    )


class _Compiler:
    """Turns what is written in one set of files into phrases, and gathers the words that phrases ask for."""

    def __init__(self, path: Path, words: WordsFile, spelling: Spelling) -> None:
        self.path = path
        self.known: set[str] = set()
        self.heard: set[str] = set()
        self._spelling = spelling
        groups = {name: tuple(says) for name, says in words.groups.items()}
        negations, common = frozenset(words.negations.split()), frozenset(words.common.split())
        self._grammar = Grammar(groups, lambda word: respell(word, spelling), negations, common)

    def phrase(self, place: str, say: str, like: PhraseFile | None = None, category: str = "") -> Phrase:
        try:
            pattern = self._grammar.compile(say)
            self._grammar.key(pattern)
            _refuse_split_words(say, self._spelling)
            if like is not None and say.endswith("]"):
                raise PhraseError("what may be left out changes nothing at the end of a phrase")
        except PhraseError as error:
            raise TriageDataError(f"{self.path}: {place}: “{say}”: {error}") from None
        self.known |= pattern.words
        self.heard |= pattern.words if like is not None else set()
        regex = re.compile(pattern.regex + "(?= )")
        if like is None:
            return Phrase(say, regex, pattern.needs, category=category)
        return Phrase(
            say, regex, pattern.needs, tuple(like.hit), tuple(like.near_miss), category,
            like.priority, like.about, like.variant, frozenset(like.stands), like.believed, like.asked,
        )  # fmt: skip

    def phrases(self, path: Path, said: list[PhraseFile], category: str) -> list[Phrase]:
        self.path = path
        return [self.phrase(f"phrases.{place}.say", file.say, file, category) for place, file in enumerate(said)]

    def look_alike(self, place: str, file: LookAlikeFile, category: str = "", name: str = "") -> LookAlike:
        says = tuple(self.phrase(f"{place}.say", say, category=category) for say in file.says)
        unless = tuple(self.phrase(f"{place}.unless", say, category=category) for say in file.unless)
        return LookAlike(file.place, says, unless, name, tuple(file.example))

    def index(self, categories: Mapping[str, Category]) -> dict[str, tuple[Phrase, ...]]:
        found: dict[str, list[Phrase]] = {}
        for phrase in (phrase for category in categories.values() for phrase in category.phrases):
            for word in min(phrase.needs, key=self._grammar.cost):
                found.setdefault(word, []).append(phrase)
        return {word: tuple(phrases) for word, phrases in found.items()}


def _refuse_split_words(say: str, spelling: Spelling) -> None:
    plain = f" {re.sub(r'[^a-z0-9 ]', ' . ', say)} "
    for pair, joined in spelling.pairs.items():
        if f" {' '.join(pair)} " in plain:
            raise PhraseError(f"“{' '.join(pair)}” is read as “{' '.join(joined)}”; write that")


def _category(path: Path, file: CategoryFile, parts: _Parts, compiler: _Compiler) -> Category:
    phrases = [
        phrase
        for place, said in _phrases_of(path, file, parts).items()
        for phrase in compiler.phrases(place, said, file.code)
    ]
    compiler.path = path
    shared = (*_HEAD, "title", "group", "priority", "about", "silent", *_IN_DOUBT)
    return Category(
        **{name: getattr(file, name) for name in shared},
        instruction=file.instruction.model_dump(),
        variants={name: words.model_dump() for name, words in file.variants.items()},
        tell_nurse=tuple(file.tell_nurse),
        sources=tuple(file.sources),
        phrases=tuple(phrases),
        look_alikes=tuple(
            compiler.look_alike(f"look_alikes.{place}", look_alike, file.code)
            for place, look_alike in enumerate(file.look_alikes)
        ),
    )


def _target(file: PrioritiesFile, code: Priority) -> Target:
    found = file.priorities[code]
    return Target(timedelta(minutes=found.accept_within), timedelta(minutes=found.contact_within), found.title)


def _spelling(path: Path, words: WordsFile) -> Spelling:
    file = _read(path, SpellingFile)
    both = [(spelt, tuple(plain.split())) for plain, all_spelt in file.means.items() for spelt in all_spelt.split()]
    standard = dict(both)
    for spelt, plain in both:
        if standard[spelt] != plain:
            raise TriageDataError(f"{path}: means: “{spelt}” stands for two things")
    pairs = {(a, b): tuple(plain.split()) for spelt, plain in file.two_words.items() for a, b in [spelt.split()]}
    ordinary, negations, asides = (frozenset(text.split()) for text in (file.ordinary, words.negations, words.asides))
    return Spelling(standard, pairs, ordinary, negations, asides)


def _cross_check(directory: Path, priorities: PrioritiesFile, files: _Categories, parts: _Parts) -> None:
    missing = [code for code in Priority if code not in priorities.priorities]
    if missing:
        raise TriageDataError(f"{directory / 'priorities.yml'}: priorities: {', '.join(missing)} missing")
    if not files:
        raise TriageDataError(f"{directory / 'categories'}: there is no category")
    for path, file in files.items():
        if path.stem != file.code:
            raise TriageDataError(f"{path}: code: “{file.code}” is not the file's name")
        if bool(file.phrases) != (file.opened_by == "phrases"):
            raise TriageDataError(f"{path}: phrases: {len(file.phrases)}, but it is opened by {file.opened_by}")
        for place, phrases in _phrases_of(path, file, parts).items():
            _check_variants(place, phrases, file)
    for path in parts:
        if path.with_name(f"{path.stem.split('.')[0]}.yml") not in files:
            raise TriageDataError(f"{path}: there is no category that it belongs to")


def _check_variants(path: Path, phrases: list[PhraseFile], file: CategoryFile) -> None:
    for place, phrase in enumerate(phrases):
        if phrase.variant and phrase.variant not in file.variants:
            raise TriageDataError(f"{path}: phrases.{place}.variant: there is no variant “{phrase.variant}”")


def _phrases_of(path: Path, file: CategoryFile, parts: _Parts) -> dict[Path, list[PhraseFile]]:
    more = {part: found.phrases for part, found in parts.items() if part.name.startswith(f"{path.stem}.")}
    return {path: file.phrases} | more


def _read[File: BaseModel](path: Path, form: type[File]) -> File:
    try:
        text = path.read_text(encoding="utf-8")
        tree = yaml.compose(text, Loader=_TextLoader)
        _refuse_doubles(path, tree)
        return form.model_validate(yaml.load(text, Loader=_TextLoader))  # noqa: S506
    except OSError as error:
        raise TriageDataError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise TriageDataError(f"{path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise TriageDataError(f"{path}, line {_line(tree, first['loc'])}: {place}: {first['msg']}") from None


def _refuse_doubles(path: Path, node: yaml.Node | None) -> None:
    """YAML keeps the last of two equal keys without a word; here that could lose a phrase."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for (key, value), name in zip(node.value, keys, strict=True):
            if keys.count(name) > 1:
                raise TriageDataError(f"{path}, line {key.start_mark.line + 1}: “{name}” stands here twice")
            _refuse_doubles(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_doubles(path, value)


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `place` that the file has."""
    if node is None:
        return 1
    inner: yaml.Node | None = None
    if place and isinstance(node, yaml.MappingNode):
        inner = next((value for key, value in node.value if key.value == str(place[0])), None)
    elif place and isinstance(node, yaml.SequenceNode) and isinstance(place[0], int) and place[0] < len(node.value):
        inner = node.value[place[0]]
    return int(node.start_mark.line) + 1 if inner is None else _line(inner, place[1:])


def _fingerprint(directory: Path) -> str:
    """Eight hexadecimal digits that change with any character of the data, so that a finding can be traced to it."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*.yml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]
