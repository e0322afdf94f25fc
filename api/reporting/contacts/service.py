"""Counting contacts out of messages, and reading what was counted."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, outbox
from api.conversations.languages import service as languages
from api.conversations.rules import assistant_kind
from api.directory.rules import Need
from api.escalations.rules import TaskKind
from api.reporting.contacts.rules import Came, Service
from api.reporting.files import service as files
from api.reporting.rollups.models import ContactFigure
from api.reporting.rules import Period

MISSED = [assistant_kind("not_understood"), assistant_kind("person_will_read")]
NOWHERE = ""  # The district of a carer who has not said where they are.
# Rows stay whose messages are gone: they can never be counted again.
_FORGET = text("""
    DELETE FROM contact_figures old USING (
      SELECT conversation_id, min(at) AS first FROM messages
       WHERE conversation_id = ANY(:ids) AND author = 'carer' GROUP BY conversation_id) still
     WHERE old.conversation_id = still.conversation_id AND old.began_at >= still.first
""")
_COUNT = text("""
    WITH heard AS (
      SELECT conversation_id, seq, at, lag(at) OVER (PARTITION BY conversation_id ORDER BY seq) AS before
        FROM messages WHERE conversation_id = ANY(:ids) AND author = 'carer'),
    begun AS (
      SELECT conversation_id, seq, at, lead(seq) OVER talk AS next_seq, lead(at) OVER talk AS next_at,
             row_number() OVER talk AS number
        FROM heard WHERE before IS NULL OR at - before > :gap
      WINDOW talk AS (PARTITION BY conversation_id ORDER BY seq)),
    said AS (
      SELECT begun.conversation_id, begun.seq,
             count(*) FILTER (WHERE author = 'carer') AS turns,
             min(coalesce(sent_at, one.at)) FILTER (WHERE author <> 'carer') AS answered_at,
             count(*) FILTER (WHERE kind = ANY(:missed)) AS missed,
             coalesce(bool_or(author = 'staff' OR kind = 'person_joined'), false) AS by_person,
             coalesce(array_agg(DISTINCT split_part(kind, ':', 2)) FILTER (WHERE kind LIKE 'assistant:%'
               AND split_part(kind, ':', 2) = ANY(:needs)), '{}') AS needs,
             count(*) FILTER (WHERE delivery = ANY(:failed)) AS undelivered,
             count(*) FILTER (WHERE delivery = ANY(:failed) AND safety) AS safety_undelivered
        FROM begun JOIN messages one ON one.conversation_id = begun.conversation_id AND one.seq >= begun.seq
             AND (begun.next_seq IS NULL OR one.seq < begun.next_seq)
       GROUP BY begun.conversation_id, begun.seq)
    INSERT INTO contact_figures (id, conversation_id, team_id, began_at, day, hour, channel, district, language,
                                 came_back, turns, answered_after, missed, called, handed, needs, undelivered,
                                 safety_undelivered)
    SELECT gen_random_uuid(), begun.conversation_id, talk.team_id, begun.at, (begun.at AT TIME ZONE :uk)::date,
           extract(hour FROM begun.at AT TIME ZONE :uk), talk.channel, talk.district, talk.language,
           begun.number > 1 OR EXISTS (SELECT FROM contact_figures earlier
             WHERE earlier.conversation_id = begun.conversation_id AND earlier.began_at < begun.at),
           said.turns,
           CASE WHEN said.answered_at < begun.at THEN 0 ELSE extract(epoch FROM said.answered_at - begun.at) END,
           said.missed,
           EXISTS (SELECT FROM escalations call WHERE call.conversation_id = begun.conversation_id
             AND call.raised_at >= begun.at AND (begun.next_at IS NULL OR call.raised_at < begun.next_at)),
           said.by_person OR EXISTS (SELECT FROM tasks WHERE tasks.conversation_id = begun.conversation_id
             AND kind = :reply AND created_at >= begun.at AND (begun.next_at IS NULL OR created_at < begun.next_at)),
           said.needs, said.undelivered, said.safety_undelivered
      FROM begun JOIN said USING (conversation_id, seq) JOIN conversations talk ON talk.id = begun.conversation_id
