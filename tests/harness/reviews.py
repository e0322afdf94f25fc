"""A conversation that somebody is asked to review, and a miss that two have found."""

from datetime import timedelta
from uuid import UUID

from api import clock
from api.conversations import service as conversations
from api.conversations.rules import Author
from api.database import transaction
from api.review.judging import jobs, service
from api.review.judging.models import Assignment, MissedCrisis
from api.review.judging.rules import Answer, Judgement, Net, Round
from api.review.judging.sampling import service as sampling
from api.triage.rules import Priority
from tests.harness import seeds


async def a_day_later() -> None:
    """Whatever was said is still, and given out."""
    clock.move(timedelta(hours=25))
    await jobs.sweep()


async def assignment(conversation_id: UUID, name: str) -> Assignment:
    """This person is asked to review it first."""
    person = await seeds.nurse(name)
    async with transaction() as session:
        stretch = await sampling.decide(session, conversation_id)
        return sampling.add(session, stretch, Round.FIRST, person.id)


async def judged(conversation_id: UUID, name: str, priority: Priority | None = Priority.P1, since: int = 0) -> None:
    """This person says that somebody should have been called from this message of the carer. None: nobody had."""
    person = await seeds.nurse(name)
    async with transaction() as session:
        thread = await conversations.thread(session, conversation_id)
        message = [one for one in thread if one.author == Author.CARER][since]
        said = Judgement(
            should_have_escalated=priority is not None,
            priority=priority,
            since_message_id=message.id if priority else None,
            answer_right=Answer.YES,
            answer_kind=Answer.YES,
            answer_complete=Answer.NO,
            safety_net=Net.NOT_GIVEN,
            safeguarding=False,
            note="",
        )
        await service.judge(session, conversation_id, person, said)


async def miss(address: str) -> MissedCrisis:
    """A carer wrote something quiet, and two readers say that it was none."""
    conversation_id = await seeds.carer_writes("what money is there", address)
    for name in ("Demo Reviewer", "Demo Safety Officer"):
        await judged(conversation_id, name)
    async with transaction() as session:
        (found,) = [one for one in await service.missed_open(session) if one.conversation_id == conversation_id]
        return found
