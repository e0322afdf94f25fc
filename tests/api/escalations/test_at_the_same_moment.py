"""Two people, or two messages, at the same moment: one wins, the other is told, and nothing is doubled."""

import asyncio
from collections import Counter, defaultdict
from uuid import UUID

from sqlalchemy import func, select

from api.conversations.models import Conversation, Message
from api.database import transaction
from api.errors import Conflict
from api.escalations import jobs, service, tasks
from api.escalations.models import Escalation, Found, Task, TimelineEvent
from api.escalations.rules import Event, Outcome, State, TaskKind
from api.paging.models import Page
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import CARER, LINE, NURSE_ONE, NURSE_TWO, PAGER, Line
from tests.harness.stand_in import Carrier

NURSES = ("Demo Nurse One", "Demo Nurse Two", "Demo Lead")


async def how_many(model: type, *where: object) -> int:
    async with transaction() as session:
        found = select(func.count()).select_from(model).where(*where)  # type: ignore[arg-type]
        return (await session.execute(found)).scalar_one()


async def take(escalation_id: UUID, name: str) -> str:
    """One nurse accepts: what came of it."""
    person = await seeds.nurse(name)
    try:
        async with transaction() as session:
            await service.accept(session, escalation_id, await session.merge(person, load=False), "test")
    except Conflict as refused:
        return refused.detail
    return "accepted"


async def test_three_nurses_accept_at_the_same_moment_and_exactly_one_has_it(db: str, carrier: Carrier) -> None:
    for _ in range(5):
        escalation_id = await seeds.crisis(f"+4477009001{_:02}")
        answers = Counter(await asyncio.gather(*(take(escalation_id, name) for name in NURSES)))

        assert answers["accepted"] == 1
        assert sum(answers.values()) == 3
        assert all("cannot become accepted" in words for words in answers if words != "accepted")
        told = TimelineEvent.escalation_id == escalation_id, TimelineEvent.tell == "accepted"
        assert await how_many(TimelineEvent, *told) == 1, "the carer is given one name"


async def test_two_nurses_text_accept_at_the_same_moment_and_the_other_is_told(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing")
    await line.later(minutes=3)
    assert "to accept" in line.last(NURSE_ONE)
    assert "to accept" in line.last(NURSE_TWO)

    await asyncio.gather(*(line.carrier.send_in(nurse, PAGER, "1a") for nurse in (NURSE_ONE, NURSE_TWO)))
    await line.settle()

    last = {line.last(NURSE_ONE)[:9], line.last(NURSE_TWO)[:9]}
    assert last == {"Yours sin", "1 was tak"}
    assert sum("has your message" in words for words in line.phone(CARER)) == 1


async def test_a_text_and_another_program_at_the_same_moment(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing")
    async with transaction() as session:
        escalation_id = (await session.execute(select(Escalation.id))).scalar_one()
    other, headers = await seeds.nurse("Demo Nurse Two"), await seeds.token(Scope.ESCALATIONS_WRITE)
    body = {"to": "accepted", "person_id": str(other.id)}

    _, moved = await asyncio.gather(
        line.carrier.send_in(NURSE_ONE, PAGER, "1a"),
        line.client.post(f"/v1/escalations/{escalation_id}/moves", json=body, headers=headers),
    )
    await line.settle()

    by_text = "Yours since" in line.last(NURSE_ONE)
    assert moved.status_code == (409 if by_text else 200)
    assert by_text or "was taken by Demo Nurse Two" in line.last(NURSE_ONE)


async def test_two_messages_of_one_carer_in_parallel_open_one_escalation(line: Line) -> None:
    words = ["hes stopped breathing", "shes not breathing help", "he took all his pills", "there is blood everywhere"]
    statuses = await asyncio.gather(*(line.carrier.send_in(CARER, LINE, one) for one in words))
    await line.settle()

    assert set(statuses) == {200}
    assert await how_many(Conversation) == 1
    assert await how_many(Message, Message.author == "carer") == len(words)
    assert await how_many(Escalation) == 1
    assert await how_many(TimelineEvent, TimelineEvent.kind == Event.RAISED) == 1
    assert await how_many(Found) >= 2


async def test_many_carers_at_once_each_get_an_escalation_of_their_own(line: Line) -> None:
    numbers = [f"+4477009005{n:02}" for n in range(12)]
    await asyncio.gather(*(line.carrier.send_in(number, LINE, "hes stopped breathing") for number in numbers))
    await line.settle()

    assert await how_many(Escalation) == len(numbers)
    for number in numbers:
        assert "999" in line.last(number)
    async with transaction() as session:
        open_pages = (await session.execute(select(Page.person_id, Page.code).where(Page.state == "open"))).all()
    codes: dict[UUID, list[int]] = defaultdict(list)
    for person_id, code in open_pages:
        codes[person_id].append(code)
    everybodys = sorted(map(sorted, codes.values()), key=len)
    assert everybodys[-1] == list(range(1, len(numbers) + 1)), "at night others are paged beside a nurse woken often"
    for theirs in everybodys:
        assert theirs == list(range(1, len(theirs) + 1)), "every open page of one person has a code of its own"


async def test_accepting_while_the_ladder_climbs_leaves_no_page_open(db: str, carrier: Carrier) -> None:
    for n in range(6):
        escalation_id = await seeds.crisis(f"+4477009006{n:02}")
        await asyncio.gather(jobs.climb(escalation_id), take(escalation_id, "Demo Nurse Two"))

        assert (await seeds.escalation(escalation_id)).state == State.ACCEPTED
        assert await how_many(Page, Page.escalation_id == escalation_id, Page.state == "open") == 0


async def test_closing_and_a_new_cry_at_the_same_moment_lose_nothing(db: str, carrier: Carrier) -> None:
    """The cry is on a new escalation, or on the one that was still open when it came: never on none."""
    person = await seeds.nurse("Demo Nurse One")

    async def close(escalation_id: UUID) -> None:
        async with transaction() as session:
            merged = await session.merge(person, load=False)
            await service.resolve(session, escalation_id, merged, Outcome.ADVICE, "spoken with")

    for n in range(6):
        address = f"+4477009007{n:02}"
        first = await seeds.crisis(address)
        await take(first, person.name)
        await asyncio.gather(close(first), seeds.carer_writes("hes stopped breathing again", address))
        async with transaction() as session:
            newest = (await session.execute(select(Escalation).order_by(Escalation.raised_at.desc()))).scalars().first()
        assert newest is not None
        assert newest.id != first or await how_many(Found, Found.escalation_id == first) == 2


async def test_the_same_task_asked_for_at_once_is_one(db: str) -> None:
    conversation_id = await seeds.carer_writes("can i get any money")
    async with transaction() as session:
        team_id = (await session.get_one(Conversation, conversation_id)).team_id

    async def ask() -> None:
        async with transaction() as session:
            await tasks.add(session, conversation_id, team_id, TaskKind.CALL_BACK, "ring")

    results = await asyncio.gather(*(ask() for _ in range(6)), return_exceptions=True)
    assert await how_many(Task) == 1
    assert [one for one in results if one is not None] == []
