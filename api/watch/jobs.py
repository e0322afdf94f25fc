"""Looking for signs of life every minute, from outside the worker and the database, and telling the lead."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api import clock, logs, replies, settings
from api.channels.calls import rules as spoken_words
from api.clients import twilio
from api.clients.carrier import Call, CarrierError, Text
from api.database import single, transaction
from api.paging.calls.service import RING_SECONDS
from api.watch import notebook, rules, service
from api.watch.notebook import Notes
from api.watch.rules import Part, Told, Trouble

_PATIENCE = 10  # Seconds in which the database must answer.
_log = logs.get(__name__)


async def beat() -> None:
    """The worker's sign of life."""
    async with single() as session:
        await service.beat(session, Part.WORKER)


@dataclass
class Watch:
    """One process that watches. A part is given the benefit of the doubt from when the watch began."""

    last_well: dict[Part, datetime] = field(default_factory=lambda: dict.fromkeys(Part, clock.now()))
    known: Notes = field(default_factory=Notes)

    async def look(self) -> None:
        """Look once, and tell whoever leads of what has been silent too long."""
        await self._ask_database()
        if await twilio.answers():
            self.last_well[Part.CARRIER] = clock.now()
        now, after = clock.now(), timedelta(seconds=settings.get().silent_after_seconds)
        silent = rules.silent(self.last_well, now, after)
        if silent:
            _log.error("part_silent", parts=sorted(silent))
        numbers = self._whom_to_tell(silent, now)
        if numbers and not await _tell(numbers, silent):
            _log.error("lead_not_told", parts=sorted(silent))
            self._forget_telling()

    async def _ask_database(self) -> None:
        """When the worker last wrote, and whom to tell if nobody can be asked later."""
        try:
            async with asyncio.timeout(_PATIENCE), transaction() as session:
                beat = await service.last_beat(session, Part.WORKER)
                self.known.numbers = await service.whom_to_tell(session) or self.known.numbers
        except Exception as error:  # Whatever it is, the database does not do its work.
            _log.warning("watch_without_database", why=type(error).__name__)
            return
        self.last_well[Part.DATABASE] = clock.now()
        if beat is not None:
            self.last_well[Part.WORKER] = max(self.last_well[Part.WORKER], beat)

    def _whom_to_tell(self, silent: frozenset[Part], now: datetime) -> list[str]:
        """Whom to tell now, noted at once, so that another process that watches does not tell them again."""
        with notebook.opened(settings.get().watch_file, self.known) as notes:
            if Part.DATABASE not in silent and self.known.numbers:
                notes.numbers = list(self.known.numbers)
            tell = rules.must_tell(silent, notes.told, now)
            if tell or not silent:
                notes.told = Told(now, silent) if tell else Told()
            self.known = notes
            return notes.numbers if tell else []

    def _forget_telling(self) -> None:
        """Nobody was reached, so it is tried again at the next look."""
        with notebook.opened(settings.get().watch_file, self.known) as notes:
            notes.told = Told()
            self.known = notes


async def _tell(numbers: list[str], silent: frozenset[Part]) -> bool:
    """Text and ring everybody, straight through the carrier. Returns whether it took anything that can be trusted."""
    parts = ", ".join(sorted(silent))
    words = replies.say("watch_silent", "sms", time=clock.uk_time(clock.now()), part=parts)
    sender = settings.get().pager_number
    texted = await _any_taken([twilio.send_text(Text(number, sender, words)) for number in numbers])
    rung = await _ring(numbers, replies.say("watch_silent", "voice", part=parts))
    return rung or (texted and Part.CARRIER not in silent)


async def _ring(numbers: Sequence[str], words: str) -> bool:
    """Ring everybody with words that the carrier speaks by itself: our own web may be what is silent."""
    sender, spoken = settings.get().pager_number, spoken_words.last_words(words, twice=True)
    calls = [Call(number, sender, "", "", RING_SECONDS, spoken) for number in numbers]
    return await _any_taken([twilio.place_call(call) for call in calls])


async def _any_taken(asked: Sequence[Awaitable[str]]) -> bool:
    """Whether the carrier took one of these at least. One that it refuses holds up no other."""
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, CarrierError):
            raise outcome
    return any(isinstance(outcome, str) for outcome in outcomes)


async def look_at_carrier() -> None:
    """What the worker sees of the carrier: alarms on the board, and the lead rung when texts are not to be trusted."""
    answers = await twilio.answers()
    async with transaction() as session:
        if answers:
            await service.beat(session, Part.CARRIER)
        ring = await service.look_at_carrier(session)
        numbers = await service.whom_to_tell(session) if ring else []
    if numbers and not await _ring(numbers, replies.say("watch_texts_silent", "voice")):
        _log.error("lead_not_told", parts=[Trouble.NO_REPORTS])
        async with transaction() as session:
            await service.forget_telling(session)


async def watch_forever() -> None:
    """Look every minute until cancelled. One look that fails is not the last."""
    watch = Watch()
    while True:
        await asyncio.sleep(settings.get().watch_seconds)
        try:
            await watch.look()
        except Exception:
            _log.exception("watch_failed")
