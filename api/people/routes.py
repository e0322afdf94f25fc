"""`POST /v1/token`: a short-lived token for a long one, as OAuth 2.0's client credentials have it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Response
from pydantic import BaseModel, Field

from api import clock
from api.database import transaction
from api.errors import BadGrant, documented
from api.people import tokens
from api.people.access import client

GRANT = "client_credentials"
router = APIRouter(prefix="/v1", tags=["v1"], responses=documented(400, 401, 403, 404, 409, 422, 429))


class TokenOut(BaseModel):
    """A short-lived token. `expires_in`: seconds. `scope`: what it may do, separated by spaces."""

    access_token: str
    token_type: Literal["Bearer"] = Field("Bearer")
    expires_in: int = Field(examples=[900])
    scope: str = Field(examples=["escalations:read tasks:read"])


@router.post("/token")
async def token(
    response: Response,
    sent: Annotated[tuple[str, str], Depends(client)],
    grant_type: Annotated[str, Form(max_length=60, examples=[GRANT])],
    scope: Annotated[str, Form(max_length=1000, description="Separated by spaces. Empty: all that there are.")] = "",
) -> TokenOut:
    """Exchange a service token's name and the token (HTTP Basic, or client_id and client_secret) for a short one."""
    if grant_type != GRANT:
        raise BadGrant(f"The only grant_type is {GRANT}.", error="unsupported_grant_type")
    async with transaction() as session:
        made, row = await tokens.grant(session, *sent, scope.split())
        response.headers["Cache-Control"] = "no-store"
        seconds = int((row.expires_at - clock.now()).total_seconds())
        return TokenOut(access_token=made, expires_in=seconds, scope=" ".join(row.scopes))
