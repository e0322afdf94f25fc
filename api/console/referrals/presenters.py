"""A referral in words: by when the carer is to be rung, what is passed on, the yes, what may be done, what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.conversation.presenters import Contact
from api.console.presenters import CHANNELS, Entry, as_dialled, case_url, count, length, masked, when
from api.console.referrals.service import Case
from api.referrals.models import Referral, ReferralEvent
from api.referrals.rules import ENDED, MOVES, NOT_RUNG, Clock, Event, State, Way, by_words

HERE = "/console/referrals"
TAGS: dict[str, str] = {
    State.REQUESTED: "Being sent",
    State.SENT: "Not read yet",
    State.ACKNOWLEDGED: "Read, not rung yet",
    State.CONTACTED: "Rung",
    State.DONE: "Done",
    State.DECLINED: "Not taken on",
    State.WITHDRAWN: "No longer wanted",
}
_STYLES: dict[str, str] = {
    State.REQUESTED: "waiting",
    State.SENT: "waiting",
    State.ACKNOWLEDGED: "accepted",
    State.CONTACTED: "contacted",
}
_LABELS = {
    State.ACKNOWLEDGED: "I have read it",
    State.CONTACTED: "The carer has been rung",
    State.DONE: "It is done",
    State.DECLINED: "We cannot take it on",
    State.WITHDRAWN: "The carer does not want it",
}
NOTE_NEEDED = frozenset(ENDED)
ALARMS = frozenset({Event.NOT_DELIVERED, Event.TO_INBOX, Event.UNREAD_AT_HALF, Event.LATE})


@dataclass(frozen=True, slots=True)
class Row:
    """One referral as the list shows it: no name and no number."""

    id: str
    url: str
    title: str
    tag: str
    style: str
    by: str
    late: str
    urgent: bool
    note: str


@dataclass(frozen=True, slots=True)
class Board:
    """A team's referrals. The open one that is due first stands first."""

    rows: list[Row]
    ended: list[Row]
    summary: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What the carer was asked, what they said to it, and when."""

    question: str
    said: str
    at: str


@dataclass(frozen=True, slots=True)
class Action:
    """One move that the table allows now."""

    to: str
    label: str
    main: bool


def board(open_ones: Sequence[Referral], ended: Sequence[Referral], now: datetime) -> Board:
    """The list in words."""
    rows = [row(one, now) for one in open_ones]
    late = sum(bool(one.late) for one in rows)
    return Board(rows, [row(one, now) for one in ended], f"{count(len(rows), 'open', 'open')}, {late} late")


def row(one: Referral, now: datetime) -> Row:
    """One referral in words, as of now."""
    late = one.state in NOT_RUNG and one.due_at <= now
    by = f"{TAGS[one.state]} {when(one.ended_at, now)}" if one.ended_at else f"Ring by {_due(one)}"
    return Row(
        id=str(one.id),
        url=f"{HERE}/{one.id}",
        title=f"{one.service_name[:1].upper()}{one.service_name[1:]}: {one.asked_for}",
        tag=TAGS[one.state],
        style="unreached" if late else _STYLES.get(one.state, "resolved"),
        by=by,
        late=f"Late by {length(now - one.due_at)}" if late else "",
        urgent=one.clock == Clock.URGENT,
        note=one.note or "",
    )


def _due(one: Referral) -> str:
    return by_words(Clock(one.clock), one.due_at)


def passed_on(case: Case) -> list[tuple[str, str]]:
    """What the service is told, beside the number."""
    one = case.referral
    facts = [("Name", one.name), ("Good time to ring", one.good_time), ("Asked for", one.asked_for)]
    ways = {Way.INBOX: "Our own staff, from this list", Way.WEBHOOK: "Its own system", Way.EMAIL: "E-mail"}
    return [*facts, ("Goes to", f"{one.service_name} ({ways[Way(one.way)]})")]


def consent(case: Case, now: datetime) -> Consent:
    """The carer's yes."""
    return Consent(case.referral.consent_question, case.yes.body, when(case.yes.at, now))


def contact(case: Case, show: bool = False) -> Contact:
    """How to ring them. The number itself only when `show`, which the caller has audited."""
    number = case.referral.number
    return Contact(
        words=masked(number),
        on_line="",  # What a referral waits for is never a call that goes on.
        has_number=True,
        number=as_dialled(number) if show and number else "",
        href=f"tel:{number}" if show else "",
        warning="They do not want to be rung." if case.referral.state == State.WITHDRAWN else "",
        url=f"{HERE}/{case.referral.id}/number",
    )


def talk_url(case: Case) -> str:
    """Where the carer is looked after."""
    return case_url(case.conversation.id, case.escalation.id if case.escalation else None)


def channel(case: Case) -> str:
    """How the carer came to us."""
    return CHANNELS[case.conversation.channel]


def actions(one: Referral) -> list[Action]:
    """The moves that are allowed in this state, the one that comes next first."""
    allowed = [state for state in _LABELS if state in MOVES[State(one.state)]]
    return [Action(state, _LABELS[state], main=state == allowed[0]) for state in allowed]


def note_error(to: State, note: str, limit: int) -> str:
    """What is wrong with the note for this move; empty: nothing."""
    if to in NOTE_NEEDED and not note:
        return "Write in a few words how it ended"
    return f"Shorten the note to {limit} characters" if len(note) > limit else ""


def timeline(case: Case, now: datetime) -> list[Entry]:
    """Everything that happened, newest first."""
    entries = [Entry(when(event.at, now), _words(event, case), event.kind in ALARMS) for event in case.events]
    return entries[::-1]


def _words(event: ReferralEvent, case: Case) -> str:
    service = case.referral.service_name
    # Whoever is none of our staff speaks for the carer, as the assistant does, or is the service itself.
    by_carer = event.kind in (State.REQUESTED, State.WITHDRAWN)
    who = case.people.get(event.actor) or ("The carer" if by_carer else service[:1].upper() + service[1:])
    note = f" “{event.detail['note']}”" if event.detail.get("note") else ""
    by_inbox = event.detail.get("way") == Way.INBOX
    words: dict[str, str] = {
        State.REQUESTED: "The carer said yes to the call",
        State.SENT: "It came into our own list" if by_inbox else f"It reached {service}",
        State.ACKNOWLEDGED: f"{who} has read it",
        State.CONTACTED: f"{who} noted that the carer has been rung",
        State.DONE: f"{who} closed it as done",
        State.DECLINED: f"{who} noted that {service} cannot take it on. The carer was told"
        if event.actor in case.people
        else f"{who} cannot take it on. The carer was told",
        State.WITHDRAWN: f"{who} does not want the call" if who == "The carer" else f"{who} withdrew it for the carer",
        Event.NOT_DELIVERED: f"It could NOT be delivered ({event.detail.get('why', 'not known why')})",
        Event.TO_INBOX: f"{service} cannot be reached, so it is our own staff's now",
        Event.SERVICE_TOLD: f"{service} was told that the carer does not want the call",
        Event.UNREAD_AT_HALF: "Half of the time was over and nobody had read it",
        Event.LATE: "The carer should have been rung by then, and was told that we cannot see that",
    }
    return f"{words.get(event.kind, event.kind)}.{note}"
