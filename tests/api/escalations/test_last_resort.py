"""When everybody on call was asked and nobody accepted; and pages that would come too late."""

from datetime import timedelta

from sqlalchemy import delete, select

from api import clock, worker
from api.channels.pager import service as pager
from api.database import transaction
from api.escalations import jobs, service
from api.escalations.models import Escalation
from api.escalations.rules import LAST_RESORT, Event, State
from api.paging import service as paging
from api.people.models import Person
from api.rota.models import Duty
from api.rota.rules import Rung
from tests.harness import seeds
from tests.harness.line import CARER, LEAD, NURSE_ONE, NURSE_TWO, OTHER_CARER
from tests.harness.stand_in import REFUSED, Carrier


async def after(**time: float) -> None:
    clock.move(timedelta(**time))
    for sweep in worker.SWEEPS:
        await sweep()


async def kinds(escalation_id: object) -> list[str]:
    async with transaction() as session:
        return [one.kind for one in await service.timeline(session, escalation_id)]  # type: ignore[arg-type]


async def test_the_manager_is_paged_though_off_duty_and_can_take_it(db: str, carrier: Carrier) -> None:
    async with transaction() as session:
        await session.execute(delete(Duty).where(Duty.rung == Rung.LEAD))
    escalation_id = await seeds.crisis()
    await after(seconds=1)
    await after(minutes=3)
    assert carrier.to(LEAD) == [], "nobody is paged who is not on duty, until the last resort"

    await after(minutes=5)
    assert (await seeds.escalation(escalation_id)).state == State.UNREACHED
    assert "LAST RESORT" in carrier.to(LEAD)[-1]
    assert "tried everyone on call" in carrier.to(CARER)[-1]
    assert "999" in carrier.to(CARER)[-1]
    async with transaction() as session:
        pages = await paging.pages_of(session, escalation_id)
        assert [page.rung for page, _ in pages] == [Rung.ON_CALL, Rung.SECOND_ON_CALL, LAST_RESORT]
        lead = (await session.execute(select(Person).where(Person.phone == LEAD))).scalar_one()
        await pager.take(session, lead, "1a")
    assert (await seeds.escalation(escalation_id)).state == State.ACCEPTED


async def test_after_the_last_resort_it_goes_on_from_the_top(db: str, carrier: Carrier) -> None:
    escalation_id = await seeds.crisis()
    for minutes in (0, 3, 2, 3, 3):
        await after(minutes=minutes)
    assert "STILL WAITING" in carrier.to(NURSE_ONE)[-1]
    for minutes in (3, 2, 3):
        await after(minutes=minutes)
    assert (await kinds(escalation_id)).count(Event.LADDER_USED_UP) == 2
    assert sum("tried everyone" in words for words in carrier.to(CARER)) == 1


async def test_a_page_that_was_held_up_is_never_delivered_late_and_paging_begins_again(
    db: str, carrier: Carrier
) -> None:
    """The worker dies after the claim and comes back after twenty minutes."""
    escalation_id = await seeds.crisis()
    async with transaction() as session:
        await jobs._take_step(session, escalation_id)
    clock.move(timedelta(minutes=20))
    await after(seconds=1)
    await after(seconds=1)

    asked_at = clock.uk_time(clock.now())
    assert Event.PAGE_TOO_LATE in await kinds(escalation_id)
    assert [words for words in carrier.to(NURSE_ONE) if asked_at not in words] == [], "the old one never went out"
    assert len(carrier.to(NURSE_ONE)) == 1
    assert carrier.taken[-1].keep_seconds is not None
    assert carrier.taken[-1].keep_seconds <= 300, "nor may the carrier keep it"


async def test_who_carries_much_is_asked_later_but_for_red_at_once_with_the_next(db: str, carrier: Carrier) -> None:
    """Three calls accepted and still open: a fourth amber goes to the second on call, a red to both."""
    nurse = await seeds.nurse("Demo Nurse One")
    for number in range(3):
        escalation_id = await seeds.crisis(f"+44770090000{5 + number}")
        await jobs.climb(escalation_id)
        async with transaction() as session:
            await service.accept(session, escalation_id, await session.get_one(Person, nurse.id), "test")
            await service.contacted(session, escalation_id, nurse, "test")
    before = len(carrier.to(NURSE_ONE))

    amber = await seeds.crisis(OTHER_CARER)
    async with transaction() as session:
        (await session.get_one(Escalation, amber)).priority = "P2"
    await jobs.climb(amber)
    assert "P2" in carrier.to(NURSE_TWO)[-1]
    assert Event.SPARED in await kinds(amber)
    for minutes in (15, 15):
        await after(minutes=minutes)
    assert len([words for words in carrier.to(NURSE_ONE)[before:] if "P2" in words]) == 1, "re-routed, never dropped"
    assert "P2" in carrier.to(LEAD)[-1]

    await jobs.climb(await seeds.crisis(CARER))
    assert "P0" in carrier.to(NURSE_ONE)[-1]
    assert "P0" in carrier.to(NURSE_TWO)[-1], "no limit holds up a red page"


async def test_one_dead_number_holds_up_nobody_else_on_the_rung(db: str, carrier: Carrier) -> None:
    other = await seeds.nurse("Demo Nurse Two")
    async with transaction() as session:
        (await session.execute(select(Duty).where(Duty.person_id == other.id))).scalar_one().rung = Rung.ON_CALL
    escalation_id = await seeds.crisis()
    carrier.plan = [REFUSED]
    await jobs.climb(escalation_id)

    assert len(carrier.to(NURSE_ONE) + carrier.to(NURSE_TWO)) == 1
    assert (await kinds(escalation_id)).count(Event.PAGE_FAILED) == 1
    await after(seconds=1)
    assert carrier.to(LEAD), "and the next rung is asked at once"
