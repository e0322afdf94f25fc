"""Writing and reading signs of life, and finding out whom to tell."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, logs, settings
from api.clients.carrier import Delivery
from api.conversations.models import Message
from api.errors import BadData
from api.paging import service as paging
from api.paging.models import StaffText
from api.people.models import Person, Team
from api.rota import service as rota
from api.rota.rules import Rung
from api.watch import rules
from api.watch.models import Heartbeat, LineAlarm
from api.watch.rules import Handed, Part, Trouble

_log = logs.get(__name__)


async def beat(session: AsyncSession, part: Part) -> None:
    """This part works."""
    now = clock.now()
    put = insert(Heartbeat).values(name=part, at=now)
    await session.execute(put.on_conflict_do_update(index_elements=[Heartbeat.name], set_={"at": now}))


async def last_beat(session: AsyncSession, part: Part) -> datetime | None:
    """When this part last said so."""
    return (await session.execute(select(Heartbeat.at).where(Heartbeat.name == part))).scalar_one_or_none()


async def whom_to_tell(session: AsyncSession) -> list[str]:
    """The numbers (E.164) of every team's lead on duty, and of those who are told as a last resort."""
    teams = (await session.execute(select(Team).order_by(Team.code))).scalars().all()
    numbers = [person.phone for team in teams for person in await _of_team(session, team) if person.phone]
    return list(dict.fromkeys(numbers))


async def _of_team(session: AsyncSession, team: Team) -> list[Person]:
    leads = (await rota.on_call(session, team.id, clock.now())).get(Rung.LEAD, [])
    try:
        return [*leads, *await paging.last_resort(session, team.id, team.code)]
    except BadData:
        _log.exception("team_file_unusable", team=team.code)
        return leads


async def alarms(session: AsyncSession) -> Sequence[LineAlarm]:
    """What is wrong with the carrier now, the oldest first."""
    found = select(LineAlarm).where(LineAlarm.over_at.is_(None)).order_by(LineAlarm.made_at, LineAlarm.id)
    return (await session.execute(found)).scalars().all()


async def look_at_carrier(session: AsyncSession) -> bool:
    """Bring the alarms up to date. Returns whether leads must be rung now, because texts are not to be trusted."""
    now = clock.now()
    await _mark(session, Trouble.NO_ANSWER, await _silent_since(session, now), over=True)
    standing = next((one for one in await alarms(session) if one.trouble == Trouble.NO_REPORTS), None)
    texts = await _texts(session, min(standing.since, now - rules.LOOK_BACK) if standing else now - rules.LOOK_BACK)
    since = rules.unreported_since(texts, now)
    over = standing is not None and rules.is_heard_again(texts, standing.since)
    await _mark(session, Trouble.NO_REPORTS, since, over)
    return await _claim_telling(session, now)


async def _silent_since(session: AsyncSession, now: datetime) -> datetime | None:
    """When the carrier last answered, if that is too long ago. It has the benefit of the doubt at first."""
    last = await last_beat(session, Part.CARRIER)
    if last is None:
        await beat(session, Part.CARRIER)
        return None
    return last if now - last >= timedelta(seconds=settings.get().silent_after_seconds) else None


async def _mark(session: AsyncSession, trouble: Trouble, since: datetime | None, over: bool) -> None:
    """An alarm that stands while there is a `since`. Without one it ends, if it is known to be `over`."""
    now = clock.now()
    if since is not None:
        new = insert(LineAlarm).values(id=uuid4(), trouble=trouble, since=since, made_at=now).on_conflict_do_nothing()
        changed = (await session.execute(new.returning(LineAlarm.id))).first()
    elif over:
        ended = update(LineAlarm).where(LineAlarm.trouble == trouble, LineAlarm.over_at.is_(None)).values(over_at=now)
        changed = (await session.execute(ended.returning(LineAlarm.id))).first()
    else:
        return
    if changed is not None:
        if since:
            _log.error("carrier_alarm", trouble=trouble)
        else:
            _log.info("carrier_alarm_over", trouble=trouble)
        await live.changed(session, live.BOARD)


async def _texts(session: AsyncSession, since: datetime) -> list[Handed]:
    """Every text that the carrier took since then, to staff and to carers."""
    staff = select(StaffText.person_id, StaffText.sent_at, StaffText.delivery).where(StaffText.sent_at >= since)
    carers = select(Message.conversation_id, Message.sent_at, Message.delivery)
    carers = carers.where(Message.sent_at >= since, Message.carrier_sid.is_not(None))
    rows = (await session.execute(staff.union_all(carers))).all()
    return [Handed(str(phone), at, delivery != Delivery.SENT) for phone, at, delivery in rows if at is not None]


async def _claim_telling(session: AsyncSession, now: datetime) -> bool:
    """Whether it is for us to ring now: at first, and every 15 minutes until it is over."""
    due = update(LineAlarm).where(
        LineAlarm.trouble == Trouble.NO_REPORTS,
        LineAlarm.over_at.is_(None),
        (LineAlarm.told_at.is_(None)) | (LineAlarm.told_at <= now - rules.AGAIN_AFTER),
    )
    return (await session.execute(due.values(told_at=now).returning(LineAlarm.id))).first() is not None


async def forget_telling(session: AsyncSession) -> None:
    """Nobody was reached, so it is tried again at the next look."""
    ours = (LineAlarm.trouble == Trouble.NO_REPORTS, LineAlarm.over_at.is_(None))
    await session.execute(update(LineAlarm).where(*ours).values(told_at=None))
