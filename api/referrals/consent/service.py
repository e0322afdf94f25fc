"""Offering a call, the question that says what would be passed on, and the proof that the carer said yes to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import gsm7, replies
from api.conversations import asking, signposting
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, is_assistants
from api.directory.rules import Need
from api.errors import Conflict, Invalid, NotFound
from api.referrals import rules
from api.referrals.consent.rules import number_in
from api.referrals.files import service as files
from api.referrals.models import Referral
from api.referrals.rules import ENDED, Service, Take

ANY_TIME = "any time"
NO_NAME = "not given"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a carer wants passed on, in their own words as they will be passed on."""

    service: Service
    take: Take
    name: str
    number: str
    good_time: str

    def places(self) -> Mapping[str, str]:
        """The values of the question's places."""
        told = {"name": self.name, "ending": self.number[-3:], "good_time": self.good_time}
        return {"service": self.service.name, "need": self.take.words, **told}


async def offer(session: AsyncSession, conversation: Conversation, need: Need | None, unasked: bool) -> Service:
    """The service that could ring this carer about this need. NotFound: none, or this is no moment to offer it.

    `unasked`: the carer has not asked for anything of the kind, so that danger and any question of ours come first.
    """
    service = rules.service_for(files.services(), conversation.team.code, need)
    if service is None or await asking.watched(session, conversation.id):  # A call could betray whoever is watched.
        raise NotFound("No service takes this.")
    if await open_with(session, conversation.id, service.code) is not None:
        raise Conflict("This service has been asked already.")
    if unasked and not await asking.is_quiet(session, conversation.id):
        raise Conflict("While danger is open a nurse comes first.")
    if unasked and need and await signposting.asks_place(session, conversation, need):
        raise Conflict("The carer is first to be asked where they are.")
    return service


async def open_with(session: AsyncSession, conversation_id: UUID, service: str) -> Referral | None:
    """This carer's referral to this service, if one is open."""
    found = select(Referral).where(
        Referral.conversation_id == conversation_id, Referral.service == service, Referral.state.not_in(ENDED)
    )
    return (await session.execute(found)).scalar_one_or_none()


async def wanted(
    session: AsyncSession,
    conversation: Conversation,
    code: str,
    need: Need | None,
    name_in: UUID | None,
    number_in_message: UUID | None,
    time_in: UUID | None,
) -> Wanted:
    """What would be passed on, read from the carer's own messages. Raises Invalid where there is no number to ring."""
    service = files.named(code)
    take = service.takes_on(need) if service is not None and service.team == conversation.team.code else None
    if service is None or take is None:
        raise NotFound("No such service takes this.")
    if number_in_message is None:
        number = conversation.contact_number
    else:
        number = number_in(await _said(session, conversation, number_in_message))
    if number is None:
        raise Invalid("There is no number that can be rung in the UK.", field="number_in")
    name = rules.kept(await _said(session, conversation, name_in)) if name_in else ""
    good_time = rules.kept(await _said(session, conversation, time_in)) if time_in else ""
    return Wanted(service, take, name or NO_NAME, number, good_time or ANY_TIME)


async def _said(session: AsyncSession, conversation: Conversation, message_id: UUID) -> str:
    message = await conversations.message_of(session, conversation, message_id)
    if message.author != Author.CARER:
        raise NotFound("There is no such message of the carer's.")
    return message.body


def question(conversation: Conversation, asked: Wanted) -> str:
    """The words that say what would be passed on and ask whether that is all right."""
    return replies.say("referral_question", conversation.channel, **asked.places())


async def agreed(session: AsyncSession, conversation: Conversation, asked: Wanted, message_id: UUID) -> Message:
    """The message in which the carer said yes to exactly this. Raises Conflict unless it follows the very question.

    What it says was read by whoever asked; here it is made sure what it answers, so that a yes to anything else, or to
    a question of this morning that a nurse has talked over since, passes nothing on.
    """
    yes = await conversations.message_of(session, conversation, message_id)
    last = await _said_before(session, yes)
    if yes.author != Author.CARER or _plain(question(conversation, asked)) not in _plain(last.body if last else ""):
        raise Conflict("The carer was not asked this just before.")
    return yes


async def answers_assistant(session: AsyncSession, conversation: Conversation, message_id: UUID) -> bool:
    """Whether the last thing said before this message was the assistant's: else it answers no question of a form."""
    last = await _said_before(session, await conversations.message_of(session, conversation, message_id))
    return last is not None and is_assistants(last.kind)


async def _said_before(session: AsyncSession, message: Message) -> Message | None:
    """The last thing that we said before this message."""
    before = select(Message).where(
        Message.conversation_id == message.conversation_id, Message.seq < message.seq, Message.author != Author.CARER
    )
    return (await session.execute(before.order_by(Message.seq.desc()).limit(1))).scalar_one_or_none()


def _plain(words: str) -> str:
    return " ".join(gsm7.to_gsm7(words).split())
