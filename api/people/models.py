"""Teams, staff, their sessions, and the tokens of other programs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Text, false
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database import Base, Identified
from api.people.rules import Role


class Team(Identified, Base):
    """A rapid-response team and the numbers by which carers reach it."""

    __tablename__ = "teams"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str]  # As a carer would dial it: shown and sent to carers.
    line_number: Mapped[str] = mapped_column(unique=True)  # E.164: carers text this number.
    is_default: Mapped[bool] = mapped_column(default=False)  # Takes web chats that name no team.


class Person(Identified, Base):
    """A member of staff."""

    __tablename__ = "people"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("teams.id"))
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)  # Lower case.
    phone: Mapped[str | None] = mapped_column(unique=True)  # E.164: pages go here and commands come from here.
    role: Mapped[str] = mapped_column(default=Role.RESPONDER)
    of_installation: Mapped[bool] = mapped_column(default=False, server_default=false())  # Not of one team alone.
    password_hash: Mapped[str]  # Empty: none has been set, so no password signs in.
    totp_secret: Mapped[str | None]  # Sealed (`api.sealing`). None: no second factor has been set up.
    totp_step: Mapped[int | None] = mapped_column(BigInteger)  # The 30 seconds of the last code: none is taken twice.
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)  # Who they are to another organisation's sign-in.
    active: Mapped[bool] = mapped_column(default=True)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]

    team: Mapped[Team] = relationship(lazy="joined")

    @property
    def actor(self) -> str:
        """How this person appears in the audit log and on timelines."""
        return f"staff:{self.id}"

    def is_locked(self, now: datetime) -> bool:
        """Whether too many wrong passwords or codes keep them out at the moment."""
        return self.locked_until is not None and self.locked_until > now


class StaffSession(Identified, Base):
    """One signed-in browser. Only a hash of its cookie is kept."""

    __tablename__ = "staff_sessions"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]  # When they last proved who they are.
    verified_at: Mapped[datetime | None]  # When the second factor was proved. None: not yet, or none was asked for.
    browser: Mapped[str] = mapped_column(default="", server_default="")  # What it calls itself.

    person: Mapped[Person] = relationship(lazy="joined")


class RecoveryCode(Identified, Base):
    """One code that stands in once for the second factor. Only a hash of it is kept."""

    __tablename__ = "recovery_codes"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class Invitation(Identified, Base):
    """A link with which one person sets their password, once. Only a hash of it is kept."""

    __tablename__ = "invitations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # Used, or replaced by a newer one.

    person: Mapped[Person] = relationship(lazy="joined")


class ServiceToken(Identified, Base):
    """Another program's right to call `/v1`. Only a hash of the token is kept."""

    __tablename__ = "service_tokens"

    name: Mapped[str] = mapped_column(unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    team_id: Mapped[UUID | None] = mapped_column(ForeignKey("teams.id"))  # Empty: the whole installation.
    old_token_hash: Mapped[str | None] = mapped_column(unique=True)  # The one before, which counts until old_ends_at.
    old_ends_at: Mapped[datetime | None]
    per_minute: Mapped[int | None]  # The most requests. Empty: no limit.

    team: Mapped[Team | None] = relationship(lazy="joined")


class AccessToken(Base):
    """A short-lived token that a program got for its service token. Only a hash is kept."""

    __tablename__ = "access_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    service_token_id: Mapped[UUID] = mapped_column(ForeignKey("service_tokens.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime] = mapped_column(index=True)

    token: Mapped[ServiceToken] = relationship(lazy="joined")
