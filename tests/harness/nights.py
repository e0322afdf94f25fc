"""Nights as they might be, played on the real database with the real services and a clock that jumps.

A night is a list of moments: a crisis, an answer, a worker that dies. Between them the clock jumps to whatever the
database says is due next, and the worker's own sweeps do it. Every wake-up is lost on purpose: the rows are the truth.
What happened is judged afterwards, in `tests/harness/judging.py`, from what the database and the carrier have.
"""

import heapq
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text

from api import clock, worker
from api.channels.pager import service as pager
from api.clients.carrier import Text
from api.conversations.models import Conversation
from api.conversations.rules import Channel
from api.database import single, transaction
from api.escalations import desk
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import SOMEBODY_HAS_IT, Danger, Outcome
from api.people.models import Person, Team
from api.people.rules import LOOKS_AFTER_CARERS
from api.rota.models import Duty
from api.rota.rules import Rung
from api.triage.rules import Priority
from tests.harness.stand_in import BUSY, NO_ANSWER, REFUSED, Killed

DUE = text("""
    SELECT least(
        (SELECT min(least(next_page_at, late_at, contact_by, hand_by)) FROM escalations WHERE state <> 'resolved'),
        (SELECT min(try_at) FROM staff_texts WHERE delivery IN ('queued', 'sending')))
""")
DANGERS = {
    Priority.P0: "not_breathing",
    Priority.P1S: "suicidal_patient",
    Priority.P1: "breathlessness",
    Priority.P2: "catheter_blocked",
}
# None in the hour that comes twice, so that a wall clock decides.
HANDOVERS = (time(23), time(0, 30), time(3), time(5))
CODE = re.compile(r"\b(\d+)a\b")


