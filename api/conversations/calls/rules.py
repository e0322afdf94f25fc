"""Who may have the carer rung by our line, and when. Pure."""

from dataclasses import dataclass

from api.escalations.rules import State

IN_HAND = (State.ACCEPTED, State.CONTACTED)
WATCHED = "may_be_watched"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody is rung: a word for programs, and a sentence for staff."""

    reason: str
    words: str


_CLOSED = Refusal("closed", "This call for help is closed, so our line puts nobody through.")
_NOT_YOURS = Refusal("not_yours", "Our line puts through only the nurse who has accepted this.")
_NO_NUMBER = Refusal("no_number", "There is no number on which the carer can be rung. Write to them.")
_NO_PHONE = Refusal("no_phone", "No telephone number of yours is known here, so our line cannot ring you.")
_WATCHED = Refusal(WATCHED, "Somebody may be watching the carer’s phone. Confirm that you want it rung all the same.")
_NOT_TOGETHER = Refusal("not_together", "The carer is not on the telephone with a nurse now.")
_NO_COLLEAGUE = Refusal("no_colleague", "Choose a colleague who has a telephone and is not on the line already.")


def bring_in_refusal(state: str, are_together: bool, may_come: bool) -> Refusal | None:
    """Why no colleague is rung to come into a call; None: they are. `may_come`: that colleague can be asked."""
    if state == State.RESOLVED:
        return _CLOSED
    if not are_together:
        return _NOT_TOGETHER
    return None if may_come else _NO_COLLEAGUE


def may_be_called(state: str, is_theirs: bool) -> bool:
    """Whether whoever asks has this in hand. The carer is rung by the one person whose name they were told."""
    return state in IN_HAND and is_theirs


def refusal(
    state: str, is_theirs: bool, has_number: bool, has_phone: bool, may_be_watched: bool, confirmed: bool
) -> Refusal | None:
    """Why the carer is not rung; None: they may be. `confirmed` counts only for a phone that may be watched."""
    if state == State.RESOLVED:
        return _CLOSED
    if not may_be_called(state, is_theirs):
        return _NOT_YOURS
    if not has_number:
        return _NO_NUMBER
    if not has_phone:
        return _NO_PHONE
    return _WATCHED if may_be_watched and not confirmed else None
