"""What is measured besides whole turns: taking messages in at a steady rate, and paging a nurse."""

import asyncio
import time
from dataclasses import dataclass

from tests.bench.figures import Figures, figures
from tests.bench.messages import CRISES, for_carer
from tests.bench.stage import Stage
from tests.harness import storm

DRAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Receiving:
    """Times of the carers' webhook while it is called at a steady rate, whatever becomes of the answers."""

    http: Figures  # From the first byte sent until the 200 is there.
    transaction: Figures  # The part of it for which the database transaction was open.


async def receiving(stage: Stage, per_second: int, seconds: float, label: str) -> Receiving:
    """Messages at a steady rate, each sent at its time however long the one before takes."""
    stage.line.acknowledged.clear()
    await stage.transactions()  # Those of before are not ours.
    start = time.perf_counter()
    carers = [for_carer(number) for number in range(per_second)]
    async with asyncio.TaskGroup() as group:
        for place in range(int(per_second * seconds)):
            await asyncio.sleep(start + place / per_second - time.perf_counter())
            conversation, words = next(carers[place % per_second])
            number = stage.line.number(f"{label}-{place % per_second}-{conversation}")
            group.create_task(stage.line.text(number, words))
    took = time.perf_counter() - start
    await storm.finished(DRAIN_SECONDS)
    return Receiving(figures(stage.line.acknowledged, took), figures(await stage.transactions(), took))


async def paging(stage: Stage, crises: int, per_second: int, label: str) -> Figures:
    """Crises at a steady rate: from the moment the danger is seen, before its commit, to the page at the carrier."""
    start = time.perf_counter()
    numbers = [stage.line.number(f"{label}-{place}") for place in range(crises)]
    async with asyncio.TaskGroup() as group:
        for place, number in enumerate(numbers):
            await asyncio.sleep(start + place / per_second - time.perf_counter())
            group.create_task(stage.line.text(number, CRISES[place % len(CRISES)]))
    took = time.perf_counter() - start
    await storm.finished(DRAIN_SECONDS)
    found, seconds = await storm.pages(stage.carrier)
    ours = [one for one, (_, address) in found.items() if address in set(numbers)]
    paged = [seconds[one] for one in ours if one in seconds]
    return figures(paged, took, lost=crises - len(paged))


async def lost(stage: Stage) -> dict[str, int]:
    """What went wrong with all that was sent: nothing may be lost; a fallback is an answer, but not the wanted one."""
    await storm.finished(DRAIN_SECONDS)
    stored, fallbacks = await storm.stored()
    return {
        "messages sent": len(stage.line.sent),
        "messages lost": len(set(stage.line.sent) - stored),
        "left undone": await storm.unfinished(),
        "answered with the fallback": fallbacks,
    }
