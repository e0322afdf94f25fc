"""A switch in words: what it does to carers, whether it is on, since when and why, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.presenters import when
from api.switches.models import SwitchSet
from api.switches.rules import TITLES, Switch

HERE = "/console/switches"
HOURS = (1, 2, 4, 8, 12, 24)
WHAT: dict[str, str] = {
    Switch.NO_CAPACITY: "Each carer who writes is told once that no nurse is free, with the numbers to ring. "
    "Danger is still paged.",
    Switch.SAFE_MODE: "The assistant answers nobody. Every message becomes a task to reply, and the carer is told that "
    "a person has been asked to read it. Danger is still paged.",
    Switch.WEB_CHAT_OFF: "The chat page says that it is not answered and whom to ring. What is written all the same is "
    "kept, screened and becomes a task to reply.",
    Switch.TEXTS_OFF: "Every text is answered with the numbers to ring. It is kept, screened and becomes a task to "
    "reply.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One switch. `state` is empty when it is off."""

    code: str
    title: str
    what: str
    state: str
    reason: str
    url: str


def rows(on: Mapping[Switch, SwitchSet], names: Mapping[str, str], now: datetime) -> list[Row]:
    """Every switch in words."""
    return [_row(kind, on.get(kind), names, now) for kind in Switch]


def _row(kind: Switch, row: SwitchSet | None, names: Mapping[str, str], now: datetime) -> Row:
    state = ""
    if row is not None:
        who = names.get(row.set_by, "another program")
        state = f"On until {when(row.ends_at, now)}. Set by {who} at {when(row.set_at, now)}."
    return Row(kind, TITLES[kind], WHAT[kind], state, row.reason if row else "", f"{HERE}/{kind}")


def past(ended: Sequence[SwitchSet], names: Mapping[str, str], now: datetime) -> list[str]:
    """What has ended lately, in a sentence each."""
    return [
        f"{TITLES[row.kind]}: {when(row.set_at, now)} to {when(row.ended_at or row.ends_at, now)}, set by "
        f"{names.get(row.set_by, 'another program')}, {_ended(row, names)}. {row.reason}"
        for row in ended
    ]


def _ended(row: SwitchSet, names: Mapping[str, str]) -> str:
    if row.ended_by and row.ended_by.startswith("job:"):
        return "ended by itself"
    return f"ended by {names.get(row.ended_by or '', 'another program')}"
