"""Telling other programs what happens: a row for each endpoint in the same transaction, and tries until it is taken."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import yaml
from sqlalchemy import and_, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, database, queue, settings
from api.audit import service as audit
from api.clients.public_web import Answer
from api.errors import BadData, NotFound
from api.webhooks import rules
from api.webhooks.models import Delivery, Endpoint
from api.webhooks.rules import DeliveryState

# One statement for all that a transaction has to tell.
_FAN_OUT = text(
    "INSERT INTO webhook_deliveries (id, endpoint_id, kind, at, data, urgent, state, tries, try_at)"
    " SELECT gen_random_uuid(), endpoint.id, new.kind, new.at, new.data, new.urgent, 'waiting', 0, new.at"
    " FROM jsonb_to_recordset(CAST(:events AS jsonb))"
    " AS new(team_id uuid, kind text, at timestamptz, data jsonb, urgent boolean)"
    " JOIN webhook_endpoints AS endpoint ON endpoint.disabled_at IS NULL"
    " AND (endpoint.team_id IS NULL OR endpoint.team_id = new.team_id)"
    " AND (new.kind = ANY(endpoint.events) OR split_part(new.kind, '.', 1) || '.*' = ANY(endpoint.events))"
    " RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Sending:
    """One try: where, with which keys, and what."""

    delivery_id: UUID
    url: str
    secrets: tuple[str, ...]
    body: str
    seconds: float


def emit(session: AsyncSession, team_id: UUID, kind: str, *, urgent: bool = False, **data: Any) -> None:
    """Tell whoever wants to hear of it, at commit. `data`: ids and states, never a carer's words."""
    event = {"team_id": team_id, "kind": kind, "at": clock.now().isoformat(), "data": data, "urgent": urgent}
    database.said_last(session, _fan_out).append(event)


async def _fan_out(session: AsyncSession, events: list[dict[str, Any]]) -> None:
    made = await session.execute(_FAN_OUT, {"events": json.dumps(events, default=str)})
    for delivery_id in made.scalars():
        await due_now(session, delivery_id)


async def due_now(session: AsyncSession, delivery_id: UUID) -> None:
    """A delivery is due now."""
    await queue.wake(session, "webhooks.deliver", queue.HOOKS, delivery_id=delivery_id)


async def claim(session: AsyncSession, delivery_id: UUID) -> Sending | None:
    """What to post now. None: it is not due, somebody else has it, or enough is under way to this endpoint."""
    delivery, now = await _due(session, delivery_id), clock.now()
    if delivery is None:
        return None
    if delivery.endpoint.disabled_at is not None:
        _fail(delivery, "the endpoint was disabled")
        await _call_people(session, delivery)
        return None
    if await _under_way(session, delivery.endpoint_id) >= rules.AT_ONCE:
        return None  # The sweep comes back to it.
    delivery.tries += 1
    delivery.try_at = delivery.claimed_until = now + rules.LEASE  # If this process dies, it is tried again then.
    body = {"type": delivery.kind, "timestamp": delivery.at.isoformat(), "data": delivery.data}
    seconds = rules.URGENT_SECONDS if delivery.urgent else rules.SECONDS
    return Sending(delivery.id, delivery.endpoint.url, _secrets(delivery.endpoint), json.dumps(body), seconds)


async def _due(session: AsyncSession, delivery_id: UUID) -> Delivery | None:
    found = select(Delivery).where(
        Delivery.id == delivery_id, Delivery.state == DeliveryState.WAITING, Delivery.try_at <= clock.now()
    )
    return (await session.execute(found.with_for_update(of=Delivery, skip_locked=True))).scalar_one_or_none()


async def _under_way(session: AsyncSession, endpoint_id: UUID) -> int:
    found = select(func.count()).where(Delivery.endpoint_id == endpoint_id, Delivery.claimed_until > clock.now())
    return (await session.execute(found)).scalar_one()


