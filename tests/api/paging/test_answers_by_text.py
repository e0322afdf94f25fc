"""A nurse answers a page from any telephone, however oddly either side has written, and always hears what was done."""

import pytest
from sqlalchemy import select

from api import gsm7
from api.database import transaction
from api.escalations.models import Escalation
from tests.harness.line import CARER, NURSE_ONE, NURSE_TWO, OTHER_CARER, PAGER, Line

CRISIS = "hes stopped breathing"


async def states() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(select(Escalation.state).order_by(Escalation.raised_at))).scalars())


@pytest.mark.parametrize(
    "words",
    [
        f"[help] {CRISIS} [team number]",
        f"{CRISIS} [nurse] {{}} %s \\ $1",
        f"{CRISIS} " + "[€]" * 400,
        f"{CRISIS} 😀\n\n“now”…",
        f"{CRISIS} a null \x00 byte",
    ],
    ids=["places", "marks", "long", "pictures", "null"],
)
async def test_whatever_the_carer_wrote_the_nurse_can_accept_and_gets_it_in_one_text(line: Line, words: str) -> None:
    await line.text(CARER, words)
    await line.staff_text(NURSE_ONE, "1a")

    assert await states() == ["accepted"]
    details = line.last(NURSE_ONE)
    assert "stopped breathing" in details
    assert CARER in details
    assert gsm7.is_gsm7(details)
    assert gsm7.length(details) <= gsm7.TEXT_LIMIT


async def test_an_answer_that_the_carrier_repeats_is_done_once(line: Line) -> None:
    await line.text(CARER, CRISIS)
    for _ in range(3):
        await line.carrier.send_in(NURSE_ONE, PAGER, "1a", sid="SM" + "7" * 32)
    await line.settle()

    assert sum("Yours since" in words for words in line.phone(NURSE_ONE)) == 1
    assert sum("has your message" in words for words in line.phone(CARER)) == 1


async def test_said_twice_the_details_come_again_and_nothing_else(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1a")
    await line.staff_text(NURSE_ONE, "1a")

    assert sum("Yours since" in words for words in line.phone(NURSE_ONE)) == 2
    assert sum("has your message" in words for words in line.phone(CARER)) == 1


async def test_with_two_pages_open_a_plain_accept_is_asked_about(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.text(OTHER_CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "accept")

    assert "Which one?" in line.last(NURSE_ONE)
    assert await states() == ["waiting", "waiting"]
    await line.staff_text(NURSE_ONE, "2a")
    assert await states() == ["waiting", "accepted"]


async def test_what_is_no_answer_changes_nothing_and_says_so(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "ok on my way")
    assert "Not understood and nothing was changed" in line.last(NURSE_ONE)
    await line.staff_text(NURSE_ONE, "7a")
    assert "You have no open page" in line.last(NURSE_ONE)
    assert await states() == ["waiting"]


async def test_who_answers_too_late_is_told_that_it_was_taken(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.later(minutes=3)
    await line.staff_text(NURSE_TWO, "1a")
    await line.staff_text(NURSE_ONE, "1a")

    assert "was taken by Demo Nurse Two" in line.last(NURSE_ONE)
    assert sum("has your message" in words for words in line.phone(CARER)) == 1


async def test_nobody_else_can_answer_a_page(line: Line) -> None:
    await line.text(CARER, CRISIS)
    await line.text("+447700900066", "1a", to=PAGER)
    assert (await states())[0] == "waiting"
