"""Which switches there are, how long one may last, and what one means for a carer on a channel."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(hours=24)
SMS, WEB = "sms", "web"  # The channels that can be switched off, by the names that conversations have for them.


class Switch(StrEnum):
    """What can be switched on for a while. Whatever is on, every message is kept and screened, and danger is paged."""

    NO_CAPACITY = "no_capacity"  # No nurse is free: carers are told so.
    SAFE_MODE = "safe_mode"  # People only: the assistant answers nothing.
    WEB_CHAT_OFF = "web_chat_off"
    TEXTS_OFF = "texts_off"


TITLES: dict[str, str] = {
    Switch.NO_CAPACITY: "No free nurse",
    Switch.SAFE_MODE: "People only, no assistant",
    Switch.WEB_CHAT_OFF: "Web chat off",
    Switch.TEXTS_OFF: "Text messages off",
}
CHANNEL_OFF = {Switch.WEB_CHAT_OFF: WEB, Switch.TEXTS_OFF: SMS}


def is_off(on: Collection[str], channel: str) -> bool:
    """Whether this channel is switched off, given what is on."""
    return any(switch in on and channel == off for switch, off in CHANNEL_OFF.items())


def is_people_only(on: Collection[str], channel: str) -> bool:
    """Whether the assistant must answer nothing on this channel."""
    return Switch.SAFE_MODE in on or is_off(on, channel)


def problem_with(reason: str, ends_at: datetime, now: datetime) -> str | None:
    """Why a switch cannot be set like this, in a sentence that says what to change. None: it can."""
    if not reason:
        return "Say why."
    if ends_at <= now:
        return "The end must be in the future."
    return "It can last 24 hours at most; set it again then." if ends_at > now + LONGEST else None
