"""The same crisis, by web chat without JavaScript: paged, not answered, the next rung, accepted, the carer told."""

from tests.harness.chat import ChatBrowser
from tests.harness.line import NURSE_ONE, NURSE_TWO, Line


async def test_from_the_first_words_to_the_nurse_by_name(line: Line) -> None:
    carer = await ChatBrowser(line.client).open()
    await carer.say("hes stopped breathing what do i do")
    await line.settle()
    await carer.open()
    assert "Ring 999 now" in carer.text
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)

    await line.later(minutes=3)
    assert "NIGHTLIGHT P0" in line.last(NURSE_TWO), "nobody answered: the next rung"
    await line.later(minutes=2)
    await carer.open()
    assert "not been able to reach the nurse yet" in carer.text

    await line.staff_text(NURSE_TWO, "accept")
    assert "No number yet" in line.last(NURSE_TWO)
    await carer.open()
    assert "Demo Nurse Two from the on-call team has your message" in carer.text


async def test_two_browsers_are_two_carers(line: Line) -> None:
    first = await ChatBrowser(line.client).open()
    await first.say("hes stopped breathing")
    line.client.cookies.clear()
    second = await ChatBrowser(line.client).open()

    assert "stopped breathing" not in second.text
