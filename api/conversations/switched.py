"""What a team's live switches mean for one carer. A service of the same domain, apart for its size.

Whatever is switched, the message is kept, screened and, where there is danger, paged and answered with the first
instruction. A switch only changes who answers the rest, and what the carer is told of that.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import asking, service
from api.conversations.models import Conversation
from api.conversations.rules import Mode
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.switches import service as switches
from api.switches.models import SwitchSet
from api.switches.rules import Switch, is_off, is_people_only

type On = Mapping[Switch, SwitchSet]


async def on_for(session: AsyncSession, conversation: Conversation) -> On:
    """What this carer's team has switched on."""
    return await switches.on(session, conversation.team_id)


async def keeps_assistant_silent(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the assistant must say nothing here."""
    return is_people_only(await on_for(session, conversation), conversation.channel)


async def ask_a_person(session: AsyncSession, conversation: Conversation, on: On) -> None:
    """Have a person read and reply, where the assistant does not. Whoever holds the conversation reads it anyway."""
    if conversation.mode == Mode.ASSISTANT and is_people_only(on, conversation.channel):
        reason = "The assistant is switched off. Read this and reply."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.REPLY_BY_PERSON, reason)


async def answer(session: AsyncSession, conversation: Conversation, on: On) -> bool:
    """Say that a person will read it, in place of the assistant's answer. False: the assistant may answer."""
    if conversation.mode == Mode.PERSON or not is_people_only(on, conversation.channel):
        return False
    off = is_off(on, conversation.channel)
    await service.say_approved(session, conversation, "channel_off" if off else "person_will_read", safety=True)
    return True


async def tell_no_capacity(session: AsyncSession, conversation: Conversation, on: On) -> None:
    """Tell a carer, once, that no nurse is free. Never where the phone may be watched, nor under a person's words."""
    row = on.get(Switch.NO_CAPACITY)
    if row is None or conversation.mode == Mode.PERSON or conversation.opted_out_at:
        return
    if is_off(on, conversation.channel) or await asking.watched(session, conversation.id):
        return
    if await switches.tell_once(session, row, conversation.id):
        await service.say_approved(session, conversation, "no_capacity", safety=True)
