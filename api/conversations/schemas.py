"""What crosses HTTP about a conversation: a number that is read out of a message, and a text that is asked for."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class NumberIn(BaseModel):
    """The message of the carer's in which a mobile number stands."""

    model_config = ConfigDict(extra="forbid")

    message_id: UUID


class NumberOut(BaseModel):
    """The number as it is said back to the carer."""

    number: str = Field(examples=["07700 900 123"])


class TextNew(BaseModel):
    """The last answer is wanted as a text. `message_id`: in which the carer says that the number is right."""

    model_config = ConfigDict(extra="forbid")

    message_id: UUID
    number_message_id: UUID


class TextOut(BaseModel):
    """A text that goes out, or the first of several."""

    id: UUID
