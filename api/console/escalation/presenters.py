"""One escalation in words: what the carer said, why it was raised, what may be done now, and what has happened."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.console.board.presenters import TAGS, headline, outcome
from api.console.board.service import Known
from api.console.conversation.presenters import Part, marked
from api.console.escalation.service import Case
from api.console.presenters import CHANNELS, Urgency, case_url, category, urgency, when
from api.conversations.calls import service as calls
from api.conversations.calls.rules import WATCHED
from api.conversations.models import Message
from api.conversations.rules import Author
from api.escalations.models import Answer, Escalation, Fact, Found
from api.escalations.rules import State
from api.people.models import Person
from api.triage import questions
from api.triage import service as triage
from api.triage.grading import LEARNED

SCREEN = "screen"
CALLING = "calling"
HEARD = "No phrase of ours fired. The computer read the message as a whole and takes it for this, so it may be wrong."
_DONE = {
    "declined": "Declined. Whoever is asked next is on the timeline.",
    "widened": "The next on call is being paged now.",
    "colleague_rung": "Your colleague’s phone rings now. Once they press 1 they are in the call.",
    "noted": "Noted, for everybody who opens this.",
    "feedback": "Thank you. What you said is kept for the review of pages.",
}
ABOUT = {"patient": "About the person they care for", "carer": "About the carer"}


@dataclass(frozen=True, slots=True)
class Said:
    """One message in which danger was found, with the words that were recognised."""

    at: str
    parts: list[Part]
    found: str


@dataclass(frozen=True, slots=True)
class Why:
    """One danger that was recognised, and by what."""

    urgency: Urgency
    title: str
    about: str
    how: str
    rule: str
    at: str


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the desk wants to know: what is known of it and from whom, or nothing yet."""

    title: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another call for help of the same carer."""

    urgency: Urgency
    title: str
    words: str
    url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class CallBox:
    """Having the carer rung by our line. `refused`: why not now. `must_confirm`: the phone may be watched."""

    url: str
    refused: str
    must_confirm: bool


def said(case: Case, now: datetime) -> list[Said]:
    """The carer's exact words in which danger was found, newest first; if there are none, the last ones they wrote."""
    messages = {message.id: message for message in case.talk.messages}
    by_message: dict[Message, list[Found]] = defaultdict(list)
    for found in case.findings:
        if found.message_id in messages:
            by_message[messages[found.message_id]].append(found)
    if by_message:
        return [_said(message, found, now) for message, found in by_message.items()]
    last = next((one for one in reversed(case.talk.messages) if one.author == Author.CARER), None)
    return [_said(last, [], now)] if last else []


def _said(message: Message, found: list[Found], now: datetime) -> Said:
    titles = ", ".join(dict.fromkeys(one.title for one in found))
    parts = marked(message.body, (one.matched for one in found))
    return Said(when(message.at, now), parts, titles or "No single message set this off: these are their last words.")


def why(case: Case, now: datetime) -> list[Why]:
    """Everything that was recognised, newest first."""
    return [_why(found, now) for found in case.findings]


def _why(found: Found, now: datetime) -> Why:
    by_screen = found.source == SCREEN
    how = f"The screen recognised “{found.matched}”." if by_screen else "The assistant asked for a person."
    if found.source == LEARNED:
        return Why(urgency(found.priority), found.title, ABOUT.get(found.about, ""), HEARD, "", when(found.at, now))
    return Why(
        urgency=urgency(found.priority),
        title=found.title,
        about=ABOUT.get(found.about, ""),
        how=how if by_screen or not found.phrase else f"{how} {found.phrase}",
        rule=found.phrase if by_screen else "",
        at=when(found.at, now),
    )


def find_out(case: Case) -> list[str]:
    """What the protocol asks a nurse to find out for these dangers, each thing once."""
    categories = triage.protocol().categories
    codes = dict.fromkeys([case.known.escalation.category, *(found.category for found in case.findings)])
    return list(dict.fromkeys(line for code in codes if code in categories for line in categories[code].tell_nurse))


def told(case: Case, now: datetime) -> list[Told]:
    """What is known: first what the desk always wants to know, then what else the carer answered."""
    bodies = {message.id: message.body for message in case.talk.messages}
    newest = {one.topic: one for one in case.answers if one.message_id in bodies}
    topics = dict.fromkeys([*questions.of_the_desk(), *newest, *case.facts])
    return [_told(topic, newest.get(topic), case.facts.get(topic), bodies, now) for topic in topics]


def _told(
    topic: str, answer: Answer | None, fact: tuple[Fact, str] | None, bodies: dict[UUID, str], now: datetime
) -> Told:
    title = questions.title(topic)
    if fact and (answer is None or fact[0].at >= answer.at):
        return Told(title, fact[0].words, f"{fact[1]}, {when(fact[0].at, now)}")
    return (
        Told(title, bodies[answer.message_id], f"the carer, {when(answer.at, now)}") if answer else Told(title, "", "")
    )


def others(case: Case, now: datetime) -> list[Other]:
    """The same carer's other calls for help, on every channel, the open ones first."""
    return [_other(one, CHANNELS[channel], now) for one, channel in case.others]


def _other(one: Escalation, channel: str, now: datetime) -> Other:
    is_open = one.state != State.RESOLVED
    how = TAGS[one.state] if is_open else f"Closed: {outcome(one.outcome)}"
    words = f"{channel}, {when(one.raised_at, now)}. {how}."
    return Other(urgency(one.priority), category(one.category), words, case_url(None, one.id), is_open)


def call_box(known: Known, person: Person) -> CallBox:
    """Whether this person may have the carer rung, and what they must think of first."""
    one = known.escalation
    refused = calls.refusal(one, known.conversation, person, confirmed=False)
    must_confirm = refused is not None and refused.reason == WATCHED
    words = refused.words if refused and not must_confirm else ""
    return CallBox(f"{case_url(None, one.id)}/call", words, must_confirm)


def notice(known: Known, done: str, person: Person) -> str:
    """What the page says after a move, from what is saved and not from what was pressed."""
    one = known.escalation
    if done == State.ACCEPTED and one.state == State.ACCEPTED and one.accepted_by_id == person.id:
        told = "They have stopped texts and cannot be told: ring them."
        told = told if known.conversation.opted_out_at else "The carer is being told your name."
        return f"You have this. Nobody else is being paged for it any more. {told}"
    if done == CALLING:
        return "Your own phone rings now. Press 1 when asked, and our line rings the carer."
    if done == State.CONTACTED and one.state == State.CONTACTED:
        return "Noted that you have spoken with the carer. Close this when nothing more is to be done."
    if done == "handed_on" and one.handed_to_id:
        return "Your colleague is being paged. You have this until they take it over."
    return _DONE.get(done, "")


def refusal(known: Known, reason: str, now: datetime) -> str:
    """A move that is not possible, told with the reason and with how things stand."""
    reason = reason or "This has moved on since you opened it, so nothing was changed."
    return f"{reason} {headline(known, now)}"
