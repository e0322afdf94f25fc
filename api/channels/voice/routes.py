"""Twilio's webhooks for carers' calls: one arrives, something was said, it is over.

Words are kept and screened before they are answered. When nothing can be kept, that is what is spoken, with numbers to
ring, and the call goes on.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy.exc import SQLAlchemyError

from api import logs, replies, telephone
from api.channels.rules import EMPTY_TWIML, XML
from api.channels.voice import service
from api.channels.voice.arriving import service as arriving
from api.channels.voice.holding import service as holding
from api.channels.voice.rules import Spoken
from api.conversations import answering
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/voice", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]
Turn = Annotated[int, Path(ge=1, le=999)]
Waits = Annotated[int, Path(ge=1, le=9)]
_log = logs.get(__name__)


@router.post("")
async def call_arrives(form: Form) -> Response:
    """A carer rings."""
    async with transaction() as session:
        spoken = await arriving.arrive(session, form)
    return Response(spoken, media_type=XML)


@router.post("/status")
async def call_over(form: Form) -> Response:
    """A call that came in is over."""
    async with transaction() as session:
        await arriving.over(session, form)
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/{call_id}/status")
async def call_back_over(call_id: UUID, form: Form) -> Response:
    """A call that we made is over, or was never picked up."""
    async with transaction() as session:
        await arriving.is_over(session, call_id, form)
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/{call_id}/back")
async def call_back_answered(call_id: UUID, form: Form) -> Response:
    """Whoever we ring back has picked up."""
    async with transaction() as session:
        spoken = await arriving.answered(session, call_id, form)
    return Response(spoken, media_type=XML)


@router.post("/{call_id}/turns/{turn}")
async def something_said(call_id: UUID, turn: Turn, form: Form) -> Response:
    """Words, a key, or neither."""
    try:
        async with transaction() as session:
            heard = await service.hear(session, call_id, turn, form)
        return await _answer(heard, call_id, turn, 0)
    except SQLAlchemyError as error:
        _log.error("call_turn_not_kept", call_id=str(call_id), exc_info=error)
        return _failed(call_id, turn)


@router.post("/{call_id}/turns/{turn}/wait/{waits}")
async def still_waiting(call_id: UUID, turn: Turn, waits: Waits, form: Form) -> Response:
    """The holding phrase is over: what the line has to say, if it has it by now."""
    async with transaction() as session:
        heard = await service.waits_for(session, call_id)
    return await _answer(heard, call_id, turn, waits)


@router.post("/{call_id}/news")
async def news(call_id: UUID, form: Form) -> Response:
    """A caller who waits for a nurse was interrupted, because there is something to tell.

    Whom a nurse has taken meanwhile goes to the nurse.
    """
    async with transaction() as session:
        together = await holding.rejoin(session, call_id)
        spoken = together or service.twiml(call_id, await service.news(session, call_id))
    return Response(spoken, media_type=XML)


async def _answer(heard: service.Turn, call_id: UUID, turn: int, waits: int) -> Response:
    """Ask the assistant if it has something to answer, but no longer than a caller can be left in silence."""
    if heard.said is not None:
        return _say(call_id, heard.said)
    if heard.asks is not None:
        await answering.within(heard.asks, telephone.wanted().answer_seconds)
    async with transaction() as session:
        spoken = await service.answer(session, call_id, turn, waits)
    return _say(call_id, spoken)


def _failed(call_id: UUID, turn: int) -> Response:
    """Nothing could be kept: say so, with numbers that work without us, and listen again."""
    words = replies.say("voice_failed_now", "voice")
    return _say(call_id, Spoken((words,), turn, telephone.wanted().listen_seconds))


def _say(call_id: UUID, spoken: Spoken) -> Response:
    return Response(service.twiml(call_id, spoken), media_type=XML)
