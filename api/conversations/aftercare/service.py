"""Asking a carer the two questions, and taking in what they answer. Never commits; writes rows and messages.

While an answer counts, `survey_until` of the conversation says until when; whatever the carer writes ends that, and a
plain answer to the first question opens the second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, identifiers, logs, outbox
from api.conversations import asking, service, switched
from api.conversations.aftercare import rules
from api.conversations.aftercare.files.service import aftercare, has_survey
from api.conversations.aftercare.known import service as known
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.rules import Answer, Question, WhyNot
from api.conversations.models import Conversation, Message
from api.conversations.rules import Mode
from api.errors import BadData
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.people.models import Team
from api.triage.rules import Priority

NOT_SAFE = "Answered in the survey that they did not feel safe after talking to us. Ring or write to them today."
_log = logs.get(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """A plain answer to the question that was asked last."""

    question: Question
    answer: Answer


async def due(session: AsyncSession) -> Sequence[UUID]:
    """Conversations that have gone still and may be asked, as far as can be seen at a glance."""
    timing, now = aftercare().timing, clock.now()
    if not rules.is_hour(timing, now):
        return ()
    teams = (await session.execute(select(Team.id, Team.code))).all()
    asked = select(SurveyAnswer.id).where(
        SurveyAnswer.conversation_id == Conversation.id, SurveyAnswer.asked_at > now - timing.not_again_for
    )
    found = select(Conversation.id).where(
        Conversation.team_id.in_([team_id for team_id, code in teams if has_survey(code)]),
        Conversation.last_message_at <= now - timing.still_for,
        Conversation.last_message_at > now - timing.too_late_after,
        Conversation.channel.in_(known.ASKED_ON),
        Conversation.mode == Mode.ASSISTANT,
        Conversation.closed_at.is_(None),
        Conversation.died_at.is_(None),
        Conversation.opted_out_at.is_(None),
        ~asked.exists(),
    )
    return (await session.execute(found)).scalars().all()


async def ask(session: AsyncSession, conversation_id: UUID) -> WhyNot | None:
    """Ask the first question, if nothing speaks against it. Returns what does."""
    conversation, now = await service.locked(session, conversation_id), clock.now()
    carer = conversation.contact_number or conversation.address  # Two conversations of one carer, never at once.
    await session.execute(select(func.pg_advisory_xact_lock(identifiers.lock_number("survey", carer))))
    file = aftercare()
    if why_not := rules.why_not(await known.gather(session, conversation, file), file.timing, now):
        return why_not
    session.add(SurveyAnswer(id=uuid4(), conversation_id=conversation.id, asked_at=now))
    await _put(session, conversation, Question.HELPED)
    return None


async def _put(session: AsyncSession, conversation: Conversation, question: Question) -> None:
    conversation.survey_until = clock.now() + aftercare().timing.open_for
    await service.say_approved(session, conversation, question)


def may_go(conversation: Conversation, message: Message) -> bool:
    """Whether a text that is about to be handed to the carrier still may be. The first question only once and by day.

    What has been tried may have arrived; and whoever was away since it was written knows nothing of the hour.
    """
    if message.kind != Question.HELPED:
        return True
    is_open = conversation.survey_until is not None and conversation.opted_out_at is None
    return is_open and message.tries <= 1 and rules.is_hour(aftercare().timing, clock.now())


async def heard(session: AsyncSession, conversation: Conversation, message: Message) -> Reply | None:
    """What a message answers, if it is a plain answer to the question that was put last. Whatever it is ends that one.

    A yes or no that could answer anything else answers that.
    """
    until, conversation.survey_until = conversation.survey_until, None
    if until is None or until <= message.at or conversation.mode != Mode.ASSISTANT or conversation.opted_out_at:
        return None
    said = await known.last(session, conversation.id)
    if said is None or said.kind is None or said.kind not in Question or said.delivery in outbox.FAILURES:
        return None
    question = Question(said.kind)
    answer = rules.answer(message.body, question, _answers())
    if answer is None or conversation.questions or not await asking.is_quiet(session, conversation.id):
        return None
    if await switched.keeps_assistant_silent(session, conversation):
        return None
    return Reply(question, answer)


def _answers() -> Mapping[Answer, frozenset[str]]:
    """The plain answers; none where the file cannot be read, because no message may be lost for that."""
    try:
        return aftercare().answers
    except BadData:
        _log.exception("aftercare_unusable")
        return {}


async def take(session: AsyncSession, conversation: Conversation, reply: Reply) -> None:
    """Keep what was answered, and ask the second question or say what follows."""
    found = select(SurveyAnswer).where(SurveyAnswer.conversation_id == conversation.id)
    row = (await session.execute(found.order_by(SurveyAnswer.asked_at.desc()).limit(1))).scalar_one()
    row.answered_at = clock.now()
    if reply.question == Question.HELPED:
        row.helped = reply.answer
        await _put(session, conversation, Question.SAFE)
        return
    row.safe = reply.answer
    if reply.answer == Answer.YES:
        await service.say_approved(session, conversation, "survey_thanks")
        return
    kind = TaskKind.CALL_BACK if conversation.contact_number else TaskKind.REPLY_BY_PERSON
    await tasks.add(session, conversation.id, conversation.team_id, kind, NOT_SAFE, Priority.P2)
    await service.say_approved(session, conversation, "survey_not_safe", safety=True)
