"""`/v1`: other programs, by service token. Escalations, tasks, and what the assistant may know of a conversation."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import listing, moves, places, texting
from api.conversations import service as conversations
from api.conversations.calls import service as calls
from api.conversations.models import Conversation
from api.conversations.rules import spaced
from api.conversations.schemas import (
    ConversationRow,
    ConversationsWanted,
    NumberIn,
    NumberOut,
    PlaceIn,
    PlaceOut,
    TextNew,
    TextOut,
)
from api.cursors import Listed
from api.database import transaction
from api.errors import Invalid, NotFound, documented
from api.escalations import answers, repeats, service, tasks
from api.escalations.models import Escalation, Task
from api.escalations.rules import Danger
from api.escalations.schemas import (
    AnswerNew,
    CallNew,
    CallOut,
    ConversationOut,
    EscalationNew,
    EscalationOut,
    MoveIn,
    TaskNew,
    TaskOut,
    TeamOut,
)
from api.etags import NOT_MODIFIED, IfMatch, IfNoneMatch, tagged
from api.people import limits
from api.people import service as people
from api.people.access import service_token
from api.people.models import Person
from api.people.rules import Scope
from api.people.tokens import Caller
from api.triage import service as triage
from api.triage.rules import Priority, more_urgent


def repeatable(body: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that takes an Idempotency-Key, beside 201."""
    repeat = {"model": body, "description": "It was made before, with this Idempotency-Key."}
    return {200: repeat, **documented(404, 409)}


router = APIRouter(prefix="/v1", tags=["v1"], responses=documented(401, 403, 422, 429))
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
Reader = Annotated[Caller, Depends(service_token(Scope.ESCALATIONS_READ))]
# What is said of a danger is counted only when it turns out not to be urgent: see `_wait_your_turn`.
Writer = Annotated[Caller, Depends(service_token(Scope.ESCALATIONS_WRITE, limited=False))]
TaskWriter = Annotated[Caller, Depends(service_token(Scope.TASKS_WRITE))]
ConversationReader = Annotated[Caller, Depends(service_token(Scope.CONVERSATIONS_READ))]
ConversationWriter = Annotated[Caller, Depends(service_token(Scope.CONVERSATIONS_WRITE))]
AnyService = Annotated[Caller, Depends(service_token())]
_NEVER_WAITS = (Priority.P0, Priority.P1S, Priority.P1)


@router.get("/openapi.json", include_in_schema=False)
async def describe(request: Request, caller: AnyService) -> dict[str, Any]:
    """This description of `/v1`, for whoever may call it."""
    app: FastAPI = request.app
    return app.openapi()


@router.post("/escalations", status_code=201, responses=repeatable(EscalationOut))
async def create_escalation(new: EscalationNew, key: Key, caller: Writer, response: Response) -> EscalationOut:
    """Say that a carer needs a person. The first page is placed in the same transaction."""
    danger = _danger(new, caller)
    _wait_your_turn(caller, danger.priority)

    async def make(session: AsyncSession) -> UUID:
        conversation = await _locked(session, caller, new.conversation_id)
        if new.message_id:
            await conversations.message_of(session, conversation, new.message_id)
        made, _ = await service.raise_alarm(
            session, conversation.id, conversation.team, [danger], new.message_id, f"service:{caller}"
        )
        return made.id

    async with transaction() as session:
        row_id, repeated = await _once(session, f"{caller}:{key}", "escalation", new.model_dump_json(), make)
        response.status_code = 200 if repeated else 201
        return EscalationOut.model_validate(await session.get_one(Escalation, row_id))


def _wait_your_turn(caller: Caller, priority: str) -> None:
    """Nothing about a P0 or a P1 waits, however often a program calls."""
    if priority not in _NEVER_WAITS:
        limits.take(caller)


async def _locked(session: AsyncSession, caller: Caller, conversation_id: UUID) -> Conversation:
    found = await conversations.locked(session, conversation_id)
    caller.must_reach(found.team_id, "conversation")
    return found


async def _seen(session: AsyncSession, caller: Caller, conversation_id: UUID) -> Conversation:
    found = await conversations.get(session, conversation_id)
    caller.must_reach(found.team_id, "conversation")
    return found


