"""Twilio's webhooks for a caller and a nurse who are brought together."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api import replies
from api.channels.rules import EMPTY_TWIML, XML
from api.channels.voice import rules
from api.channels.voice import service as turns
from api.channels.voice.holding import service
from api.database import transaction
from api.people import access

router = APIRouter(prefix="/twilio/voice/{call_id}", tags=["carrier"])
Form = Annotated[dict[str, str], Depends(access.signed_by_carrier)]
_WAIT_SECONDS = 5


@router.post("/join")
async def join(call_id: UUID, form: Form) -> Response:
    """The caller goes to the nurse; or goes on waiting, if the nurse has gone."""
    async with transaction() as session:
        together = await service.join(session, call_id)
        spoken = together or turns.twiml(call_id, await turns.news(session, call_id))
    return Response(spoken, media_type=XML)


@router.post("/waiting")
async def waiting(call_id: UUID, form: Form) -> Response:
    """What the first of the two hears until the other is there."""
    return Response(rules.waiting(replies.say("voice_conference_alone", "voice"), _WAIT_SECONDS), media_type=XML)


@router.post("/conference")
async def conference(call_id: UUID, form: Form) -> Response:
    """One of the two has come in or has left."""
    async with transaction() as session:
        await service.moved(session, call_id, form)
    return Response(EMPTY_TWIML, media_type=XML)


@router.post("/alone")
async def caller_alone(call_id: UUID, form: Form) -> Response:
    """The nurse has left."""
    async with transaction() as session:
        spoken = await service.alone(session, call_id)
    return Response(spoken, media_type=XML)


@router.post("/again")
async def again(call_id: UUID, form: Form) -> Response:
    """After the nurse left: a key rings them again; that key where they cannot be, and words, are heard as ever."""
    async with transaction() as session:
        if await service.again(session, call_id, form.get("Digits", "")):
            spoken = await turns.news(session, call_id)
        else:
            turn = await turns.next_turn(session, call_id)
            heard = await turns.hear(session, call_id, turn, form)
            spoken = heard.said or await turns.answer(session, call_id, turn, 0)
    return Response(turns.twiml(call_id, spoken), media_type=XML)


@router.post("/nurse")
async def nurse_alone(call_id: UUID, form: Form) -> Response:
    """The caller has left."""
    async with transaction() as session:
        spoken = await service.nurse_alone(session, call_id)
    return Response(spoken, media_type=XML)


@router.post("/nurse/keys")
async def nurse_pressed(call_id: UUID, form: Form) -> Response:
    """A key of a nurse who is alone."""
    async with transaction() as session:
        spoken = await service.nurse_pressed(session, call_id, form.get("Digits", ""))
    return Response(spoken, media_type=XML)


@router.post("/colleague")
async def colleague_alone(call_id: UUID, form: Form) -> Response:
    """For a colleague who came in, it is over."""
    return Response(rules.goodbye(replies.say("bridge_colleague_over", "voice")), media_type=XML)
