"""What happens to an inbound item, all in the transaction that stores it.

It is kept once, looked at for danger before anything else, and then either answered from approved text on the spot or
left for the assistant (`channels.turn`). This is a part of the service of its own because it is the heart of promises
1 and 2: nothing is lost, and danger never waits for the assistant.
"""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, queue
from api.conversations import asking, places, questions, rules, saying, service, switched
from api.conversations.aftercare import service as aftercare
from api.conversations.languages import service as languages
from api.conversations.languages.service import Told
from api.conversations.models import Conversation, Message
from api.conversations.rules import AskOutcome, Keyword, Mode, Otherwise
from api.conversations.service import Inbound
from api.escalations import service as escalations
from api.escalations import tasks, waiting
from api.escalations.rules import Danger, TaskKind
from api.escalations.service import Change
from api.triage import screening
from api.triage import service as triage
from api.triage.grading import CANNOT_WAIT, LEARNED, UNSURE, Decision, Grade, as_answer, as_cry, as_nothing, on_record
from api.triage.questions import is_plain_answer
from api.triage.rules import Priority

_log = logs.get(__name__)
CARER = "carer"
SCREEN = "screen"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an inbound item."""

    conversation_id: UUID
    message_id: UUID | None
    duplicate: bool
    danger: bool


async def receive(session: AsyncSession, inbound: Inbound) -> Receipt:
    """Store one inbound item, screen it, and set its answer going. The caller commits, then acknowledges."""
    # Looked at first, on a thread: no connection is held and no other carer waits while the model reads.
    grade, told = await asyncio.to_thread(_looked_at, inbound)
    conversation = await service.open_conversation(session, inbound)
    message = await service.store(session, conversation, inbound, on_record(grade))
    if message is None:
        return Receipt(conversation.id, None, duplicate=True, danger=False)
    languages.note(session, conversation, told)
    grade = await _as_it_stands(session, conversation, message, grade)
    if grade.failed or grade.truncated:
        await _ask_a_person_to_read(session, conversation, message, grade)
    survey = await aftercare.heard(session, conversation, message)  # Whatever is written ends what was asked there.
    on = await switched.on_for(session, conversation)
    await switched.ask_a_person(session, conversation, on)
    word = rules.keyword(message.body)
    if word == Keyword.NURSE and await saying.is_offered_number(session, conversation, message):
        word = None  # "1" is an answer that we offered. An open question whether a nurse is needed comes before it.
    _note_opt_out(conversation, word, inbound.carrier_says)
    in_danger = grade.decision == Decision.PAGE and not await _is_reserved(session, conversation, message, word, grade)
    only_waits = {finding.category for finding in grade.findings} <= {CANNOT_WAIT}
    if grade.cannot_wait and only_waits and word is None and await _cannot_wait(session, conversation, message):
        answered = True
    elif in_danger:
        answered = await _danger(session, conversation, message, grade)
    else:
        answered = await _answered_at_once(session, conversation, message, word, grade, survey)
    if answered or await switched.answer(session, conversation, on):
        message.answered_at = clock.now()
    else:
        await _wake_assistant(session, conversation)
    await switched.tell_no_capacity(session, conversation, on)
    return Receipt(conversation.id, message.id, duplicate=False, danger=in_danger)


def _looked_at(inbound: Inbound) -> tuple[Grade, Told]:
    """What the screen hears in it, and then in which language it is, on which nothing depends."""
    body = rules.clean(inbound.body)[0]
    return screening.grade(body), languages.read(body, inbound.channel)


async def _as_it_stands(session: AsyncSession, conversation: Conversation, message: Message, grade: Grade) -> Grade:
    """What was heard, after what was said before it: an answer to our own question may mean less than it sounds.

    A telephone number and nothing else that we did not ask for may be all that somebody in need can write.
    """
    alone = grade
    if rules.is_bare_phone_number(message.body) and grade.decision != Decision.PAGE:
        asked_for = await saying.is_number_asked_for(session, conversation, message)
        silent = triage.protocol().categories["silent_or_help_only"]
        grade = as_nothing(grade) if asked_for else as_cry(grade, silent)
    if grade.decision != Decision.NONE and (asked := await saying.answered(session, conversation, message)):
        grade = as_answer(grade, is_plain_answer(message.body), nurse_called=asked == rules.QUESTION)
    if grade != alone:
        message.heard = on_record(grade)
    return grade


def _tells_place(conversation: Conversation, message: Message, grade: Grade) -> bool:
    """Whether it is the place that we asked for and nothing else. Only a guess is set aside for that, never words."""
    guessed = all(finding.source == LEARNED for finding in grade.findings)
    return guessed and places.is_answer(conversation, message.body)


async def _is_reserved(
    session: AsyncSession, conversation: Conversation, message: Message, word: Keyword | None, grade: Grade
) -> bool:
    """Whether the whole message is a word to which we or the carrier gave a meaning, or answers our question."""
    if word is not None or _tells_place(conversation, message, grade):
        return True
    if asking.plain_answer(message.body) is None:
        return False
    return await asking.open_ask(session, conversation.id) is not None


async def _wake_assistant(session: AsyncSession, conversation: Conversation) -> None:
    await queue.wake(session, "channels.turn", queue.TURNS, conversation_id=conversation.id)


async def _ask_a_person_to_read(
    session: AsyncSession, conversation: Conversation, message: Message, grade: Grade
) -> None:
    """Part of the screen failed, or has not read all of a very long message: a person must read it all the same."""
    _log.error("screen_failed" if grade.failed else "screen_read_in_part", message_id=str(message.id))
    reason = "A very long message, of which the screen could read only parts. Read it all."
    priority = Priority.P2
    if grade.failed:
        reason, priority = "The safety screen failed on a message. Read it now.", Priority.P1
    await tasks.add(session, conversation.id, conversation.team_id, TaskKind.REPLY_BY_PERSON, reason, priority)


def _note_opt_out(conversation: Conversation, word: Keyword | None, carrier_says: str) -> None:
    if rules.is_opt_out(word, carrier_says):
        conversation.opted_out_at = clock.now()
    elif word == Keyword.START or carrier_says == "START":
        conversation.opted_out_at = None


async def _danger(session: AsyncSession, conversation: Conversation, message: Message, grade: Grade) -> bool:
    """Page first; then the first instruction, unless a person is already talking or texts cannot reach this carer.

    False: what was said is an answer to the assistant's questions too, and it goes on with them.
    """
    dangers = asking.dangers_of(grade.findings)
    if (open_ask := await asking.open_ask(session, conversation.id)) is not None:
        asking.close(open_ask, AskOutcome.OVERTAKEN)
    escalation, change = await escalations.raise_alarm(
        session, conversation.id, conversation.team, dangers, message.id, CARER
    )
    if any(one.category in rules.DEATHS and one.source != LEARNED for one in grade.findings):
        conversation.died_at = conversation.died_at or clock.now()
    if conversation.opted_out_at:
        await _ring(session, conversation, "In danger and takes no texts: ring now.", dangers[0].priority)
    if not questions.may_be_asked(conversation):
        return True
    # "The key is under the pot" is an instruction for the nurse who is coming, whatever else it could be.
    if change == Change.ADDED and all(finding.source == LEARNED for finding in grade.findings):
        if await questions.take(session, conversation):
            return False
        if await questions.how_it_stands(session, conversation):
            return True
    await _first_words(session, conversation, grade)
    silent = await switched.keeps_assistant_silent(session, conversation)
    if change == Change.OPENED and grade.words[0] != UNSURE and not silent:
        await questions.want(session, conversation, escalation, triage.protocol().categories[grade.words[0]].group)
    return True


async def _cannot_wait(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Raise what is open for a carer who does not feel safe waiting. False: nothing is open."""
    open_one = await escalations.open_for(session, conversation.id, lock=True)
    if open_one is None:
        return False
    paged = await waiting.cannot_wait(session, open_one, message.id, CARER)
    if not questions.may_be_asked(conversation):
        return True
    if open_one.silent:
        await service.say_approved(session, conversation, "noted", alone=True)
    elif paged:
        words = triage.instruction(CANNOT_WAIT, conversation.channel)
        await service.say(session, conversation, words, f"instruction:{CANNOT_WAIT}", safety=True, alone=True)
    else:
        await questions.how_it_stands(session, conversation)
    return True


