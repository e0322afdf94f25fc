"""ETags (RFC 9110, section 8.8.3): whether a caller of `/v1` has seen the present state of what it reads or changes.

A tag is made from what is sent, so nothing has to be counted beside it, and two equal answers have one tag.
"""

import hashlib
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import BaseModel

from api.errors import ChangedMeanwhile

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as `If-None-Match` has it."}}


def etag(body: BaseModel) -> str:
    """The tag of an answer, in its quotation marks."""
    return f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'


def tagged(response: Response, if_none_match: str | None, body: BaseModel) -> Any:
    """The body with its tag; or, when the caller has exactly this, 304 without one."""
    tag = etag(body)
    if tag in _tags(if_none_match, weak=True):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return body


def must_match(if_match: str | None, body: BaseModel) -> None:
    """Raise ChangedMeanwhile unless the caller has seen this, or did not ask for that. Hold the row before asking."""
    if if_match is not None and not {etag(body), "*"} & _tags(if_match, weak=False):
        raise ChangedMeanwhile("It has changed since you read it. Read it again and decide again.")


def _tags(header: str | None, weak: bool) -> set[str]:
    """The tags of a header. A weak one (a proxy may make it so) is good enough for reading, not for changing."""
    tags = {tag.strip() for tag in (header or "").split(",")}
    return {tag.removeprefix("W/") for tag in tags} if weak else tags
