"""The one plain question, such as "Do you need a nurse now?", for messages that may be a danger and may be none.

It is a service of its own for its size. A question that is open is answered by yes, by no, by anything that calls for a
nurse, or, where danger is likely, by nothing at all: then a nurse is paged when its time is up.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.conversations import saying, service
from api.conversations.models import Ask, Conversation, Message
from api.conversations.rules import AskOutcome, Author, Keyword, Mode, Otherwise, has_words, is_assistants, keyword
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.lifting import may_be_watched
from api.escalations.models import Escalation
from api.escalations.rules import Danger, TaskKind
from api.triage import service as triage
from api.triage.grading import Decision, Grade
from api.triage.rules import Finding, Priority

ASKED = "asked"
SCREEN = "screen"
ABOUT_A_LIFE, TALK_FREELY, NURSE_ASKED_FOR = "about_a_life", "talk_freely", "nurse_asked_for"
_FRESH = timedelta(hours=1)  # Later, words that are not plainly a yes are about something else.
_NO_SILENCE = ("picture", "stop_or_help")  # Texts in answer to something that was sent on purpose.


def dangers_of(findings: Sequence[Finding]) -> list[Danger]:
    """What the screen found, as the escalation keeps it."""
    return [Danger(f.category, f.title, f.priority, f.about, f.phrase, f.matched, f.source) for f in findings]


async def open_ask(session: AsyncSession, conversation_id: UUID) -> Ask | None:
    """The question that this carer has not answered, held for change."""
    found = select(Ask).where(Ask.conversation_id == conversation_id, Ask.closed_at.is_(None)).with_for_update()
    return (await session.execute(found)).scalar_one_or_none()


async def ask(session: AsyncSession, conversation: Conversation, message: Message, grade: Grade) -> None:
    """Put the question about what the screen heard."""
    dangers = dangers_of(grade.findings)
    words = _question(dangers)
    unsure = Otherwise.CALL_BACK if words == ABOUT_A_LIFE else Otherwise.NOTHING
    await put(session, conversation, message, dangers, words, Otherwise.PAGE if grade.strong else unsure)


def _question(dangers: Sequence[Danger]) -> str:
    """The reply that asks about these dangers, gravest first."""
    if may_be_watched(dangers):
        return TALK_FREELY
    gravest = triage.protocol().categories.get(dangers[0].category) if dangers else None
    return (gravest and gravest.question) or "nurse_now"


def plain_answer(body: str) -> bool | None:
    """Whether the whole message says yes (True) or no (False) and can say nothing else. None: neither."""
    return True if keyword(body) == Keyword.NURSE else triage.protocol().yes_and_no.plainly(body)


async def answer(session: AsyncSession, open_one: Ask, body: str, grade: Grade) -> bool | None:
    """Whether the message says yes (True) or no (False) to the question that was put. None: neither.

    Only a plain yes still answers once the assistant has said something else, or long after: a no may answer that.
    Where it is about a life, any yes does for as long as the question is fresh.
    """
    question, plain = _question(_heard(open_one)), plain_answer(body)
    if clock.now() - open_one.at >= _FRESH:
        return plain or None
    said = understood(question, body, grade)
    said = plain if said is None else said
    if await _heard_more(session, open_one.conversation_id):
        return (said if question == ABOUT_A_LIFE else plain) or None
    return None if said is False and _hides_more(_heard(open_one)) else said


def understood(question: str, body: str, grade: Grade) -> bool | None:
    """Whether words that are not plainly so say yes or no to a question of ours: `question` is its reply's name."""
    words = triage.protocol().yes_and_no
    is_quiet = grade.decision == Decision.NONE and not grade.failed and not grade.truncated
    if question == TALK_FREELY:
        return words.about_talking(body)
    if question == ABOUT_A_LIFE:
        return words.about_a_life(body, is_quiet=is_quiet)
    return words.about_a_nurse(body, is_quiet=is_quiet)


def _hides_more(dangers: Sequence[Danger]) -> bool:
    """Whether a no to the question about a life would leave open another danger that was heard beside it."""
    known = triage.protocol().categories
    questions = {known[one.category].question if one.category in known else "" for one in dangers}
    return _question(dangers) == ABOUT_A_LIFE and questions != {ABOUT_A_LIFE}


async def _heard_more(session: AsyncSession, conversation_id: UUID) -> bool:
    return is_assistants(await saying.last(session, conversation_id))


def told_by_yes(open_one: Ask) -> str:
    """The reply to whoever says yes to this question."""
    return "told_about_a_life" if _question(_heard(open_one)) == ABOUT_A_LIFE else NURSE_ASKED_FOR


async def ask_the_silent(
    session: AsyncSession, conversation: Conversation, message: Message, words: str, otherwise: Otherwise
) -> None:
    """Put the question to somebody who sent nothing, or one word, that says what is wrong. `words`: how.

    A second silence pages. Another picture, or END after END, is only asked about again: that may be no more than
    somebody who wants no texts.
    """
    before = await open_ask(session, conversation.id)
    if before is not None and (words in _NO_SILENCE or before.otherwise == Otherwise.NOTHING):
        if before.otherwise == Otherwise.NOTHING and otherwise != Otherwise.NOTHING:
            before.otherwise, before.page_at = otherwise, clock.now() + triage.protocol().ask_wait
        await service.say_approved(session, conversation, words, safety=True)
        return
    category = triage.protocol().categories["silent_or_help_only"]
    danger = Danger(category.code, category.title, category.priority, category.about, "no words", message.body, SCREEN)
    await put(session, conversation, message, [danger], words, otherwise)


