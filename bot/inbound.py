"""What the API sends us, checked and made safe to understand."""

import re
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, validator

LONGEST_TEXT = 2000
_LARGEST_BODY = 256_000
# Rasa takes a text that begins with this for a command ("/restart"); a carer's text is never one.
_COMMAND_MARK = "/"

_TOPIC = re.compile(r"[a-z_]{1,40}")
_MOST_TOPICS = 3


class BadBody(ValueError):
    """The body is not JSON or not of the agreed shape; the message says which part, never what stood there."""


class Inbound(BaseModel):
    """One message of one carer. `text` is at most 2,000 characters and may be empty (a picture, a blank line)."""

    sender: str = Field(min_length=1, max_length=255)
    message_id: str | None = Field(None, max_length=255)
    text: str
    channel: Literal["sms", "web", "voice"]
    # Given by the API when a carer in danger has had the first instruction: what to ask about, in order.
    topics: list[str] = []
    # The last that the carer heard was a guide's question. If not, this does not answer one, whatever the form thinks.
    guide_open: bool = False

    @classmethod
    def from_body(cls, body: bytes) -> "Inbound":
        """Read a request body. Raises `BadBody`."""
        if len(body) > _LARGEST_BODY:
            raise BadBody(f"The body is longer than {_LARGEST_BODY} bytes.")
        try:
            return cls.parse_raw(body)
        except ValidationError as error:
            raise BadBody(_explained(error)) from None
        except RecursionError:
            raise BadBody("The body is nested too deeply.") from None

    @validator("sender", "message_id")
    def _storable(cls, value: Any) -> Any:
        if value is not None and "\x00" in value:
            raise ValueError("holds a null byte")
        return value

    @validator("topics")
    def _known_by_name(cls, value: list[str]) -> list[str]:
        if len(value) > _MOST_TOPICS or not all(_TOPIC.fullmatch(topic) for topic in value):
            raise ValueError("is not a list of at most three topics")
        return value

    @validator("text")
    def _readable(cls, value: str) -> str:
        # PostgreSQL refuses null bytes and half surrogate pairs, and the tokenizer the latter.
        text = value.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
        return text.strip().lstrip(_COMMAND_MARK + " \t\r\n")[:LONGEST_TEXT]


def _explained(error: ValidationError) -> str:
    fields = sorted({str(place["loc"][0]) for place in error.errors()})
    return "The body is not valid JSON." if fields == ["__root__"] else f"Not valid: {', '.join(fields)}."