async def _first_words(session: AsyncSession, conversation: Conversation, grade: Grade) -> None:
    """The first instruction. A phone that may be watched gets it only where a life hangs on it."""
    category, variant = grade.words
    open_one = await escalations.open_for(session, conversation.id)
    known = triage.protocol().categories[category]
    if open_one is not None and open_one.silent and not known.silent and grade.findings[0].priority != Priority.P0:
        await service.say_approved(session, conversation, "noted", alone=True)
        return
    words = triage.instruction(category, conversation.channel, variant)
    await service.say(session, conversation, words, f"instruction:{category}", safety=True, alone=True)


async def _ring(session: AsyncSession, conversation: Conversation, reason: str, priority: Priority) -> None:
    await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, priority)


async def _answers_ask(session: AsyncSession, conversation: Conversation, message: Message, grade: Grade) -> bool:
    """Whether this message answers the question that is open. Anything else leaves it open."""
    open_ask = await asking.open_ask(session, conversation.id)
    if open_ask is None or (said := await asking.answer(session, open_ask, message.body, grade)) is None:
        return False
    if said or asking.is_watched(open_ask):  # Where talking is not safe, a no is no word that all is well.
        outcome = AskOutcome.YES if said else AskOutcome.CANNOT_TALK
        await asking.page(session, conversation, open_ask, outcome, asking.dangers_of(grade.findings))
        await asking.say_asked_for(session, conversation, asking.told_by_yes(open_ask))
    elif await asking.not_needed(session, open_ask):
        await _wake_assistant(session, conversation)
    else:
        await service.say_approved(session, conversation, "all_right_then")
    return True


