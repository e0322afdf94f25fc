"""A night is handed over: made at its end, read and signed for, chased while unread, never changed."""

from collections.abc import AsyncIterator
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from api import clock
from api.conversations.models import Conversation
from api.database import transaction
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import Outcome, TaskKind
from api.handovers.models import Handover
from tests.harness import seeds
from tests.harness.line import CARER, LEAD, NURSE_ONE, OTHER_CARER, Line
from tests.harness.staff import NURSE_TWO, StaffBrowser, another_team_s_nurse, on_record

LIST = "/console/handovers"


def move_to(hour: int, minute: int = 0) -> None:
    """Move the clock on to when a UK clock shows this."""
    local = clock.now().astimezone(clock.UK)
    wanted = datetime.combine(local.date(), time(hour, minute), clock.UK)
    if wanted <= local:
        wanted = datetime.combine(local.date() + timedelta(days=1), time(hour, minute), clock.UK)
    clock.move(wanted - clock.now())


def reminders(line: Line) -> int:
    return sum("nobody has read the handover sheet" in words for words in line.phone(LEAD))


async def sheets() -> list[Handover]:
    async with transaction() as session:
        return list((await session.execute(select(Handover).order_by(Handover.until_at))).scalars())


async def a_night(line: Line) -> UUID:
    """At two somebody stops breathing and is seen to; somebody else is to be rung back; another is not answered."""
    await line.text(CARER, "hes stopped breathing")
    await line.staff_text(NURSE_ONE, "accept")
    person = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        (one,) = await escalations.board(session, person.team_id)
        await escalations.contacted(session, one.id, person, "test")
    async with transaction() as session:
        await escalations.resolve(session, one.id, person, Outcome.AMBULANCE, "Crew with them. Family knows.")
    await line.settle()
    other = await seeds.carer_writes("what money is there", OTHER_CARER)
    async with transaction() as session:
        await tasks.add(session, other, person.team_id, TaskKind.CALL_BACK, "Ring about the bed.", "P2")
        await session.execute(update(Conversation).where(Conversation.id == other).values(died_at=clock.now()))
    return one.id


@pytest.fixture
async def desk(line: Line) -> AsyncIterator[StaffBrowser]:
    """A browser of the day team."""
    browser = StaffBrowser(line.url)
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def morning(line: Line) -> Handover:
    """Just after eight, with the sheet of that night."""
    move_to(2)
    await a_night(line)
    move_to(8, 1)
    await line.sweep()
    (made,) = await sheets()
    return made


async def test_the_sheet_is_made_read_signed_for_added_to_and_printed(
    line: Line, morning: Handover, desk: StaffBrowser
) -> None:
    await line.sweep()
    assert len(await sheets()) == 1, "made once"
    await desk.sign_in()
    await desk.open(LIST)
    assert "Nobody has read it" in desk.text
    assert "1 call for help, 0 still open; 0 conversations held; 2 tasks not done; 1 death." in desk.text
    await desk.open(f"{LIST}/{morning.id}")
    for words in (
        "“hes stopped breathing”",
        "Taken by Demo Nurse One at 02:0",
        "Spoken with at 02:0",
        "An ambulance was called (999). Crew with them. Family knows.",
        "Safety-net: The carer was told what to do if anything changes.",
        "Ring about the bed.",
        "It is late.",
        "The person cared for has died",
        "Nobody has signed for it yet.",
    ):
        assert words in desk.text, words
    assert CARER not in desk.page
    await desk.post(f"{LIST}/{morning.id}/read")
    await desk.post(f"{LIST}/{morning.id}/read")
    assert "Demo Nurse One, 08:0" in desk.text
    await desk.post(f"{LIST}/{morning.id}/corrections", words=" ")
    assert (desk.status, "Write what must be added" in desk.text) == (422, True)
    await desk.post(f"{LIST}/{morning.id}/corrections", words="It was the sister who wrote. <b>")
    assert "It was the sister who wrote. &lt;b&gt;" in desk.page
    printed = await desk.client.get(f"{LIST}/{morning.id}/sheet.pdf")
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert [await on_record(action, morning.id) for action in ("signed_for", "corrected", "exported")] == [1, 1, 1]
    await line.jump(minutes=70)
    assert reminders(line) == 0, "it was read"


async def test_an_unread_sheet_is_chased_once_and_one_on_demand_can_be_made(
    line: Line, morning: Handover, desk: StaffBrowser
) -> None:
    await line.jump(minutes=58)
    assert reminders(line) == 0
    await line.jump(minutes=5)
    await line.jump(minutes=5)
    assert reminders(line) == 1
    await desk.sign_in(NURSE_TWO)
    assert "a reminder went out" in (await desk.open(f"{LIST}/{morning.id}")).text
    await desk.post(LIST)
    assert "Made 09:0" in desk.text
    assert "by Demo Nurse Two." in desk.text
    assert len(await sheets()) == 2


async def test_a_sheet_stays_as_it_was_made_and_another_team_s_is_not_there(
    line: Line, morning: Handover, desk: StaffBrowser
) -> None:
    with pytest.raises(DBAPIError, match="stays as it was made"):
        async with transaction() as session:
            await session.execute(text("UPDATE handovers SET sheet = '{}'"))
    assert (await sheets())[0].sheet == morning.sheet
    await desk.sign_in(await another_team_s_nurse())
    assert "No sheet has been made yet." in (await desk.open(LIST)).text
    assert (await desk.open(f"{LIST}/{morning.id}")).status == 404
    for form in ("read", "corrections"):
        await desk.open(LIST)  # Its forms carry the session's token.
        assert (await desk.post(f"{LIST}/{morning.id}/{form}", words="x")).status == 404


async def test_a_quiet_night_has_a_sheet_and_nobody_is_chased_for_it(line: Line) -> None:
    move_to(8, 1)
    await line.sweep()
    assert len(await sheets()) == 1
    await line.jump(minutes=70)
    assert reminders(line) == 0
