"""The live board: who is waiting, for how long, who has been asked, and what went wrong."""

import re
from uuid import UUID

from sqlalchemy import select

from api.clients.pretend import Behaviour
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.models import Task
from api.escalations.rules import TaskKind
from tests.harness.line import CARER, LEAD, NURSE_ONE, NURSE_TWO, OTHER_CARER, Line
from tests.harness.seeds import carer_writes, nurse
from tests.harness.staff import StaffBrowser, another_team_s_nurse, on_record

CRISIS, SAD = "hes stopped breathing", "i keep thinking about killing myself"
_ROW = re.compile(r'<h3 class="row__title"><a class="row__link"[^>]*>(.*?)</a>')


def rows(browser: StaffBrowser) -> list[str]:
    return _ROW.findall(browser.page)


async def test_an_empty_board_says_so_and_claims_nothing_more(signed_in: StaffBrowser) -> None:
    assert signed_in.title == "Live board – Nightlight"
    assert "No call for help is open." in signed_in.text
    assert "Not live yet." in signed_in.text
    assert '<noscript><meta http-equiv="refresh"' in signed_in.page


async def test_the_most_urgent_comes_first_and_then_whoever_has_waited_longest(
    line: Line, signed_in: StaffBrowser
) -> None:
    await line.text("+447700900003", SAD)
    await line.later(minutes=1)
    await line.text("+447700900004", SAD)
    await line.text(CARER, "NURSE")
    await line.later(minutes=1)
    await line.text(OTHER_CARER, CRISIS)
    await signed_in.open("/console")
    assert rows(signed_in)[0] == "Not breathing / no pulse"
    assert rows(signed_in)[1:3] == ["Carer with suicidal thoughts", "Carer with suicidal thoughts"]
    assert signed_in.text.index("Waiting 2 minutes") < signed_in.text.index("Waiting 1 minute")
    assert rows(signed_in)[3] == "Asks for a person"
    assert signed_in.title == "(4) waiting – Live board – Nightlight"


async def test_what_nobody_has_stands_before_what_somebody_has(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "accept")
    await line.text(OTHER_CARER, CRISIS)
    text = (await signed_in.open("/console")).text
    assert text.index("Nobody has accepted yet.") < text.index("Demo Nurse One accepted")


async def test_a_row_says_in_words_how_urgent_it_is_who_was_asked_and_what_comes_next(
    line: Line, signed_in: StaffBrowser
) -> None:
    await line.text(CARER, CRISIS)
    text = (await signed_in.open("/console")).text
    for words in (
        "P0",
        "Life threat now",
        "Waiting",
        "Nobody has accepted yet.",
    ):
        assert words in text
    assert re.search(r"Accept by \d\d:\d\d: 4 min left", text)
    assert re.search(r"Paged: Demo Nurse One \d\d:\d\d \(delivered\)\.", text)
    assert re.search(r"Next to be paged: second on call, at \d\d:\d\d\.", text)
    assert "Who has it Nobody yet Being paged on call Came by Text message" in text
    assert CARER not in signed_in.page


async def test_a_page_that_failed_a_target_that_was_missed_and_a_ladder_used_up_are_alarms(
    line: Line, signed_in: StaffBrowser
) -> None:
    for phone in (NURSE_ONE, NURSE_TWO, LEAD):
        line.carrier.phones[phone] = Behaviour.OFF
    await line.text(CARER, CRISIS)
    await line.later(minutes=7)
    text = (await signed_in.open("/console")).text
    assert "Everyone on call was tried for 1 carer and nobody answered." in text
    assert "Alarm Everyone on call has been tried and nobody has answered." in text
    assert "The page to Demo Nurse Two could NOT be delivered." in text
    assert "2 min late" in text
    assert signed_in.title == "(1) waiting, 1 late – Live board – Nightlight"
    assert "Nobody has been reached." in text
    assert "(NOT delivered)" in text
    seen = re.findall(r'name="alarm" value="([^"]+)"', signed_in.page)
    assert len(seen) == 1
    await signed_in.post("/console/alarms", alarm=seen[0])
    assert "I have seen this" not in signed_in.text
    assert "Nobody has been reached." in signed_in.text  # What holds still is not acknowledged away.
    await signed_in.post("/console/alarms", alarm="nonsense")
    assert signed_in.status == 422
    escalation_id = seen[0].partition(":")[0]
    await signed_in.open(f"/console/escalations/{escalation_id}")
    assert re.search(r"could NOT be delivered\. Seen by Demo Nurse One at \d\d:\d\d\.", signed_in.text)
    assert await on_record("acknowledged", UUID(escalation_id)) == 1