async def _answered_at_once(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    word: Keyword | None,
    grade: Grade,
    survey: aftercare.Reply | None,
) -> bool:
    """Everything that has an answer without the assistant. False: ask the assistant."""
    if conversation.opted_out_at:
        await _after_opt_out(session, conversation, word)
    elif conversation.mode == Mode.ASSISTANT and await _answers_ask(session, conversation, message, grade):
        pass
    elif word == Keyword.NURSE:
        await ask_for_nurse(session, conversation, message, "reserved word")
    elif word == Keyword.START:
        await service.say_approved(session, conversation, "welcome_back")
    elif conversation.mode == Mode.PERSON:
        pass  # A person is reading this; the assistant is silent.
    elif word == Keyword.AMBIGUOUS or word == Keyword.HELP:
        reply = "stop_or_help" if word == Keyword.AMBIGUOUS else "nurse_now"
        otherwise = Otherwise.CALL_BACK if word == Keyword.AMBIGUOUS else Otherwise.PAGE
        await asking.ask_the_silent(session, conversation, message, reply, otherwise)
    elif not rules.has_words(message.body):
        await _no_words(session, conversation, message)
    elif await questions.take(session, conversation):
        return False
    elif await questions.how_it_stands(session, conversation):
        pass
    elif grade.decision == Decision.ASK and not _tells_place(conversation, message, grade):
        await asking.ask(session, conversation, message, grade)
    elif survey is not None:
        await aftercare.take(session, conversation, survey)
    else:
        return False
    return True


async def _after_opt_out(session: AsyncSession, conversation: Conversation, word: Keyword | None) -> None:
    """No text can reach this carer. If there may be trouble, somebody rings."""
    open_one = await escalations.open_for(session, conversation.id)
    if open_one is not None:
        reason = "Has an open escalation and has stopped texts: ring."
        await _ring(session, conversation, reason, Priority(open_one.priority))
    elif word != Keyword.STOP:
        await _ring(
            session, conversation, "Wrote after texts were stopped, or stopped them with END: ring.", Priority.P2
        )


async def ask_for_nurse(session: AsyncSession, conversation: Conversation, message: Message, phrase: str) -> None:
    """The carer wants a nurse: one is paged and the carer is told so. `phrase`: how that was recognised."""
    category = triage.protocol().categories["human_request"]
    asked = Danger(category.code, category.title, category.priority, category.about, phrase, message.body, SCREEN)
    await escalations.raise_alarm(session, conversation.id, conversation.team, [asked], message.id, CARER)
    if conversation.mode == Mode.ASSISTANT:
        await asking.say_asked_for(session, conversation)


async def _no_words(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    if message.media_count:
        await tasks.add(
            session, conversation.id, conversation.team_id, TaskKind.REPLY_BY_PERSON, "Sent a picture without words."
        )
        await asking.ask_the_silent(session, conversation, message, "picture", Otherwise.NOTHING)
    else:
        await asking.ask_the_silent(session, conversation, message, "empty", Otherwise.CALL_BACK)
