"""The work list: who is due first, taking, trying in vain until a coordinator decides, handing on, and being late."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock
from api.console.tasks.rules import NO_ANSWER, again_at, errors, outcomes
from api.conversations import service as conversations
from api.database import transaction
from api.escalations import tasks
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from tests.harness.line import CARER, LEAD, OTHER_CARER, Line
from tests.harness.seeds import carer_writes, nurse
from tests.harness.staff import NURSE_TWO, StaffBrowser, another_team_s_nurse, on_record

LIST = "/console/tasks"
LEAD_MAIL = "lead@demo.example"
_TITLE = re.compile(r'id="task-[^>]*>(.*?)</a>')


async def task(kind: TaskKind = TaskKind.CALL_BACK, priority: str = "P2", address: str = CARER) -> UUID:
    conversation_id = await carer_writes("what money is there", address)
    async with transaction() as session:
        team_id = (await conversations.get(session, conversation_id)).team_id
        return (await tasks.add(session, conversation_id, team_id, kind, "Ring about the bed.", priority)).id


async def stands(task_id: UUID) -> Task:
    async with transaction() as session:
        return (await session.execute(select(Task).where(Task.id == task_id))).scalar_one()


@pytest.mark.parametrize(
    ("now", "typed", "expected"),
    [
        ((2026, 11, 23, 2, 0), "3:15", (2026, 11, 23, 3, 15)),
        ((2026, 11, 23, 2, 0), "0130", (2026, 11, 24, 1, 30)),
        ((2026, 7, 1, 2, 0), "03.15", (2026, 7, 2, 2, 15)),  # 03:00 by the clock on the wall: already past.
        ((2026, 10, 24, 23, 0), "08:00", (2026, 10, 25, 8, 0)),  # The clocks go back that night.
    ],
)
def test_again_is_the_next_time_that_the_clock_on_the_wall_shows_it(
    now: tuple[int, ...], typed: str, expected: tuple[int, ...]
) -> None:
    moment = datetime(*now, tzinfo=UTC)  # type: ignore[misc,arg-type]
    found = again_at(typed, moment)
    assert found is not None
    assert found > moment
    if now[1] != 7:
        assert found == datetime(*expected, tzinfo=UTC)  # type: ignore[misc,arg-type]
    else:
        assert (found.hour, found.minute) == (2, 15)


@pytest.mark.parametrize("typed", ["", "soon", "24:00", "12:60", "7"])
def test_what_is_no_time_of_day_is_asked_for_again(typed: str) -> None:
    assert again_at(typed, clock.now()) is None
    assert "again" in errors(outcomes("call_back", False, 0), NO_ANSWER, "rang", None)


def test_what_can_be_noted_depends_on_the_kind_and_on_who_notes_it() -> None:
    assert outcomes("reply_by_person", True, 3) == ("done",)
    assert outcomes("voicemail", False, 3) == ("spoke", "no_answer")
    assert outcomes("missed_call", True, 3) == ("spoke", "no_answer", "not_reached")


async def test_the_most_urgent_and_then_the_one_due_first_stand_first_and_what_is_late_is_an_alarm(
    line: Line, signed_in: StaffBrowser
) -> None:
    await task(TaskKind.REPLY_BY_PERSON, "P3")
    await task(TaskKind.CALL_BACK, "P1", OTHER_CARER)
    text = (await signed_in.open(LIST)).text
    assert _TITLE.findall(signed_in.page) == ["Ring back", "Reply as a person"]
    assert re.search(r"By when : Due \d\d:\d\d \(\d\d minutes left\)|By when Due", text)
    assert "2 to do, 0 late" in text
    await line.jump(minutes=31)
    assert "1 to do for carers past the time, the most urgent P1." in line.last(LEAD)
    await line.jump(minutes=5)
    assert len(line.phone(LEAD)) == 1, "said once"
    await signed_in.sign_in()
    text = (await signed_in.open(LIST)).text
    assert "1 task is past the time by which a carer should have heard." in text
    assert "Late by" in text
    assert signed_in.title == "(1 late) To do – Nightlight"


async def test_three_tries_in_vain_and_then_a_coordinator_decides(line: Line, signed_in: StaffBrowser) -> None:
    task_id = await task()
    here = f"{LIST}/{task_id}"
    await signed_in.open(here)
    await signed_in.post(f"{here}/take")
    assert "Who has it: Demo Nurse One" in signed_in.text
    await signed_in.post(here, outcome=NO_ANSWER, note="Rang out.")
    assert (signed_in.status, "Write when to ring again" in signed_in.text) == (422, True)
    await signed_in.post(here, note="Rang out.")
    assert (signed_in.status, "Say what happened" in signed_in.text) == (422, True)
    for tries in (1, 2):
        again = (clock.now() + timedelta(hours=1)).astimezone(clock.UK).strftime("%H:%M")
        await signed_in.post(here, outcome=NO_ANSWER, note="Rang out.", again=again)
        assert "It is due again at the time that you gave." in signed_in.text
        assert ((await stands(task_id)).tries, (await stands(task_id)).taken_by_id) == (tries, None)
        await signed_in.open(here)
    await signed_in.post(here, outcome=NO_ANSWER, note="Voicemail.", again="03:15")
    assert "a coordinator must decide" in signed_in.text
    await signed_in.open(here)
    assert "Demo Nurse One rang and nobody answered. Again at" in signed_in.text
    await signed_in.post(here, outcome="spoke", note="Got her at last.")
    assert (signed_in.status, "is for a coordinator" in signed_in.text) == (409, True)

    signed_in.client.cookies.clear()
    await signed_in.sign_in(LEAD_MAIL)
    await signed_in.open(here)
    await signed_in.post(here, outcome="not_reached", note="Her GP knows.")
    assert "The task is done." in signed_in.text
    assert (await stands(task_id)).outcome == "not_reached"
    assert await on_record("no_answer", task_id) == 3
    assert await on_record("finished", task_id) == 1


async def test_a_task_is_handed_on_and_a_colleague_s_is_left_to_them_until_it_is_late(
    line: Line, signed_in: StaffBrowser
) -> None:
    task_id = await task(priority="P1")
    here = f"{LIST}/{task_id}"
    await signed_in.open(here)
    await signed_in.post(f"{here}/hand", to=str((await nurse("Demo Lead")).id), note="She knows the family.")
    assert "It is your colleague’s now." in signed_in.text
    signed_in.client.cookies.clear()
    await signed_in.sign_in(NURSE_TWO)
    await signed_in.open(here)
    assert "Demo Nurse One handed it to Demo Lead. “She knows the family.”" in signed_in.text
    await signed_in.post(f"{here}/take")
    assert (signed_in.status, "A colleague has taken this already." in signed_in.text) == (409, True)
    await signed_in.post(f"{here}/hand", to=str((await nurse("Demo Nurse One")).id))
    assert signed_in.status == 409
    clock.move(timedelta(minutes=31))
    signed_in.client.cookies.clear()
    await signed_in.sign_in(NURSE_TWO)
    await signed_in.open(here)
    await signed_in.post(f"{here}/take")
    assert "Who has it: Demo Nurse Two" in signed_in.text


async def test_a_team_sees_and_takes_its_own_only(line: Line, desk: StaffBrowser) -> None:
    task_id = await task()
    await desk.sign_in(await another_team_s_nurse())
    assert "Nobody is waiting to be rung back" in (await desk.open(LIST)).text
    assert (await desk.open(f"{LIST}/{task_id}")).status == 404
    for form in ("", "/take", "/hand"):
        to = str((await nurse("Demo Nurse One")).id)
        answer = await desk.post(f"{LIST}/{task_id}{form}", outcome="spoke", note="mine", to=to)
        assert answer.status in (403, 404), form
    assert (await stands(task_id)).taken_by_id is None
