"""Erasing one person: everything in one transaction, but for the assistant's own database, which `jobs` sees to."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, sealing
from api.audit import service as audit
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Ask, Conversation, Message
from api.conversations.rules import Author
from api.errors import Conflict
from api.escalations.models import Escalation
from api.escalations.rules import State
from api.privacy import hanging
from api.privacy.erasing import elsewhere, rules
from api.privacy.erasing.elsewhere import Traces
from api.privacy.hanging import among
from api.privacy.holds import service as holds
from api.privacy.models import Erasure
from api.privacy.rules import Found
from api.referrals.models import Referral
from api.referrals.rules import State as ReferralState

IN_THE_AUDIT_LOG = "audit_entries_that_name_them"


async def erase(session: AsyncSession, found: Found, by: str) -> Erasure:
    """Erase everything that hangs from these conversations and every trace of them elsewhere.

    Raises Conflict, with the reason, while a call for help is open or may become one, while they are on the telephone,
    and while a legal hold stands.
    """
    await _lock(session, found)
    await refuse(session, found)
    ids = await hanging.below(session, found.conversations)
    traces, passed_on = await _traces(session, found, ids), await _passed_on(session, found)
    counts = await elsewhere.clear(session, ids[Escalation.__tablename__], traces)
    counts += await hanging.delete_all(session, found.conversations)
    told = await elsewhere.told_by_audit(session, traces)
    erasure = Erasure(
        fingerprints=[rules.fingerprint(one, _keys()[0]) for one in found.known_by],
        by=by,
        at=clock.now(),
        counts={**counts, IN_THE_AUDIT_LOG: told},
        passed_on=passed_on,
        dialogues=_dialogues(found, ids),
    )
    session.add(erasure)
    await session.flush()
    audit.record(session, by, "erased", "erasure", erasure.id, **erasure.counts)
    return erasure


async def _lock(session: AsyncSession, found: Found) -> None:
    mine = select(Conversation.id).where(among(Conversation.id, found.conversations)).order_by(Conversation.id)
    await session.execute(mine.with_for_update(of=Conversation))


async def refuse(session: AsyncSession, found: Found) -> None:
    """Raise Conflict where they may not be erased now."""
    mine = among(Escalation.conversation_id, found.conversations)
    if await _is_any(session, select(Escalation.id).where(mine, Escalation.state != State.RESOLVED)):
        raise Conflict("A call for help of theirs is still open. Close it first.")
    asks = select(Ask.id).where(among(Ask.conversation_id, found.conversations), Ask.closed_at.is_(None))
    if await _is_any(session, asks.where(Ask.page_at.is_not(None))):
        raise Conflict("They were asked whether they need a nurse, and the question is still open. Wait for it.")
    calls = select(CarerCall.id).where(among(CarerCall.conversation_id, found.conversations))
    if await _is_any(session, calls.where(CarerCall.ended_at.is_(None))):
        raise Conflict("They are on the telephone just now.")
    if set(found.conversations) & await holds.held(session):
        reasons = " ".join(
            hold.reason for hold in await holds.standing(session) if hold.conversation_id in found.conversations
        )
        raise Conflict(f"A legal hold keeps this: {reasons or 'on another conversation of theirs'} Lift it first.")


async def _is_any(session: AsyncSession, found: Any) -> bool:
    return (await session.execute(found.limit(1))).first() is not None


async def _traces(session: AsyncSession, found: Found, ids: hanging.Ids) -> Traces:
    mine = among(Message.conversation_id, found.conversations)
    said = (await session.execute(select(Message.body).where(mine, Message.author == Author.CARER))).scalars().all()
    names = select(Referral.name).where(among(Referral.conversation_id, found.conversations))
    words = rules.traces(found.numbers, (await session.execute(names)).scalars(), said)
    began = select(func.min(Conversation.opened_at)).where(among(Conversation.id, found.conversations))
    every = frozenset(str(one) for some in ids.values() for one in some)
    return Traces(every, frozenset(words), (await session.execute(began)).scalar_one() or clock.now())


async def _passed_on(session: AsyncSession, found: Found) -> list[str]:
    """The services that have something of them already: they must be told by whoever answers the request."""
    mine = among(Referral.conversation_id, found.conversations)
    sent = select(Referral.service_name).where(mine, Referral.state != ReferralState.REQUESTED).distinct()
    return list((await session.execute(sent.order_by(Referral.service_name))).scalars())


def _dialogues(found: Found, ids: hanging.Ids) -> list[str]:
    """Every name under which the assistant may have kept a dialogue with them (see `conversations.questions`)."""
    asked = [f"{one}:{case}" for one in found.conversations for case in ids[Escalation.__tablename__]]
    return [*map(str, found.conversations), *asked]


def _keys() -> list[str]:
    if found := sealing.secrets():
        return found
    raise Conflict("NIGHTLIGHT_SEAL_KEY is not set: without it there is no proof that tells nothing.")


async def proofs_of(session: AsyncSession, known_by: str) -> Sequence[Erasure]:
    """Every erasure of somebody who was known by this number or thread, as far as the keys of today tell."""
    prints = [rules.fingerprint(known_by, key) for key in _keys()]
    found = select(Erasure).where(Erasure.fingerprints.overlap(prints)).order_by(Erasure.at.desc())
    return (await session.execute(found)).scalars().all()


async def latest(session: AsyncSession, limit: int = 20) -> Sequence[Erasure]:
    """The last erasures, the newest first."""
    return (await session.execute(select(Erasure).order_by(Erasure.at.desc()).limit(limit))).scalars().all()


async def left(session: AsyncSession) -> list[UUID]:
    """Erasures of which the assistant's database may still hold something."""
    return list((await session.execute(select(Erasure.id).where(Erasure.ended_at.is_(None)))).scalars())
