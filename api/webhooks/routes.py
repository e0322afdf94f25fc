"""`/v1/webhooks`: where events go, and which of them did not arrive."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from api.cursors import Asked, Listed
from api.database import transaction
from api.errors import documented
from api.etags import NOT_MODIFIED, IfMatch, IfNoneMatch, must_match, tagged
from api.people.access import service_token
from api.people.rules import Scope
from api.people.tokens import Caller
from api.webhooks.registry import service
from api.webhooks.schemas import (
    DeliveriesWanted,
    DeliveryOut,
    EndpointChange,
    EndpointNew,
    EndpointOut,
    EndpointWithSecret,
    ReplayedOut,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=documented(401, 403, 404, 422, 429))
Owner = Annotated[Caller, Depends(service_token(Scope.WEBHOOKS_WRITE))]


def _with_secret(endpoint: Any, secret: str) -> EndpointWithSecret:
    return EndpointWithSecret(**EndpointOut.model_validate(endpoint).model_dump(), secret=secret)


@router.post("/endpoints", status_code=201, responses=documented(409))
async def create_endpoint(new: EndpointNew, caller: Owner) -> EndpointWithSecret:
    """Send events there from now on. The secret that signs them is shown this once. 409: there already."""
    async with transaction() as session:
        return _with_secret(*await service.create(session, caller, new))


@router.get("/endpoints", response_model=Listed[EndpointOut], responses=NOT_MODIFIED)
async def list_endpoints(
    asked: Annotated[Asked, Query()], caller: Owner, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """Where events go, the newest endpoint first."""
    async with transaction() as session:
        rows, following = await service.every(session, caller, asked)
    items = [EndpointOut.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.get("/endpoints/{endpoint_id}", response_model=EndpointOut, responses=NOT_MODIFIED)
async def read_endpoint(endpoint_id: UUID, caller: Owner, response: Response, if_none_match: IfNoneMatch = None) -> Any:
    """One endpoint."""
    async with transaction() as session:
        found = await service.get(session, caller, endpoint_id)
    return tagged(response, if_none_match, EndpointOut.model_validate(found))


@router.patch("/endpoints/{endpoint_id}", responses=documented(409, 412))
async def change_endpoint(
    endpoint_id: UUID, new: EndpointChange, caller: Owner, if_match: IfMatch = None
) -> EndpointOut:
    """Change it, switch it off, or on again after a 410."""
    async with transaction() as session:
        endpoint = await service.get(session, caller, endpoint_id, hold=True)
        must_match(if_match, EndpointOut.model_validate(endpoint))
        return EndpointOut.model_validate(await service.change(session, caller, endpoint, new))


@router.delete("/endpoints/{endpoint_id}", status_code=204, responses=documented(412))
async def remove_endpoint(endpoint_id: UUID, caller: Owner, if_match: IfMatch = None) -> None:
    """Nothing goes there any more, and what was waiting is dropped."""
    async with transaction() as session:
        endpoint = await service.get(session, caller, endpoint_id, hold=True)
        must_match(if_match, EndpointOut.model_validate(endpoint))
        await service.remove(session, caller, endpoint)


@router.post("/endpoints/{endpoint_id}/secret", responses=documented(409))
async def rotate_secret(endpoint_id: UUID, caller: Owner) -> EndpointWithSecret:
    """A new secret, shown this once. For a day each delivery carries a signature with the old one, too."""
    async with transaction() as session:
        endpoint = await service.get(session, caller, endpoint_id, hold=True)
        return _with_secret(endpoint, await service.rotate(session, caller, endpoint))


@router.post("/endpoints/{endpoint_id}/test", status_code=202, responses=documented(409))
async def test_endpoint(endpoint_id: UUID, caller: Owner) -> DeliveryOut:
    """Send `webhook.test` there. What became of it stands under deliveries."""
    async with transaction() as session:
        endpoint = await service.get(session, caller, endpoint_id)
        return DeliveryOut.model_validate(await service.test(session, endpoint))


@router.post("/endpoints/{endpoint_id}/replay", status_code=202, responses=documented(409))
async def replay_endpoint(endpoint_id: UUID, caller: Owner, since: AwareDatetime | None = None) -> ReplayedOut:
    """Try again all that failed there, with the ids that they had. `since`: only what happened from then on."""
    async with transaction() as session:
        endpoint = await service.get(session, caller, endpoint_id)
        return ReplayedOut(replayed=await service.replay_failed(session, caller, endpoint.id, since))


@router.get("/deliveries", response_model=Listed[DeliveryOut], responses=NOT_MODIFIED)
async def list_deliveries(
    wanted: Annotated[DeliveriesWanted, Query()], caller: Owner, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """What was or is to be delivered, the newest first."""
    async with transaction() as session:
        rows, following = await service.deliveries(session, caller, wanted)
    items = [DeliveryOut.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.post("/deliveries/{delivery_id}/replay", status_code=202, responses=documented(409))
async def replay_delivery(delivery_id: UUID, caller: Owner) -> DeliveryOut:
    """Try one again that has failed, with the id that it had."""
    async with transaction() as session:
        return DeliveryOut.model_validate(await service.replay(session, caller, delivery_id))
