"""The socket of one call, as long as it is open: three things move it on, what the caller does, news, and quiet.

Words are kept and screened the moment they come in, also while an answer to earlier ones is awaited; that is then given
to the newest. Nothing is said into what is being said, and no news waits for longer than that.
"""

import asyncio
from contextlib import suppress
from uuid import UUID

from fastapi import WebSocket, WebSocketDisconnect, status
from sqlalchemy.exc import SQLAlchemyError

from api import live, logs, replies, telephone
from api.channels.voice import service as turns
from api.channels.voice.rules import Spoken
from api.channels.voice.streamed import rules, service
from api.channels.voice.streamed.rules import Ending, Frame
from api.conversations import answering
from api.database import transaction
from api.errors import NightlightError

_SETUP_SECONDS = 10  # Until the carrier has said which call this is.
_CLOSE_SECONDS = 5  # Until the carrier has closed a socket that we ended.
_log = logs.get(__name__)


async def attend(socket: WebSocket, call_id: UUID) -> None:
    """Serve the socket until it is over. One that is not of this very call is closed at once."""
    await socket.accept()
    begun = await _begin(socket, call_id)
    if begun is not None:
        async with live.listening(live.conversation(begun.conversation_id)) as news:
            await _Session(socket, call_id, begun, news).run()
    with suppress(WebSocketDisconnect, RuntimeError):  # It is closed already, and the framework says so in two ways.
        await socket.close(status.WS_1008_POLICY_VIOLATION if begun is None else status.WS_1000_NORMAL_CLOSURE)


async def _begin(socket: WebSocket, call_id: UUID) -> service.Begun | None:
    try:
        async with asyncio.timeout(_SETUP_SECONDS):
            frame = rules.read(await socket.receive_text())
        async with transaction() as session:
            return await service.begin(session, call_id, frame.sid if frame.kind == "setup" else "")
    except (TimeoutError, WebSocketDisconnect, NightlightError, SQLAlchemyError) as error:
        _log.warning("socket_refused", call_id=str(call_id), error=type(error).__name__)
        return None


