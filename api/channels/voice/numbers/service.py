"""Taking a number: it is kept as the caller's own message, read back, and used once they say that it is right."""

from sqlalchemy.ext.asyncio import AsyncSession

from api import replies
from api.channels.voice.numbers import rules
from api.channels.webchat.numbers import service as numbers
from api.conversations import saying
from api.conversations import service as conversations
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import NURSE_WORD, CallState
from api.conversations.numbers import service as asked_numbers
from api.conversations.service import Inbound


async def is_wanted(session: AsyncSession, call: CarerCall) -> bool:
    """Whether the last that the caller heard was a question for a number."""
    return await saying.last(session, call.conversation_id) in rules.ASKS


async def is_asked_right(session: AsyncSession, call: CarerCall) -> bool:
    """Whether the last that the caller heard was a number of theirs, or a question to which no is an answer."""
    last = await saying.last(session, call.conversation_id)
    return last == rules.FORM_ASKS_RIGHT or last in rules.READ_BACK_BY_FORM


async def typed(session: AsyncSession, call: CarerCall, inbound: Inbound) -> str | None:
    """What several keys mean, as words to be taken. None: they were a number, or none, and that has been said."""
    keys = inbound.body
    if rules.is_for_nurse(keys):
        return NURSE_WORD
    if rules.is_cry(keys) or await saying.last(session, call.conversation_id) in rules.READ_BACK_BY_FORM:
        return keys
    if rules.whole(keys) is None:
        await ask_again(session, call)
    else:
        await read_back(session, call, inbound)
    return None


async def is_said(session: AsyncSession, call: CarerCall, words: str) -> bool:
    """Whether a number was asked for, and these words are one that only we would read back."""
    if rules.whole(words) is None or not await is_wanted(session, call):
        return False
    return await saying.last(session, call.conversation_id) not in rules.READ_BACK_BY_FORM


async def read_back(session: AsyncSession, call: CarerCall, inbound: Inbound) -> None:
    """Keep the number and say it back. Until it is confirmed nothing goes by it."""
    message = await asked_numbers.store(session, inbound)
    if message is None:
        return
    call.unsure_message_id = message.id
    words = replies.say("voice_number_read_back", "voice", number=inbound.body)
    conversation = await conversations.get(session, message.conversation_id)
    await conversations.say(session, conversation, words, rules.READ_BACK)


async def ask_again(session: AsyncSession, call: CarerCall) -> None:
    """The number was not right, or not whole."""
    conversation = await conversations.get(session, call.conversation_id)
    await conversations.say(session, conversation, replies.say("voice_number_again", "voice"), rules.AGAIN)


async def keep(session: AsyncSession, call: CarerCall, said: str) -> bool:
    """Keep a confirmed number to ring a hidden caller on. False: it was given for something else."""
    conversation = await conversations.locked(session, call.conversation_id)
    number = rules.whole(said)
    if number is None or conversation.contact_number is not None or call.state != CallState.HOLDING:
        return False
    await numbers.keep(session, conversation, number)
    return True
