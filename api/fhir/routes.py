"""`/v1`, for other organisations' systems: an escalation as FHIR R4. Errors have our one shape."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from api import clock
from api.database import transaction
from api.errors import documented
from api.fhir import presenters, service
from api.fhir.schemas import Reason
from api.people.access import service_token
from api.people.rules import Scope
from api.people.tokens import Caller


class FhirResponse(JSONResponse):
    """A resource, as FHIR wants it to be named."""

    media_type = "application/fhir+json"


router = APIRouter(
    prefix="/v1",
    tags=["fhir"],
    responses=documented(401, 403, 404, 422, 429),
    default_response_class=FhirResponse,
)
Reader = Annotated[Caller, Depends(service_token(Scope.FHIR_READ))]


@router.get("/escalations/{escalation_id}/fhir")
async def read_bundle(escalation_id: UUID, caller: Reader, reason: Reason = "new") -> dict[str, Any]:
    """The escalation as a message Bundle in the shape of a BaRS referral request. `reason`: has the receiver had it?"""
    async with transaction() as session:
        case = await service.case(session, caller, escalation_id)
    return presenters.bundle(case, clock.now(), reason)


@router.get("/fhir/Task/{escalation_id}")
async def read_task(escalation_id: UUID, caller: Reader) -> dict[str, Any]:
    """The escalation as a Task: where it stands, who has it, and by when the carer is to be rung."""
    async with transaction() as session:
        case = await service.case(session, caller, escalation_id)
    return presenters.task(case)