class _Session:
    """Times are of the event loop's clock, in seconds: `speaking_until`, and `quiet_at`, when a caller is asked again.

    `turn`: the number of what is heard next. `owed`: there may be news that could not be told yet.
    """

    def __init__(self, socket: WebSocket, call_id: UUID, begun: service.Begun, news: asyncio.Event) -> None:
        self.socket, self.call_id, self.news = socket, call_id, news
        self.turn, self.owed, self.ended = begun.next_turn, True, False
        self.spoken, self.speaking_until, self.quiet_at = begun.spoken, 0.0, 0.0
        self.keys = ""  # Of a number that is being typed.
        self.replying: asyncio.Task[None] | None = None
        self.frame = asyncio.ensure_future(socket.receive_text())
        self.told = asyncio.ensure_future(news.wait())
        self._speaks(begun.spoken)

    async def run(self) -> None:
        """Until the socket is closed."""
        try:
            while await self._wait():
                await self._next()
        except WebSocketDisconnect:
            self.ended = True  # What was still to be said is said where the call goes on, or texted.
        finally:
            for task in (self.frame, self.told):
                task.cancel()
            if self.replying is not None:
                await asyncio.wait([self.replying])

    async def _wait(self) -> bool:
        """Until something happens. False: we ended the session long ago, and the carrier has still not left."""
        until = self.speaking_until if self.owed and not self.ended else self.quiet_at
        waiting = self.replying if self.replying is not None else self.told
        left = None if self.replying is not None else max(0.0, until - _now())
        await asyncio.wait([self.frame, waiting], timeout=left, return_when=asyncio.FIRST_COMPLETED)
        return self.frame.done() or not self.ended or _now() < self.quiet_at

    async def _next(self) -> None:
        if self.frame.done():
            raw = self.frame.result()
            self.frame = asyncio.ensure_future(self.socket.receive_text())
            await self._take(rules.read(raw))
        elif self.replying is not None:
            self.replying.result()  # What went wrong ends the session, and the call goes on without it.
            self.replying = None
        elif self.told.done():
            self.news.clear()
            self.told, self.owed = asyncio.ensure_future(self.news.wait()), True
            await self._tell()
        elif self.owed and not self._is_speaking():
            await self._tell()
        elif _now() >= self.quiet_at and (self.keys or not await self._tell()):
            await self._hear(self._typed())

    async def _take(self, frame: Frame) -> None:
        if frame.kind == "dtmf" and frame.text:
            await self._key(frame.text)
        elif frame.kind == "prompt" and frame.last and frame.text.strip():
            self.keys = ""
            await self._hear({"SpeechResult": frame.text})
        elif frame.kind == "prompt":
            self.quiet_at = max(self.quiet_at, _now() + telephone.wanted().listen_seconds)
        elif frame.kind == "interrupt":
            await self._interrupted(frame.text)
        elif frame.kind == "error":  # What it says may quote what was being said: that stays out of logs.
            _log.warning("carrier_reported_error", call_id=str(self.call_id))
            await self._end(Ending.FAULT)

    async def _key(self, key: str) -> None:
        """One key; of a telephone number they are gathered until hash, or until none comes any more."""
        if self.spoken.number and key != "#":
            self.keys += key
            self.quiet_at = _now() + self.spoken.seconds
        elif self.keys:
            await self._hear(self._typed())
        else:
            await self._hear({} if self.spoken.number else {"Digits": key})

    def _typed(self) -> dict[str, str]:
        keys, self.keys = self.keys, ""
        return {"Digits": keys} if keys else {}

    async def _hear(self, form: dict[str, str]) -> None:
        """Keep what was said, under a number of its own, and begin to answer it."""
        turn, self.turn = self.turn, self.turn + 1
        try:
            async with transaction() as session:
                heard = await turns.hear(session, self.call_id, turn, form)
        except SQLAlchemyError as error:
            await self._failed(error)
            return
        if not self.ended:
            self.replying = asyncio.ensure_future(self._reply(turn, heard, self.replying))

    async def _reply(self, turn: int, heard: turns.Turn, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        waits = 0
        try:
            while (spoken := await self._answer(turn, heard, waits)) is not None:
                await self._say(spoken)
                waits = spoken.waits
                if not waits:
                    return
                async with transaction() as session:
                    heard = await turns.waits_for(session, self.call_id)
            if self.turn == turn + 1:
                await self._end(Ending.OVER)
        except SQLAlchemyError as error:
            await self._failed(error)
        except WebSocketDisconnect:
            return  # What was not spoken any more is said, or texted, when the carrier asks how the call goes on.

    async def _answer(self, turn: int, heard: turns.Turn, waits: int) -> Spoken | None:
        """What to say to a turn. None: it is answered with something newer, or where the call goes on."""
        if heard.said is not None:
            return heard.said
        if heard.asks is not None:
            await answering.within(heard.asks, telephone.wanted().answer_seconds)
        if self.turn > turn + 1 or self.ended:
            return None
        async with transaction() as session:
            return await service.answer(session, self.call_id, turn, waits)

    async def _tell(self) -> bool:
        """Say what there is to say, or let the caller go to the nurse. False: there is nothing."""
        if self.ended:
            return True
        async with transaction() as session:
            found = await service.news(session, self.call_id, not self._is_speaking())
        self.owed = self._is_speaking()
        if found.joins or found.gone:
            await self._end(Ending.NURSE if found.joins else Ending.OVER)
        elif found.spoken is not None:
            await self._say(found.spoken)
        return self.ended or found.spoken is not None

    async def _interrupted(self, heard: str) -> None:
        self.speaking_until, self.owed = _now(), False  # They are speaking: what is owed comes with the answer.
        self.quiet_at = _now() + telephone.wanted().listen_seconds
        if not self.spoken.waits:
            async with transaction() as session:
                await service.interrupted(session, self.call_id, heard)

    async def _say(self, spoken: Spoken) -> None:
        if spoken.over or spoken.office:
            await self._end(Ending.OFFICE if spoken.office else Ending.OVER)
            return
        await self.socket.send_json(rules.text(service.aloud(spoken)))
        self.turn = max(self.turn, spoken.turn)
        self._speaks(spoken)

    def _speaks(self, spoken: Spoken) -> None:
        self.spoken = spoken
        self.speaking_until = _now() + service.seconds(spoken)
        self.quiet_at = self.speaking_until + spoken.seconds

    async def _failed(self, error: SQLAlchemyError) -> None:
        """Nothing could be kept: say so, with numbers that work without us, and go on listening."""
        _log.error("call_turn_not_kept", call_id=str(self.call_id), exc_info=error)
        words = replies.say("voice_failed_now", "voice")
        await self._say(Spoken((words,), self.turn, telephone.wanted().listen_seconds))

    async def _end(self, why: Ending) -> None:
        """What is still said until the carrier closes the socket is kept, and answered where the call goes on."""
        if not self.ended:
            self.ended, self.quiet_at = True, _now() + _CLOSE_SECONDS
            await self.socket.send_json(rules.end(why))

    def _is_speaking(self) -> bool:
        return _now() < self.speaking_until


def _now() -> float:
    return asyncio.get_running_loop().time()
