"""Tokens of other programs: made, rotated, ended, exchanged for short-lived ones, and known again when they are sent.

A service token is long-lived and belongs to one team or to the whole installation. While it is rotated, the old and the
new one both count. For a short-lived one (OAuth 2.0 client credentials, RFC 6749 section 4.4, read 2026-11-26,
https://www.rfc-editor.org/rfc/rfc6749#section-4.4) its name is the client's id and the token the secret.
"""

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.errors import BadGrant, NotFound, NotSignedIn
from api.people.models import AccessToken, ServiceToken
from api.people.rules import Scope, is_over
from api.people.service import hash_token, new_token

ACCESS_LASTS = timedelta(minutes=15)
ACTOR = "command:token"


class Caller(str):
    """The name of a calling program, with what its token lets it reach. `team_id` None: the whole installation."""

    __slots__ = ("per_minute", "scopes", "team_id")
    team_id: UUID | None
    scopes: frozenset[str]
    per_minute: int | None

    @classmethod
    def of(cls, row: ServiceToken, scopes: Collection[str]) -> Self:
        """Whoever holds this token, with these of its scopes."""
        made = cls(row.name)
        made.team_id, made.per_minute = row.team_id, row.per_minute
        made.scopes = frozenset(scopes) & frozenset(row.scopes)
        return made

    @classmethod
    def whole(cls, name: str) -> Self:
        """Whoever works on the machine itself: everything may be reached."""
        made = cls(name)
        made.team_id, made.per_minute, made.scopes = None, None, frozenset(Scope)
        return made

    def must_reach(self, team_id: UUID, what: str) -> None:
        """Raise NotFound for another team's: its programs may not even know that there is one. `what`: conversation."""
        if self.team_id not in (None, team_id):
            raise NotFound(f"There is no such {what}.")


async def caller(session: AsyncSession, sent: str) -> Caller | None:
    """Whoever sent this token, long or short-lived, unless it is unknown, revoked or past its end."""
    digest, now = hash_token(sent), clock.now()
    row = await _with_hash(session, digest)
    if row is not None:
        return Caller.of(row, row.scopes)
    short = await session.get(AccessToken, digest)
    if short is None or short.expires_at <= now or is_over(short.token.revoked_at, short.token.expires_at, now):
        return None
    return Caller.of(short.token, short.scopes)


async def _with_hash(session: AsyncSession, digest: str) -> ServiceToken | None:
    found = select(ServiceToken).where(or_(ServiceToken.token_hash == digest, ServiceToken.old_token_hash == digest))
    row = (await session.execute(found)).scalar_one_or_none()
    if row is None or is_over(row.revoked_at, row.expires_at, clock.now()):
        return None
    is_old = hmac.compare_digest(row.old_token_hash or "", digest)
    return None if is_old and is_over(None, row.old_ends_at, clock.now()) else row


async def grant(session: AsyncSession, name: str, secret: str, wanted: Sequence[str]) -> tuple[str, AccessToken]:
    """A token for a quarter of an hour, and its row. `wanted` empty: with every scope that the client has.

    Raises NotSignedIn for a wrong pair, and BadGrant for a scope that the client does not have.
    """
    row = await _with_hash(session, hash_token(secret))
    if row is None or row.name != name:
        raise NotSignedIn("This client is unknown, or its secret is wrong or has ended.", error="invalid_client")
    beyond = [scope for scope in wanted if scope not in row.scopes]
    if beyond:
        raise BadGrant("This client does not have all of the scopes that it asks for.", error="invalid_scope")
    now = clock.now()
    ends = min(now + ACCESS_LASTS, row.expires_at or now + ACCESS_LASTS)
    await session.execute(delete(AccessToken).where(AccessToken.expires_at <= now))
    token = new_token()
    scopes = list(dict.fromkeys(wanted)) or list(row.scopes)
    made = AccessToken(token_hash=hash_token(token), token=row, scopes=scopes, expires_at=ends)
    session.add(made)
    audit.record(session, f"service:{row.name}", "token_granted", "service_token", row.name, scopes=scopes)
    return token, made


async def put(
    session: AsyncSession,
    name: str,
    token: str,
    scopes: Sequence[Scope],
    *,
    team_id: UUID | None = None,
    expires_at: datetime | None = None,
    per_minute: int | None = None,
) -> None:
    """Keep a token under this name, instead of any that had it. `per_minute`: its most requests; None: no limit."""
    row = await _named(session, name) or ServiceToken(name=name)
    row.token_hash, row.scopes, row.revoked_at = hash_token(token), list(scopes), None
    row.old_token_hash = row.old_ends_at = None
    row.team_id, row.expires_at, row.per_minute = team_id, expires_at, per_minute
    session.add(row)
    audit.record(session, ACTOR, "token_set", "service_token", name, scopes=list(scopes))


async def rotate(session: AsyncSession, name: str, overlap: timedelta) -> str:
    """A new token for this name. The old one counts as well until `overlap` has passed."""
    row = await _must_be_named(session, name)
    token = new_token()
    row.old_token_hash, row.old_ends_at = row.token_hash, clock.now() + overlap
    row.token_hash = hash_token(token)
    audit.record(session, ACTOR, "token_rotated", "service_token", name, old_ends_at=row.old_ends_at.isoformat())
    return token


async def revoke(session: AsyncSession, name: str) -> None:
    """End it now: the long one, the old one, and every short-lived one that was given for them."""
    row = await _must_be_named(session, name)
    row.revoked_at = clock.now()
    await session.execute(delete(AccessToken).where(AccessToken.service_token_id == row.id))
    audit.record(session, ACTOR, "token_revoked", "service_token", name)


async def every(session: AsyncSession) -> Sequence[ServiceToken]:
    """All that there are, ended or not, by name."""
    return (await session.execute(select(ServiceToken).order_by(ServiceToken.name))).scalars().all()


async def _named(session: AsyncSession, name: str) -> ServiceToken | None:
    found = select(ServiceToken).where(ServiceToken.name == name).with_for_update(of=ServiceToken)
    return (await session.execute(found)).scalar_one_or_none()


async def _must_be_named(session: AsyncSession, name: str) -> ServiceToken:
    row = await _named(session, name)
    if row is None:
        raise NotFound(f"There is no token named {name}.")
    return row