""")


async def count(session: AsyncSession, conversation_ids: list[UUID]) -> None:
    """Count the contacts of these conversations anew."""
    about: Mapping[str, Any] = {
        "ids": conversation_ids,
        "gap": files.limits().new_contact_after,
        "uk": str(clock.UK),
        "missed": MISSED,
        "needs": [need.value for need in Need],
        "failed": [state.value for state in outbox.FAILURES],
        "reply": TaskKind.REPLY_BY_PERSON.value,
    }
    await session.execute(_FORGET, {"ids": conversation_ids})
    await session.execute(_COUNT, about)


def among(team_id: UUID | None, period: Period) -> list[ColumnElement[bool]]:
    """Of one team, or of all, in this period."""
    found: list[ColumnElement[bool]] = [ContactFigure.day >= period.first, ContactFigure.day < period.end]
    return found if team_id is None else [ContactFigure.team_id == team_id, *found]


async def when_and_how(session: AsyncSession, team_id: UUID | None, period: Period) -> Came:
    """When contacts began and how they came, in one look at them."""
    one = ContactFigure
    sets = func.grouping_sets(tuple_(one.day), tuple_(one.hour), tuple_(one.channel, one.came_back))
    found = select(one.day, one.hour, one.channel, one.came_back, func.count())
    rows = (await session.execute(found.where(*among(team_id, period)).group_by(sets))).all()
    return Came(
        {day: number for day, _, _, _, number in rows if day is not None},
        {hour: number for _, hour, _, _, number in rows if hour is not None},
        {(channel, came_back): number for _, _, channel, came_back, number in rows if channel is not None},
    )


async def needs(session: AsyncSession, team_id: UUID | None, period: Period) -> dict[str, int]:
    """In how many contacts each need was answered. One contact may have several."""
    need = func.unnest(ContactFigure.needs).label("need")
    found = select(need, func.count().label("number")).where(*among(team_id, period)).group_by(need)
    return {row.need: row.number for row in await session.execute(found)}


async def served(session: AsyncSession, team_id: UUID | None, period: Period) -> Sequence[Service]:
    """How contacts were served, by channel, district and language."""
    one, within = ContactFigure, files.limits().answer_within
    limit = case(*((one.channel == channel, literal(most, Float)) for channel, most in within.items()))
    district = func.coalesce(one.district, NOWHERE).label("district")
    language = func.coalesce(one.language, languages.NOT_KNOWN).label("language")
    found = (
        select(one.channel, district, language, func.count())
        .add_columns(func.count().filter(one.answered_after <= limit), func.count().filter(one.missed > 0))
        .add_columns(func.count().filter(one.called), func.count().filter(and_(one.handed, ~one.called)))
        .add_columns(func.sum(one.undelivered), func.sum(one.safety_undelivered))
        .where(*among(team_id, period))
        .group_by(one.channel, district, language)
    )
    return [Service(*row) for row in await session.execute(found)]


async def answer_times(
    session: AsyncSession, team_id: UUID | None, period: Period
) -> dict[str | None, tuple[int, float, float]]:
    """How many had a first answer, and within how many seconds half and nine in ten: by channel; None: all of them."""
    one, after = ContactFigure, cast(ContactFigure.answered_after, Float)
    half, most = (func.percentile_disc(share).within_group(after) for share in (0.5, 0.9))
    found = (
        select(one.channel, func.count(), half, most)
        .where(*among(team_id, period), one.answered_after.is_not(None))
        .group_by(func.grouping_sets(tuple_(one.channel), tuple_()))
    )
    return {channel: (n, in_half, in_most) for channel, n, in_half, in_most in await session.execute(found)}