async def test_an_empty_rung_is_an_alarm(line: Line, signed_in: StaffBrowser) -> None:
    async with transaction() as session:
        (await session.get_one(type(await nurse("Demo Nurse One")), (await nurse("Demo Nurse One")).id)).phone = None
    await line.text(CARER, CRISIS)
    text = (await signed_in.open("/console")).text
    assert "Nobody who can be paged is down as on call. That step was skipped." in text
    assert re.search(r"Paged: Demo Nurse Two \d\d:\d\d \(delivered\)", text)


async def test_once_somebody_has_it_the_board_says_who_and_when_they_must_have_spoken(
    line: Line, signed_in: StaffBrowser
) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_TWO, "accept")  # Has no page yet: nothing changes.
    await line.staff_text(NURSE_ONE, "accept")
    text = (await signed_in.open("/console")).text
    assert re.search(r"Demo Nurse One accepted at \d\d:\d\d\. Not noted as spoken with yet\.", text)
    assert re.search(r"Speak with the carer by \d\d:\d\d: 9 min left", text)
    assert "Who has it Demo Nurse One" in text
    assert signed_in.title == "Live board – Nightlight"


async def one_task(line: Line) -> UUID:
    await line.text(CARER, "", NumMedia="1")
    async with transaction() as session:
        return (await session.execute(select(Task.id))).scalar_one()


async def test_a_task_leads_to_the_carer_and_is_done_with_a_note(line: Line, signed_in: StaffBrowser) -> None:
    task_id = await one_task(line)
    await signed_in.open("/console")
    assert "Reply as a person" in signed_in.text
    assert "/console/conversations/" in signed_in.page
    await signed_in.open(f"/console/tasks/{task_id}")
    await signed_in.post(f"/console/tasks/{task_id}", note="  ")
    assert (signed_in.status, "Write what was done" in signed_in.text) == (422, True)
    await signed_in.post(f"/console/tasks/{task_id}", note="x" * 501)
    assert (signed_in.status, "x" * 501 in signed_in.page) == (422, True)
    await signed_in.post(f"/console/tasks/{task_id}", note="Wrote back to her.")
    assert "The task is done." in signed_in.text
    assert "Nobody is waiting to be rung back or written to." in signed_in.text
    async with transaction() as session:
        task = await session.get_one(Task, task_id)
    assert (task.note, task.done_by_id) == ("Wrote back to her.", (await nurse("Demo Nurse One")).id)
    assert await on_record("finished", task_id) == 1
    assert "This is done already." in (await signed_in.open(f"/console/tasks/{task_id}")).text


async def test_a_task_of_a_carer_in_danger_leads_to_the_escalation(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, CRISIS)
    async with transaction() as session:
        escalation = (await escalations.board(session, (await nurse("Demo Lead")).team_id))[0]
        await tasks.add(session, escalation.conversation_id, escalation.team_id, TaskKind.CALL_BACK, "Ring.", "P0")
    await signed_in.open("/console")
    assert signed_in.page.count(f"/console/escalations/{escalation.id}") == 2


async def test_conversations_that_people_hold_are_not_forgotten(line: Line, signed_in: StaffBrowser) -> None:
    conversation_id = await carer_writes("hello", channel=Channel.WEB)
    await signed_in.open(f"/console/conversations/{conversation_id}")
    await signed_in.post(f"/console/conversations/{conversation_id}/messages", words="Hello, I am here.")
    assert "Demo Nurse One, by web chat Last words were ours" in (await signed_in.open("/console")).text
    await carer_writes("thank you", channel=Channel.WEB)
    assert "The carer wrote less than a minute ago and has no answer yet." in (await signed_in.open("/console")).text


async def test_a_team_sees_its_own_board_only(line: Line, desk: StaffBrowser) -> None:
    task_id = await one_task(line)
    await line.text(OTHER_CARER, CRISIS)
    await desk.sign_in(await another_team_s_nurse())
    assert "No call for help is open." in desk.text
    assert "Nobody is waiting to be rung back" in desk.text
    assert (await desk.open(f"/console/tasks/{task_id}")).status == 404
    assert (await desk.post(f"/console/tasks/{task_id}", note="mine")).status in (403, 404)


async def test_a_form_without_the_session_s_own_token_changes_nothing(line: Line, signed_in: StaffBrowser) -> None:
    task_id = await one_task(line)
    signed_in.page = ""
    await signed_in.post(f"/console/tasks/{task_id}", note="done")
    assert (signed_in.status, "This form is out of date." in signed_in.text) == (403, True)
    async with transaction() as session:
        assert (await session.get_one(Task, task_id)).done_at is None
