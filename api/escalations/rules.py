"""The states of an escalation, the table of allowed moves, and when a new danger means a new page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.triage.rules import Priority, Target


class State(StrEnum):
    """Where an escalation stands."""

    WAITING = "waiting"  # Being paged; nobody has accepted.
    UNREACHED = "unreached"  # The ladder was used up; paging goes on from the top.
    ACCEPTED = "accepted"  # A named person has it.
    CONTACTED = "contacted"  # That person has spoken with the carer.
    RESOLVED = "resolved"  # Closed by a person, with an outcome.


MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ACCEPTED, State.UNREACHED, State.RESOLVED}),
    State.UNREACHED: frozenset({State.ACCEPTED, State.WAITING, State.RESOLVED}),
    State.ACCEPTED: frozenset({State.CONTACTED, State.WAITING, State.RESOLVED}),
    State.CONTACTED: frozenset({State.RESOLVED, State.WAITING}),
    State.RESOLVED: frozenset(),
}
NOBODY_HAS_IT = (State.WAITING, State.UNREACHED)
OPEN = tuple(state for state in State if state != State.RESOLVED)
SOMEBODY_HAS_IT = (State.ACCEPTED, State.CONTACTED)


class Step(StrEnum):
    """What the desk may do besides the moves from state to state."""

    DECLINE = "decline"
    WIDEN = "widen"  # Page the next rung now.
    HAND_ON = "hand_on"  # Ask a colleague to take it over; until they do, whoever has it keeps it.
    STAND_DOWN = "stand_down"  # The ladder stops and nobody takes it, for a reason.


STEPS: dict[Step, tuple[State, ...]] = {
    Step.DECLINE: NOBODY_HAS_IT,
    Step.WIDEN: NOBODY_HAS_IT,
    Step.HAND_ON: SOMEBODY_HAS_IT,
    Step.STAND_DOWN: NOBODY_HAS_IT,
}
_WHY_NOT: dict[Step, str] = {
    Step.DECLINE: "Nobody is being paged for this any more, so there is nothing to decline.",
    Step.WIDEN: "Nobody is being paged for this any more. Whoever has it can hand it on.",
    Step.HAND_ON: "Nobody has this, so it cannot be handed on. Accept it first, or have the next rung paged.",
    Step.STAND_DOWN: "Nobody is being paged for this any more. Whoever has it can close it.",
}


class Event(StrEnum):
    """What a timeline can say."""

    RAISED = "raised"
    WORSE = "worse"
    CANNOT_WAIT = "cannot_wait"  # The carer does not feel safe waiting: one step up, and paged again.
    ADDED = "added"
    PAGED = "paged"
    PAGE_FAILED = "page_failed"
    PAGE_TOO_LATE = "page_too_late"  # Held up on our side and dropped; paging began again from the top.
    RUNG_SKIPPED = "rung_skipped"
    SPARED = "spared"  # Somebody who carries enough already is asked after others.
    LADDER_USED_UP = "ladder_used_up"
    ACCEPT_LATE = "accept_late"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NUMBER_GIVEN = "number_given"  # The carer, anonymous until then, can be rung.
    CONTACT_LATE = "contact_late"  # Accepted, but not noted as spoken with in time: paged again, and wider.
    CONTACTED = "contacted"
    ANSWERED = "answered"  # The carer answered one of the few questions after the first instruction.
    NOTED = "noted"  # A member of staff wrote down what they found out.
    WIDENED = "widened"  # A person had the next rung paged at once.
    HANDED_ON = "handed_on"  # A colleague is asked to take it over.
    TAKEN_OVER = "taken_over"  # The colleague took it.
    HAND_ON_LATE = "hand_on_late"  # The colleague did not answer in time: it stays, and others are paged besides.
    FEEDBACK = "feedback"  # Whether it was right to page.
    RESOLVED = "resolved"
    NOT_PICKED_UP = "not_picked_up"  # The call that reads a page aloud: engaged, rang out, or no key was pressed.
    CALL_PLACED = "call_placed"  # Our line rings a nurse, to put them through to the carer.
    CARER_PICKED_UP = "carer_picked_up"
    CALL_ENDED = "call_ended"  # The two were connected, for so many seconds.
    CALL_NOT_MADE = "call_not_made"  # The two were not connected, and why.
    COLLEAGUE_RUNG = "colleague_rung"  # To come into a call that goes on.
    COLLEAGUE_JOINED = "colleague_joined"
    COLLEAGUE_MISSED = "colleague_missed"
    WEBHOOK_FAILED = "webhook_failed"  # Another program, which wants to hear of this at once, could not be told.


ALARMS = frozenset(
    {
        Event.PAGE_FAILED,
        Event.PAGE_TOO_LATE,
        Event.RUNG_SKIPPED,
        Event.LADDER_USED_UP,
        Event.ACCEPT_LATE,
        Event.CONTACT_LATE,
        Event.HAND_ON_LATE,
        Event.WEBHOOK_FAILED,
    }
)
# What other programs must hear within seconds, because somebody may page by it.
URGENT = frozenset(
    {
        Event.RAISED,
        Event.WORSE,
        Event.CANNOT_WAIT,
        Event.PAGED,
        Event.PAGE_FAILED,
        Event.PAGE_TOO_LATE,
        Event.RUNG_SKIPPED,
        Event.LADDER_USED_UP,
        Event.ACCEPT_LATE,
        Event.CONTACT_LATE,
        Event.HAND_ON_LATE,
    }
)
LAST_RESORT = "last_resort"  # In place of a rung: told because nobody on call has accepted, on duty or not.


class Outcome(StrEnum):
    """How an escalation ended. The words for staff are in the console's templates."""

    ADVICE = "advice_given"
    VISIT = "visit_arranged"
    AMBULANCE = "ambulance_called"
    OTHER_SERVICE = "other_service"
    NOT_REACHED = "carer_not_reached"
    NO_HELP_NEEDED = "no_help_needed"
    DIED = "died"  # The person cared for has died: from now on the line speaks as after a death.
    STOOD_DOWN = "stood_down"  # Nobody took it: a person looked and said why no nurse is needed.


