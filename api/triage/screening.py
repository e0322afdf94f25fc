"""The whole screen on one message: phrases and the learned screen side by side. What the rest of the service calls."""

from dataclasses import replace
from operator import attrgetter

from api import logs
from api.triage import grading, minimising
from api.triage.grading import Grade, Heard
from api.triage.learned import learned
from api.triage.rules import LONGEST_MESSAGE, Protocol, Screening, screen
from api.triage.service import protocol

_log = logs.get(__name__)


def grade(message: str, by: Protocol | None = None) -> Grade:
    """What a message leads to. Where one of the two fails the other still hears, and the grade says so.

    `by`: the protocol to go by, to try one that is not in use.
    """
    known = by or protocol()
    screening, heard, thresholds, failed = Screening((), truncated=False), grading.HEARD_NOTHING, grading.NEVER, False
    try:
        screening = screen(message, known)
    except Exception:
        _log.exception("phrases_failed")
        failed = True
    try:
        heard, thresholds = _hear(message[:LONGEST_MESSAGE], known), learned().thresholds
    except Exception:
        _log.exception("learned_screen_failed")
        failed = True
    waits = any(finding.category == grading.CANNOT_WAIT for finding in screening.findings)
    graded = grading.grade(screening, heard, thresholds, known.categories)
    return replace(graded, failed=failed, cannot_wait=waits)


def _hear(message: str, known: Protocol) -> Heard:
    """What the learned screen hears in the message, or without the words that make little of it, if that is more."""
    readings = dict.fromkeys((message, minimising.without(message, known) or message))
    return max((learned().hear(one) for one in readings), key=attrgetter("danger"))


def make_ready() -> None:
    """Read everything that the first message would otherwise wait for. Raises what reading the files raises."""
    protocol()
    learned()
