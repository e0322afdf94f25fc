"""Whether a protocol lives up to the examples that its files give for every phrase and every look-alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from api.triage.rules import Category, Phrase, Protocol, screen


def check(protocol: Protocol, today: date | None = None) -> list[str]:
    """Every example that the protocol does not live up to and every review that is overdue, one sentence each."""
    today = today or datetime.now(UTC).date()
    return [problem for category in protocol.categories.values() for problem in _problems(category, protocol, today)]


def _problems(category: Category, protocol: Protocol, today: date) -> Iterator[str]:
    if category.review_date < today:
        yield f"{category.code}: the review was due on {category.review_date.isoformat()}"
    for phrase in category.phrases:
        for message in phrase.hit:
            if not hears(protocol, phrase, message):
                yield f"{category.code}: “{phrase.say}” does not hear “{message}”"
    quiet = [line for phrase in category.phrases for line in phrase.near_miss]
    for message in quiet + [line for look_alike in category.look_alikes for line in look_alike.example]:
        for finding in screen(message, protocol).findings:
            if finding.category == category.code:
                yield f"{category.code}: “{finding.phrase}” hears “{message}”, which is none"


def hears(protocol: Protocol, phrase: Phrase, message: str) -> bool:
    """Whether this phrase, were it the only one, would find its category in the message."""
    alone = replace(protocol, index={word: (phrase,) for need in phrase.needs[:1] for word in need})
    return any(finding.phrase == phrase.say for finding in screen(message, alone).findings)
