"""A carer texts in a crisis: a nurse is paged until one accepts, and the carer is told the truth at each step."""

from sqlalchemy import delete, select

from api.clients.pretend import Behaviour
from api.database import transaction
from api.escalations.models import TimelineEvent
from api.rota.models import Duty
from tests.harness.line import CARER, LEAD, NURSE_ONE, NURSE_TWO, OTHER_CARER, Line

CRISIS = "hes stopped breathing pls help"


async def test_the_first_instruction_and_the_page_go_out_at_once(line: Line) -> None:
    assert await line.text(CARER, CRISIS) == 200

    assert "999" in line.last(CARER)
    page = line.last(NURSE_ONE)
    assert page.startswith("NIGHTLIGHT P0")
    assert "1a to accept" in page
    assert len(page) <= 160
    assert line.phone(NURSE_TWO) == []


async def test_nobody_answers_so_the_next_rung_is_paged_and_the_one_who_accepts_is_named(line: Line) -> None:
    await line.text(CARER, CRISIS)

    await line.later(minutes=3)
    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO)
    assert line.phone(LEAD) == []

    await line.staff_text(NURSE_TWO, "accept")
    assert "Demo Nurse Two from the on-call team has your message" in line.last(CARER)
    assert CARER in line.last(NURSE_TWO)
    assert "stopped breathing" in line.last(NURSE_TWO)
    assert "was taken by Demo Nurse Two" in line.last(NURSE_ONE)

    await line.later(minutes=5)
    assert line.phone(LEAD) == [], "acceptance stops every other page"


async def test_the_ladder_is_used_up_so_the_carer_is_told_and_paging_goes_on(line: Line) -> None:
    await line.text(CARER, CRISIS)

    await line.later(minutes=5)
    assert any("not been able to reach the nurse yet" in words for words in line.phone(CARER))
    await line.later(minutes=3)
    assert "tried everyone on call" in line.last(CARER)
    assert "999" in line.last(CARER)

    await line.later(minutes=3)
    assert "STILL WAITING" in line.last(NURSE_ONE)
    await line.staff_text(NURSE_ONE, "1a")
    assert "Demo Nurse One from the on-call team has your message" in line.last(CARER)


async def test_a_dead_phone_sends_the_ladder_on_at_once(line: Line) -> None:
    line.carrier.phones[NURSE_ONE] = Behaviour.OFF
    await line.text(CARER, CRISIS)

    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO), "nobody waits three minutes for a phone that is switched off"


async def test_who_declines_passes_it_on_at_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1d")

    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO)
    assert "Declined 1" in line.last(NURSE_ONE)


async def test_a_worse_message_pages_again_and_another_carer_is_never_merged(line: Line) -> None:
    await line.text(CARER, "NURSE")
    await line.staff_text(NURSE_ONE, "1a")
    before = len(line.phone(NURSE_ONE))

    await line.text(CARER, CRISIS)
    assert "GETTING WORSE" in line.phone(NURSE_ONE)[before]

    await line.text(OTHER_CARER, CRISIS)
    codes = {words.split("Reply ")[1][0] for words in line.phone(NURSE_ONE) if "to accept" in words}
    assert len(codes) >= 2, "each carer has a code of their own"


async def test_the_nurse_who_has_it_hears_what_the_carer_adds(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "accept")

    await line.text(CARER, "shes still not breathing")
    assert "the carer you have (1) has written more" in line.last(NURSE_ONE)
    await line.text(CARER, "the key is under the pot")
    assert "I have put this with your message for Demo Nurse One" in line.last(CARER)
    assert line.phone(NURSE_TWO) == []


async def test_who_has_spoken_with_the_carer_says_so_by_text(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1a")
    await line.staff_text(NURSE_ONE, "1c")
    assert "you have spoken with the carer for 1" in line.last(NURSE_ONE)


async def test_a_reply_that_is_not_understood_changes_nothing_and_says_so(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "on my way love")

    assert "Not understood and nothing was changed" in line.last(NURSE_ONE)
    await line.later(minutes=3)
    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO), "only a plain answer stops the ladder"


async def test_an_answer_that_comes_too_late_is_told_who_was_first(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.later(minutes=3)
    await line.staff_text(NURSE_TWO, "1a")
    await line.staff_text(NURSE_ONE, "1a")

    assert "taken by Demo Nurse Two" in line.last(NURSE_ONE)
    assert "Demo Nurse Two" in line.last(CARER)


async def test_an_empty_rung_is_skipped_at_once_with_an_alarm(line: Line) -> None:
    async with transaction() as session:
        await session.execute(delete(Duty).where(Duty.rung == "on_call"))
    await line.text(CARER, CRISIS)

    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO)
    async with transaction() as session:
        kinds = (await session.execute(select(TimelineEvent.kind))).scalars().all()
    assert "rung_skipped" in kinds


async def test_nobody_on_call_at_all_is_told_at_once_and_is_an_alarm(line: Line) -> None:
    async with transaction() as session:
        await session.execute(delete(Duty))
    await line.text(CARER, CRISIS)

    assert "tried everyone on call" in line.last(CARER)
    assert "999" in line.last(CARER)
