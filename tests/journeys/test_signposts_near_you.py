"""What a carer is told is right for where they are, with real Rasa, by text and on the web, and no postcode is kept."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from api import clock
from api.conversations.models import Conversation
from api.database import transaction
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, Line

NIGHT, DAY = datetime(2027, 3, 10, 3, 0, tzinfo=UTC), datetime(2027, 3, 10, 11, 0, tzinfo=UTC)  # A Wednesday.
MONEY = "can i get any money for looking after him"
BREAK = "can someone look after dad for a few days so i get a break"
ASK = "For help near you, reply with the first half of your postcode, like B69."
WHOLE = "OL4 1TY"  # Letters that no id and no number has.
_TABLES = text(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name <> 'messages'"
)


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


async def asked(line: Line, words: str) -> None:
    """A carer has read what this is, asks, wants none of the guide's questions, and is asked where they are."""
    await line.text(CARER, "hello")
    await line.text(CARER, words)
    await line.text(CARER, "skip")
    assert line.last(CARER).endswith(ASK)


async def place() -> tuple[str | None, str | None]:
    async with transaction() as session:
        found = (await session.execute(select(Conversation))).scalar_one()
        return found.nation, found.district


async def everything_but_messages() -> str:
    """Every row of every table, jobs and audit log too, but for the carers' own words."""
    async with transaction() as session:
        tables = (await session.execute(_TABLES)).scalars().all()
        assert {"conversations", "audit_entries", "procrastinate_jobs"} <= set(tables)
        rows = [await session.execute(text(f'SELECT t::text FROM "{table}" t')) for table in tables]  # noqa: S608
        return "\n".join(str(row) for found in rows for row in found.scalars())


async def test_a_carer_in_oldham_at_three_in_the_morning(line: Line, assistant: str) -> None:
    at(NIGHT)
    await asked(line, BREAK)
    await line.text(CARER, WHOLE)
    told = line.last(CARER)
    assert told.startswith("Thank you. This may help near you.")
    assert "opens today at 7am" in told
    assert "To talk to somebody now: Samaritans, 116 123." in told
    assert len(told) <= 306
    assert await place() == ("england", "OL4")
    assert line.phone(NURSE_ONE) == [], "a postcode is no reason to wake a nurse"


async def test_a_postcode_said_whole_is_kept_nowhere_but_in_the_carers_own_words(line: Line, assistant: str) -> None:
    at(NIGHT)
    await asked(line, BREAK)
    await line.text(CARER, f"its {WHOLE.lower()}")
    assert await place() == ("england", "OL4")
    kept = (await everything_but_messages()).lower()
    assert "1ty" not in kept
    assert "ol4" in kept


async def test_a_scottish_carer_hears_of_scottish_money(line: Line, assistant: str) -> None:
    at(DAY)
    await asked(line, MONEY)
    await line.text(CARER, "We're in Fife")
    assert "In Scotland this may help. Carer Support Payment: 0800 182 2222, open now." in line.last(CARER)
    await line.text(CARER, MONEY)
    assert "In Scotland: Carer Support Payment, 0800 182 2222, open now." in line.last(CARER)
    assert ASK not in line.last(CARER)


async def test_a_border_postcode_leads_to_the_question_for_the_nation(line: Line, assistant: str) -> None:
    at(DAY)
    await asked(line, MONEY)
    await line.text(CARER, "CH4 8RD")
    assert line.last(CARER) == "Thank you. Is that in England or Wales? Reply with the name."
    await line.text(CARER, "Wales")
    assert "In Wales this may help. Advicelink Cymru" in line.last(CARER)
    assert await place() == ("wales", "CH4")


async def test_whoever_would_rather_not_say_is_helped_all_the_same(line: Line, assistant: str) -> None:
    at(DAY)
    await asked(line, MONEY)
    await line.text(CARER, "rather not say")
    assert line.last(CARER).startswith("That is all right. You do not have to say.")
    await line.text(CARER, BREAK)
    assert ASK not in line.last(CARER)
    assert await place() == (None, None)


async def test_on_the_web_two_services_stand_with_their_pages(line: Line, assistant: str) -> None:
    at(DAY)
    carer = await ChatBrowser(line.client).open()
    for words in (BREAK, "skip"):
        await carer.say(words)
        await line.settle()
    await carer.open()
    assert ASK in carer.text
    await carer.say("nr12")
    await line.settle()
    await carer.open()
    told = carer.lines[-1][1]
    assert "Carers Matter Norfolk: 0800 083 1148" in told
    assert "ring to ask when it is open" in told
    assert "https://carersmatternorfolk.org.uk" in told
    assert "open now" in told
