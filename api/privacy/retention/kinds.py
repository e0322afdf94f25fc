"""What each kind of rule does: which rows are due, the oldest first, and what becomes of them.

Conversations are taken under their own lock, which a carer who writes just then waits for; whatever another has locked
is left for the next night. So many at a time, as the file says, that nobody waits for long.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, all_, delete, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Ask, Conversation
from api.cover.models import CoverAlarm
from api.escalations.models import Escalation, IdempotencyKey, Task
from api.escalations.rules import State
from api.handovers.models import Handover, HandoverCorrection, HandoverRead
from api.paging.models import Drill, Page, StaffCall, StaffCallTurn, StaffReply, StaffText
from api.people.models import AccessToken, Invitation, StaffSession
from api.privacy import hanging
from api.privacy.hanging import among
from api.privacy.models import LegalHold
from api.referrals.models import Referral
from api.referrals.rules import ENDED
from api.review.reading.models import SavedSearch
from api.switches.models import SwitchNotice, SwitchSet
from api.watch.models import LineAlarm

type Conditions = Callable[[datetime], Sequence[ColumnElement[bool]]]
type Act = Callable[[AsyncSession, Collection[Any], datetime], Awaitable[Counter[str]]]


def _always(_before: datetime) -> Sequence[ColumnElement[bool]]:
    return ()


@dataclass(frozen=True)
class Kind:
    """Rows of one table, by `key`, whose `at` is old enough, and what becomes of them."""

    key: Any
    at: Any
    act: Act
    conditions: Conditions = _always

    @property
    def is_conversation(self) -> bool:
        """Whether a legal hold can keep it."""
        return self.key is Conversation.id

    def due(self, before: datetime, held: Collection[UUID], since: datetime | None = None) -> Select[Any]:
        """Key and moment of every row that is due, but for what is held. `since`: older ones were looked at already."""
        found = select(self.key, self.at).where(self.at < before, *self.conditions(before))
        if since is not None:
            found = found.where(self.at >= since)
        if self.is_conversation and held:
            found = found.where(Conversation.id != all_(literal(list(held), ARRAY(Conversation.id.type))))
        return found

    async def take(
        self, session: AsyncSession, before: datetime, held: Collection[UUID], since: datetime | None, most: int
    ) -> list[tuple[Any, datetime]]:
        """So many of them, locked until the transaction ends."""
        oldest = self.due(before, held, since).order_by(self.at, self.key).limit(most)
        locked = oldest.with_for_update(skip_locked=True, of=self.key.class_)
        return [(key, at) for key, at in await session.execute(locked)]


def _nothing_open() -> list[ColumnElement[bool]]:
    """Nobody still waits for anything in it, and no hold keeps it."""
    mine = Conversation.id
    return [
        ~exists().where(LegalHold.conversation_id == mine, LegalHold.lifted_at.is_(None)),
        ~exists().where(Escalation.conversation_id == mine, Escalation.state != State.RESOLVED),
        ~exists().where(Task.conversation_id == mine, Task.done_at.is_(None)),
        ~exists().where(Referral.conversation_id == mine, Referral.state.not_in(ENDED)),
        ~exists().where(Ask.conversation_id == mine, Ask.closed_at.is_(None), Ask.page_at.is_not(None)),
    ]


def _conversation(*, danger: bool, blank: bool) -> Conditions:
    def conditions(before: datetime) -> Sequence[ColumnElement[bool]]:
        called = exists().where(Escalation.conversation_id == Conversation.id)
        late = called.where(or_(Escalation.resolved_at.is_(None), Escalation.resolved_at >= before))
        mine = [called, ~late] if danger else [~called]
        return [*mine, *_nothing_open(), *([Conversation.blanked_at.is_(None)] if blank else [])]

    return conditions


async def _delete_conversations(session: AsyncSession, ids: Collection[Any], _now: datetime) -> Counter[str]:
    return await hanging.delete_all(session, ids)


async def _blank_conversations(session: AsyncSession, ids: Collection[Any], now: datetime) -> Counter[str]:
    return await hanging.blank_all(session, ids, now)


def _rows(*columns: Any) -> Act:
    """Delete the rows of these columns' tables in which they have one of the keys; the last is the table itself."""

    async def act(session: AsyncSession, ids: Collection[Any], _now: datetime) -> Counter[str]:
        counts = Counter[str]()
        for column in columns:
            done = await session.execute(delete(column.class_).where(among(column, ids)))
            counts[column.class_.__tablename__] += int(done.rowcount)  # type: ignore[attr-defined]
        return +counts

    return act


