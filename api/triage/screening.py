"""The whole screen on one message: phrases and the learned screen side by side. What the rest of the service calls."""

from dataclasses import replace

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
    screening, heard, thresholds, failed = Screening((), truncated=False), [grading.HEARD_NOTHING], grading.NEVER, False
    try:
        screening = screen(message, known)
    except Exception:
        _log.exception("phrases_failed")
        failed = True
    otherwise: list[tuple[Screening, Heard]] = []
    try:
        heard = learned().readings(message[:LONGEST_MESSAGE]) or heard
        thresholds = learned().thresholds
        otherwise = _without_minimising(message, known)
    except Exception:
        _log.exception("learned_screen_failed")
        failed = True
    waits = any(finding.category == grading.CANNOT_WAIT for finding in screening.findings)
    # Each reading is graded by itself: so none can lower what another one leads to.
    readings = [*((screening, one) for one in heard), *otherwise]
    graded = grading.gravest([grading.grade(*one, thresholds, known.categories) for one in readings])
    return replace(graded, failed=failed, cannot_wait=waits)


def _without_minimising(message: str, known: Protocol) -> list[tuple[Screening, Heard]]:
    """What both hear without the words that make little of the message, if it has any."""
    plain = minimising.without(message, known)
    return [] if plain == message else [(screen(plain, known), one) for one in learned().readings(plain, closely=False)]


def make_ready() -> None:
    """Read everything that the first message would otherwise wait for. Raises what reading the files raises."""
    protocol()
    learned()
