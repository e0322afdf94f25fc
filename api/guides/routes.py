"""`/v1/guides`: the short conversations that the assistant leads, one step at a time. Nothing is kept of a carer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.errors import documented
from api.guides import service
from api.guides.rules import Ask
from api.guides.schemas import AskOut, GuideListedOut, GuidesOut, NextIn, NextOut, SaidOut
from api.people.access import service_token
from api.people.rules import Scope

Reader = Annotated[str, Depends(service_token(Scope.GUIDES_READ))]
Code = Annotated[str, Path(max_length=60, description="The name of a file in data/guides, without its ending.")]

router = APIRouter(prefix="/v1/guides", tags=["guides"], responses=documented(401, 403, 422, 429))


@router.get("")
async def list_guides(caller: Reader) -> GuidesOut:
    """Every guide, and the needs with which it begins."""
    return GuidesOut(guides=[GuideListedOut.model_validate(guide) for guide in service.guides().values()])


@router.post("/{code}/next", response_model_exclude_none=True, responses=documented(404))
async def next_step(code: Code, known: NextIn, caller: Reader) -> NextOut:
    """The next question for somebody of whom this much is known, or the statements with which the guide ends."""
    step = service.next_step(code, known.facts, known.finish)
    if isinstance(step, Ask):
        return NextOut(ask=AskOut.model_validate(step.question))
    return NextOut(end=[SaidOut.model_validate(said) for said in step.statements])
