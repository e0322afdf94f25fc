"""A carrier that takes texts and reports none, or does not answer: an alarm on the board, and the lead is rung."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from api import clock, outbox, pages, worker
from api.clients import twilio
from api.clients.carrier import Delivery
from api.console import service as console
from api.console.alarms.presenters import line_alarm
from api.console.board import presenters
from api.console.board import service as board
from api.database import transaction
from api.paging import service as paging
from api.paging.models import StaffText
from api.people import service as people
from api.people.models import Person
from api.watch import jobs, service
from tests.harness import seeds
from tests.harness.chat import plain
from tests.harness.line import LEAD
from tests.harness.stand_in import REFUSED, Carrier


async def after(minutes: float) -> None:
    clock.move(timedelta(minutes=minutes))
    await worker.sweep_pages()
    await jobs.look_at_carrier()


async def shown() -> str:
    """The board, as every team sees it."""
    async with transaction() as session:
        now = clock.now()
        gathered = await board.gather(session, (await people.default_team(session)).id)
        words = presenters.board(gathered, console.news_of(gathered.calls, now), now)
        alarms = [line_alarm(one, now) for one in await service.alarms(session)]
    return plain(pages.fragment("console/parts/board.html", board=words, line_alarms=alarms, rota_warnings=[]))


@pytest.fixture(autouse=True)
def answering(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the carrier answers: the last of the list."""
    well = [True]

    async def answers() -> bool:
        return well[-1]

    monkeypatch.setattr(twilio, "answers", answers)
    return well


async def test_texts_that_nothing_is_heard_of_are_an_alarm_and_the_lead_is_rung(db: str, carrier: Carrier) -> None:
    async with transaction() as session:
        for name in ("Demo Nurse One", "Demo Nurse Two"):
            person = await session.get_one(Person, (await seeds.nurse(name)).id)
            await paging.write(session, person, "Something of the desk is late.")
    await after(0)
    await after(2)
    assert (await shown()).count("reported as delivered") == 0

    await after(1)
    assert "none of those since" in await shown()
    (call,) = [call for call in carrier.rung if call.to == LEAD]
    assert "Texts are sent, but none is reported as delivered." in call.twiml, "nothing of ours has to answer"
    assert carrier.to(LEAD) == [], "by the way that can still be trusted"
    carrier.no_calls = REFUSED
    await after(14)
    await after(1)
    carrier.no_calls = None
    await after(1)
    assert len([call for call in carrier.rung if call.to == LEAD]) == 2, "again after 15 minutes, until it is taken"

    async with transaction() as session:
        first = (await session.execute(select(StaffText).limit(1))).scalar_one()
        await outbox.report(session, StaffText, first.id, str(first.carrier_sid), Delivery.DELIVERED, None)
    await after(1)
    assert "reported as delivered" not in await shown()


async def test_a_carrier_that_does_not_answer_for_minutes_is_an_alarm(
    db: str, carrier: Carrier, answering: list[bool]
) -> None:
    await after(0)
    answering.append(False)
    await after(2)
    assert "carrier has not answered" not in await shown()
    await after(1)
    assert "carrier has not answered us since" in await shown()
    answering.append(True)
    await after(1)
    assert "carrier has not answered" not in await shown()
