"""Making referrals and moving them. State, timeline and audit entry are always written together."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, queue
from api.audit import service as audit
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.errors import Conflict, NotFound
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.people.models import Person
from api.referrals import rules
from api.referrals.consent import service as consent
from api.referrals.consent.service import Wanted
from api.referrals.files import service as files
from api.referrals.models import Referral, ReferralEvent
from api.referrals.rules import ENDED, Event, NotAllowed, State, Way
from api.triage.rules import Priority

SHOWN = 50  # Of those that have ended.


async def create(
    session: AsyncSession, conversation: Conversation, asked: Wanted, message_id: UUID, actor: str
) -> Referral:
    """Ask the service to ring the carer, who has said yes in this message. A service that has it already has it once.

    The conversation must be locked. Raises Conflict where the message is no yes to what would be passed on.
    """
    yes = await consent.agreed(session, conversation, asked, message_id)
    before = await consent.open_with(session, conversation.id, asked.service.code) or await _made_of(session, yes.id)
    if before is not None:
        return before
    now = clock.now()
    due = rules.due_at(asked.take.clock, asked.service.nation, now)
    made = Referral(
        conversation_id=conversation.id,
        team_id=conversation.team_id,
        service=asked.service.code,
        service_name=asked.service.name,
        need=asked.take.need,
        asked_for=asked.take.words,
        clock=asked.take.clock,
        way=asked.service.way,
        state=State.REQUESTED,
        name=asked.name,
        number=asked.number,
        good_time=asked.good_time,
        consent_message_id=yes.id,
        consent_question=consent.question(conversation, asked),
        consented_at=yes.at,
        due_at=due,
        unread_at=rules.half_way(now, due),
        late_at=due,
    )
    session.add(made)
    await session.flush()
    await log(session, made, State.REQUESTED, actor, message=str(yes.id))
    audit.record(session, actor, "requested", "referral", made.id, service=made.service, message=str(yes.id))
    await _hand_over(session, made, actor)
    return made


async def _made_of(session: AsyncSession, yes_id: UUID) -> Referral | None:
    """What this very yes has made. One yes never makes two."""
    found = select(Referral).where(Referral.consent_message_id == yes_id)
    return (await session.execute(found)).scalar_one_or_none()


async def _hand_over(session: AsyncSession, referral: Referral, actor: str) -> None:
    """Into our own inbox at once; to another organisation by a job."""
    if referral.way == Way.INBOX:
        await move(session, referral, State.SENT, actor, way=Way.INBOX)
    else:
        await tell_service(session, referral)


async def tell_service(session: AsyncSession, referral: Referral) -> None:
    """Have the other organisation told how things stand."""
    referral.try_at, referral.tries = clock.now(), 0
    await queue.wake(session, "referrals.deliver", queue.TURNS, referral_id=referral.id)


async def move(session: AsyncSession, referral: Referral, to: State, actor: str, note: str = "", **detail: Any) -> None:
    """Bring it to another state. Raises Conflict, which says what may be done instead."""
    try:
        rules.check_move(referral.state, to)
    except NotAllowed as refused:
        raise Conflict(str(refused), state=referral.state) from refused
    may_be_with_them = referral.state != State.REQUESTED or referral.tries > 0
    referral.state = to
    if to not in rules.UNREAD:
        referral.unread_at = None
    if to not in rules.NOT_RUNG:
        referral.late_at = None
    if to in ENDED:
        referral.ended_at, referral.note, referral.try_at = clock.now(), note or None, None
    await log(session, referral, to, actor, **({"note": note} if note else {}), **detail)
    audit.record(session, actor, to, "referral", referral.id)
    if to == State.WITHDRAWN and may_be_with_them and referral.way != Way.INBOX:
        await tell_service(session, referral)


async def move_by_person(session: AsyncSession, referral_id: UUID, to: State, person: Person, note: str) -> Referral:
    """A member of staff moves it. A carer whose service cannot take it on is told so."""
    conversation = await conversations.locked(session, (await get(session, referral_id)).conversation_id)
    referral = await locked(session, referral_id)
    await move(session, referral, to, person.actor, note)
    if to == State.DECLINED:
        await say(session, conversation, referral, "referral_declined")
    return referral


async def move_by_service(session: AsyncSession, referral_id: UUID, caller: str, to: State, reason: str) -> Referral:
    """Another organisation says what has become of what it was asked for. Said twice, it changes nothing.

    `caller`: the name of its token, which is the name of its address. What it was not asked for is not there at all.
    """
    known = await get(session, referral_id)
    asked = files.named(known.service)
    if asked is None or not asked.address or asked.address != caller:
        raise NotFound("There is no such referral.")
    conversation = await conversations.locked(session, known.conversation_id)
    referral, actor = await locked(session, referral_id), f"service:{caller}"
    if referral.state == to:
        return referral
    if referral.state == State.REQUESTED and referral.tries:  # They were quicker than our note that they have it.
        await move(session, referral, State.SENT, actor, way=referral.way)
        referral.try_at = None
    await move(session, referral, to, actor, reason)
    if to == State.DECLINED:
        await say(session, conversation, referral, "referral_declined")
        reason = f"{referral.service_name} cannot take on a referral. The carer was told. See Referrals."
        await ask_staff(session, referral, reason, Priority.P3)
    return referral


async def withdraw(session: AsyncSession, conversation: Conversation, message_id: UUID, actor: str) -> Referral:
    """The carer wants no call: their newest referral that is open. Safe to repeat for the same message.

    The conversation must be locked. Raises NotFound where nothing is open.
    """
    await conversations.message_of(session, conversation, message_id)
    newest = await _newest(session, conversation.id)
    if newest is None:
        raise NotFound("No referral is open.")
    if newest.state != State.WITHDRAWN:
        await move(session, newest, State.WITHDRAWN, actor, message=str(message_id))
    return newest


async def _newest(session: AsyncSession, conversation_id: UUID) -> Referral | None:
    """The newest open referral; if none is open, the newest that was withdrawn."""
    found = select(Referral).where(
        Referral.conversation_id == conversation_id, Referral.state.not_in((State.DONE, State.DECLINED))
    )
    by_age = found.order_by(Referral.state == State.WITHDRAWN, Referral.consented_at.desc()).limit(1)
    return (await session.execute(by_age.with_for_update())).scalar_one_or_none()


async def say(session: AsyncSession, conversation: Conversation, referral: Referral, reply: str) -> None:
    """Tell the carer how it stands, or have somebody ring who cannot be told by text."""
    if conversation.opted_out_at:
        reason = "Takes no texts and must be told how a referral stands: ring. See Referrals."
        await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason)
        return
    places = {"service": referral.service_name}
    await conversations.say_approved(session, conversation, reply, safety=True, places=places)


async def ask_staff(session: AsyncSession, referral: Referral, reason: str, priority: Priority) -> None:
    """Put it before our own staff. What they must know stands in the reason, and no carer's words."""
    await tasks.add(session, referral.conversation_id, referral.team_id, TaskKind.REFERRAL, reason, priority)


