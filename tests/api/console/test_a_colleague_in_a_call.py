"""A nurse and a carer are on the line, and a colleague comes in: by a choice on the page and a key on their phone."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.channels.voice.holding import service as holding
from api.clients.pretend_call_forms import PassedCall
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.database import transaction
from api.escalations.models import Escalation
from api.paging.models import StaffCall
from api.people.models import Person
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, Line
from tests.harness.staff import StaffBrowser

LEAD = "+447700900203"
CRISIS = "please help hes stopped breathing"


async def page() -> str:
    async with transaction() as session:
        return f"/console/escalations/{(await session.execute(select(Escalation.id))).scalar_one()}"


async def colleague(number: str) -> dict[str, str]:
    async with transaction() as session:
        found = select(Person.id).where(Person.phone == number)
        return {"to": str((await session.execute(found)).scalar_one())}


async def together(line: Line) -> None:
    await line.ring(CARER)
    await line.say(CARER, CRISIS)
    await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")


async def test_a_colleague_comes_in_and_stays_when_the_first_nurse_has_gone(
    line: Line, signed_in: StaffBrowser
) -> None:
    await together(line)
    carer, url = line.call(CARER), await page()
    await signed_in.open(url)
    assert "Bring a colleague into the call" in signed_in.text
    await signed_in.post(f"{url}/colleague", **await colleague(NURSE_TWO))
    assert "phone rings now" in signed_in.text
    await line.settle()
    called = await line.pick_up(NURSE_TWO)
    assert "asks you to join them. Press 1 to join." in called.heard[0]
    await line.key(NURSE_TWO, "1")
    await signed_in.open(url)
    assert "came into the call with the carer" in signed_in.text

    await line.call_ends(NURSE_ONE)
    assert (carer.status, called.status) == ("in-progress", "in-progress")
    assert "no longer on the line" not in carer.heard[-1], "the carer is not alone and is told nothing"
    await line.call_ends(CARER)
    assert "no longer on the line" in called.heard[-1]


async def test_when_the_carer_goes_first_neither_sits_in_silence(line: Line, signed_in: StaffBrowser) -> None:
    await together(line)
    await signed_in.open(await page())
    await signed_in.post(f"{await page()}/colleague", **await colleague(NURSE_TWO))
    await line.settle()
    called = await line.pick_up(NURSE_TWO)
    await line.key(NURSE_TWO, "1")
    await line.call_ends(CARER)
    assert "no longer on the line" in line.call(NURSE_ONE).heard[-1]
    assert called.heard[-1] == "They are no longer on the line together. Goodbye."
    assert called.status == "completed"


async def test_without_a_call_that_goes_on_nobody_is_rung(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, CRISIS)
    await signed_in.open(await page())
    assert "Bring a colleague" not in signed_in.text
    await signed_in.post(f"{await page()}/colleague", **await colleague(NURSE_TWO))
    assert (signed_in.status, "not on the telephone with a nurse now" in signed_in.text) == (409, True)
    await signed_in.post(f"{await page()}/colleague", to="")
    assert signed_in.status == 409
    assert line.carrier.switchboard.of(NURSE_TWO) == []


async def test_a_colleague_who_does_not_come_in_is_on_the_timeline(line: Line, signed_in: StaffBrowser) -> None:
    await together(line)
    await signed_in.open(await page())
    await signed_in.post(f"{await page()}/colleague", **await colleague(NURSE_TWO))
    await line.settle()
    await line.call_ends(NURSE_TWO, "busy")
    await signed_in.open(await page())
    assert "did not come into the call" in signed_in.text
    assert line.call(CARER).status == "in-progress"


async def brought_in(line: Line, browser: StaffBrowser, number: str) -> PassedCall:
    """The colleague with this telephone is chosen on the page, and presses the key."""
    await browser.open(await page())
    await browser.post(f"{await page()}/colleague", **await colleague(number))
    await line.settle()
    await line.pick_up(number)
    return await line.key(number, "1")


async def test_of_two_colleagues_nobody_is_left_behind(line: Line, signed_in: StaffBrowser) -> None:
    async with transaction() as session:
        lead = (await session.execute(select(Person).where(Person.phone == LEAD))).scalar_one()
        lead.role = "responder"
    await together(line)
    second, third = [await brought_in(line, signed_in, number) for number in (NURSE_TWO, LEAD)]
    await line.call_ends(CARER)
    for one in (second, third):
        assert (one.heard[-1], one.status) == ("They are no longer on the line together. Goodbye.", "completed")
    first = line.call(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    assert "Ringing the carer." in " ".join(first.heard[-2:]), "for the nurse who was there, not for a colleague"


async def test_a_colleague_who_comes_when_the_two_have_parted_is_told_so(
    line: Line, signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in = holding.come_in

    async def and_they_part(session: AsyncSession, call: StaffCall, said: str) -> str | None:
        spoken = await come_in(session, call, said)
        await session.execute(update(CarerCall).values(state=CallState.TALKING))
        return spoken

    await together(line)
    monkeypatch.setattr(holding, "come_in", and_they_part)
    call = await brought_in(line, signed_in, NURSE_TWO)
    await line.settle()
    assert (call.heard[-1], call.status) == ("They are no longer on the line together. Goodbye.", "completed")


async def test_whoever_is_in_the_call_is_not_rung_again(line: Line, signed_in: StaffBrowser) -> None:
    await together(line)
    await brought_in(line, signed_in, NURSE_TWO)
    clock.move(timedelta(minutes=4))
    await signed_in.post(f"{await page()}/colleague", **await colleague(NURSE_TWO))
    assert (signed_in.status, "is not on the line already" in signed_in.text) == (409, True)
