"""A conversation in words: the thread, who is writing, how the carer can be reached, and what is still to be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from api import gsm7, replies
from api.console.conversation import rules
from api.console.presenters import (
    CHANNELS,
    DELIVERIES,
    NOT_ARRIVED,
    TASKS,
    Urgency,
    as_dialled,
    case_url,
    length,
    masked,
    urgency,
    when,
)
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.conversations.languages import service as languages
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel, Mode
from api.escalations.models import Task
from api.people.models import Person


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a carer's words; `marked` when a rule recognised it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the thread shows it. `notes` are what staff must know of it; `failed`: it did not arrive."""

    id: str
    side: str
    author: str
    at: str
    body: str
    delivery: str
    failed: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """How the carer can be rung; `number` and `href` only once somebody asked. `on_line`: a call that is going on."""

    words: str
    on_line: str
    has_number: bool
    number: str
    href: str
    warning: str
    url: str
    language: str = ""  # Empty: English, or not known.


@dataclass(frozen=True, slots=True)
class Holding:
    """Who is writing to the carer now, and what writing would change."""

    words: str
    by_person: bool
    give_back_url: str
    take_over_url: str  # Empty: it is theirs already, or nothing that they write would arrive.
    alarm: str  # The carer was left waiting.


@dataclass(frozen=True, slots=True)
class ReplyBox:
    """The form for writing as a person. `key` is new with every form, so that sending it twice sends once."""

    url: str
    refused: str
    by_text: bool
    limit: int
    widths: dict[str, int]
    typed: str
    error: str
    key: str
    draft: str
    snippets: dict[str, str]  # Approved words that can be put into the box, by their names.


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that a person must do."""

    id: str
    urgency: Urgency
    title: str
    reason: str
    since: str
    channel: str
    url: str
    done_url: str


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A conversation in which a person is writing. `waiting`: the carer had the last word."""

    id: str
    url: str
    who: str
    channel: str
    words: str
    waiting: bool


SNIPPET = "snippet_"  # How their names begin.
_SIDES = {Author.CARER: "carer", Author.NIGHTLIGHT: "ours", Author.STAFF: "ours line--staff"}


def marked(body: str, matched: Iterable[str]) -> list[Part]:
    """A message with the matched words marked, wherever they overlap."""
    covered = [False] * len(body)
    for words in filter(None, matched):
        start = body.find(words)
        if start >= 0:
            covered[start : start + len(words)] = [True] * len(words)
    parts: list[Part] = []
    for char, mark in zip(body, covered, strict=True):
        if parts and parts[-1].marked == mark:
            parts[-1] = Part(parts[-1].text + char, mark)
        else:
            parts.append(Part(char, mark))
    return parts


def thread(messages: Iterable[Message], channel: str, now: datetime) -> list[Line]:
    """The messages in words, in their order."""
    return [_line(message, channel, now) for message in messages]


def _line(message: Message, channel: str, now: datetime) -> Line:
    ours = message.author != Author.CARER
    by_text = ours and channel == Channel.SMS and message.delivery is not None
    return Line(
        id=str(message.seq),
        side=_SIDES[Author(message.author)],
        author=_author(message),
        at=when(message.at, now),
        body=message.body,
        delivery=DELIVERIES[message.delivery or ""] if by_text else "",
        failed=by_text and message.delivery in NOT_ARRIVED,
        notes=tuple(_notes(message)),
    )


def _author(message: Message) -> str:
    if message.author == Author.CARER:
        return "Carer"
    return message.person.name if message.person else "Nightlight (automatic)"


def _notes(message: Message) -> Iterable[str]:
    if message.media_count:
        yield f"Came with {message.media_count} picture{'s' * (message.media_count > 1)} that cannot be shown here."
    elif not message.body:
        yield "No words."
    if message.cut:
        yield "Too long: the end was cut off."


_ON_LINE = {
    CallState.TALKING: "They are on the telephone to the line now.",
    CallState.HOLDING: "They are on the telephone now and wait for a nurse. Whoever accepts is rung and put through.",
    CallState.CONNECTED: "They are on the telephone with a nurse now.",
}


