"""Endpoints as their owners keep them, and deliveries that are tried again by hand; never another team's."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, cursors, settings
from api.audit import service as audit
from api.clients import public_web
from api.cursors import Asked
from api.errors import Conflict, Invalid, NotFound
from api.people import service as people
from api.people.tokens import Caller
from api.webhooks import rules, service
from api.webhooks.models import Delivery, Endpoint
from api.webhooks.rules import DeliveryState
from api.webhooks.schemas import DeliveriesWanted, EndpointChange, EndpointNew


async def create(session: AsyncSession, caller: Caller, new: EndpointNew) -> tuple[Endpoint, str]:
    """A new endpoint and its secret. Raises Conflict when the team has this address already."""
    _check(new.url)
    team_id = caller.team_id
    if new.team is not None:
        team_id = (await people.team_with_code(session, new.team)).id
        caller.must_reach(team_id, "team")
    await _must_be_new(session, team_id, new.url)
    made = Endpoint(team_id=team_id, url=new.url, events=new.events, secret_version=1, created_at=clock.now())
    session.add(made)
    await session.flush()
    secret = service.secret_of(made, made.secret_version)
    _record(session, caller, "added", made)
    return made, secret


def _check(url: str) -> None:
    wrong = public_web.fault(url, settings.get().webhook_local)
    if wrong:
        raise Invalid(wrong, field="url")


async def _must_be_new(session: AsyncSession, team_id: UUID | None, url: str) -> None:
    found = select(Endpoint.id).where(Endpoint.url == url, Endpoint.team_id.is_not_distinct_from(team_id))
    if (await session.execute(found)).first() is not None:
        raise Conflict("There is an endpoint with this address.")


def _record(session: AsyncSession, caller: Caller, action: str, endpoint: Endpoint, **detail: Any) -> None:
    audit.record(session, f"service:{caller}", action, "webhook_endpoint", endpoint.id, **detail)


def _mine(found: Select[Any], caller: Caller) -> Select[Any]:
    return found if caller.team_id is None else found.where(Endpoint.team_id == caller.team_id)


async def every(session: AsyncSession, caller: Caller, asked: Asked) -> tuple[Sequence[Endpoint], str | None]:
    """The endpoints that this caller may see, the newest first."""
    return await cursors.piece(session, _mine(select(Endpoint), caller), Endpoint.created_at, Endpoint.id, asked)


async def get(session: AsyncSession, caller: Caller, endpoint_id: UUID, hold: bool = False) -> Endpoint:
    """One endpoint. `hold`: for change, until the transaction ends."""
    found = _mine(select(Endpoint).where(Endpoint.id == endpoint_id), caller)
    row = (await session.execute(found.with_for_update() if hold else found)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such endpoint.")
    return row  # type: ignore[no-any-return]  # The statement is of endpoints.


async def change(session: AsyncSession, caller: Caller, endpoint: Endpoint, new: EndpointChange) -> Endpoint:
    """Another address, other events, an end or a new beginning. The endpoint must be held."""
    if new.url is not None and new.url != endpoint.url:
        _check(new.url)
        await _must_be_new(session, endpoint.team_id, new.url)
        endpoint.url = new.url
    if new.events is not None:
        endpoint.events = new.events
    if new.enabled is not None:
        endpoint.disabled_at = None if new.enabled else endpoint.disabled_at or clock.now()
        endpoint.disabled_because = None if new.enabled else endpoint.disabled_because or "switched off"
    _record(session, caller, "changed", endpoint, fields=sorted(new.model_fields_set))
    return endpoint


async def remove(session: AsyncSession, caller: Caller, endpoint: Endpoint) -> None:
    """Without it, and without what was to go there."""
    await session.delete(endpoint)
    _record(session, caller, "removed", endpoint)


async def rotate(session: AsyncSession, caller: Caller, endpoint: Endpoint) -> str:
    """A new secret. For a day each delivery is signed with the old one, too."""
    endpoint.secret_version += 1
    endpoint.old_secret_ends_at = clock.now() + rules.OLD_KEY_COUNTS
    _record(session, caller, "secret_rotated", endpoint)
    return service.secret_of(endpoint, endpoint.secret_version)


async def test(session: AsyncSession, endpoint: Endpoint) -> Delivery:
    """Send it an event that means nothing, to see that it arrives."""
    if endpoint.disabled_at is not None:
        raise Conflict("This endpoint is switched off.")
    now = clock.now()
    made = Delivery(endpoint=endpoint, kind=rules.TEST, at=now, data={}, urgent=False, try_at=now, tries=0)
    session.add(made)
    await session.flush()
    await service.due_now(session, made.id)
    return made


async def deliveries(
    session: AsyncSession, caller: Caller, wanted: DeliveriesWanted
) -> tuple[Sequence[Delivery], str | None]:
    """What was or is to be delivered, the newest first."""
    found = _mine(select(Delivery).join(Endpoint, Endpoint.id == Delivery.endpoint_id), caller)
    if wanted.endpoint_id is not None:
        found = found.where(Delivery.endpoint_id == wanted.endpoint_id)
    if wanted.state is not None:
        found = found.where(Delivery.state == wanted.state)
    return await cursors.piece(session, found, Delivery.at, Delivery.id, wanted)


async def replay(session: AsyncSession, caller: Caller, delivery_id: UUID) -> Delivery:
    """Try one delivery again that has failed, with its own id."""
    found = _mine(select(Delivery).join(Endpoint, Endpoint.id == Delivery.endpoint_id), caller)
    found = found.where(Delivery.id == delivery_id).with_for_update(of=Delivery)
    row: Delivery | None = (await session.execute(found)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such delivery.")
    if row.state != DeliveryState.FAILED:
        raise Conflict(f"This delivery is {row.state}; only one that has failed can be tried again.", state=row.state)
    if row.endpoint.disabled_at is not None:
        raise Conflict("Its endpoint is switched off.")
    await _again(session, row)
    return row


async def replay_failed(session: AsyncSession, caller: Caller, endpoint_id: UUID | None, since: datetime | None) -> int:
    """Try again all that has failed, of one endpoint or of every one that is on. Returns how many there are."""
    found = _mine(select(Delivery).join(Endpoint, Endpoint.id == Delivery.endpoint_id), caller)
    found = found.where(Delivery.state == DeliveryState.FAILED, Endpoint.disabled_at.is_(None))
    found = found.where(Delivery.at >= since) if since else found
    found = found.where(Delivery.endpoint_id == endpoint_id) if endpoint_id else found
    rows = (await session.execute(found.with_for_update(of=Delivery))).scalars().all()
    for row in rows:
        await _again(session, row)
    return len(rows)


async def _again(session: AsyncSession, row: Delivery) -> None:
    """It is old news by now: nobody is alarmed a second time."""
    row.state, row.tries, row.try_at, row.ended_at, row.urgent = DeliveryState.WAITING, 0, clock.now(), None, False
    await service.due_now(session, row.id)
