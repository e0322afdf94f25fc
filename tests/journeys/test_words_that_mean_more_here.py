"""STOP, END, HELP and the like: to a carrier they are commands; beside a bed they may be a cry."""

from sqlalchemy import select

from api.clients.pretend import Behaviour
from api.database import transaction
from api.escalations.models import Escalation, Task
from tests.harness.line import CARER, LINE, NURSE_ONE, Line


async def tasks() -> list[Task]:
    async with transaction() as session:
        return list((await session.execute(select(Task))).scalars())


async def test_help_asks_whether_a_nurse_is_needed_and_nurse_brings_one(line: Line) -> None:
    await line.text(CARER, "HELP")
    assert "Do you need a nurse now?" in line.last(CARER)

    await line.text(CARER, "1")
    assert "telling the on-call nurse" in line.last(CARER)
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)


async def test_end_may_be_a_cry_so_it_is_asked_about(line: Line) -> None:
    for number, word in enumerate(("END", "quit", "Cancel.")):
        form = {"MessageSid": f"SM{number:032}", "From": CARER, "To": LINE, "Body": word, "NumMedia": "0"}
        await line.carrier.post("/twilio/sms", form)  # A carrier that leaves these words to us.
        await line.settle()
        assert "do you need help?" in line.last(CARER)


async def test_end_that_the_carrier_took_for_an_opt_out_brings_a_call(line: Line) -> None:
    await line.text(CARER, "END")

    assert line.phone(CARER) == []
    (task,) = await tasks()
    assert task.kind == "call_back"


async def test_who_stopped_texts_and_is_in_crisis_is_rung(line: Line) -> None:
    await line.text(CARER, "STOP", OptOutType="STOP")
    before = len(line.phone(CARER))

    await line.text(CARER, "hes stopped breathing")
    assert len(line.phone(CARER)) == before, "a carrier would refuse it, and the carer asked for none"
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    (task,) = await tasks()
    assert (task.kind, task.priority) == ("call_back", "P0")


async def test_stop_in_the_middle_of_a_crisis_is_a_call_back_and_the_page_goes_on(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing")
    await line.text(CARER, "stop", OptOutType="STOP")

    (task,) = await tasks()
    assert task.kind == "call_back"
    async with transaction() as session:
        assert (await session.execute(select(Escalation.state))).scalar_one() == "waiting"


async def test_the_carrier_says_that_the_number_opted_out_and_we_did_not_know(line: Line) -> None:
    line.carrier.phones[CARER] = Behaviour.OPTED_OUT
    await line.text(CARER, "hes stopped breathing")

    (task,) = await tasks()
    assert task.kind == "call_back"


async def test_start_opts_in_again(line: Line) -> None:
    await line.text(CARER, "STOP", OptOutType="STOP")
    await line.text(CARER, "START", OptOutType="START")
    assert "can text this line again" in line.last(CARER)