def contact(conversation: Conversation, call: CarerCall | None, show: bool = False) -> Contact:
    """How to ring them. The number itself only when `show`, which the caller has audited."""
    number, words = conversation.contact_number, "No number yet. Ask for it in the chat."
    if number:
        words = masked(number)
    elif conversation.channel != Channel.WEB:
        words = "Their number is hidden, so they cannot be rung."
    return Contact(
        words=words,
        on_line=_ON_LINE.get(CallState(call.state), "") if call else "",
        has_number=bool(number),
        number=as_dialled(number) if number and show else "",
        href=f"tel:{number}" if number and show else "",
        warning="They have stopped texts from this line. Ring them." if conversation.opted_out_at else "",
        url=f"/console/conversations/{conversation.id}/number",
        language=languages.title(conversation.language) if conversation.language else "",
    )


def holding(conversation: Conversation, person: Person, now: datetime) -> Holding:
    """Who answers the carer now, as this person should read it."""
    words = "The assistant answers here."
    if not cannot_write(conversation):
        words += " If you write, you take over: it falls silent and the carer is told your name."
    if conversation.mode == Mode.PERSON and conversation.held_by_id == person.id:
        words = "You are writing here. The assistant is silent."
    elif conversation.mode == Mode.PERSON:
        name = conversation.held_by.name if conversation.held_by else "A colleague"
        words = f"{name} is writing here and the assistant is silent. If you write, you take over from them."
    here, by_person = f"/console/conversations/{conversation.id}", conversation.mode == Mode.PERSON
    mine = by_person and conversation.held_by_id == person.id
    return Holding(
        words=words,
        by_person=by_person,
        give_back_url=f"{here}/give-back",
        take_over_url="" if mine or cannot_write(conversation) else f"{here}/take-over",
        alarm=_left(conversation, now),
    )


def _left(conversation: Conversation, now: datetime) -> str:
    if conversation.left_at is None or conversation.mode != Mode.PERSON:
        return ""
    ago = length(now - conversation.last_message_at)
    return f"The carer wrote {ago} ago and has no answer. Anybody may step in, or hand back to the assistant."


def cannot_write(conversation: Conversation) -> str:
    """Why nothing that we write would reach this carer. Empty: it would."""
    reached = (conversation.channel, conversation.address, conversation.opted_out_at, conversation.closed_at)
    return rules.cannot_write(*reached) or ""


def snippets(conversation: Conversation, writer: str) -> dict[str, str]:
    """The approved words of data/replies/snippets.yml as this person would say them to this carer."""
    places = {"nurse": writer, "team_number": conversation.team.phone}
    names = [name for name in replies.names() if name.startswith(SNIPPET)]
    return {name: replies.say(name, conversation.channel, **places) for name in names}


def reply_box(conversation: Conversation, writer: str, typed: str = "", error: str = "") -> ReplyBox:
    """The form for writing, with what was typed before if it could not be sent."""
    by_text = conversation.channel == Channel.SMS
    return ReplyBox(
        url=f"/console/conversations/{conversation.id}/messages",
        refused=cannot_write(conversation),
        by_text=by_text,
        limit=gsm7.TEXT_LIMIT,
        widths=gsm7.widths() if by_text else {},
        typed=typed,
        error=error,
        key=uuid4().hex,
        draft=f"draft:{conversation.id}",
        snippets=snippets(conversation, writer),
    )


def task_row(task: Task, channel: str, escalation_id: object | None, now: datetime) -> TaskRow:
    """A task in words, with the way to the carer and to the form that closes it."""
    return TaskRow(
        id=str(task.id),
        urgency=urgency(task.priority),
        title=TASKS[task.kind],
        reason=task.reason,
        since=f"Waiting since {when(task.created_at, now)} ({length(now - task.created_at)})",
        channel=CHANNELS[channel],
        url=case_url(task.conversation_id, escalation_id),
        done_url=f"/console/tasks/{task.id}",
    )


def held_row(conversation: Conversation, newest: Message, escalation_id: object | None, now: datetime) -> HeldRow:
    """A conversation that a person holds, and whether the carer is waiting for them."""
    waiting, ago = newest.author == Author.CARER, length(now - newest.at)
    alarm = "ALARM, left waiting: " if conversation.left_at else ""
    return HeldRow(
        id=str(conversation.id),
        url=case_url(conversation.id, escalation_id),
        who=conversation.held_by.name if conversation.held_by else "A colleague",
        channel=CHANNELS[conversation.channel],
        words=f"{alarm}The carer wrote {ago} ago and has no answer yet."
        if waiting
        else f"{alarm}Last words were ours, {ago} ago.",
        waiting=waiting,
    )