NET_NOT_NEEDED = frozenset({Outcome.AMBULANCE, Outcome.NOT_REACHED, Outcome.DIED, Outcome.STOOD_DOWN})


@dataclass(frozen=True, slots=True)
class SafetyNet:
    """What the carer was told on closing: what to watch for, when to come back, and one number.

    `by_text`: the same in approved words goes to them as a message.
    """

    watch_for: str
    come_back: str
    number: str
    by_text: bool = False


class TaskKind(StrEnum):
    """Something a person must do that is not a page."""

    CALL_BACK = "call_back"
    REPLY_BY_PERSON = "reply_by_person"
    REFERRAL = "referral"  # A referral has met a hitch: nobody has read it, it did not arrive, or it is late.
    MISSED_CALL = "missed_call"  # The carer rang and hung up, or was cut off, before anybody spoke to them.
    VOICEMAIL = "voicemail"  # The carer spoke to the machine: listen, and ring back.


BY_PHONE = frozenset({TaskKind.CALL_BACK, TaskKind.MISSED_CALL, TaskKind.VOICEMAIL})


def task_ends(kind: str, coordinates: bool, tries: int) -> tuple["TaskOutcome", ...]:
    """How a task of this kind may end, the likeliest first. Only a coordinator gives up, after a try in vain."""
    if kind not in BY_PHONE:
        return (TaskOutcome.DONE,)
    return (TaskOutcome.SPOKE, TaskOutcome.NOT_REACHED) if coordinates and tries else (TaskOutcome.SPOKE,)


class TaskMove(StrEnum):
    """What can be done about a task."""

    TAKEN = "taken"
    HANDED_ON = "handed_on"
    NO_ANSWER = "no_answer"
    FOR_COORDINATOR = "for_coordinator"  # Nobody has answered so often that a coordinator must decide.
    LATE = "late"
    DONE = "done"


