"""What was found out afterwards: what carers answered, what became of them, and what reviewers said."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.console.figures.tables.presenters import outcome_title
from api.conversations.aftercare.models import SurveyAnswer
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.conversations.aftercare.outcomes.rules import Due
from api.database import transaction
from api.escalations.models import Escalation
from api.people.models import Person
from api.reporting.aftercare import service
from api.reporting.aftercare.service import Aftercare
from api.reporting.hiding.rules import How
from api.reporting.rules import Span, period
from api.review.judging.models import Review
from api.review.judging.rules import Answer, Net, Round
from api.review.judging.sampling import service as sampling
from tests.harness import seeds

READERS = {
    Round.FIRST: "Demo Reviewer",
    Round.SECOND: "Demo Safety Officer",
    Round.ADJUDICATION: "Demo Coordinator",
}


async def found_out(team_id: UUID | None = None, fewest: int = 5) -> Aftercare:
    about = period(Span.WEEK, clock.now().astimezone(clock.UK).date())
    async with transaction() as session:
        return await service.of(session, team_id, about, fewest)


async def afterwards(session: AsyncSession, conversation_id: UUID, said: str | None) -> None:
    """The carer answered this to both questions, and a day later they were at home."""
    now = clock.now()
    session.add(SurveyAnswer(conversation_id=conversation_id, asked_at=now, helped=said, safe=said))
    session.add(LaterOutcome(conversation_id=conversation_id, due=Due.DAY, due_at=now, outcome="settled"))


def read(stretch_id: UUID, conversation_id: UUID, which: Round, reader: Person, should: bool) -> Review:
    """What this reader said."""
    return Review(
        stretch_id=stretch_id,
        conversation_id=conversation_id,
        reviewer_id=reader.id,
        round=which,
        at=clock.now(),
        should_have_escalated=should,
        answer_right=Answer.YES,
        answer_kind=Answer.YES,
        answer_complete=Answer.YES,
        safety_net=Net.GIVEN,
        safeguarding=False,
        note="",
    )


async def over_before(conversation_id: UUID, reader: Person) -> None:
    """Somebody read what this carer wrote after their call for help was over: it says nothing of the call."""
    clock.move(timedelta(minutes=1))
    over = update(Escalation).where(Escalation.conversation_id == conversation_id).values(resolved_at=clock.now())
    async with transaction() as session:
        await session.execute(over)
        await sampling.decide(session, conversation_id)
        later = await sampling.decide(session, conversation_id)
        session.add(read(later.id, conversation_id, Round.FIRST, reader, should=False))


async def test_answers_outcomes_and_verdicts_are_counted(db: str) -> None:
    assert (await found_out()).outcomes == {}, "nobody was asked and nothing is recorded"
    readers = {which: await seeds.nurse(name) for which, name in READERS.items()}
    talks = [
        (await seeds.escalation(await seeds.crisis(f"+4477009040{number:02}"))).conversation_id for number in range(6)
    ]
    async with transaction() as session:
        for number, talk in enumerate(talks):
            await afterwards(session, talk, "yes" if number else None)
            stretch = await sampling.decide(session, talk)
            session.add(read(stretch.id, talk, Round.FIRST, readers[Round.FIRST], should=False))
            session.add(read(stretch.id, talk, Round.SECOND, readers[Round.SECOND], should=True))
            if number == 0:
                session.add(read(stretch.id, talk, Round.ADJUDICATION, readers[Round.ADJUDICATION], should=True))
                later = await sampling.decide(session, talk)
                session.add(read(later.id, talk, Round.FIRST, readers[Round.FIRST], should=False))
        old = clock.now() - timedelta(days=8)
        session.add(SurveyAnswer(conversation_id=talks[0], asked_at=old, helped="no", safe="no"))
    await over_before(talks[1], readers[Round.FIRST])
    one = await found_out()
    assert one.helped.total == 6
    assert one.helped.shown is None, "five answered and one did not: the one would be given away"
    assert one.outcomes[Due.DAY].shown == {"settled": 6}
    assert one.reviewed_false.n == 7, "a stretch that came later is judged for itself, if the call was still open in it"
    assert one.reviewed_false.how == How.NONE, "the one would be given away"
    assert (await found_out(fewest=1)).reviewed_false.share == pytest.approx(1 / 7, abs=0.0001), "the graver one counts"
    assert (await found_out((await seeds.other_team()).id)).helped.total == 0


def test_outcomes_are_called_what_their_file_calls_them() -> None:
    assert outcome_title("died_as_wished") == "Died at home, as they wished"
    assert outcome_title("") == "Not recorded"
    assert outcome_title("gone_away") == "Gone away", "a word that the file does not have any more"
