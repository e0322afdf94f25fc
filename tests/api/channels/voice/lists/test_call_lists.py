"""Calls that met an error, or whose end was never told, found in the carrier's list and made good once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from api import clock
from api.channels.voice.arriving import service as arriving
from api.channels.voice.backs import jobs as backs
from api.channels.voice.lists.jobs import Looks
from api.clients import twilio
from api.clients.carrier import CarrierError, Delivery, ListedCall
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.escalations.models import Escalation, Task
from tests.harness import seeds
from tests.harness.line import CARER, LINE
from tests.harness.stand_in import BUSY, Carrier


class CallList:
    """The carrier's list of calls; `away`: what asking for it is refused with."""

    def __init__(self) -> None:
        self.calls: list[ListedCall] = []
        self.away: CarrierError | None = None

    def add(self, number: int, status: str, caller: str = CARER, ago: int = 60) -> str:
        """One more call, `ago` seconds since it came in. Returns its SID."""
        sid, begun = f"CA{number:032}", clock.now() - timedelta(seconds=ago)
        self.calls = [one for one in self.calls if one.sid != sid]
        self.calls.append(ListedCall(sid, caller, LINE, status, begun))
        return sid

    async def calls_to(self, number: str, since: datetime) -> list[ListedCall]:
        """As `api.clients.twilio.calls_to`."""
        if self.away:
            raise self.away
        return [one for one in self.calls if one.line == number and one.started_at >= since]


@pytest.fixture
def listed(db: str, carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> CallList:
    """A list that is empty to begin with."""
    calls_of_carrier = CallList()
    monkeypatch.setattr(twilio, "calls_to", calls_of_carrier.calls_to)
    return calls_of_carrier


async def rows() -> list[CarerCall]:
    async with transaction() as session:
        return list((await session.execute(select(CarerCall).order_by(CarerCall.started_at))).scalars())


async def texts() -> list[Message]:
    async with transaction() as session:
        found = select(Message).where(Message.delivery.is_not(None)).order_by(Message.seq)
        return list((await session.execute(found)).scalars())


async def tasks() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(select(Task.reason))).scalars())


async def rings(sid: str, caller: str = CARER) -> CarerCall:
    """A call that reaches us and is answered."""
    async with transaction() as session:
        await arriving.arrive(session, {"CallSid": sid, "From": caller, "To": LINE})
        call = await calls.by_sid(session, sid)
        assert call is not None
        return call


async def hangs_up(call: CarerCall, status: str) -> None:
    async with transaction() as session:
        await arriving.is_over(session, call.id, {"CallStatus": status})


async def test_a_call_that_met_an_error_is_rung_back_once_then_texted_and_a_person_asked(
    listed: CallList, carrier: Carrier, capsys: pytest.CaptureFixture[str]
) -> None:
    sid = listed.add(1, "completed")
    await asyncio.gather(Looks().look(), Looks().look())  # Two workers, or one that was started again.
    await Looks().look()
    missed, back = await rows()
    assert (missed.carrier_sid, missed.spoke, missed.ended) == (sid, False, "completed")
    log = "".join(capsys.readouterr())
    assert log.count("call_missed") == 1
    assert CARER not in log

    await backs.sweep()
    assert carrier.rung == [], "not at once: they may be ringing again"
    clock.move(timedelta(seconds=11))
    await backs.sweep()
    (call,) = carrier.rung
    assert (call.to, call.sender) == (CARER, LINE)
    async with transaction() as session:
        assert "we did not answer" in await arriving.answered(session, back.id, {"CallSid": "CA" + "f" * 32})

    await hangs_up(back, "no-answer")  # A machine picked up: nobody said a word.
    clock.move(timedelta(seconds=120))
    await Looks().look()
    await backs.sweep()
    assert len(carrier.rung) == 1, "once"
    (said,) = [one for one in await texts() if one.kind == "voice_we_missed_you"]
    assert (said.delivery, said.safety) == (Delivery.QUEUED, True)
    assert await tasks() == ["Rang, and our line did not answer. We rang back once and texted. Ring them."]


async def test_whoever_rang_again_and_was_answered_is_left_alone(listed: CallList, carrier: Carrier) -> None:
    listed.add(1, "completed", ago=90)
    listed.add(2, "completed", ago=80)
    again = await rings("CA" + "a" * 32)
    await Looks().look()
    clock.move(timedelta(seconds=11))
    await backs.sweep()
    assert carrier.rung == []
    assert {row.conversation_id for row in await rows()} == {again.conversation_id}
    async with transaction() as session:
        assert (await session.get_one(Conversation, again.conversation_id)).closed_at is None, "their call goes on"


async def test_several_missed_calls_of_one_carer_are_one_ring(listed: CallList, carrier: Carrier) -> None:
    for number in range(1, 4):
        listed.add(number, "failed", ago=100 - number)
    await Looks().look()
    clock.move(timedelta(seconds=11))
    await backs.sweep()
    assert [call.to for call in carrier.rung] == [CARER]
    assert len({row.conversation_id for row in await rows()}) == 1


async def test_a_hidden_number_is_a_task_and_so_is_a_telephone_that_may_be_watched(
    listed: CallList, carrier: Carrier
) -> None:
    listed.add(1, "completed", caller="anonymous")
    call = await rings("CA" + "b" * 32)
    await hangs_up(call, "completed")
    async with transaction() as session:
        team_id = (await session.get_one(Conversation, call.conversation_id)).team_id
    await seeds.crisis()  # By text; the row is moved to the call's conversation and made a silent one.
    async with transaction() as session:
        await session.execute(
            update(Escalation).values(conversation_id=call.conversation_id, team_id=team_id, silent=True)
        )
    clock.move(timedelta(seconds=90))
    listed.add(2, "completed", ago=60)
    await Looks().look()
    clock.move(timedelta(minutes=3))
    await backs.sweep()
    assert carrier.rung == []
    assert not [one for one in await texts() if one.kind == "voice_we_missed_you"]
    reasons = await tasks()
    assert any("hidden number and our line did not answer" in reason for reason in reasons)
    async with transaction() as session:
        row = await calls.by_sid(session, f"CA{2:032}")
        assert row is not None
        assert row.conversation_id == call.conversation_id


async def test_a_call_whose_end_was_never_told_ends_as_the_list_says(listed: CallList, carrier: Carrier) -> None:
    call = await rings(f"CA{1:032}")
    listed.add(1, "in-progress", ago=30)
    looks = Looks()
    await looks.look()
    assert [row.ended_at for row in await rows()] == [None]
    listed.add(1, "completed", ago=1800)  # The list has it from when it began.
    async with transaction() as session:
        (await session.get_one(CarerCall, call.id)).started_at -= timedelta(minutes=30)
    await looks.look()
    (row,) = await rows()
    assert (row.ended, row.ended_at is not None) == ("completed", True)
    assert [one.kind for one in await texts() if one.kind == "voice_you_rang"] == ["voice_you_rang"]


async def test_a_carrier_that_gives_no_list_is_asked_again_for_all_of_it(listed: CallList, carrier: Carrier) -> None:
    looks = Looks()
    await looks.look()
    listed.add(1, "completed", ago=1)
    listed.away = BUSY
    clock.move(timedelta(minutes=30))
    await looks.look()
    assert await rows() == []
    listed.away = None
    await looks.look()
    assert (await rows())[0].carrier_sid == f"CA{1:032}"
