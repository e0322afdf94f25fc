"""The worker process: does what jobs wake it for, and every few seconds looks for due work that no job announced.

Pages have a queue and connections of their own, so that ordinary turns never hold one up. Start more of these
processes to do more work: rows are claimed under locks, so they never do the same thing twice.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import uvloop
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from api import database, live, logs, outbox, queue, settings
from api.channels import jobs as channels
from api.channels.voice.backs import jobs as ring_backs
from api.channels.voice.holding import jobs as held_calls
from api.channels.voice.lists import jobs as call_lists
from api.channels.voice.streamed import jobs as streamed_calls
from api.clients import rasa, twilio
from api.conversations.aftercare import jobs as aftercare
from api.cover import jobs as cover
from api.database import transaction
from api.escalations import jobs as escalations
from api.escalations.calls import jobs as calls
from api.escalations.untold import jobs as untold
from api.handovers import jobs as handovers
from api.paging.drills import jobs as drills
from api.paging.models import StaffText
from api.privacy import jobs as privacy
from api.referrals import jobs as referrals
from api.reporting.rollups import jobs as figures
from api.review.judging import jobs as judging
from api.review.learning import jobs as learning
from api.rota.feeds import jobs as rota_feeds
from api.switches import jobs as switches
from api.triage import service as triage
from api.watch import jobs as watch
from api.webhooks import jobs as webhooks

_log = logs.get(__name__)


async def sweep_pages() -> None:
    """Due escalations, and texts and calls to staff that are waiting."""
    await escalations.sweep()
    async with transaction() as session:
        waiting = await outbox.due(session, StaffText)
    await queue.each(escalations.deliver_again, waiting)
    await calls.sweep()
    await ring_backs.sweep()
    await held_calls.sweep()
    await streamed_calls.sweep()


# What need not be looked for more than once a minute.
SELDOM: tuple[Callable[[], Awaitable[None]], ...] = (
    watch.beat,
    watch.look_at_carrier,
    drills.sweep,
    webhooks.forget,
    call_lists.sweep,
    aftercare.sweep_surveys,
    aftercare.sweep_outcomes,
    figures.sweep,
    judging.sweep,
    privacy.sweep,
    learning.sweep,
    rota_feeds.sweep,
)
SWEEPS: tuple[Callable[[], Awaitable[None]], ...] = (
    sweep_pages,
    channels.sweep_texts,
    channels.sweep_turns,
    referrals.sweep,
    webhooks.sweep,
    untold.sweep,
    escalations.tell_late_tasks,
    switches.sweep,
    handovers.sweep,
    cover.sweep,
)


async def _again_and_again(sweep: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        try:
            await sweep()
        except Exception:  # A sweep that fails once must not be the last one.
            _log.exception("sweep_failed", sweep=sweep.__name__)
        await asyncio.sleep(seconds)


async def _forget_dead_jobs(app: App) -> None:
    """Jobs of workers that died. The rows are the truth and the sweep has seen to them; only the job is removed."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
    await app.job_manager.prune_stalled_workers(seconds_since_heartbeat=60)


async def _work(app: App, name: str) -> None:
    """Do the jobs of one queue. Procrastinate gives up when the database goes away; we go on when it is back."""
    wanted = settings.get()
    while True:
        with suppress(ConnectorException):
            await app.run_worker_async(
                queues=[name],
                name=name,
                concurrency=wanted.worker_concurrency,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=wanted.sweep_seconds,
                shutdown_graceful_timeout=1,
            )
        _log.warning("queue_lost", queue=name)
        await asyncio.sleep(1)


async def run() -> None:
    """Work until told to stop; a second's grace for what is under way."""
    wanted = settings.get()
    database.connect()
    twilio.connect()
    await learning.begin()
    with queue.app.replace_connector(queue.connector()) as app:
        async with app.open_async():
            builds = learning.can_build()
            tasks = [_work(app, name) for name in queue.QUEUES if builds or name != queue.LEARNING]
            tasks += [_again_and_again(sweep, wanted.sweep_seconds) for sweep in SWEEPS]
            tasks += [_again_and_again(one, wanted.watch_seconds) for one in SELDOM]
            tasks.append(_again_and_again(lambda: _forget_dead_jobs(app), 30))
            tasks += [live.listen_forever(), learning.follow_forever(), learning.keep_assistant_forever()]
            ready = asyncio.ensure_future(asyncio.to_thread(triage.protocol))  # The first carer must not wait for it.
            _log.info("worker_started")
            await _until_stopped([asyncio.ensure_future(task) for task in tasks])
            await ready
    for connection in (twilio, rasa, database):
        await connection.disconnect()


async def _until_stopped(tasks: Sequence[asyncio.Future[None]]) -> None:
    """Until a signal, or until one of the tasks ends by itself, which none should: then the process ends too."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks, return_exceptions=True)
    if not stop.is_set():
        raise SystemExit("The worker stopped by itself; its log says why. It must be started again.")


if __name__ == "__main__":
    logs.configure(settings.get().log_level)
    uvloop.run(run())
