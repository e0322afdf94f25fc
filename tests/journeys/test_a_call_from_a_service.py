"""From the offer to the late text: the assistant's own actions on the real API, with Rasa's part played by the test."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from sqlalchemy import select

from actions import offers, referral_answers, referrals
from actions.api_client import ApiClient
from api import clock, settings
from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.rules import Author
from api.database import transaction
from api.referrals.models import Referral
from api.referrals.rules import State
from tests.harness import seeds
from tests.harness.line import CARER, Line

NOBODY: Any = cast("Any", {})
ASKS: dict[str, Action] = {
    "referral_wanted": referrals.ActionAskWanted(),
    "referral_name": referrals.ActionAskName(),
    "referral_time": referrals.ActionAskTime(),
    "referral_consent": referrals.ActionAskConsent(),
}


@dataclass
class Dialogue:
    """What Rasa does around the actions: it keeps slots, asks for the next one, and says what they say."""

    conversation_id: UUID
    slots: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Any] = field(default_factory=dict)

    async def carer(self, words: str, intent: str = "nlu_fallback") -> None:
        """The carer texts."""
        await seeds.carer_writes(words)
        async with transaction() as session:
            newest = select(Message.id).where(Message.author == Author.CARER).order_by(Message.seq.desc()).limit(1)
            message_id = str((await session.execute(newest)).scalar_one())
        parsed = {"intent": {"name": intent, "confidence": 0.9}}
        self.heard = {"event": "user", "text": words, "parse_data": parsed, "metadata": {"message_id": message_id}}

    def tracker(self) -> Tracker:
        return Tracker(str(self.conversation_id), self.slots, {}, [self.heard], False, None, {}, None)

    async def runs(self, action: Action) -> None:
        """An action runs; what it sets is kept and what it says is said."""
        dispatcher = CollectingDispatcher()
        for event in await action.run(dispatcher, self.tracker(), NOBODY):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        await self.says(dispatcher)

    async def answers(self, words: str) -> None:
        """The carer answers what the form has asked; then it asks for the next thing."""
        await self.carer(words)
        slot, dispatcher = self.slots["requested_slot"], CollectingDispatcher()
        form = referral_answers.ValidateReferral()
        self.slots |= await getattr(form, f"validate_{slot}")(words, dispatcher, self.tracker(), NOBODY)
        await self.says(dispatcher)
        await self.asks()

    async def asks(self) -> None:
        """The form asks for what it wants next, if anything."""
        form = referral_answers.ValidateReferral()
        wanted = await form.next_requested_slot(CollectingDispatcher(), self.tracker(), NOBODY)
        self.slots["requested_slot"] = wanted["value"] if wanted else None
        if self.slots["requested_slot"]:
            await self.runs(ASKS[self.slots["requested_slot"]])

    async def says(self, dispatcher: CollectingDispatcher) -> None:
        """What was said goes out as the assistant's words do."""
        for message in dispatcher.messages:
            async with transaction() as session:
                conversation = await conversations.locked(session, self.conversation_id)
                words = message.get("text") or message["response"]
                await conversations.say(session, conversation, words, "assistant:referral")


@pytest.fixture
async def dialogue(line: Line, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Dialogue]:
    """A carer who has just been told about respite, and an action server with its own token."""
    token = settings.get().actions_token
    assert token is not None
    client = ApiClient(line.url, token.get_secret_value(), timeout_seconds=15)
    for module in (offers, referrals, referral_answers):
        monkeypatch.setattr(module, "shared_client", lambda: client)
    begun = Dialogue(await seeds.carer_writes("hello"))
    await begun.carer("i need a break", "respite")
    await begun.runs(offers.ActionOfferReferral())
    await begun.asks()
    yield begun
    await client.close()


async def the_referral() -> Referral | None:
    async with transaction() as session:
        return (await session.execute(select(Referral))).scalar_one_or_none()


async def said(dialogue: Dialogue) -> str:
    """The last thing that was said to the carer."""
    async with transaction() as session:
        thread = await conversations.thread(session, dialogue.conversation_id)
    return next(one.body for one in reversed(thread) if one.author != Author.CARER)


async def test_a_carer_says_yes_twice_hears_the_date_and_later_the_truth(line: Line, dialogue: Dialogue) -> None:
    assert "Shall I ask our information team to ring you?" in await said(dialogue)
    await dialogue.answers("yes please")
    await dialogue.answers("Margaret")
    assert await said(dialogue) == "utter_referral_time"
    await dialogue.answers("skip")
    assert "your name (Margaret), your number (it ends 001), a good time (any time)" in await said(dialogue)
    assert await the_referral() is None
    await dialogue.answers("Yes")

    made = await the_referral()
    assert made is not None
    assert (made.state, made.number, made.need) == (State.SENT, CARER, "respite")
    assert f"They should ring you by {made.due_at:%A} {made.due_at.day} {made.due_at:%B}." in await said(dialogue)

    clock.move(made.due_at - clock.now() + timedelta(seconds=1))
    await line.sweep()
    assert any("should have rung you by now" in text for text in line.phone(CARER))


async def test_a_carer_who_says_no_at_the_end_has_told_nobody_anything(dialogue: Dialogue) -> None:
    for words in ("yes please", "Margaret", "evenings", "no"):
        await dialogue.answers(words)
    await dialogue.runs(referrals.ActionEndReferral())
    assert await said(dialogue) == "utter_referral_not_wanted"
    assert await the_referral() is None


async def test_a_carer_cancels_what_was_asked_for(dialogue: Dialogue) -> None:
    for words in ("yes please", "Margaret", "evenings", "yes"):
        await dialogue.answers(words)
    await dialogue.carer("cancel that", "referral_cancel")
    await dialogue.runs(referrals.ActionCancelReferral())
    assert "I am telling our information team that you do not want the call now." in await said(dialogue)
    made = await the_referral()
    assert made is not None
    assert made.state == State.WITHDRAWN
    await dialogue.runs(referrals.ActionCancelReferral())
    assert "you do not want the call now" in await said(dialogue), "said twice, it is so all the same"