def _secrets(endpoint: Endpoint) -> tuple[str, ...]:
    """The present secret, and for a day after a change the one before: either may be the one that the others know."""
    old_counts = endpoint.old_secret_ends_at is not None and endpoint.old_secret_ends_at > clock.now()
    versions = [endpoint.secret_version, *([endpoint.secret_version - 1] if old_counts else [])]
    return tuple(secret_of(endpoint, version) for version in versions)


def secret_of(endpoint: Endpoint, version: int) -> str:
    """A version of an endpoint's secret. Raises NotFound where webhooks are not set up."""
    key = settings.get().webhook_key
    if key is None or not key.get_secret_value():
        raise NotFound("Webhooks are not set up here: NIGHTLIGHT_WEBHOOK_KEY is empty.")
    return rules.secret(key.get_secret_value(), endpoint.id, version)


async def answered(session: AsyncSession, delivery_id: UUID, answer: Answer | None, why: str) -> DeliveryState:
    """Take in how a try went. Returns where the delivery stands. `answer` None: nobody answered, as `why` says."""
    status = answer.status if answer else None
    delivery = await session.get_one(Delivery, delivery_id, with_for_update={"of": Delivery})
    if delivery.state != DeliveryState.WAITING:
        return DeliveryState(delivery.state)
    delivery.status, delivery.claimed_until = status, None
    if status is not None and rules.is_taken(status):
        delivery.state, delivery.ended_at, delivery.try_at, delivery.why = (
            DeliveryState.DELIVERED,
            clock.now(),
            None,
            None,
        )
        delivery.endpoint.told_at = None
        return DeliveryState.DELIVERED
    delivery.why = why or f"status {status}"
    asked = rules.asked_wait(answer.retry_after, clock.now()) if answer else timedelta()
    wait = rules.retry_after(delivery.tries, delivery.urgent, asked)
    if status == rules.GONE:
        delivery.endpoint.disabled_at, delivery.endpoint.disabled_because = clock.now(), "it answered 410 Gone"
    if status == rules.GONE or wait is None:
        _fail(delivery, delivery.why)
        await _call_people(session, delivery)
        return DeliveryState.FAILED
    delivery.try_at = clock.now() + wait
    return DeliveryState.WAITING


def _fail(delivery: Delivery, why: str) -> None:
    delivery.state, delivery.ended_at, delivery.try_at, delivery.why = DeliveryState.FAILED, clock.now(), None, why


async def _call_people(session: AsyncSession, delivery: Delivery) -> None:
    """Somebody may be waiting for what was not delivered: people hear of it another way (see escalations/untold)."""
    if delivery.urgent:
        delivery.alarm_at = clock.now()
        await queue.wake(session, "escalations.untold", queue.PAGES, delivery_id=delivery.id)


@cache
def kept() -> dict[DeliveryState, timedelta]:
    """How long deliveries are kept after their end, from `data/webhooks.yml`. Raises BadData."""
    path = settings.get().data_dir / "webhooks.yml"
    try:
        days = yaml.safe_load(path.read_text(encoding="utf-8"))["kept_days"]
        return {state: timedelta(days=days[state]) for state in rules.OVER}
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error


async def forget(session: AsyncSession) -> int:
    """Forget what was over long enough last night, at most so many at once. Returns how many."""
    night = rules.last_night(clock.now().astimezone(clock.UK))
    over = or_(*(and_(Delivery.state == state, Delivery.ended_at < night - time) for state, time in kept().items()))
    found = select(Delivery.id).where(over, Delivery.alarm_at.is_(None)).limit(rules.FORGOTTEN_AT_ONCE)
    gone = delete(Delivery).where(Delivery.id.in_(found.with_for_update(of=Delivery, skip_locked=True)))
    count = len((await session.execute(gone.returning(Delivery.id))).all())
    if count:
        audit.record(session, "job:webhooks", "forgotten", "webhook_delivery", "", count=count)
    return count