class TaskOutcome(StrEnum):
    """How a task ended."""

    SPOKE = "spoke"
    DONE = "done"
    NOT_REACHED = "not_reached"  # A coordinator has decided that ringing on would not help.


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger as it is reported to us, by the screen or by another program."""

    category: str
    title: str
    priority: Priority
    about: str
    phrase: str
    matched: str
    source: str


@dataclass(frozen=True, slots=True)
class Worry:
    """One danger as one contact told it. `sure`: a phrase or a person said so; else it is one of several guesses."""

    category: str
    priority: Priority
    contact: str
    sure: bool


_ONE_UP = {Priority.P3: Priority.P2, Priority.P2: Priority.P1}
_THIRD = 3


def lifted(now: Sequence[Worry], earlier: Sequence[Worry]) -> tuple[Priority, str]:
    """How urgent the first of these worries is in the light of the last 24 hours, and why ("": as it was)."""
    lead = now[0]
    amber = _amber([*now, *earlier])
    if lead.priority == Priority.P2 and len(amber) > 1:
        return Priority.P1, "two amber worries within 24 hours"
    contacts = {worry.contact for worry in (*now, *earlier) if worry.category == lead.category}
    if len(contacts) >= _THIRD and lead.priority in _ONE_UP:
        return _ONE_UP[lead.priority], "third contact about the same worry within 24 hours"
    return lead.priority, ""


def one_up(priority: Priority) -> Priority:
    """One step more urgent. Neither P0 nor P1S is reached so: they are other dangers, not more of the same."""
    return _ONE_UP.get(priority, priority)


def _amber(worries: Sequence[Worry]) -> set[str]:
    """The different amber worries. What was only guessed at counts once for each contact, however many guesses."""
    found = [worry for worry in worries if worry.priority == Priority.P2]
    guessed = {worry.contact: worry.category for worry in reversed(found) if not worry.sure}
    sure = {worry.contact for worry in worries if worry.sure}
    guesses = {category for contact, category in guessed.items() if contact not in sure}
    return {worry.category for worry in found if worry.sure} | guesses


class NotAllowed(Exception):
    """A move that the table does not have. Says what may be done instead."""

    def __init__(self, old: State, new: State) -> None:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing"
        super().__init__(f"An escalation that is {old} cannot become {new}; it can become: {allowed}.")


def check_move(old: str, new: State) -> None:
    """Raise NotAllowed unless the table has this move."""
    if new not in MOVES[State(old)]:
        raise NotAllowed(State(old), new)


def words_on_closing(outcome: Outcome, net: SafetyNet | None) -> str:
    """The approved text with which a carer hears that this is closed."""
    if outcome == Outcome.DIED:
        return "closed_after_death"
    if outcome == Outcome.STOOD_DOWN:
        return "stood_down"
    return "closed_with_net" if net and net.by_text else "closed_by_nurse"


def check_step(step: Step, state: str) -> str | None:
    """Why this step is not allowed in this state, in a sentence for whoever wanted it. None: it is."""
    return None if state in STEPS[step] else _WHY_NOT[step]


def must_page_again(state: str, old_rank: int, new_rank: int) -> bool:
    """Whether a further danger from the same carer needs a new page (rank 0 is the most urgent).

    It does when it is more urgent than what is known, and when the nurse has already spoken with the carer: what is
    said afterwards is news. While somebody is still being paged or has just accepted, the same danger is added only.
    """
    return new_rank < old_rank or state == State.CONTACTED


def late_at(raised_at: datetime, accept_within: timedelta) -> datetime:
    """When the carer must be told that nobody has been reached yet."""
    return raised_at + accept_within


def contact_by(asked_at: datetime, accepted_at: datetime, target: Target) -> datetime:
    """When whoever accepted must have spoken with the carer.

    Who accepts late gets as long as the protocol leaves between accepting and speaking, not less.
    """
    return max(asked_at + target.contact_within, accepted_at + target.contact_within - target.accept_within)


def is_urgent(priority: Priority) -> bool:
    """Whether nobody is spared: P0, P1S and P1."""
    return priority.rank <= Priority.P1.rank
