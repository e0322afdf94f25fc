"""Gather and Record: keys, speech and silence from whoever is on a call through the pretend carrier.

Rules: https://www.twilio.com/docs/voice/twiml/gather and https://www.twilio.com/docs/voice/twiml/record (read 26
November 2026). A key or a word stops what a Gather is saying. Speech is told at once, without the silence after it.
"""

from urllib.parse import urljoin

from api.clients.pretend_call_forms import PassedCall, voice_form
from api.clients.pretend_call_parts import Waiting
from api.clients.pretend_forms import API_VERSION, new_sid
from api.clients.pretend_playing import BEEP, Player
from api.clients.pretend_twiml import Verb

_TIMEOUT = 5  # Seconds of silence that both verbs wait for if they do not say.
_LONGEST_RECORDING = 3_600
_WORDS_IN_A_SECOND = 2.5
SURE = 0.92  # What Twilio's Confidence is like when it has understood.


class Listener(Player):
    """Hears what whoever is on a call presses and says."""

    async def _verb(self, call: PassedCall, verb: Verb, rest: list[Verb]) -> bool:
        if verb.name not in ("Gather", "Record"):
            return await super()._verb(call, verb, rest)
        self._pick_up(call)
        call.waiting = Waiting(verb, urljoin(call.document, verb.says("action", call.document)), rest)
        if verb.name == "Record":
            await self._start_recording(call, verb)
        else:
            await self._prompt(call, verb)
        return False

    async def _prompt(self, call: PassedCall, gather: Verb) -> None:
        self.tell()
        for inner in gather.inner:
            if not await self._sound(call, inner):
                return
        self._wait(call, gather.number("timeout", _TIMEOUT))

    async def _start_recording(self, call: PassedCall, record: Verb) -> None:
        if record.is_on("playBeep", True):
            self._hear(call, BEEP)
        self._wait(call, record.number("timeout", _TIMEOUT))
        waiting, most = call.waiting, record.number("maxLength", _LONGEST_RECORDING)

        async def full(_: PassedCall) -> None:
            if call.waiting is waiting:
                await self.stay_silent(call)

        if self.real_time:
            self._timer(call, most, full, overtaken=False)

    def _wait(self, call: PassedCall, seconds: int) -> None:
        self.tell()
        if seconds:
            self._later(call, seconds, self.stay_silent)

    async def press(self, call: PassedCall, key: str) -> None:
        """A key is pressed. Where none is asked for it does nothing, as on a real call."""
        waiting = call.waiting
        if waiting is None or call.lost or not (waiting.takes_keys or waiting.records):
            return
        if waiting.records and key not in waiting.finishing_keys:
            return
        call.played.clear()
        self._hear(call, f"(Key {key})")
        if waiting.records:
            call.waiting = None
            await self._go(self._recorded(call, waiting, key))
            return
        finished = key in waiting.finishing_keys
        waiting.digits += "" if finished else key
        if finished or waiting.is_full:
            await self.stay_silent(call)
        else:
            self._overtake(call)
            self._wait(call, waiting.verb.number("timeout", _TIMEOUT))

    async def speak(self, call: PassedCall, words: str, confidence: float = SURE, heard_as: str | None = None) -> None:
        """Somebody says something. `heard_as` is what the recogniser makes of it; "": nothing."""
        if call.lost or call.is_over:
            return
        understood = words if heard_as is None else heard_as
        self._hear(call, f"(Said: {words})" if understood == words else f"(Said: {words}. Heard as: {understood})")
        await self._listen(call, words, understood, confidence)

    async def _listen(self, call: PassedCall, words: str, understood: str, confidence: float) -> None:
        """Take what was said to where it is asked for; elsewhere nobody hears it."""
        waiting = call.waiting
        if waiting is None or waiting.digits:
            return
        call.played.clear()
        if waiting.records:
            waiting.words.append(understood)
            self._overtake(call)
            self._wait(call, waiting.verb.number("timeout", _TIMEOUT))
        elif waiting.takes_speech and understood:
            call.waiting = None
            told = {"SpeechResult": understood, "Confidence": f"{confidence:g}"}
            await self._go(self._ask(call, waiting.action, **told))

    async def stay_silent(self, call: PassedCall) -> None:
        """Nothing more is pressed or said until the carrier waits no longer."""
        waiting, call.waiting = call.waiting, None
        if waiting is None:
            return
        call.played.clear()
        if waiting.records and waiting.words:
            await self._go(self._recorded(call, waiting, ""))
        elif waiting.digits:
            await self._go(self._ask(call, waiting.action, Digits=waiting.digits))
        elif waiting.verb.is_on("actionOnEmptyResult"):
            await self._go(self._ask(call, waiting.action, **waiting.nothing))
        else:
            self._overtake(call)
            await self._go(self._do(call, waiting.rest))

    async def _recorded(self, call: PassedCall, waiting: Waiting, key: str) -> None:
        """A recording is over, by a key, by silence, or because they hung up: whoever wants to know is told."""
        words, sid = " ".join(waiting.words), new_sid("RE")
        told = {
            "RecordingSid": sid,
            "RecordingUrl": f"{self.api_url}/{API_VERSION}/Accounts/{self.account_sid}/Recordings/{sid}",
            "RecordingDuration": str(max(1, round(len(words.split()) / _WORDS_IN_A_SECOND))),
        }
        verb, form = waiting.verb, voice_form(call, self.account_sid)
        callback = verb.says("recordingStatusCallback")
        if callback:
            self.soon(self._tell(call, callback, form | told | {"RecordingStatus": "completed"}))
        callback = verb.says("transcribeCallback")
        if callback and verb.is_on("transcribe"):
            self.soon(self._tell(call, callback, form | told | self._transcription(words)))
        told |= {"Digits": key} if key else {}
        if call.is_over:
            await self._tell(call, waiting.action, form | told)
        else:
            await self._ask(call, waiting.action, **told)

    def _transcription(self, words: str) -> dict[str, str]:
        sid = new_sid("TR")
        return {
            "TranscriptionSid": sid,
            "TranscriptionText": words,
            "TranscriptionStatus": "completed" if words else "failed",
            "TranscriptionUrl": f"{self.api_url}/{API_VERSION}/Accounts/{self.account_sid}/Transcriptions/{sid}",
        }

    async def _tell(self, call: PassedCall, address: str, form: dict[str, str]) -> None:
        await self.wire.post(urljoin(call.document, address), form, call.phone)