async def _delete_drills(session: AsyncSession, ids: Collection[Any], now: datetime) -> Counter[str]:
    """With their pages, and the texts and calls of these."""
    pages = (await session.execute(select(Page.id).where(among(Page.drill_id, ids)))).scalars().all()
    calls = (await session.execute(select(StaffCall.id).where(among(StaffCall.page_id, pages)))).scalars().all()
    counts = await _rows(StaffCallTurn.call_id, StaffCall.id)(session, calls, now)
    counts += await _rows(StaffText.page_id, Page.id)(session, pages, now)
    return counts + await _rows(Drill.id)(session, ids, now)


def _not_under_a_hold(at: Any) -> Conditions:
    """What staff wrote since a held conversation began may be about it, and nobody can tell."""
    held = exists().where(
        LegalHold.lifted_at.is_(None), Conversation.id == LegalHold.conversation_id, Conversation.opened_at <= at
    )
    return lambda _before: (~held,)


def _texts_alone(before: datetime) -> Sequence[ColumnElement[bool]]:
    return (StaffText.page_id.is_(None), *_not_under_a_hold(StaffText.created_at)(before))


KINDS: Mapping[str, Kind] = {
    "conversation_words": Kind(
        Conversation.id,
        Conversation.last_message_at,
        _blank_conversations,
        _conversation(danger=False, blank=True),
    ),
    "crisis_words": Kind(
        Conversation.id, Conversation.last_message_at, _blank_conversations, _conversation(danger=True, blank=True)
    ),
    "conversations": Kind(
        Conversation.id, Conversation.last_message_at, _delete_conversations, _conversation(danger=False, blank=False)
    ),
    "crisis_conversations": Kind(
        Conversation.id, Conversation.last_message_at, _delete_conversations, _conversation(danger=True, blank=False)
    ),
    "handover_sheets": Kind(
        Handover.id,
        Handover.made_at,
        _rows(HandoverRead.handover_id, HandoverCorrection.handover_id, Handover.id),
        _not_under_a_hold(Handover.made_at),
    ),
    "staff_texts": Kind(StaffText.id, StaffText.created_at, _rows(StaffText.id), _texts_alone),
    "staff_replies": Kind(
        StaffReply.inbound_id, StaffReply.at, _rows(StaffReply.inbound_id), _not_under_a_hold(StaffReply.at)
    ),
    "saved_searches": Kind(SavedSearch.id, SavedSearch.created_at, _rows(SavedSearch.id)),
    "drills": Kind(Drill.id, Drill.began_at, _delete_drills),
    "switches": Kind(SwitchSet.id, SwitchSet.ended_at, _rows(SwitchNotice.switch_id, SwitchSet.id)),
    "cover_alarms": Kind(CoverAlarm.id, CoverAlarm.over_at, _rows(CoverAlarm.id)),
    "line_alarms": Kind(LineAlarm.id, LineAlarm.over_at, _rows(LineAlarm.id)),
    "sign_ins": Kind(StaffSession.id, StaffSession.last_seen_at, _rows(StaffSession.id)),
    "invitations": Kind(Invitation.id, Invitation.expires_at, _rows(Invitation.id)),
    "access_tokens": Kind(AccessToken.token_hash, AccessToken.expires_at, _rows(AccessToken.token_hash)),
    "idempotency_keys": Kind(IdempotencyKey.key, IdempotencyKey.created_at, _rows(IdempotencyKey.key)),
}
