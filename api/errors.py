"""Errors that a caller may see, all in one shape: RFC 9457 problem details.

    {"type": "about:blank", "title": "Not found", "status": 404, "detail": "There is no such task", "code": "not_found"}

Raise one of these anywhere; `api.main` turns it into the response. `detail` never holds a carer's words or number.
"""

from typing import Any, ClassVar

from pydantic import BaseModel, Field

PROBLEM = "application/problem+json"


class Problem(BaseModel):
    """The body of every error. Some have more members, such as `state` for a refused move."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such escalation."])
    code: str = Field(examples=["not_found"])


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Errors as a description of routes (OpenAPI) has them."""
    body = {"schema": {"$ref": "#/components/schemas/Problem"}}
    kinds = {kind.status: kind.title for kind in _DOCUMENTED}
    return {status: {"model": Problem, "description": kinds[status], "content": {PROBLEM: body}} for status in statuses}


class NightlightError(Exception):
    """Something went wrong that the caller can be told about."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}

    def problem(self) -> dict[str, Any]:
        """The body of the response."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class Invalid(NightlightError):
    """The request cannot be read or breaks a rule of its own."""

    status = 422
    code = "invalid"
    title = "Not valid"


class NotSignedIn(NightlightError):
    """Nobody is signed in, or the token is unknown or has ended."""

    status = 401
    code = "not_signed_in"
    title = "Not signed in"


class Forbidden(NightlightError):
    """The caller is known and may not do this, or a signature is wrong."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(NightlightError):
    """There is no such thing, or the caller may not know that there is."""

    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(NightlightError):
    """The thing is not in a state in which this can be done."""

    status = 409
    code = "conflict"
    title = "Not possible now"


class BadGrant(NightlightError):
    """A short-lived token was asked for in a way that we do not know. `error` is OAuth 2.0's word for it."""

    status = 400
    code = "bad_grant"
    title = "Not a request for a token"


class ChangedMeanwhile(NightlightError):
    """`If-Match` names another state of the thing than the one it is in."""

    status = 412
    code = "changed_meanwhile"
    title = "Changed meanwhile"


class TooMany(NightlightError):
    """The caller asks too often, and may ask again after `seconds`, which is also said in `Retry-After`."""

    status = 429
    code = "too_many"
    title = "Too many requests"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests with this token. Try again after {seconds} s.", retry_after=seconds)
        self.headers = {"Retry-After": str(seconds)}


_DOCUMENTED = (Invalid, NotSignedIn, Forbidden, NotFound, Conflict, BadGrant, ChangedMeanwhile, TooMany)


class BadData(NightlightError):
    """A file under `data/` cannot be used; the message names the file and the field."""

    code = "bad_data"
    title = "A data file is wrong"
