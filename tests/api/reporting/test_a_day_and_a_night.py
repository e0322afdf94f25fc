"""A day and a night on the line, counted by hand, and counted again when something is closed a day later."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from api import clock
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel, assistant_kind
from api.database import transaction
from api.directory.rules import Need, Place
from api.directory.signposts import service as signposts
from api.escalations import feedback, waiting
from api.escalations import service as escalations
from api.escalations.rules import Outcome
from api.people.models import Person
from api.reporting import service
from api.reporting.hiding.rules import Hidden, How
from api.reporting.rollups import jobs
from api.reporting.rollups.models import CallFigure, ContactFigure
from api.reporting.rules import Period, Span, period
from api.reporting.service import Report
from tests.harness import seeds
from tests.harness.line import Line

FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD


def to(hour: int) -> None:
    """Move the clock on to this hour of the next day."""
    tomorrow = clock.now().astimezone(clock.UK).date() + timedelta(days=1)
    clock.move(datetime.combine(tomorrow, time(hour), clock.UK) - clock.now())


async def call_for_help(line: Line, number: int, person: Person, close: bool) -> UUID:
    """Accepted after as many minutes as its number, and spoken with a minute later."""
    call_id = await seeds.crisis(f"+4477009010{number:02}")
    await line.settle()
    clock.move(timedelta(minutes=number))
    async with transaction() as session:
        await escalations.accept(session, call_id, person, "test")
    clock.move(timedelta(minutes=1))
    async with transaction() as session:
        await escalations.contacted(session, call_id, person, "test")
    if close:
        async with transaction() as session:
            await escalations.resolve(session, call_id, person, Outcome.ADVICE, "")
    await line.settle()
    return call_id


async def question(number: int, channel: Channel, after: float, kind: str) -> UUID:
    """A carer asks something and is answered after so many seconds."""
    conversation_id = await seeds.carer_writes("what money is there", f"+4477009020{number:02}", channel)
    clock.move(timedelta(seconds=after))
    async with transaction() as session:
        talk = await session.get_one(Conversation, conversation_id)
        await conversations.say(session, talk, "Words.", kind)
        await session.execute(update(Message).values(answered_at=clock.now()).where(Message.answered_at.is_(None)))
    return conversation_id


async def a_day(line: Line) -> UUID:
    """Six calls for help, the last still open; two questions by text, five by chat; one carer back in the evening.

    One carer does not feel safe waiting, and one page was not needed. Returns the call that is still open.
    """
    to(8)
    person = await seeds.nurse("Demo Nurse One")
    calls = [await call_for_help(line, number, person, close=number < 6) for number in range(1, 7)]
    async with transaction() as session:
        one = await escalations.locked(session, calls[5])
        message = select(Message.id).where(Message.conversation_id == one.conversation_id).limit(1)
        await waiting.cannot_wait(session, one, (await session.execute(message)).scalar_one(), "test")
    async with transaction() as session:
        await escalations.accept(session, calls[5], await session.get_one(Person, person.id), "test")
    async with transaction() as session:
        await feedback.keep_here(session, calls[0], person, was_right=False)
    await question(1, Channel.SMS, 3, assistant_kind(Need.BENEFITS_CARER))
    talk = await question(2, Channel.SMS, 30, assistant_kind(Need.BENEFITS_CARER) + ":place")
    for number in range(3, 8):
        await question(number, Channel.WEB, 2, assistant_kind("not_understood"))
    async with transaction() as session:
        await session.execute(update(Conversation).where(Conversation.id == talk).values(district="OL4", language="pl"))
        for number in range(12):
            where = (Need.GRANTS, Place(), ["samaritans"])
            await signposts.note(session, talk, None, *where, found=True, is_open=number > 0)
    clock.move(timedelta(hours=13))
    await seeds.carer_writes("me again", "+447700902003", Channel.WEB)
    return calls[5]


async def report(about: Period, team_id: UUID | None) -> Report:
    async with transaction() as session:
        return await service.report(session, team_id, about)


async def never_answered() -> int:
    async with transaction() as session:
        found = select(func.count()).where(ContactFigure.answered_after.is_(None))
        return (await session.execute(found)).scalar_one()


async def rows() -> tuple[int, int]:
    async with transaction() as session:
        counts = [
            (await session.execute(select(func.count()).select_from(one))).scalar_one()
            for one in (ContactFigure, CallFigure)
        ]
    return counts[0], counts[1]


async def test_a_day_counted_by_hand_and_a_call_that_is_closed_the_next_day(line: Line) -> None:
    still_open = await a_day(line)
    person = await seeds.nurse("Demo Nurse One")
    about = period(Span.MONTH, clock.now().astimezone(clock.UK).date())
    assert (await report(about, None)).up_to is None
    await jobs.sweep()
    assert await rows() == (14, 6)
    found = await report(about, person.team_id)
    came = found.contacts
    assert came.by_channel.total == 14
    assert came.by_channel.shown == {"sms": 8, "web": 6, "voice": 0}
    assert came.by_hour.shown is not None
    assert came.by_hour.shown[8] == WITHHELD, "13: it would give away the one in the evening"
    assert came.by_hour.shown[21] == FEW
    assert came.by_newness.shown == {False: WITHHELD, True: FEW}
    assert came.needs == {"benefits_carer": FEW}
    assert came.by_district.shown == {"": WITHHELD, "OL4": FEW}
    assert came.by_language.shown == {"": WITHHELD, "pl": FEW}
    answered = found.answers.in_time
    assert answered is not None
    assert (answered.whole.n, answered.whole.how) == (14, How.AT_LEAST), "one came after 30 seconds, one not at all"
    assert answered.whole.share == pytest.approx(10 / 14)
    assert await never_answered() == 1, "the one in the evening: that is not an answer within no time"
    assert found.rates["missed"].by_channel.whole.share == pytest.approx(5 / 14, abs=0.0001)
    assert found.rates["called"].by_channel.whole.share == pytest.approx(6 / 14, abs=0.0001)

    by_language = found.rates["accepted"].by_language.parts
    assert by_language is not None
    assert by_language[""].n == 6, "nobody who called for help named a language"

    helped = found.calls
    assert helped.by_priority.shown == {"P0": 6, "P1S": 0, "P1": 0, "P2": 0, "P3": 0}
    assert helped.by_category.shown == {"not_breathing": 6}
    accepted, spoken = helped.clocks["accepted"], helped.clocks["contacted"]
    assert [accepted.whole.half, accepted.whole.most] == pytest.approx([180, 360], abs=20)
    assert [spoken.whole.half, spoken.whole.most] == pytest.approx([240, 420], abs=20)
    assert accepted.in_time is not None
    assert accepted.in_time.whole.how is How.NONE, "one of six after more than five minutes"
    assert spoken.in_time is not None
    assert (spoken.in_time.whole.how, spoken.in_time.whole.share) == (How.EXACT, 1.0)
    paged = helped.clocks["paged"].whole
    assert paged.n == 6
    assert paged.most == pytest.approx(0, abs=20)
    assert (helped.cannot_wait, helped.used_up) == (FEW, 0)
    assert helped.wrong_to_page.n == FEW
    assert (found.signposts.number.total, found.signposts.found.whole.share) == (12, 1.0)
    is_open = found.signposts.is_open.whole
    assert is_open.how is How.AT_LEAST, "one of twelve was closed"
    assert is_open.share == pytest.approx(8 / 12)
    assert helped.by_outcome.shown is None, "five and one: whoever knows that there were six would know both"

    clock.move(timedelta(days=1))
    async with transaction() as session:
        await escalations.resolve(session, still_open, person, Outcome.ADVICE, "")
    await jobs.sweep()
    await jobs.count(anew=True)
    assert await rows() == (14, 6), "however often it is counted"
    later = await report(about, person.team_id)
    assert later.calls.by_outcome.shown == {"advice_given": 6}
    assert later.up_to is not None
    assert later.contacts == came


async def test_another_team_is_counted_apart_and_what_is_deleted_is_still_counted(line: Line) -> None:
    ours = await seeds.carer_writes("hello")
    other = await seeds.other_team()
    async with transaction() as session:
        await session.execute(update(Conversation).where(Conversation.id == ours).values(team_id=other.id))
    for number in range(5):
        await seeds.carer_writes("hello", f"+4477009030{number:02}")
    await jobs.sweep()
    today = period(Span.WEEK, clock.now().astimezone(clock.UK).date())
    team = (await seeds.nurse("Demo Nurse One")).team_id
    totals = [(await report(today, one)).contacts.by_channel.total for one in (team, other.id, None)]
    assert totals == [5, FEW, 6]
    async with transaction() as session:
        await session.execute(text("DELETE FROM messages WHERE conversation_id = :id"), {"id": ours})
        await session.execute(text("DELETE FROM conversations WHERE id = :id"), {"id": ours})
    await jobs.count(anew=True)
    assert (await report(today, None)).contacts.by_channel.total == 6
