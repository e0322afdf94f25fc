"""Collects what Rasa says in one turn. The name of the output channel chooses the wording in domain.yml."""

import logging
from typing import Any

from rasa.core.channels.channel import OutputChannel

logger = logging.getLogger(__name__)


class Replies(OutputChannel):
    """The texts of one turn, in the order in which they were said. `topic`: what the first is about, by its name."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.topic: str | None = None
        self.guide = ""  # What a guide did in this turn: it `asks` or it `tells`. Empty: it had no part in it.
        self.guide_from = 0  # The first of the texts that is the guide's.
        self.offers = False  # The last of the texts offers a call from a service.
        self.leads: str | None = None  # The form that put a question or took an answer in this turn.

    @property
    def form(self) -> str | None:
        """The form whose question the carer has answered in this turn, or whose rest they have heard."""
        return self.leads or ("guide" if self.guide and self.guide_from == 0 else None)

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one response; one that cannot be taken is logged and does not cost the carer the others."""
        self.topic = self.topic or str(message.get("utter_action") or "").removeprefix("utter_") or None
        try:
            await super().send_response(recipient_id, message)
        except Exception:
            logger.exception("A response could not be taken")

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep one text whole, with its blank lines."""
        if text.strip():
            self.texts.append(text.strip())

    async def send_custom_json(self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any) -> None:
        """Not for the carer: an action says here what the text before it is to the API, or that its form leads."""
        self.leads = json_message.get("leads") or self.leads
        self.offers = "offers" in json_message
        if "guide" in json_message:
            self.guide_from = self.guide_from if self.guide else len(self.texts) - 1
            self.guide = str(json_message["guide"] or "")


class SmsReplies(Replies):
    """Plain GSM-7, short."""

    @classmethod
    def name(cls) -> str:
        """As in `channel: sms`."""
        return "sms"


class WebReplies(Replies):
    """May hold links."""

    @classmethod
    def name(cls) -> str:
        """As in `channel: web`."""
        return "web"


class VoiceReplies(Replies):
    """Spoken: numbers spaced out, no links."""

    @classmethod
    def name(cls) -> str:
        """As in `channel: voice`."""
        return "voice"


_KINDS: dict[str, type[Replies]] = {kind.name(): kind for kind in (SmsReplies, WebReplies, VoiceReplies)}


def replies_for(channel: str) -> Replies:
    """An empty collection for `sms`, `web` or `voice`. Raises `KeyError` for any other."""
    return _KINDS[channel]()
