"""What the line points to is true at the hour at which it is said."""

from datetime import UTC, datetime

from api import clock
from tests.harness.line import CARER, Line

NIGHT, DAY = datetime(2027, 3, 10, 3, 0, tzinfo=UTC), datetime(2027, 3, 10, 11, 0, tzinfo=UTC)
LONELY = "mum died in march and i still cry every day, is there anyone i can talk to about grief"
MONEY = "can i get any money for looking after him"


async def told(line: Line, words: str) -> str:
    """The answer to this; a guide may put its first question in a text after it."""
    before = len(line.phone(CARER))
    await line.text(CARER, words)
    return line.phone(CARER)[before]


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


async def test_at_three_in_the_morning_somebody_who_is_awake_is_named(line: Line, assistant: str) -> None:
    at(NIGHT)
    await line.text(CARER, "hello")
    answer = await told(line, LONELY)
    assert "now: Samaritans, 116 123" in answer or "Samaritans is open now" in answer
    assert len(answer) <= 306


async def test_by_day_what_is_open_is_said_and_by_night_nothing_closed_is_called_open(
    line: Line, assistant: str
) -> None:
    at(DAY)
    await line.text(CARER, "hello")
    answer = await told(line, MONEY)
    assert "Open now: " in answer or "is open now" in answer
    at(NIGHT)
    assert "open now" not in (await told(line, MONEY)).lower()


async def test_the_first_answer_says_what_this_is_before_anything_else(line: Line, assistant: str) -> None:
    at(DAY)
    answer = await told(line, MONEY)
    assert answer.startswith("Nightlight, a computer.")
    assert len(answer) <= 306