async def _reached(session: AsyncSession, caller: Caller, escalation_id: UUID) -> Escalation:
    found = await session.get(Escalation, escalation_id)
    if found is None:
        raise NotFound("There is no such escalation.")
    caller.must_reach(found.team_id, "escalation")
    return found


async def _held(session: AsyncSession, caller: Caller, escalation_id: UUID) -> Escalation:
    found = await service.locked(session, escalation_id)
    caller.must_reach(found.team_id, "escalation")
    return found


def _danger(new: EscalationNew, caller: str) -> Danger:
    category = triage.protocol().categories.get(new.category)
    if category is None:
        raise Invalid(f"There is no category {new.category!r} in data/triage.", field="category")
    priority = more_urgent(category.priority, Priority(new.priority)) if new.priority else category.priority
    return Danger(category.code, category.title, priority, category.about, new.summary, "", caller)


async def _once(
    session: AsyncSession, key: str, kind: str, request: str, make: Callable[[AsyncSession], Awaitable[UUID]]
) -> tuple[UUID, bool]:
    digest = hashlib.sha256(f"{kind}:{request}".encode()).hexdigest()
    return await repeats.once(session, key, kind, digest, make)


@router.get("/escalations/{escalation_id}", response_model=EscalationOut, responses=documented(404) | NOT_MODIFIED)
async def read_escalation(
    escalation_id: UUID, caller: Reader, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """One escalation."""
    async with transaction() as session:
        found = await _reached(session, caller, escalation_id)
    return tagged(response, if_none_match, EscalationOut.model_validate(found))


@router.post("/escalations/{escalation_id}/moves", responses=documented(404, 409, 412))
async def move_escalation(escalation_id: UUID, move: MoveIn, caller: Writer, if_match: IfMatch = None) -> EscalationOut:
    """One move in the name of a person. A move that the table lacks is 409 and says why.

    `If-Match`: the ETag under which the escalation was read; when it has changed since, nothing is done (412).
    """
    async with transaction() as session:
        seen = await _reached(session, caller, escalation_id)
        _wait_your_turn(caller, seen.priority)
        if if_match is not None:
            await moves.must_be_unchanged(session, seen, move, if_match)
        await _person_for(session, seen, move.person_id)
        if move.hand_to is not None:
            caller.must_reach((await people.person(session, move.hand_to)).team_id, "member of staff")
        return EscalationOut.model_validate(await moves.make(session, escalation_id, move, f"service:{caller}"))


async def _person_for(session: AsyncSession, escalation: Escalation, person_id: UUID) -> Person:
    """The member of staff in whose name it moves. One of another team is not there at all."""
    person = await people.person(session, person_id)
    if escalation.team_id != person.team_id:
        raise NotFound("There is no such member of staff.")
    return person


@router.post("/escalations/{escalation_id}/calls", status_code=201, responses=repeatable(CallOut))
async def call_carer(escalation_id: UUID, new: CallNew, key: Key, caller: Writer, response: Response) -> CallOut:
    """Put the person who has it through to the carer. A refusal (409) has a `reason`; nobody is rung twice."""

    async def make(session: AsyncSession) -> UUID:
        escalation = await _reached(session, caller, escalation_id)
        _wait_your_turn(caller, escalation.priority)
        person = await _person_for(session, escalation, new.person_id)
        return (await calls.put_through(session, escalation_id, person, new.confirmed, f"service:{caller}")).id

    async with transaction() as session:
        asked = f"{escalation_id}:{new.model_dump_json()}"
        call_id, repeated = await _once(session, f"{caller}:{key}", "call", asked, make)
        response.status_code = 200 if repeated else 201
        return CallOut(id=call_id)


@router.post("/escalations/{escalation_id}/answers", status_code=204, responses=documented(404, 409))
async def keep_answer(escalation_id: UUID, new: AnswerNew, caller: Writer) -> None:
    """Note which question a message answers, for the nurse. Safe to repeat."""
    async with transaction() as session:
        escalation = await _held(session, caller, escalation_id)
        _wait_your_turn(caller, escalation.priority)
        conversation = await conversations.get(session, escalation.conversation_id)
        await conversations.message_of(session, conversation, new.message_id)
        await answers.keep(session, escalation.id, new.message_id, new.topic, f"service:{caller}")


@router.post("/tasks", status_code=201, responses=repeatable(TaskOut))
async def create_task(new: TaskNew, key: Key, caller: TaskWriter, response: Response) -> TaskOut:
    """Ask a person to do something that is not a page, such as writing back."""

    async def make(session: AsyncSession) -> UUID:
        conversation = await _locked(session, caller, new.conversation_id)
        if new.message_id:
            await conversations.message_of(session, conversation, new.message_id)
        return (await tasks.add(session, conversation.id, conversation.team_id, new.kind, new.reason)).id

    async with transaction() as session:
        row_id, repeated = await _once(session, f"{caller}:{key}", "task", new.model_dump_json(), make)
        response.status_code = 200 if repeated else 201
        return TaskOut.model_validate(await session.get_one(Task, row_id))


@router.get("/conversations", response_model=Listed[ConversationRow], responses=documented(404) | NOT_MODIFIED)
async def list_conversations(
    wanted: Annotated[ConversationsWanted, Query()],
    caller: ConversationReader,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> Any:
    """Conversations, the newest first. No words and no number."""
    async with transaction() as session:
        rows, following = await listing.conversations(session, caller, wanted)
    items = [ConversationRow.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.get(
    "/conversations/{conversation_id}", response_model=ConversationOut, responses=documented(404) | NOT_MODIFIED
)
async def read_conversation(
    conversation_id: UUID, caller: ConversationReader, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """The channel, the team, and whether somebody is already being told. No words and no number."""
    async with transaction() as session:
        conversation = await _seen(session, caller, conversation_id)
        open_one = await service.open_for(session, conversation_id)
        found = ConversationOut(
            id=conversation.id,
            channel=conversation.channel,
            team=TeamOut.model_validate(conversation.team),
            open_escalation=EscalationOut.model_validate(open_one) if open_one else None,
        )
    return tagged(response, if_none_match, found)


@router.get("/conversations/{conversation_id}/place", responses=documented(404))
async def read_place(conversation_id: UUID, caller: ConversationReader) -> PlaceOut:
    """Where this carer is, as far as they have said: a nation and the first half of a postcode."""
    async with transaction() as session:
        conversation = await _seen(session, caller, conversation_id)
        return PlaceOut.of(places.shown(session, conversation, f"service:{caller}"))


@router.put("/conversations/{conversation_id}/place", responses=documented(404))
async def keep_place(conversation_id: UUID, new: PlaceIn, caller: ConversationWriter) -> PlaceOut:
    """Keep the place that a carer named. A whole postcode is cut to its first half before anything is kept."""
    async with transaction() as session:
        conversation = await _locked(session, caller, conversation_id)
        return PlaceOut.of(places.tell(session, conversation, new.said, f"service:{caller}"))


@router.post("/conversations/{conversation_id}/numbers", responses=documented(404, 409))
async def read_number(conversation_id: UUID, new: NumberIn, caller: ConversationWriter) -> NumberOut:
    """Read the UK mobile number out of a message, to say it back. Nothing is kept."""
    async with transaction() as session:
        conversation = await _seen(session, caller, conversation_id)
        return NumberOut(number=spaced(await texting.number_in(session, conversation, new.message_id)))


@router.post("/conversations/{conversation_id}/texts", status_code=201, responses=repeatable(TextOut))
async def send_text(
    conversation_id: UUID, new: TextNew, key: Key, caller: ConversationWriter, response: Response
) -> TextOut:
    """Text the last answer to the number in a message. A refusal (409) has a `reason`; nothing is sent twice."""

    async def make(session: AsyncSession) -> UUID:
        conversation = await _locked(session, caller, conversation_id)
        await conversations.message_of(session, conversation, new.message_id)
        return (await texting.send(session, conversation, new.number_message_id, f"service:{caller}")).id

    async with transaction() as session:
        asked = f"{conversation_id}:{new.model_dump_json()}"
        text_id, repeated = await _once(session, f"{caller}:{key}", "text", asked, make)
        response.status_code = 200 if repeated else 201
        return TextOut(id=text_id)
