"""Calls to staff, from the row that says that one is due until it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox, queue
from api.clients.carrier import Delivery
from api.errors import Invalid, NotFound
from api.paging.calls.rules import Step
from api.paging.models import Page, StaffCall, StaffCallTurn
from api.paging.rules import PageState
from api.people.models import Person

RING_SECONDS = 30  # Shorter than it takes to climb to the next rung, and than many a voicemail waits.
LONGEST_RINGING = timedelta(minutes=3)  # After that a call that nobody told us the end of is over.


async def ring(session: AsyncSession, page: Page) -> StaffCall:
    """Queue the call that reads a page aloud, committed with the page. Of a drill too: it has no escalation."""
    return await _queue(session, page.escalation_id, page.person, page)


async def put_through(session: AsyncSession, escalation_id: UUID, person: Person) -> StaffCall:
    """Queue a call that puts somebody through to the carer."""
    return await _queue(session, escalation_id, person, None)


async def bring_in(session: AsyncSession, escalation_id: UUID, person: Person) -> StaffCall:
    """Queue a call that asks a colleague to come in where a nurse and the carer are on the line."""
    return await _queue(session, escalation_id, person, None, joins=True)


async def colleagues_in(session: AsyncSession, escalation_id: UUID) -> Sequence[StaffCall]:
    """The colleagues who came into a call and are still on the line, whoever came first before the others."""
    found = select(StaffCall).where(
        StaffCall.escalation_id == escalation_id,
        StaffCall.joins,
        StaffCall.carer_answered_at.is_not(None),
        StaffCall.carer_ended.is_(None),
        StaffCall.ended.is_(None),
    )
    return (await session.execute(found.order_by(StaffCall.carer_answered_at))).scalars().all()


async def _queue(
    session: AsyncSession, escalation_id: UUID | None, person: Person, page: Page | None, joins: bool = False
) -> StaffCall:
    call = StaffCall(escalation_id=escalation_id, person=person, page=page, joins=joins, created_at=clock.now())
    outbox.queue(call)
    session.add(call)
    await session.flush()
    await queue.wake(session, "escalations.ring", queue.PAGES, call_id=call.id)
    return call


async def under_way(session: AsyncSession, escalation_id: UUID, person_id: UUID) -> StaffCall | None:
    """The call that is just putting this person through, or bringing them in.

    The escalation must be locked: two presses are one call.
    """
    found = select(StaffCall).where(
        StaffCall.escalation_id == escalation_id,
        StaffCall.person_id == person_id,
        StaffCall.page_id.is_(None),
        StaffCall.delivery.in_((*outbox.WAITING, Delivery.SENT)),
        StaffCall.created_at > clock.now() - LONGEST_RINGING,
    )
    return (await session.execute(found.limit(1))).scalar_one_or_none()


async def call(session: AsyncSession, call_id: UUID) -> StaffCall:
    """One call. Raises NotFound."""
    found: StaffCall | None = await session.get(StaffCall, call_id)
    if found is None:
        raise NotFound("There is no such call.")
    return found


def _needless(now: datetime) -> Select[StaffCall]:
    """Calls that still ring though their page has been answered or taken back."""
    return (
        select(StaffCall)
        .join(Page, Page.id == StaffCall.page_id)
        .where(
            Page.state != PageState.OPEN,
            StaffCall.delivery == Delivery.SENT,
            StaffCall.answered_at.is_(None),
            StaffCall.sent_at > now - LONGEST_RINGING,
        )
    )


async def needless(session: AsyncSession, escalation_id: UUID | None = None) -> Sequence[StaffCall]:
    """The calls to stop, of one escalation or of all. One that somebody has picked up is not cut off."""
    found = _needless(clock.now())
    if escalation_id is not None:
        found = found.where(StaffCall.escalation_id == escalation_id)
    return (await session.execute(found)).scalars().all()


async def stop_needless(session: AsyncSession, escalation_id: UUID) -> None:
    """Wake whoever tells the carrier to stop ringing for pages that are no longer open."""
    if await needless(session, escalation_id):
        await queue.wake(session, "paging.stop_calls", queue.PAGES, escalation_id=escalation_id)


async def picked_up(session: AsyncSession, call_id: UUID, carrier_sid: str) -> StaffCall:
    """Somebody, or an answering machine, has picked up. Raises NotFound, or Invalid without the carrier's id."""
    if not carrier_sid:
        raise Invalid("CallSid is missing.")
    await outbox.report(session, StaffCall, call_id, carrier_sid, Delivery.SENT, None)  # Whoever placed it may be dead.
    found = await call(session, call_id)
    found.answered_at = found.answered_at or clock.now()
    return found


async def begin_turn(session: AsyncSession, found: StaffCall, carrier_sid: str, turn: int) -> StaffCallTurn | None:
    """A turn of a call, to be acted on now. None: the carrier repeats itself, and `step_of` says what was done.

    Raises Invalid without the carrier's id.
    """
    if not carrier_sid:
        raise Invalid("CallSid is missing.")
    new = insert(StaffCallTurn).values(carrier_sid=carrier_sid, turn=turn, call_id=found.id, step=None, at=clock.now())
    added = await session.execute(new.on_conflict_do_nothing().returning(StaffCallTurn.carrier_sid))
    if added.scalar_one_or_none() is None:
        return None
    return await session.get_one(StaffCallTurn, (carrier_sid, turn))


async def step_of(session: AsyncSession, carrier_sid: str, turn: int) -> str:
    """What was done in a turn that has been acted on."""
    return (await session.get_one(StaffCallTurn, (carrier_sid, turn))).step or ""


async def was_done(session: AsyncSession, call_id: UUID, step: Step) -> bool:
    """Whether a call has come to this step."""
    found = select(StaffCallTurn.turn).where(StaffCallTurn.call_id == call_id, StaffCallTurn.step == step)
    return (await session.execute(found.limit(1))).first() is not None


async def take_report(
    session: AsyncSession, call_id: UUID, carrier_sid: str, status: Delivery, word: str
) -> StaffCall | None:
    """Take in how a call ended, forwards only. The call if that was news. `word`: the carrier's own."""
    if not await outbox.report(session, StaffCall, call_id, carrier_sid, status, None):
        return None
    found = await session.get_one(StaffCall, call_id, populate_existing=True)
    found.ended = word
    return found