async def put(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    dangers: Sequence[Danger],
    words: str,
    otherwise: Otherwise,
) -> None:
    """Put the question. A second message that may be danger, while it is open, is not asked about again: it pages."""
    now = clock.now()
    before = await open_ask(session, conversation.id)
    if before is not None:
        await page(session, conversation, before, AskOutcome.OVERTAKEN, dangers, message.id)
        await say_asked_for(session, conversation)
        return
    session.add(
        Ask(
            id=uuid4(),
            conversation_id=conversation.id,
            message_id=message.id,
            at=now,
            page_at=None if otherwise == Otherwise.NOTHING else now + triage.protocol().ask_wait,
            otherwise=otherwise,
            heard={"dangers": [asdict(danger) for danger in dangers]},
        )
    )
    await service.say_approved(session, conversation, words, safety=True, alone=words == TALK_FREELY)


def is_watched(open_one: Ask) -> bool:
    """Whether what was heard may be abuse: then whoever reads the phone may be the one to be afraid of."""
    return may_be_watched(_heard(open_one))


async def is_quiet(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether a question of ours would not be out of place: no danger is open, and nobody else may read the phone."""
    if await escalations.open_for(session, conversation_id) is not None:
        return False
    if await watched(session, conversation_id):
        return False
    return await open_ask(session, conversation_id) is None


async def watched(session: AsyncSession, conversation_id: UUID) -> bool:
    """Whether anything that was ever heard from this phone was a sign that somebody may watch it."""
    silent = select(Escalation.id).where(Escalation.conversation_id == conversation_id, Escalation.silent)
    if (await session.execute(silent.limit(1))).scalar_one_or_none() is not None:
        return True
    asked = await session.execute(select(Ask).where(Ask.conversation_id == conversation_id))
    return any(is_watched(one) for one in asked.scalars())


def _heard(open_one: Ask) -> list[Danger]:
    return [Danger(**{**one, "priority": Priority(one["priority"])}) for one in open_one.heard["dangers"]]


async def page(
    session: AsyncSession,
    conversation: Conversation,
    open_one: Ask,
    outcome: AskOutcome,
    more: Sequence[Danger] = (),
    message_id: UUID | None = None,
) -> None:
    """A nurse is needed, or might be and nobody says no: what was heard goes to the ladder."""
    close(open_one, outcome)
    dangers = sorted((*more, *_heard(open_one)), key=lambda danger: danger.priority.rank)
    about = message_id or open_one.message_id
    await escalations.raise_alarm(session, conversation.id, conversation.team, dangers, about, ASKED)


async def say_asked_for(session: AsyncSession, conversation: Conversation, words: str = NURSE_ASKED_FOR) -> None:
    """Say that the nurse is being told, in these approved `words`, unless the phone may be watched."""
    open_one = await escalations.open_for(session, conversation.id)
    if open_one is not None and open_one.silent:
        await service.say_approved(session, conversation, "noted", alone=True)
    else:
        await service.say_approved(session, conversation, words, safety=True)


async def not_needed(session: AsyncSession, open_one: Ask) -> bool:
    """The carer says no: what they wrote first is the assistant's to answer after all. False: it was no question."""
    close(open_one, AskOutcome.NO)
    first = await service.message(session, open_one.message_id)
    if not has_words(first.body) or keyword(first.body):
        return False
    first.answered_at = None
    return True


def close(open_one: Ask, outcome: AskOutcome) -> None:
    """The question is open no longer."""
    open_one.closed_at, open_one.outcome = clock.now(), outcome


async def page_if_due(session: AsyncSession, conversation: Conversation) -> None:
    """Do what was to be done for a question whose time is up, and tell the carer, unless the phone may be watched."""
    open_one = await open_ask(session, conversation.id)
    if open_one is None or open_one.page_at is None or open_one.page_at > clock.now():
        return
    if conversation.mode == Mode.PERSON:
        close(open_one, AskOutcome.OVERTAKEN)  # Somebody has taken over and has read it.
        return
    if open_one.otherwise == Otherwise.CALL_BACK:
        close(open_one, AskOutcome.UNANSWERED)
        reason = "Sent something without words, was asked whether a nurse is needed, and has not answered: ring."
        if _question(_heard(open_one)) == ABOUT_A_LIFE:
            reason = "Sent what may be about a life, was asked whether it is, and has not answered: ring."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason, Priority.P2)
        await service.say_approved(session, conversation, "unanswered_so_looked_at", safety=True)
        return
    await page(session, conversation, open_one, AskOutcome.UNANSWERED)
    if not is_watched(open_one):
        words = "unsure_so_paged" if await _has_written_since(session, open_one) else "unanswered_so_paged"
        await service.say_approved(session, conversation, words, safety=True, alone=True)


async def _has_written_since(session: AsyncSession, open_one: Ask) -> bool:
    """Whether the carer has written something that is neither yes nor no, so that we have not heard nothing."""
    mine = Message.conversation_id == open_one.conversation_id, Message.author == Author.CARER
    found = select(Message.id).where(*mine, Message.at > open_one.at).limit(1)
    return (await session.execute(found)).scalar_one_or_none() is not None


async def due(session: AsyncSession) -> set[UUID]:
    """Conversations whose question has gone unanswered for too long."""
    found = select(Ask.conversation_id).where(Ask.closed_at.is_(None), Ask.page_at <= clock.now())
    return set((await session.execute(found)).scalars())
