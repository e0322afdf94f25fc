"""The number that a carer gives by chat, in the page's own field or as a message: from then on the team can ring it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import live, replies, settings
from api.channels.webchat import rules
from api.channels.webchat.service import WEB
from api.conversations import saying
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.numbers import service as asked_numbers
from api.conversations.rules import is_bare_phone_number
from api.conversations.service import Inbound
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Event, State
from api.paging import service as paging
from api.paging.rules import PageState


def read(typed: str) -> str | None:
    """The number (E.164) that was typed. None: no nurse could ring it."""
    return rules.phone_number(typed, settings.get().environment == "development")


async def given(session: AsyncSession, inbound: Inbound) -> str | None:
    """The number (E.164) that a message is and nothing else, where help is on its way and none is known.

    Where the assistant has just asked for one, it is the assistant's: that may be for something else.
    """
    number = read(inbound.body) if is_bare_phone_number(inbound.body) else None
    found = await conversations.open_at(session, WEB, inbound.address) if number else None
    if found is None or found.contact_number is not None or await saying.asks_number(session, found):
        return None
    return number if await escalations.open_for(session, found.id) else None


async def take(session: AsyncSession, inbound: Inbound, number: str) -> None:
    """Keep a message that is a number: as what the carer said, and as the number to ring."""
    if await asked_numbers.store(session, inbound) is not None:
        await save(session, inbound.address, number)


async def save(session: AsyncSession, address: str, number: str) -> None:
    """Keep the number (E.164) that a carer gave, say so, and tell whoever has their escalation.

    Raises NotFound when there is no open conversation at the address.
    """
    found = await conversations.open_at(session, WEB, address)
    conversation = await conversations.locked(session, found.id if found else UUID(int=0))
    if conversation.contact_number != number:
        await keep(session, conversation, number)


async def keep(session: AsyncSession, conversation: Conversation, number: str) -> None:
    """The same for a conversation that is at hand, held for change."""
    conversation.contact_number = number
    open_one = await escalations.open_for(session, conversation.id, lock=True)
    watched = open_one is not None and open_one.silent
    await conversations.say_approved(session, conversation, "noted" if watched else "number_saved")
    await live.changed(session, live.BOARD, live.conversation(conversation.id))
    if open_one is not None:
        await escalations.log_event(session, open_one, Event.NUMBER_GIVEN, "carer")
        await _tell_nurse(session, open_one, number)


async def _tell_nurse(session: AsyncSession, escalation: Escalation, number: str) -> None:
    """Whoever accepted before there was a number was told that there was none."""
    nurse = escalation.accepted_by
    if nurse is None or escalation.state not in (State.ACCEPTED, State.CONTACTED):
        return
    for page in await paging.answerable(session, nurse):
        if page.escalation_id == escalation.id and page.state == PageState.ACCEPTED:
            words = replies.say("page_number", "sms", code=str(page.code), contact=number)
            await paging.write(session, nurse, words)
