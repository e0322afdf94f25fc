"""Telling other organisations, and looking out for what nobody has read and for what is late."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, logs, queue
from api.clients.partners import NotDelivered
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.database import transaction
from api.referrals import rules, service
from api.referrals.models import Referral
from api.referrals.notices import service as notices
from api.referrals.notices.service import Notice
from api.referrals.rules import Event, State, Way
from api.triage.rules import Priority

ACTOR = "job:referrals"
_log = logs.get(__name__)


@queue.app.task(name="referrals.deliver", queue=queue.TURNS)
async def deliver(referral_id: str) -> None:
    """Wake-up: another organisation is to be told how a referral stands."""
    notice = await _claim(UUID(referral_id))
    if notice is None:
        return
    try:
        await notices.deliver(notice)
    except NotDelivered as error:
        await _not_delivered(UUID(referral_id), notice, str(error))
        return
    await _delivered(UUID(referral_id), notice)


async def _locked(session: AsyncSession, referral_id: UUID) -> tuple[Conversation, Referral]:
    """The conversation first, as whatever a carer sends does."""
    known = await service.get(session, referral_id)
    conversation = await conversations.locked(session, known.conversation_id)
    return conversation, await service.locked(session, referral_id)


async def _claim(referral_id: UUID) -> Notice | None:
    async with transaction() as session:
        _, referral = await _locked(session, referral_id)
        if referral.try_at is None or referral.try_at > clock.now():
            return None
        notice = notices.notice(referral)
        if notice is None:
            await _give_up(session, referral, State(referral.state), "no address, key or mail server is set")
            return None
        referral.tries += 1
        referral.try_at = clock.now() + rules.RETRY_AFTER[0]  # If this process dies, the sweep tries again then.
        return notice


async def _delivered(referral_id: UUID, notice: Notice) -> None:
    async with transaction() as session:
        _, referral = await _locked(session, referral_id)
        referral.try_at = None
        if notice.state == State.WITHDRAWN:
            await service.log(session, referral, Event.SERVICE_TOLD, ACTOR)
        elif referral.state == State.REQUESTED:
            await service.move(session, referral, State.SENT, ACTOR, way=notice.way)
        elif referral.state == State.WITHDRAWN:  # While we were at it: now they must hear that.
            await service.tell_service(session, referral)


async def _not_delivered(referral_id: UUID, notice: Notice, why: str) -> None:
    async with transaction() as session:
        _, referral = await _locked(session, referral_id)
        if referral.state == State.WITHDRAWN and notice.state == State.REQUESTED:
            return  # They may have it all the same; that they are told of the withdrawal is under way.
        wait = rules.retry_after(referral.tries)
        await service.log(session, referral, Event.NOT_DELIVERED, ACTOR, why=why)
        if wait is not None:
            referral.try_at = clock.now() + wait
        else:
            await _give_up(session, referral, notice.state, why)
    _log.warning("referral_not_delivered", referral_id=str(referral_id), why=why, final=wait is None)


async def _give_up(session: AsyncSession, referral: Referral, state: State, why: str) -> None:
    """Nothing is lost: our own staff have it from now on, and are told that the service has not."""
    referral.try_at = None
    if state == State.WITHDRAWN:
        reason = f"Could not tell {referral.service_name} that a carer wants no call: ring them. See Referrals."
    else:
        referral.way = Way.INBOX
        await service.log(session, referral, Event.TO_INBOX, ACTOR, why=why)
        await service.move(session, referral, State.SENT, ACTOR, way=Way.INBOX)
        reason = f"A referral did not reach {referral.service_name}. It is in our own list now. See Referrals."
    await service.ask_staff(session, referral, reason, Priority.P2)


async def look_at_unread(referral_id: str) -> None:
    """Half of the time is over: if nobody has read it, staff are told."""
    async with transaction() as session:
        _, referral = await _locked(session, UUID(referral_id))
        if referral.unread_at is None or referral.unread_at > clock.now():
            return
        referral.unread_at = None
        await service.log(session, referral, Event.UNREAD_AT_HALF, ACTOR)
        reason = f"Half of the time is over, and {referral.service_name} has not read a referral. See Referrals."
        await service.ask_staff(session, referral, reason, Priority.P3)


async def look_at_late(referral_id: str) -> None:
    """The carer should have been rung by now: staff are alarmed, and the carer hears the truth, once."""
    async with transaction() as session:
        conversation, referral = await _locked(session, UUID(referral_id))
        if referral.late_at is None or referral.late_at > clock.now():
            return
        referral.late_at = None
        await service.log(session, referral, Event.LATE, ACTOR)
        reason = f"LATE: {referral.service_name} should have rung a carer by now. See Referrals."
        await service.ask_staff(session, referral, reason, Priority.P2)
        await service.say(session, conversation, referral, "referral_late")


async def sweep() -> None:
    """Do whatever is due, woken for or not."""
    work = ((Referral.try_at, deliver), (Referral.unread_at, look_at_unread), (Referral.late_at, look_at_late))
    for column, task in work:
        async with transaction() as session:
            due = (await session.execute(select(Referral.id).where(column <= clock.now()))).scalars().all()
        await queue.each(task, due)
