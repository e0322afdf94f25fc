"""What comes after a call for help: it is closed, the days go by, and the worker looks whom to ask."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from api import clock
from api.conversations import moves
from api.conversations.aftercare import jobs
from api.conversations.aftercare.models import SurveyAnswer
from api.database import transaction
from api.escalations.models import Escalation, Task
from api.escalations.rules import Outcome, State
from api.triage import screening
from tests.harness.line import NURSE_ONE, Line
from tests.harness.seeds import nurse

PAIN = "his pain is unbearable and nothing is working"


async def dealt_with(line: Line, number: str, words: str = PAIN, outcome: Outcome = Outcome.ADVICE) -> Escalation:
    """This carer is in trouble, the first nurse takes it, speaks with them and closes it."""
    await asyncio.to_thread(screening.make_ready)  # On a busy machine the first text would wait for it for too long.
    assert await line.text(number, words) == 200
    await line.staff_text(NURSE_ONE, "accept")
    person = await nurse("Demo Nurse One")
    async with transaction() as session:
        open_one = (await session.execute(select(Escalation).where(Escalation.state != State.RESOLVED))).scalar_one()
    await line.staff_text(NURSE_ONE, "contacted")
    async with transaction() as session:
        closed = await moves.close(session, open_one.id, person, outcome, "Talked through the pump.")
    await line.settle()
    return closed


async def at_noon(line: Line, days: int = 1) -> None:
    """It is the first noon in the UK after so many whole days, and the worker looks for whatever is due."""
    local = (clock.now() + timedelta(days=days)).astimezone(clock.UK)
    hours = (12 - local.hour) % 24
    await at(line, timedelta(days=days, hours=hours, minutes=-local.minute if hours else 0))


async def at(line: Line, ahead: timedelta) -> None:
    """So much later, the worker looks for whatever is due."""
    clock.move(ahead)
    await jobs.sweep_surveys()
    await jobs.sweep_outcomes()
    await line.sweep()


async def surveys() -> list[SurveyAnswer]:
    """Who was asked, in order, with what they answered."""
    async with transaction() as session:
        return list((await session.execute(select(SurveyAnswer).order_by(SurveyAnswer.asked_at))).scalars())


async def open_tasks() -> list[Task]:
    """What a person must do."""
    async with transaction() as session:
        return list((await session.execute(select(Task).where(Task.done_at.is_(None)))).scalars())