async def log(session: AsyncSession, referral: Referral, kind: State | Event, actor: str, **detail: Any) -> None:
    """Write the timeline."""
    event = ReferralEvent(referral_id=referral.id, at=clock.now(), kind=kind, actor=actor, detail=detail)
    session.add(event)
    await session.flush()
    await live.changed(session, live.BOARD)


async def get(session: AsyncSession, referral_id: UUID) -> Referral:
    """One referral, to read."""
    found = await session.get(Referral, referral_id)
    if found is None:
        raise NotFound("There is no such referral.")
    return found


async def locked(session: AsyncSession, referral_id: UUID) -> Referral:
    """One referral, held for change until the transaction ends."""
    wanted = select(Referral).where(Referral.id == referral_id).with_for_update()
    found = (await session.execute(wanted.execution_options(populate_existing=True))).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such referral.")
    return found


async def of_team(session: AsyncSession, team_id: UUID) -> tuple[Sequence[Referral], Sequence[Referral]]:
    """A team's open referrals, the one that is due first before the others, and the last ones that have ended."""
    mine = select(Referral).where(Referral.team_id == team_id)
    open_ones = mine.where(Referral.state.not_in(ENDED)).order_by(Referral.due_at, Referral.consented_at)
    ended = mine.where(Referral.state.in_(ENDED)).order_by(Referral.ended_at.desc()).limit(SHOWN)
    return (await session.execute(open_ones)).scalars().all(), (await session.execute(ended)).scalars().all()


async def timeline(session: AsyncSession, referral_id: UUID) -> Sequence[ReferralEvent]:
    """Everything that happened, oldest first."""
    found = select(ReferralEvent).where(ReferralEvent.referral_id == referral_id).order_by(ReferralEvent.seq)
    return (await session.execute(found)).scalars().all()
