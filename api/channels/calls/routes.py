"""Twilio's webhooks for pages that are read aloud: picked up, a key pressed, over.

The TwiML that answers follows what was saved. When nothing could be saved, that is what is spoken.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy.exc import SQLAlchemyError

from api import logs, replies
from api.channels.calls import rules, service
from api.channels.rules import EMPTY_TWIML, XML
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/calls", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]
Turn = Annotated[int, Path(ge=1, le=99)]
_log = logs.get(__name__)


@router.post("/{call_id}")
async def call_answered(call_id: UUID, form: Form) -> Response:
    """A member of staff, or their answering machine, has picked up."""
    async with transaction() as session:
        spoken = await service.answered(session, call_id, form)
    return Response(spoken, media_type=XML)


@router.post("/{call_id}/turns/{turn}")
async def key_pressed(call_id: UUID, turn: Turn, form: Form) -> Response:
    """A key, or that none was pressed. Saved before anything is said of it."""
    try:
        async with transaction() as session:
            spoken = await service.pressed(session, call_id, turn, form)
    except SQLAlchemyError as error:
        _log.error("key_not_saved", call_id=str(call_id), exc_info=error)
        spoken = rules.last_words(replies.say("call_not_saved", "voice"), twice=True)
    return Response(spoken, media_type=XML)


@router.post("/{call_id}/status")
async def call_over(call_id: UUID, form: Form) -> Response:
    """How a call ended: over, engaged, not picked up, failed. Only forwards counts."""
    async with transaction() as session:
        await service.take_report(session, call_id, form)
    return Response(EMPTY_TWIML, media_type=XML)
