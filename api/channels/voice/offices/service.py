"""Offering a team's office to a caller in its hours, and what is said when that is over.

A key leads there and nothing else does: words are kept and screened first, whatever the hour.
"""

from functools import cache
from uuid import UUID

import yaml
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, replies, settings
from api.channels.rules import EMPTY_TWIML
from api.channels.voice import rules as speech
from api.channels.voice.holding.service import address
from api.channels.voice.offices.rules import ByDay, Office
from api.channels.voice.offices.schemas import TelephoneFile
from api.conversations import asking
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState, one_line
from api.conversations.models import Conversation
from api.directory.hours.rules import nation_with_code
from api.errors import BadData, NotFound
from api.rota.service import ground

_THEY_SPOKE = "completed"  # The carrier's word for what was dialled.


@cache
def by_day(team_code: str) -> ByDay | None:
    """What differs by the hour, from `data/teams/<code>.yml`. None: nothing does. Raises BadData."""
    path = settings.get().data_dir / "teams" / f"{team_code}.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")).get("telephone")
        if raw is None:
            return None
        return TelephoneFile.model_validate(raw).by_day(nation_with_code(ground(team_code).nation))
    except FileNotFoundError:
        return None
    except (OSError, AttributeError, ValidationError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: no usable telephone ({error})") from error


def first_words(team_code: str) -> str:
    """What carers of this team hear first at this hour."""
    own = by_day(team_code)
    return (own.first(clock.now()) if own else "") or replies.say("voice_first", "voice")


def _open_office(team_code: str) -> Office | None:
    own = by_day(team_code)
    return own.office if own and own.is_open(clock.now()) else None


def _offer(office: Office) -> str:
    return one_line(replies.say("voice_office", "voice", key=office.key))


async def offer(session: AsyncSession, conversation: Conversation) -> None:
    """Tell a caller of the key, in the office's hours. Not while we wait for their yes or no."""
    office = _open_office(conversation.team.code)
    if office is not None and await asking.open_ask(session, conversation.id) is None:
        await conversations.say_approved(session, conversation, "voice_office", places={"key": office.key})


async def is_chosen(session: AsyncSession, call: CarerCall, key: str) -> bool:
    """Whether this key is the one to the office, and was offered: last, or first and nothing was said since."""
    own = by_day(call.conversation.team.code)
    office = own.office if own else None
    if office is None or key != office.key or call.state != CallState.TALKING:
        return False
    heard = await calls.said_in(session, call.id, call.turn if call.spoke else 0)
    return heard is not None and _offer(office) in heard.words


async def ring(session: AsyncSession, call_id: UUID) -> str:
    """Ring the office, which sees the line's number. TwiML. Raises NotFound where the team has none."""
    call = await calls.get(session, call_id)
    own = by_day(call.conversation.team.code)
    if own is None or own.office is None:
        raise NotFound("This team has no office to ring.")
    over = f"{address(call.id)}/office/over"
    return speech.to_office(own.office.number, call.line, own.office.ring_seconds, over)


async def over(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> str | None:
    """The caller is back with the line: say how that ended. TwiML if there is nobody to say it to any more."""
    call = await calls.locked(session, call_id)
    if call.ended_at is not None or form.get("CallStatus") == "completed":
        return EMPTY_TWIML  # They have hung up.
    conversation = await conversations.get(session, call.conversation_id)
    if form.get("DialCallStatus") == _THEY_SPOKE:
        await conversations.say_approved(session, conversation, "voice_office_over")
    else:
        await conversations.say_approved(session, conversation, "voice_office_nobody")
        await offer(session, conversation)
    return None
