"""What a member of staff may send as themselves."""

import unicodedata
from datetime import datetime

from api import gsm7
from api.conversations.rules import MAX_BODY, Channel, is_withheld


def tidy(typed: str) -> str:
    """What was typed in a browser, with plain line ends and composed letters, so that it is counted as it is sent."""
    return unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).strip()


def problem_with(words: str, by_text: bool) -> str | None:
    """Why these words cannot be sent, in a sentence that says what to change. None: they can."""
    if not words:
        return "Write a message first."
    if not by_text:
        over = len(words) - MAX_BODY
        return f"This is {over} characters too long. Shorten it or send it in parts." if over > 0 else None
    if missing := [char for char in gsm7.lost(words) if char.isprintable()]:
        return f"A text message cannot carry {' '.join(missing)}. Take that out."
    places = gsm7.length(gsm7.to_gsm7(words))
    if places <= gsm7.TEXT_LIMIT:
        return None
    return f"This is {places} characters and a text holds {gsm7.TEXT_LIMIT}. Shorten it by {places - gsm7.TEXT_LIMIT}."


def cannot_write(channel: str, address: str, opted_out_at: datetime | None, closed_at: datetime | None) -> str | None:
    """Why nothing that we write would reach this carer. None: it would."""
    if closed_at:
        return "This conversation is closed."
    if channel == Channel.VOICE:
        return (
            "They rang: there is nothing to write to. Whoever accepts while they are still on the line is rung and put "
            "through. Otherwise ring them."
        )
    if channel == Channel.SMS and is_withheld(address):
        return "Their number is hidden, so a text cannot reach them."
    if channel == Channel.SMS and opted_out_at:
        return "They have stopped texts from this line, so a text would not arrive. Ring them."
    return None
