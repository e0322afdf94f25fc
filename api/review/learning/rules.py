"""What may be proposed, in whose words, who decides, and which release may be put in use. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from api.people.rules import Permission
from api.review.rules import MUST_NOT_MISS

RUN = 5  # So many words in a row of the carer's own are a copy.
_WHOLE = 3  # A message of so many words or more must not stand whole inside a rewording.
REASON_LIMIT, TEXT_LIMIT = 500, 500  # Characters.
MOST = 10  # Examples beside a phrase.
TROUBLE_STANDS = timedelta(seconds=90)  # Processes say every 15 seconds, the assistant's every 5, that it is still so.
_STEPS = ("none", "ask", "page")


class Kind(StrEnum):
    """What a proposal would change."""

    TRAINING_LINE = "training_line"
    RED_FLAG_PHRASE = "red_flag_phrase"
    DIRECTORY_FAULT = "directory_fault"


OWNER: Mapping[str, Permission] = {
    Kind.RED_FLAG_PHRASE: Permission.APPROVE_PHRASES,
    Kind.TRAINING_LINE: Permission.APPROVE_WORDING,
    Kind.DIRECTORY_FAULT: Permission.APPROVE_WORDING,
}


class State(StrEnum):
    """How a proposal stands. What was accepted may be refused later; the next release is built without it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Stage(StrEnum):
    """How a release stands."""

    BUILDING = "building"
    BUILT = "built"
    EVALUATED = "evaluated"
    APPROVED = "approved"
    LIVE = "live"
    RETIRED = "retired"
    FAILED = "failed"


UNDER_WAY = (Stage.BUILDING, Stage.BUILT)  # A job works on it, or must.


def alarm(trouble: str | None, said_at: datetime | None, now: datetime) -> str:
    """Why a process, or the assistant, cannot use a release now. "": all can. `said_at`: when one last said so."""
    return trouble or "" if said_at is not None and now - said_at < TROUBLE_STANDS else ""


def note(trouble: str | None, said_at: datetime | None, now: datetime) -> str:
    """What is wrong with a release, but for an alarm that is over: perhaps it could not be built, or put into Git."""
    return trouble or "" if said_at is None else alarm(trouble, said_at, now)


def words(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, no signs."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "'").replace("'", ""))


def copied(text: str, original: str) -> str:
    """The words of the carer's that a text repeats, if that makes it a copy of theirs and no rewording. "": none."""
    ours, theirs = words(text), words(original)
    if ours == theirs or (len(theirs) >= _WHOLE and _holds(ours, theirs)):
        return " ".join(theirs)
    runs = (theirs[place : place + RUN] for place in range(len(theirs) - RUN + 1))
    return next((" ".join(run) for run in runs if _holds(ours, run)), "")


def _holds(longer: Sequence[str], run: Sequence[str]) -> bool:
    return any(list(longer[place : place + len(run)]) == list(run) for place in range(len(longer) - len(run) + 1))


def compared(messages: Sequence[Any], before: Sequence[Any], after: Sequence[Any]) -> dict[str, Any]:
    """What a release changes, line by line. All three are in one order; `right` is asked of misses alone.

    "lost": emergencies and crises that are heard less. "failing": misses that would be missed again. "false_pages" and
    "needs_right": how many there were and are.
    """
    trios = list(zip(messages, before, after, strict=True))
    return {
        "changed": [_change(*trio) for trio in trios if _differs(*trio)],
        "lost": [one.id for one, was, now in trios if is_grave(one) and _step(now) < _step(was)],
        "gained": [one.id for one, was, now in trios if one.is_crisis and _step(now) > _step(was)],
        "failing": [one.id for one, _, now in trios if one.right and _STEPS.index(one.right) > _step(now)],
        "false_pages": [
            sum(not one.is_crisis and made.decision == "page" for one, made in pairs) for pairs in _both(trios)
        ],
        "needs_right": [sum(bool(one.need) and made.need == one.need for one, made in pairs) for pairs in _both(trios)],
    }


def _both(trios: Sequence[tuple[Any, Any, Any]]) -> list[list[tuple[Any, Any]]]:
    return [[(one, was) for one, was, _ in trios], [(one, now) for one, _, now in trios]]


def is_grave(message: Any) -> bool:
    """Whether the line must not hear this less than before: an emergency or a crisis."""
    return bool(message.is_crisis) and message.priority in (*MUST_NOT_MISS, None)


def _step(made: Any) -> int:
    return _STEPS.index(made.decision)


def _differs(message: Any, was: Any, now: Any) -> bool:
    return was.decision != now.decision or (bool(message.need) and was.need != now.need)


def _change(message: Any, was: Any, now: Any) -> dict[str, Any]:
    same = {"id": message.id, "text": message.text, "is_crisis": message.is_crisis, "need": message.need}
    told = {"before": was.decision, "after": now.decision, "need_before": was.need, "need_after": now.need}
    return same | told | {"better": _is_better(message, was, now)}


def _is_better(message: Any, was: Any, now: Any) -> bool:
    if was.decision != now.decision:
        return (_step(now) > _step(was)) == bool(message.is_crisis)
    return bool(now.need == message.need)


def obstacles(found: Mapping[str, Any], quick: int, unworded: int, is_stale: bool) -> Iterator[str]:
    """Why a release cannot be approved, a sentence each.

    `quick`: how many lines of each set it was measured on; 0: all. `unworded`: misses of the ledger that nobody has put
    into words of their own. `is_stale`: another release was put in use since it was compared.
    """
    if found["lost"]:
        yield f"It hears less of what must not be missed: {', '.join(found['lost'])}."
    if found["failing"]:
        yield f"It would miss again what was missed before: {', '.join(found['failing'])}."
    if unworded:
        what = "A missed crisis waits" if unworded == 1 else f"{unworded} missed crises wait"
        yield f"{what} for somebody to put it into other words."
    if quick:
        yield f"It was measured on {quick} lines of each set only."
    if is_stale:
        yield "Another release was put in use since it was compared. Build it again."


def unneeded(found: Sequence[Any], newest: int, before: datetime) -> list[Any]:
    """The releases whose files can go. `found`: those that have files, the newest first.

    What stays: the one in use and the one before it, what is approved or being built and what that is compared with,
    so many of the newest, and whatever was in use or built since `before`, which some process may still be reading.
    """
    kept = {one.id for one in [one for one in found if one.state != Stage.FAILED][:newest]}
    for one in found:
        if one.state in (*UNDER_WAY, Stage.APPROVED, Stage.LIVE):
            kept |= {one.id, one.compared_with_id if one.state in UNDER_WAY else one.id}
        if one.state == Stage.LIVE:
            kept.add(one.replaced_id)
    return [
        one for one in found if one.id not in kept and max(one.stirred_at, one.retired_at or one.stirred_at) < before
    ]


def costs(found: Mapping[str, Any]) -> Iterator[str]:
    """What a release makes worse without being barred: whoever approves it says why it is worth it."""
    before, after = found["false_pages"]
    if after > before:
        yield f"{after - before} more false {'page' if after - before == 1 else 'pages'}"
    before, after = found["needs_right"]
    if after < before:
        yield f"{before - after} fewer everyday needs understood"
