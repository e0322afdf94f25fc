"""A carer's call over ConversationRelay, from the carrier's side: a real WebSocket, signed as Twilio signs it."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from twilio.request_validator import RequestValidator

from api.clients.pretend_twiml import Verb, verbs

TOKEN = "demo-twilio-token"
_PATIENCE = 120  # Seconds: what a test is about is never how fast the machine is.


def signature(address: str, form: dict[str, str]) -> str:
    """As Twilio signs what it asks of us."""
    return str(RequestValidator(TOKEN).compute_signature(address, form))


@dataclass
class RelayCall:
    """One call. `frames`: everything that came over its socket, oldest first."""

    http: aiohttp.ClientSession
    url: str
    caller: str
    line: str
    sid: str = field(default_factory=lambda: f"CA{uuid4().hex}")
    frames: list[dict[str, Any]] = field(default_factory=list)
    document: str = ""
    socket: aiohttp.ClientWebSocketResponse = field(init=False)
    action: str = ""  # What the carrier asks when the session is over.

    async def ask(self, address: str, **more: str) -> str:
        """Ask the line what comes next in the call. Returns TwiML, and keeps it."""
        form = {"CallSid": self.sid, "From": self.caller, "To": self.line, "CallStatus": "in-progress", **more}
        headers = {"X-Twilio-Signature": signature(address, form)}
        async with self.http.post(address, data=form, headers=headers) as answer:
            assert answer.status == 200, f"{address} answered {answer.status}"
            self.document = await answer.text()
        return self.document

    async def arrive(self) -> None:
        """The carer rings, and the carrier is told to open a socket."""
        await self.ask(f"{self.url}/twilio/voice")
        assert self.relay["url"].startswith("ws")
        self.action = self.verb.attributes["action"]

    async def ring(self) -> "RelayCall":
        """The carer rings, and the carrier opens the socket."""
        await self.arrive()
        await self.open(self.relay["url"])
        await self.send(type="setup", callSid=self.sid, sessionId="VX1", customParameters={})
        return self

    async def open(self, address: str) -> None:
        """Open the socket, signed."""
        headers = {"X-Twilio-Signature": signature(address, {})}
        self.socket = await self.http.ws_connect(address, headers=headers)

    @property
    def verb(self) -> Verb:
        """The first that the last document says is to be done."""
        return verbs(self.document)[0]

    @property
    def relay(self) -> dict[str, str]:
        """How the last document says that a socket is to be opened."""
        assert [self.verb.name, *(one.name for one in self.verb.inner)] == ["Connect", "ConversationRelay"]
        return self.verb.inner[0].attributes

    async def send(self, **frame: Any) -> None:
        """The carrier sends a frame."""
        await self.socket.send_str(json.dumps(frame))

    async def frame(self) -> dict[str, Any]:
        """The next frame from the line."""
        one: dict[str, Any] = json.loads(await asyncio.wait_for(self.socket.receive_str(), _PATIENCE))
        self.frames.append(one)
        return one

    async def words(self) -> str:
        """What is said next, holding phrases left out."""
        while True:
            one = await self.frame()
            assert one["type"] == "text", one
            if one["token"] not in ("One moment.", "I am still here. One moment more."):
                return str(one["token"])

    async def say(self, words: str) -> str:
        """The caller says something. Returns what the line says to it."""
        await self.send(type="prompt", voicePrompt=words, lang="en-GB", last=True)
        return await self.words()

    async def press(self, key: str) -> str:
        """The caller presses a key. Returns what the line says to it."""
        await self.send(type="dtmf", digit=key)
        return await self.words()

    async def session_over(self, **more: str) -> str:
        """The carrier asks how the call goes on, and follows one redirect."""
        document = await self.ask(self.action, **more)
        wanted = verbs(document)
        return await self.ask(wanted[0].words) if wanted and wanted[0].name == "Redirect" else document
