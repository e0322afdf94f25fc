"""What crosses HTTP about conversations: which there are, where a carer is, a number in a message, a text to send."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.conversations.rules import Channel, Mode
from api.cursors import Asked
from api.directory.hours.rules import Nation
from api.directory.rules import Place


class ConversationsWanted(Asked):
    """Which conversations."""

    team: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]+$")] | None = Field(
        None, description="A team's code. A token of one team sees that team in any case."
    )
    channel: Channel | None = None
    mode: Mode | None = Field(None, description="Who answers: the assistant or a person.")
    state: Literal["open", "closed"] | None = None


class ConversationRow(BaseModel):
    """A conversation as it stands in a list. No carer's words and no number."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    channel: Channel
    mode: Mode
    held_by_id: UUID | None
    opened_at: datetime
    last_message_at: datetime
    closed_at: datetime | None


class PlaceIn(BaseModel):
    """What a carer said when they were asked where they are. It is read and forgotten."""

    model_config = ConfigDict(extra="forbid")

    said: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")] = Field(
        examples=["its OL4 1AA"]
    )


class PlaceOut(BaseModel):
    """Where a carer is. Both are empty until they have said."""

    nation: Nation | None
    district: str | None = Field(examples=["OL4"])

    @classmethod
    def of(cls, place: Place) -> Self:
        """A place as it is shown."""
        return cls(nation=place.nation, district=place.district or None)


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
