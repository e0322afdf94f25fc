"""The forms that close an escalation: what can be chosen, and what is missing from what was sent."""

from dataclasses import dataclass
from typing import Any

from api.console.board.presenters import OUTCOMES
from api.escalations import nets
from api.escalations.rules import NET_NOT_NEEDED, Outcome

NOTE_LIMIT = 500  # Characters.
NET_LIMIT = 200  # Characters of each part of a safety-net in a nurse's own words.
OWN, NONE = "own", "none"
type Choice = dict[str, Any]  # An item of the NHS.UK radios.


@dataclass(frozen=True, slots=True)
class Typed:
    """The form that closes, as it was sent. `net`: a code of data/replies, `own` or `none`."""

    outcome: str = ""
    note: str = ""
    net: str = ""
    watch_for: str = ""
    come_back: str = ""
    number: str = ""
    by_text: bool = True
    give_back: bool = True


def outcomes() -> list[Choice]:
    """How it can have ended. Standing down has a form of its own."""
    return [{"value": code, "text": words} for code, words in OUTCOMES.items() if code != Outcome.STOOD_DOWN]


def net_choices() -> list[Choice]:
    """The safety-nets that can be given, in the words that the carer gets."""
    return [
        {
            "value": code,
            "text": net.title,
            "hint": {"text": f"Watch for {net.watch_for}. Come back if {net.come_back}."},
        }
        for code, net in nets.choices().items()
    ]


def problems(typed: Typed) -> dict[str, str]:
    """What is missing from the form that closes, by field."""
    errors = {} if typed.outcome in {choice["value"] for choice in outcomes()} else {"outcome": "Choose how it ended"}
    if not typed.note:
        errors["note"] = "Write in a few words why it can be closed"
    elif len(typed.note) > NOTE_LIMIT:
        errors["note"] = f"Shorten this to {NOTE_LIMIT} characters"
    return errors | _net_problems(typed)


def _net_problems(typed: Typed) -> dict[str, str]:
    if typed.net == OWN:
        parts = {"watch_for": typed.watch_for, "come_back": typed.come_back}
        words = {"watch_for": "Write what they watch for", "come_back": "Write when they come back"}
        return {name: words[name] for name, said in parts.items() if not said or len(said) > NET_LIMIT}
    if typed.net in nets.choices():
        return {}
    if typed.net != NONE and typed.outcome not in NET_NOT_NEEDED:
        return {"net": "Choose what the carer was told to watch for"}
    if typed.net == NONE and typed.outcome and typed.outcome not in NET_NOT_NEEDED:
        return {"net": "After this outcome a carer needs to know what to watch for. Choose what they were told"}
    return {}


def reason_problem(reason: str) -> str:
    """What is wrong with the reason for standing down; empty: nothing."""
    if not reason:
        return "Write why no nurse is needed"
    return f"Shorten this to {NOTE_LIMIT} characters" if len(reason) > NOTE_LIMIT else ""
