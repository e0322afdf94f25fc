"""What crosses HTTP about referrals. Names, numbers and times never do: only which message of the carer's has them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.directory.rules import Need
from api.referrals.rules import NOTE_LIMIT, Clock, State

Code = Annotated[str, Field(max_length=40, pattern=r"^[a-z_]+$", description="As in data/referrals/services.yml.")]


class OfferOut(BaseModel):
    """A service that could ring the carer. `say`: the approved words; `asks_number`: we have no number to pass on."""

    service: str
    asks_number: bool
    say: str


class WantedIn(BaseModel):
    """What a carer wants passed on: to which service, for which need, and the messages that hold the answers."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: UUID
    service: Code
    need: Need | None = Field(None, description="Empty: the carer did not say what for.")
    name_in: UUID | None = Field(None, description="The message with the name to ask for. Empty: they gave none.")
    number_in: UUID | None = Field(None, description="The message with a number. Empty: the one that we have.")
    time_in: UUID | None = Field(None, description="The message with a good time to ring. Empty: any time.")


class QuestionOut(BaseModel):
    """The words that say what would be passed on and ask whether that is all right."""

    say: str


class ReferralNew(WantedIn):
    """The same, once the carer has said yes. `message_id` is that yes, and comes straight after the question."""

    message_id: UUID


class ReferralOut(BaseModel):
    """A referral as other programs see it. No carer's words and no number."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    conversation_id: UUID
    service: str
    need: str | None
    state: State
    clock: Clock
    consented_at: datetime
    due_at: datetime


class ReferralSaid(ReferralOut):
    """The same with the approved words for the carer."""

    say: str


class MoveIn(BaseModel):
    """What has become of a referral. `reason`: why it is declined, in words for our staff and without the carer's."""

    model_config = ConfigDict(extra="forbid")

    to: Literal["acknowledged", "contacted", "declined"]
    reason: Annotated[str, Field(max_length=NOTE_LIMIT)] = ""

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.to == "declined" and not self.reason.strip():
            raise ValueError("say why it is declined")
        return self


class MovedOut(BaseModel):
    """A referral as the organisation that was asked sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    service: str
    state: State
    due_at: datetime


class WithdrawalNew(BaseModel):
    """The carer wants no call after all, and said so in this message."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: UUID
    message_id: UUID
