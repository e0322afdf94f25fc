"""What a caller hears who waits for a nurse, and whether they wait at all."""

from datetime import datetime, timedelta
from enum import StrEnum

from api.escalations.rules import NOBODY_HAS_IT, State
from api.triage.rules import Priority

MOST_TRIES = 2  # To ring the nurse who accepted.
_SOON = timedelta(seconds=45)
_EVERY = 4  # A longer text is said every so many times; in between a short one says that we are there.


class Reassurance(StrEnum):
    """Texts of data/replies/voice.yml."""

    RINGING = "voice_hold_ringing"
    TRYING = "voice_hold_trying"
    LATE = "voice_hold_late"
    ACCEPTED = "voice_hold_accepted"
    NOT_THROUGH = "voice_hold_not_through"


def stays(state: str, priority: str, may_be_watched: bool) -> bool:
    """Whether a caller is kept on the line for a nurse: when one comes within minutes and no secret is made of it."""
    return (
        state in (*NOBODY_HAS_IT, State.ACCEPTED) and Priority(priority).rank <= Priority.P1.rank and not may_be_watched
    )


def while_nobody_has_it(asked_at: datetime, target: timedelta, now: datetime, turn: int) -> Reassurance:
    """What is true while nobody has accepted."""
    if now - asked_at < _SOON or turn % _EVERY:
        return Reassurance.RINGING
    return Reassurance.LATE if now - asked_at > target else Reassurance.TRYING
