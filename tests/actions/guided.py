"""A carer who is led through the example guide: the form as Rasa runs it, without Rasa, against the stand-in API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.guides import ANSWER, FORM, ActionBeginGuide, ActionMore, ValidateGuide
from api.guides.rules import Ask, next_step
from api.guides.schemas import AskOut, NextOut, SaidOut
from tests.actions.conftest import StandInApi
from tests.actions.conversation import CONVERSATION
from tests.api.guides.examples import TODAY, example

NOBODY: Any = cast("Any", {})
PLACE = f"/v1/conversations/{CONVERSATION}/place"
Spoken = list[str]


OFFER = {"service": "benefits", "asks_number": False, "say": "Shall I ask our benefits team to ring you?"}


def serve(
    api: StandInApi,
    kept: str | None = None,
    readable: Mapping[str, str] | None = None,
    offer: Mapping[str, object] | None = None,
) -> None:
    """Have the stand-in answer as the API does.

    `kept`: the nation that it knows; `readable`: places it can read; `offer`: the call that may be offered.
    """
    guide = example()

    def step(body: dict[str, Any]) -> tuple[int, object]:
        found = next_step(guide, body["facts"], TODAY, body["finish"])
        if isinstance(found, Ask):
            return 200, _plain(NextOut(ask=AskOut.model_validate(found.question)))
        return 200, _plain(NextOut(end=[SaidOut.model_validate(said) for said in found.statements]))

    def put(body: dict[str, Any]) -> tuple[int, object]:
        nation = (readable or {}).get(body["said"].lower())
        return (200, {"nation": nation, "district": None}) if nation else (422, {"code": "invalid"})

    listed = {"code": "example", "title": guide.title, "begins": list(guide.begins)}
    api.answers = {
        "GET /v1/guides": lambda _: (200, {"guides": [listed]}),
        "POST /v1/guides/example/next": step,
        f"GET {PLACE}": lambda _: (200, {"nation": kept, "district": None}),
        f"PUT {PLACE}": put,
        "GET /v1/referrals/offer": lambda _: (200, dict(offer)) if offer else (404, {"code": "not_found"}),
    }


def _plain(answer: BaseModel) -> object:
    return answer.model_dump(mode="json", exclude_none=True)


@dataclass
class Carer:
    """One dialogue: its slots, its events, and whether the form is open."""

    channel: str = "sms"
    now: float = 1_000_000.0
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    in_form: bool = False
    rejected: bool = False
    marks: list[dict[str, Any]] = field(default_factory=list)

    async def needs(self, intent: str) -> Spoken:
        """Writes something else than an answer; what is said after the answer to it."""
        self._writes("words", intent, 0.9, guide_open=False)
        self.slots[ANSWER] = None
        return await self._run(ActionBeginGuide())

    async def answers(
        self, said: str, intent: str = "nlu_fallback", confidence: float = 0.3, guide_open: bool = True
    ) -> Spoken:
        """Writes something while the form is open."""
        assert self.in_form
        self._writes(said, intent, confidence, guide_open)
        self.slots[ANSWER] = said
        return await self._run(ValidateGuide())

    async def wants_more(self) -> Spoken:
        """Asks for the next."""
        self._writes("more", "more", 0.9, guide_open=False)
        return await self._run(ActionMore())

    def _writes(self, text: str, intent: str, confidence: float, guide_open: bool) -> None:
        self.now += 30
        parsed = {"intent": {"name": intent, "confidence": confidence}}
        metadata = {"message_id": "m-1", "guide_open": guide_open}
        event = {"event": "user", "text": text, "parse_data": parsed, "metadata": metadata, "timestamp": self.now}
        self.events.append({**event, "input_channel": self.channel})
        self.rejected = False

    async def _run(self, action: Action) -> Spoken:
        dispatcher = CollectingDispatcher()
        tracker = Tracker(CONVERSATION, self.slots, {}, self.events, False, None, {}, None)
        # As Rasa does with every slot, and with the form that an action begins.
        for event in await action.run(dispatcher, tracker, NOBODY):
            self._take(event)
        said = [message["text"] or message["response"] for message in dispatcher.messages]
        self.marks = [message["custom"] for message in dispatcher.messages]
        if any(event["event"] == "followup" and event["name"] == FORM for event in self.events[-8:]) and not said:
            return await self._run(ValidateGuide())
        return said

    def _take(self, event: dict[str, Any]) -> None:
        self.events.append({**event, "timestamp": self.now})
        if event["event"] == "slot":
            self.slots[event["name"]] = event["value"]
            if event["name"] == "requested_slot":
                self.in_form = event["value"] == ANSWER
        self.rejected = self.rejected or event["event"] == "action_execution_rejected"
