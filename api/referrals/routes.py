"""`/v1/referrals`: what the assistant asks and says about calls, and how services answer, each by its service token."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api import replies
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.database import transaction
from api.directory.rules import Need
from api.errors import Conflict, documented
from api.escalations import repeats
from api.people.access import service_token
from api.people.rules import Scope
from api.people.tokens import Caller
from api.referrals import rules, service
from api.referrals.consent import service as consent
from api.referrals.consent.service import Wanted
from api.referrals.models import Referral
from api.referrals.rules import Clock, State
from api.referrals.schemas import (
    MovedOut,
    MoveIn,
    OfferOut,
    QuestionOut,
    ReferralNew,
    ReferralOut,
    ReferralSaid,
    WantedIn,
    WithdrawalNew,
)

router = APIRouter(prefix="/v1/referrals", tags=["referrals"], responses=documented(401, 403, 422, 429))
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
Writer = Annotated[Caller, Depends(service_token(Scope.REFERRALS_WRITE))]
Partner = Annotated[Caller, Depends(service_token(Scope.REFERRALS_ACKNOWLEDGE))]


@router.get("/offer", responses=documented(404, 409))
async def offer(
    caller: Writer,
    conversation_id: UUID,
    need: Annotated[Need | None, Query(description="Empty: the carer asked for a referral and not for what.")] = None,
    unasked: Annotated[bool, Query(description="The carer has asked for nothing of the kind.")] = False,
) -> OfferOut:
    """The service that could ring this carer. 404: none takes this, or it is no moment to offer.

    409: it is asked already or, `unasked`, danger is open or another question of ours comes first.
    """
    async with transaction() as session:
        conversation = await _seen(session, caller, conversation_id)
        found = await consent.offer(session, conversation, need, unasked)
        say = replies.say("referral_offer", conversation.channel, service=found.name)
        return OfferOut(service=found.code, asks_number=conversation.contact_number is None, say=say)


@router.get("/turn", status_code=204, responses=documented(404, 409))
async def check_turn(caller: Writer, conversation_id: UUID, message_id: UUID) -> None:
    """Whether this message can be an answer to the assistant. 409: somebody else has spoken to the carer since."""
    async with transaction() as session:
        conversation = await _seen(session, caller, conversation_id)
        if not await consent.answers_assistant(session, conversation, message_id):
            raise Conflict("The assistant was not the last to speak before this.")


@router.post("/question", responses=documented(404, 409))
async def question(asked: WantedIn, caller: Writer) -> QuestionOut:
    """What to say before the carer is taken at their word. Nothing is kept. 422: there is no number to ring."""
    async with transaction() as session:
        conversation = await _seen(session, caller, asked.conversation_id)
        return QuestionOut(say=consent.question(conversation, await _wanted(session, conversation, asked)))


@router.post("", status_code=201, responses={200: {"model": ReferralSaid}, **documented(404, 409)})
async def create(new: ReferralNew, key: Key, caller: Writer, response: Response) -> ReferralSaid:
    """Ask the service. 409: the carer's message does not come straight after the question that says all this."""

    async def make(session: AsyncSession) -> UUID:
        conversation = await conversations.locked(session, new.conversation_id)
        caller.must_reach(conversation.team_id, "conversation")
        wanted = await _wanted(session, conversation, new)
        return (await service.create(session, conversation, wanted, new.message_id, f"service:{caller}")).id

    async with transaction() as session:
        digest = _digest("referral", new)
        row_id, repeated = await repeats.once(session, f"{caller}:{key}", "referral", digest, make)
        response.status_code = 200 if repeated else 201
        made = await service.get(session, row_id)
        date = rules.by_words(Clock(made.clock), made.due_at)
        return await _said(session, made, "referral_made", date=date)


@router.post("/withdrawals", status_code=201, responses={200: {"model": ReferralSaid}, **documented(404, 409)})
async def withdraw(new: WithdrawalNew, key: Key, caller: Writer, response: Response) -> ReferralSaid:
    """The carer wants no call: their newest referral is withdrawn. 404: none is open."""

    async def make(session: AsyncSession) -> UUID:
        conversation = await conversations.locked(session, new.conversation_id)
        caller.must_reach(conversation.team_id, "conversation")
        return (await service.withdraw(session, conversation, new.message_id, f"service:{caller}")).id

    async with transaction() as session:
        digest = _digest("withdrawal", new)
        row_id, repeated = await repeats.once(session, f"{caller}:{key}", "withdrawal", digest, make)
        response.status_code = 200 if repeated else 201
        return await _said(session, await service.get(session, row_id), "referral_withdrawn")


@router.get("/{referral_id}", responses=documented(404))
async def read(referral_id: UUID, caller: Writer) -> ReferralOut:
    """One referral."""
    async with transaction() as session:
        found = await service.get(session, referral_id)
        caller.must_reach(found.team_id, "referral")
        return ReferralOut.model_validate(found)


async def _seen(session: AsyncSession, caller: Caller, conversation_id: UUID) -> Conversation:
    found = await conversations.get(session, conversation_id)
    caller.must_reach(found.team_id, "conversation")
    return found


@router.post("/{referral_id}/moves", responses=documented(404, 409))
async def move(referral_id: UUID, new: MoveIn, key: Key, caller: Partner) -> MovedOut:
    """Another organisation says what has become of a referral of its own. A move that the table lacks is 409, says why.

    The token must have the name of the organisation's address in data/referrals/services.yml. Safe to repeat.
    """

    async def make(session: AsyncSession) -> UUID:
        caller.must_reach((await service.get(session, referral_id)).team_id, "referral")
        moved = await service.move_by_service(session, referral_id, caller, State(new.to), new.reason.strip())
        return moved.id

    async with transaction() as session:
        digest = _digest(f"move:{referral_id}", new)
        row_id, _ = await repeats.once(session, f"{caller}:{key}", "referral_move", digest, make)
        return MovedOut.model_validate(await service.get(session, row_id))


async def _wanted(session: AsyncSession, conversation: Conversation, asked: WantedIn) -> Wanted:
    messages = (asked.name_in, asked.number_in, asked.time_in)
    return await consent.wanted(session, conversation, asked.service, asked.need, *messages)


async def _said(session: AsyncSession, referral: Referral, reply: str, **places: str) -> ReferralSaid:
    conversation = await conversations.get(session, referral.conversation_id)
    places |= {"service": referral.service_name, "team_number": conversation.team.phone}
    say = replies.say(reply, conversation.channel, **places)
    facts: dict[str, Any] = ReferralOut.model_validate(referral).model_dump()
    return ReferralSaid(**facts, say=say)


def _digest(kind: str, body: BaseModel) -> str:
    return hashlib.sha256(f"{kind}:{body.model_dump_json()}".encode()).hexdigest()
