"""What the line points to is true at the hour at which it is said."""

from datetime import UTC, datetime

from api import clock
from tests.harness.line import CARER, Line

NIGHT, DAY = datetime(2027, 3, 10, 3, 0, tzinfo=UTC), datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
LONELY = "mum died in march and i still cry every day, is there anyone i can talk to about grief"
MONEY = "can i get any money for looking after him"


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


async def test_at_three_in_the_morning_somebody_who_is_awake_is_named(line: Line, assistant: str) -> None:
    at(NIGHT)
    await line.text(CARER, "hello")
    await line.text(CARER, LONELY)
    assert "now: Samaritans, 116 123" in line.last(CARER) or "Samaritans is open now" in line.last(CARER)
    assert len(line.last(CARER)) <= 306


async def test_by_day_what_is_open_is_said_and_by_night_nothing_closed_is_called_open(
    line: Line, assistant: str
) -> None:
    at(DAY)
    await line.text(CARER, "hello")
    await line.text(CARER, MONEY)
    assert "Open now: " in line.last(CARER) or "is open now" in line.last(CARER)
    at(NIGHT)
    await line.text(CARER, MONEY)
    assert "open now" not in line.last(CARER).lower()


async def test_the_first_answer_says_what_this_is_before_anything_else(line: Line, assistant: str) -> None:
    at(DAY)
    await line.text(CARER, MONEY)
    assert line.last(CARER).startswith("Nightlight, a computer.")
    assert len(line.last(CARER)) <= 306
