"""What is missing from the form of a review, and what its answers are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from api.review.judging.rules import NOTE_LIMIT, Answer, Judgement, Net
from api.triage.rules import Priority

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent. `since`: the id of a message; `number`: of the stretch that was read."""

    should: str = ""
    since: str = ""
    priority: str = ""
    right: str = ""
    kind: str = ""
    complete: str = ""
    net: str = ""
    safeguarding: str = ""
    note: str = ""
    talk: bool = False
    number: str = ""

    @property
    def stretch_number(self) -> int | None:
        """The number of the stretch, if the form says one."""
        known = self.number.isascii() and self.number.isdigit() and len(self.number) < 6
        return int(self.number) if known else None


def problems(typed: Typed, carers: Collection[str]) -> dict[str, str]:
    """What is missing, by field. `carers`: the ids of the carer's messages."""
    errors = {}
    if typed.should not in (YES, NO):
        errors["should"] = "Say whether a person should have been called"
    if typed.should == YES and typed.since not in carers:
        errors["since"] = "Choose the message from which a person should have been called"
    if typed.should == YES and typed.priority not in list(Priority):
        errors["priority"] = "Choose how urgent it was"
    words = {"right": "right", "kind": "kind", "complete": "complete"}
    errors |= {name: f"Say whether the answers were {word}" for name, word in words.items() if not _is(typed, name)}
    if typed.net not in list(Net):
        errors["net"] = "Say whether the carer was told what to watch for"
    if typed.safeguarding not in (YES, NO):
        errors["safeguarding"] = "Say whether there is a safeguarding concern"
    if len(typed.note) > NOTE_LIMIT:
        errors["note"] = f"Shorten the note to {NOTE_LIMIT} characters"
    return errors


def _is(typed: Typed, name: str) -> bool:
    return getattr(typed, name) in list(Answer)


def judgement(typed: Typed) -> Judgement:
    """The answers of a form without problems. If nobody had to be called, no message and no urgency count."""
    should = typed.should == YES
    return Judgement(
        should_have_escalated=should,
        priority=Priority(typed.priority) if should else None,
        since_message_id=UUID(typed.since) if should else None,
        answer_right=Answer(typed.right),
        answer_kind=Answer(typed.kind),
        answer_complete=Answer(typed.complete),
        safety_net=Net(typed.net),
        safeguarding=typed.safeguarding == YES,
        note=typed.note,
    )