@dataclass(frozen=True)
class Shift:
    """One person on one rung, from and until as a UK wall clock shows it."""

    person_id: UUID
    rung: Rung
    starts: datetime
    ends: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Whether the wall clock says that they are on duty."""
        return self.starts <= moment.astimezone(clock.UK).replace(tzinfo=None) < self.ends


@dataclass
class Handed:
    """One text that the carrier took: when, whose (the id of the staff text), to which number, in which words."""

    at: datetime
    text_id: str
    to: str
    words: str


@dataclass
class Night:
    """One night: who is on duty, which phones are dead, and what happened."""

    day: date
    seed: int
    team: Team
    staff: list[Person]
    dice: random.Random = field(init=False)
    shifts: list[Shift] = field(default_factory=list)
    dead_phones: set[str] = field(default_factory=set)
    handed: list[Handed] = field(default_factory=list)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)
    carers: dict[UUID, str] = field(default_factory=dict)  # Conversation: number.
    _moments: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _worker_back_at: datetime | None = None

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def at(self, local: time) -> datetime:
        """A time of this night; what is before noon is the morning after."""
        day = self.day if local.hour >= 12 else self.day + timedelta(days=1)
        return datetime.combine(day, local, clock.UK)

    def plan(self, when: datetime, what: Callable[[], Awaitable[None]]) -> None:
        """Something will happen then."""
        heapq.heappush(self._moments, (when, next(self._order), what))

    def soon(self, low: float, high: float, what: Callable[[], Awaitable[None]]) -> None:
        """Something will happen after so many seconds."""
        self.plan(clock.now() + timedelta(seconds=self.dice.uniform(low, high)), what)

    async def play(self) -> None:
        """From the evening until everything has been seen to."""
        _jump_to(self.at(time(20)))
        await self._fill_rota()
        self.dead_phones = {str(one.phone) for one in self.staff if self.dice.random() < 0.2}
        for _ in range(self.dice.choice((1, 1, 1, 2))):
            start = self.at(time(20, 30)) + timedelta(minutes=self.dice.uniform(0, 600))
            self.plan(start, self._crisis)
        if self.dice.random() < 0.2:
            self.plan(self.at(time(21)) + timedelta(minutes=self.dice.uniform(0, 540)), self._worker_dies)
        while (due := await self._next_due()) is not None:
            _jump_to(due)
            await self._one_round()

    async def _next_due(self) -> datetime | None:
        planned = self._moments[0][0] if self._moments else None
        if self._worker_back_at is not None:
            return min(self._worker_back_at, planned or self._worker_back_at)
        async with single() as session:
            in_database: datetime | None = (await session.execute(DUE)).scalar_one()
        return min(filter(None, (planned, in_database)), default=None)

    async def _one_round(self) -> None:
        if self._worker_back_at is not None and self._worker_back_at <= clock.now():
            self._worker_back_at = None
        while self._moments and self._moments[0][0] <= clock.now():
            await heapq.heappop(self._moments)[2]()
        if self._worker_back_at is None:
            try:
                await worker.sweep_pages()
            except Killed:
                return

    async def _fill_rota(self) -> None:
        people = self.dice.sample(self.staff, len(self.staff))
        evening, morning = (self.at(one).replace(tzinfo=None) for one in (time(20), time(8)))
        for rung in Rung:
            for _ in range(self.dice.choice((0, 1, 1, 1, 2)) if rung == Rung.ON_CALL else self.dice.choice((0, 1, 1))):
                middle = self.at(self.dice.choice(HANDOVERS)).replace(tzinfo=None)
                spans = [(evening, middle), (middle, morning)] if self.dice.random() < 0.3 else [(evening, morning)]
                self.shifts += [Shift(people.pop().id, rung, *span) for span in spans]
        async with transaction() as session:
            await session.execute(delete(Duty))
            for one in self.shifts:
                starts, ends = (local.replace(tzinfo=clock.UK) for local in (one.starts, one.ends))
                session.add(
                    Duty(team_id=self.team.id, person_id=one.person_id, rung=one.rung, starts_at=starts, ends_at=ends)
                )

    async def _crisis(self) -> None:
        priority = self.dice.choices(list(DANGERS), (35, 10, 25, 30))[0]
        number, now = f"+4477{self.dice.randrange(10**8):08}", clock.now()
        conversation = Conversation(
            team_id=self.team.id, channel=Channel.SMS, address=number, opened_at=now, last_message_at=now
        )
        conversation.id, conversation.contact_number = uuid4(), number
        self.carers[conversation.id] = number
        async with transaction() as session:
            session.add(conversation)
            await session.flush()
            await self._raise(conversation.id, priority)(session)
        if self.dice.random() < 0.2:
            self.soon(30, 1500, lambda: self._worse(conversation.id))
        self.soon(600, self.dice.choice((2400, 4500, 9000)), lambda: self._close(conversation.id))

    def _raise(self, conversation_id: UUID, priority: Priority) -> Callable[..., Awaitable[object]]:
        danger = Danger(DANGERS[priority], DANGERS[priority], priority, "patient", "", "", "screen")
        return lambda session: escalations.raise_alarm(session, conversation_id, self.team, [danger], None, "night")

    async def _worse(self, conversation_id: UUID) -> None:
        async with transaction() as session:
            if await escalations.open_for(session, conversation_id):
                await self._raise(conversation_id, Priority.P0)(session)

    async def _close(self, conversation_id: UUID) -> None:
        """A coordinator closes what is still open: nothing is left for the next night."""
        async with transaction() as session:
            found = await escalations.open_for(session, conversation_id)
            if found is not None:
                person = await session.get_one(Person, self.staff[0].id)
                await escalations.resolve(session, found.id, person, Outcome.AMBULANCE, "an ambulance came")

    async def _worker_dies(self) -> None:
        back_at = clock.now() + timedelta(seconds=self.dice.choice((20, 90, 400, 1500)))
        self.outages.append((clock.now(), back_at))
        self._worker_back_at = back_at

    async def send_text(self, outgoing: Text) -> str:
        """In place of the carrier: takes it, refuses it, is busy, or the worker dies as it hands the text over."""
        fate = self.dice.random()
        if self._worker_back_at is None and fate < 0.02:
            await self._worker_dies()
        if self._worker_back_at is not None:
            raise Killed
        if fate < 0.12:
            raise self.dice.choice((BUSY, BUSY, NO_ANSWER, REFUSED))
        text_id = outgoing.status_callback.rpartition("/")[2]
        self.handed.append(Handed(clock.now(), text_id, outgoing.to, outgoing.body))
        self._react(outgoing, text_id)
        return f"SM{uuid4().hex}"

    def _react(self, outgoing: Text, text_id: str) -> None:
        found = CODE.search(outgoing.body)
        if outgoing.to in self.dead_phones:
            if self.dice.random() < 0.5:  # Else nothing is ever heard: no signal.
                self.soon(3, 60, lambda: self._undelivered(text_id))
        elif (found and "Reply" in outgoing.body) or (found and "to take it" in outgoing.body):
            does = self.dice.choices(("a", "d", ""), (40, 20, 40))[0]
            if does:
                self.soon(10, 600, lambda: self._answers(outgoing.to, f"{found[1]}{does}"))

    async def _undelivered(self, text_id: str) -> None:
        form = {"MessageStatus": "undelivered", "MessageSid": f"SM{uuid4().hex}", "ErrorCode": "30003"}
        async with transaction() as session:
            await pager.take_report(session, UUID(text_id), form)

    async def _answers(self, number: str, words: str) -> None:
        async with transaction() as session:
            person = (await session.execute(select(Person).where(Person.phone == number))).scalar_one()
            await pager.take_once(session, person, uuid4().hex, words)
        if words.endswith("a") and self.dice.random() < 0.7:
            self.soon(60, 480, lambda: self._answers(number, f"{words[:-1]}c"))
        if words[-1] in "ac" and self.dice.random() < 0.2:
            self.soon(20, 300, lambda: self._hands_on(number))

    async def _hands_on(self, number: str) -> None:
        """Whoever has something asks a colleague, on duty or not, to take it over."""
        async with transaction() as session:
            person = (await session.execute(select(Person).where(Person.phone == number))).scalar_one()
            theirs = select(Escalation).where(
                Escalation.accepted_by_id == person.id, Escalation.state.in_(SOMEBODY_HAS_IT)
            )
            found = (await session.execute(theirs.order_by(Escalation.raised_at).limit(1))).scalar_one_or_none()
            others = [one for one in self.staff if one.id != person.id and one.role in LOOKS_AFTER_CARERS]
            if found is not None:
                to = await session.get_one(Person, self.dice.choice(others).id)
                await desk.hand_on(session, found.id, person, to)


def _jump_to(moment: datetime) -> None:
    left = moment - clock.now()
    if left > timedelta():
        clock.move(left)
