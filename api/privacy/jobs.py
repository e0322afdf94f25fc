"""Each night what is too old goes, a few at a time; and what an erasure has left to do is done."""

import asyncio
import time
from datetime import date
from uuid import UUID

from api import clock, logs
from api.database import transaction
from api.privacy.erasing import jobs as erasing
from api.privacy.erasing import memory
from api.privacy.retention import rules, service
from api.privacy.retention.rules import Rule
from api.review.learning import clearing

_log = logs.get(__name__)
REST = 1.0  # After each batch, so many times as long as that took: carers come first.


async def sweep() -> None:
    """What an erasure left behind, and this night's retention if it is due."""
    await erasing.sweep()
    night = rules.night(service.plan().at, clock.now())
    if night is not None:
        await retain(night)


async def retain(night: date) -> bool:
    """A night's run, from where one that died has left it. False: it is done, or another worker is at it."""
    async with transaction() as session:
        run = await service.claim(session, night)
    if run is None:
        return False
    for rule in service.plan().carried_out:
        await _APART.get(rule.kind, _all_of)(run.id, rule)
    async with transaction() as session:
        await service.end(session, run.id)
    _log.info("retained", run_id=str(run.id))
    return True


async def _all_of(run_id: UUID, rule: Rule) -> None:
    """Everything that is due of one kind, in transactions of their own."""
    since = None
    async with transaction() as session:
        held = await service.held(session, rule)
    while True:
        began = time.monotonic()
        async with transaction() as session:
            done = await service.batch(session, run_id, rule, held, since)
        if done is None:
            return
        since = done.since
        await asyncio.sleep(REST * (time.monotonic() - began))


async def _forget_dialogues(run_id: UUID, rule: Rule) -> None:
    """The assistant's own database, if we are told where that is."""
    forgotten = await memory.forget_before(rule.before(clock.now()))
    if forgotten:
        async with transaction() as session:
            await service.count(session, run_id, rule.kind, forgotten)


async def _clear_releases(run_id: UUID, rule: Rule) -> None:
    """The folders of releases, once nobody can put these in use any more."""
    async with transaction() as session:
        found = await clearing.give_up(session, rule.newest, rule.before(clock.now()))
        if found.now:
            await service.count(session, run_id, rule.kind, found.now)
    await asyncio.to_thread(clearing.clear, found)


_APART = {service.ASSISTANT: _forget_dialogues, service.RELEASE_FILES: _clear_releases}  # What is no rows of ours.
