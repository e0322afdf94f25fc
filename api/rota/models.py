"""Duties: who holds which rung, from when until when. And what they are made from: patterns, calendars, changes."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.models import Person
from api.rota.changes.rules import SwapState
from api.sealed_columns import Sealed


class Duty(Identified, Base):
    """One person on one rung. `ends_at` empty: until further notice."""

    __tablename__ = "duties"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        Index(None, "team_id", "starts_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    rung: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class Rota(Base):
    """A team that publishes its rota here: until when it has done so, and when somebody must look at it again."""

    __tablename__ = "rotas"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    published_until: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    look_at: Mapped[datetime | None] = mapped_column(index=True)


class RotaPattern(Identified, Base):
    """A recurring pattern. `weekdays`: 0 is Monday. The rules say what the rest means."""

    __tablename__ = "rota_patterns"
    __table_args__ = (CheckConstraint("every > 0", name="every_some_weeks"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"), index=True)
    rung: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    every: Mapped[int]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    starts: Mapped[time]
    ends: Mapped[time]
    days: Mapped[str]
    turns: Mapped[str]

    people: Mapped[list["RotaTurn"]] = relationship(
        lazy="selectin", order_by="RotaTurn.place", cascade="all, delete-orphan"
    )


class RotaTurn(Base):
    """One person's place in the turns of a pattern, from 0."""

    __tablename__ = "rota_turns"

    pattern_id: Mapped[UUID] = mapped_column(ForeignKey("rota_patterns.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(lazy="joined")


class RotaOverride(Identified, Base):
    """Somebody else takes these hours. With a swap: one half of it."""

    __tablename__ = "rota_overrides"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "team_id", "ends_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    rung: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    instead_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    swap_id: Mapped[UUID | None] = mapped_column(ForeignKey("rota_swaps.id"))

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=person_id)
    instead_of: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=instead_of_id)


class RotaSwap(Identified, Base):
    """One person's shift for another's, or for nothing (`back_rung` empty)."""

    __tablename__ = "rota_swaps"
    __table_args__ = (Index(None, "team_id", "state"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    state: Mapped[str] = mapped_column(default=SwapState.OFFERED)
    offered_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    rung: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    back_rung: Mapped[str | None]
    back_starts_at: Mapped[datetime | None]
    back_ends_at: Mapped[datetime | None]
    offered_at: Mapped[datetime]

    offered_by: Mapped[Person] = relationship(lazy="joined", foreign_keys=offered_by_id)
    asked: Mapped[Person] = relationship(lazy="joined", foreign_keys=asked_id)


class RotaEntry(Identified, Base):
    """One shift out of a calendar that is kept elsewhere. `recurrence`: which of a repeated entry's it is."""

    __tablename__ = "rota_entries"
    __table_args__ = (
        UniqueConstraint("team_id", "calendar", "uid", "recurrence"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    calendar: Mapped[str]
    uid: Mapped[str]
    recurrence: Mapped[str]
    rung: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class RotaFeed(Identified, Base):
    """A calendar that was taken over from its address, and is read there again. It changes nothing by itself.

    `text`: as it was read last, and with it `added`, `changed` and `gone`: how many shifts differ from what was taken
    over, which reached until `taken_until`. `faults`: how much is wrong with it; with any it cannot be taken over.
    """

    __tablename__ = "rota_feeds"
    __table_args__ = (UniqueConstraint("team_id", "calendar"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    calendar: Mapped[str]
    rung: Mapped[str]
    url: Mapped[str] = mapped_column(Sealed("rota_feeds.url"))  # Whoever has it may read the calendar.
    etag: Mapped[str] = mapped_column(default="")
    modified: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    taken_until: Mapped[datetime]
    read_at: Mapped[datetime]
    read_again_at: Mapped[datetime] = mapped_column(index=True)
    trouble: Mapped[str] = mapped_column(default="")  # Why it could not be read the last time. Empty: it could.
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
