"""Every route, as every role, from the team whose carer it is and from another: who is let in, and who is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from httpx import ASGITransport
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.conversations.aftercare.outcomes.models import LaterOutcome
from api.database import transaction
from api.escalations import tasks
from api.escalations.rules import TaskKind
from api.handovers import service as handovers
from api.main import create_app
from api.people import access, rules, service
from api.people.models import Person, Team
from api.people.rules import MAY, Permission, Role, Scope
from api.privacy.holds import service as holds
from api.privacy.models import Erasure, RetentionRun
from api.rota.models import RotaFeed, RotaSwap
from api.rota.patterns import service as patterns
from api.rota.patterns.rules import Days, Pattern, Turns
from tests.guards import matrix
from tests.harness import learning, referrals, reviews, seeds

OUT, REFUSED, NOT_THERE = 401, 403, 404
FORM = {  # Good where it is asked for.
    "to": "acknowledged",
    "outcome": "advice",
    "note": "Seen to",
    "words": "Hello",
    "topic": "where",
    "right": "yes",
    "move": "approve",
    "reason": "Everybody is on a visit",
    "hours": "2",
}
COLLEAGUE = ("/hand", "/hand-on", "/colleague")  # There `to` is somebody.
THINGS = (
    *("escalation", "conversation", "task", "person", "referral", "pattern", "swap", "handover"),
    *("search", "outcome", "assignment", "missed", "hold", "consent", "message"),
)
LEARNED = ("proposal", "release")
OF_V1 = (
    "conversation",
    "escalation",
    "service",
    "taxonomy",
    "term",
    "referral",
    "page",
    "task",
    "endpoint",
    "delivery",
)
REVIEWED = "+447700900177"  # A carer of whom something was missed.
HOW = (Days.EVERY, Turns.SHIFT)
CALENDAR = (
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:Demo Nurse One\nDTSTART:20260101T200000\nDURATION:PT12H\n"
    "RRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR\n"
)
A_COORDINATORS = "{swap_id}"  # A swap between two others is there for a coordinator, and not for a responder.
# The directory is everybody's, as is what the line learns, and a session or a saved search one's own.
NO_TEAM = ("{code}", "{session_id}", "{kind}", "{search_id}", "{proposal_id}", "{release_id}", "{report_id}")


@pytest.fixture
async def browser(db: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = ASGITransport(create_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.get().public_url) as client:
        yield client


@dataclass
class Somebody:
    """One role in one team, with a session."""

    role: Role
    cookie: str
    csrf: str


async def somebody(role: Role, team: Team) -> Somebody:
    async with transaction() as session:
        person = Person(team=team, name=f"{role}", email=f"{uuid4()}@x.example", role=role, password_hash="")
        session.add(person)
        cookie, started = service.start(session, person, "")
    return Somebody(role, cookie, started.csrf)


async def subjects(browser: httpx.AsyncClient) -> dict[str, str]:
    """One of each thing that a path may name, all of the demonstration team."""
    escalation_id = await seeds.crisis()
    conversation_id = (await seeds.escalation(escalation_id)).conversation_id
    async with transaction() as session:
        team = await service.default_team(session)
        task = await tasks.add(session, conversation_id, team.id, TaskKind.CALL_BACK, "They asked to be rung")
        person = Person(team=team, name="Subject", email="subject@x.example", role="responder", password_hash="")
        session.add(person)
        pattern_id, swap_id, feed_id = await on_the_rota(session, team)
        now = clock.now()
        sheet = await handovers.make(session, team, now - timedelta(hours=12), now, "test")
        assert sheet is not None
        outcome = LaterOutcome(conversation_id=conversation_id, escalation_id=escalation_id, due="24h", due_at=now)
        session.add(outcome)
        until = now.date() + timedelta(days=90)
        await a_night_and_a_proof(session)
        hold = await holds.put(session, conversation_id, "command:test", "A claim", until, whole_person=False)
    referral_id = await referrals.referral(browser)
    return {
        "{escalation_id}": str(escalation_id),
        "{conversation_id}": str(conversation_id),
        "{task_id}": str(task.id),
        "{person_id}": str(person.id),
        "{referral_id}": str(referral_id),
        "{consent_id}": str(referral_id),
        "{hold_id}": str(hold.id),
        "{session_id}": str(uuid4()),
        "{code}": "samaritans",
        "{pattern_id}": str(pattern_id),
        "{swap_id}": str(swap_id),
        "{feed_id}": str(feed_id),
        "{handover_id}": str(sheet.id),
        "{assignment_id}": str((await reviews.assignment(conversation_id, "Demo Lead")).id),
        "{missed_id}": str((await reviews.miss(REVIEWED)).id),
        "{kind}": "no_capacity",
        "{search_id}": str(uuid4()),
        "{outcome_id}": str(outcome.id),
    } | await learned(conversation_id)


async def learned(conversation_id: UUID) -> dict[str, str]:
    """A carer's message, a proposal about it, and a release."""
    message_id = await learning.message_of(conversation_id)
    found = {"message": message_id, "proposal": await learning.phrase(message_id), "release": await learning.measured()}
    found["report"] = await learning.reported()
    return {f"{{{name}_id}}": str(one) for name, one in found.items()}


async def a_night_and_a_proof(session: AsyncSession) -> None:
    """A night of retention, and a proof of erasure that is not finished."""
    now = clock.now()
    counts = {"conversation_words": {"done": 3, "rows": {"messages": 9}}}
    session.add(RetentionRun(night=now.date(), began_at=now, claimed_until=now, ended_at=now, counts=counts))
    made = {"fingerprints": ["0a" * 32], "by": "command:test", "passed_on": ["A hospice"], "dialogues": ["x"]}
    session.add(Erasure(at=now, counts={"messages": 9}, **made))


async def on_the_rota(session: AsyncSession, team: Team) -> tuple[UUID, UUID, UUID]:
    """A pattern, an offer of one nurse's shift to another, and a calendar that is read again and has changed."""
    one, two = await seeds.nurse("Demo Nurse One"), await seeds.nurse("Demo Nurse Two")
    night, starts_at = (time(20), time(8)), clock.now() + timedelta(days=2)
    shift = Pattern("on_call", (one.id, two.id), starts_at.date(), None, 1, frozenset(range(7)), *night, *HOW)
    pattern = await patterns.save(session, one, shift)
    swap = RotaSwap(
        team_id=team.id, rung="on_call", offered_by_id=one.id, asked_id=two.id, offered_at=clock.now(),
        starts_at=starts_at, ends_at=starts_at + timedelta(hours=12),
    )  # fmt: skip
    feed = RotaFeed(
        team_id=team.id, calendar="nights", rung="on_call", url="https://calendar.example/a.ics", text=CALENDAR,
        taken_until=clock.now() + timedelta(days=300), read_at=clock.now() - timedelta(days=2), added=2, gone=1,
        read_again_at=clock.now() + timedelta(hours=1), trouble="That address did not answer in time.",
    )  # fmt: skip
    session.add_all((swap, feed))
    await session.flush()
    return pattern.id, swap.id, feed.id


async def ask(browser: httpx.AsyncClient, route: str, who: Somebody, named: dict[str, str]) -> int:
    method, path = route.split(" ")
    for name, value in named.items():
        path = path.replace(name, value)
    headers = {"Cookie": f"{access.COOKIE}={who.cookie}"}
    form = {"csrf": who.csrf, **FORM, "alarm": f"{named['{escalation_id}']}:1"} if method == "POST" else None
    if form is not None and path.endswith(COLLEAGUE):
        form["to"] = named["{person_id}"]
    browser.cookies.clear()
    return (await browser.request(method, path, data=form, headers=headers)).status_code


def last_of_all(route: str) -> bool:
    """What ends the session is tried after everything else."""
    return route == "POST /console/sign-out"


async def test_who_is_let_in_where(browser: httpx.AsyncClient) -> None:
    named = await subjects(browser)
    async with transaction() as session:
        here = await service.default_team(session)
        elsewhere = Team(code="other", name="Other", phone="01632 960111", line_number="+447700900150")
        session.add(elsewhere)
    wrong, seen = [], set[str]()
    for role in Role:
        own, other = await somebody(role, here), await somebody(role, elsewhere)
        for route, asked in sorted(matrix.lines(matrix.CONSOLE).items(), key=lambda line: last_of_all(line[0])):
            if not rules.may(role, asked):
                found = await ask(browser, route, own, named)
                wrong += [(role, "own", route, found)] if found != REFUSED else []
                continue
            if "{" in route and not any(name in route for name in NO_TEAM):
                found = await ask(browser, route, other, named)
                wrong += [(role, "other", route, found)] if found != NOT_THERE else []
            if role == Role.RESPONDER and A_COORDINATORS in route:
                found = await ask(browser, route, own, named)
                wrong += [(role, "own", route, found)] if found != NOT_THERE else []
            elif route not in seen and not route.endswith("/events"):  # These never end: test_live.py follows them.
                seen.add(route)  # Whoever the gate lets in gets the same page: once is enough.
                found = await ask(browser, route, own, named)
                wrong += [(role, "own", route, found)] if found in (OUT, REFUSED, NOT_THERE) or found >= 500 else []
    assert wrong == []


async def test_nobody_is_let_in_without_a_session(browser: httpx.AsyncClient) -> None:
    nobody = Somebody(Role.ADMINISTRATOR, "made-up", "made-up")
    named = {f"{{{name}_id}}": str(uuid4()) for name in (*THINGS, *LEARNED)}
    named |= {"{session_id}": str(uuid4()), "{code}": "samaritans", "{kind}": "no_capacity"}
    answers = {route: await ask(browser, route, nobody, named) for route in matrix.lines(matrix.CONSOLE)}
    between = matrix.BETWEEN_PASSWORD_AND_CODE.split("\n")
    answers |= {route: await ask(browser, route, nobody, named) for route in between if route}
    assert {route: found for route, found in answers.items() if found != OUT} == {}


async def test_a_token_does_what_its_scope_says_and_nothing_else(browser: httpx.AsyncClient) -> None:
    tokens = {scope: await seeds.token(scope) for scope in Scope}
    for route, asked in matrix.lines(matrix.V1).items():
        method, path = route.split(" ")
        for name in OF_V1:
            path = path.replace(f"{{{name}_id}}", str(UUID(int=0)))
        body: dict[str, str] | None = {} if method in ("POST", "PUT", "PATCH") else None
        assert (await browser.request(method, path, json=body)).status_code == OUT, route
        for scope, headers in tokens.items():
            status = (await browser.request(method, path, json=body, headers=headers)).status_code
            assert (status == REFUSED) is (asked is not None and scope != asked), (route, scope)
            assert status < 500, (route, scope)


async def test_a_nurse_of_another_team_accepts_nothing_over_v1_either(browser: httpx.AsyncClient) -> None:
    escalation_id = await seeds.crisis()
    async with transaction() as session:
        team = Team(code="other", name="Other", phone="01632 960111", line_number="+447700900150")
        other = Person(team=team, name="Other", email="other@x.example", role="responder", password_hash="")
        session.add(other)
    headers = await seeds.token(Scope.ESCALATIONS_WRITE)
    body = {"to": "accepted", "person_id": str(other.id)}
    answer = await browser.post(f"/v1/escalations/{escalation_id}/moves", json=body, headers=headers)
    assert (answer.status_code, (await seeds.escalation(escalation_id)).accepted_by_id) == (NOT_THERE, None)


def test_what_each_role_may_not() -> None:
    """What must never become possible by a slip in the table."""
    for role in (Role.INFORMATION, Role.REVIEWER, Role.SAFETY_OFFICER):
        assert not MAY[role] & {Permission.ANSWER_CARERS, Permission.SEE_NUMBERS}, role
    assert not rules.may(Role.INFORMATION, Permission.READ_CARERS)
    assert {role for role in Role if rules.may(role, Permission.MANAGE_PEOPLE)} == {Role.ADMINISTRATOR}
    assert {role for role in Role if rules.may(role, Permission.READ_AUDIT)} == rules.OF_INSTALLATION
    assert set(MAY) == set(Role), "every role stands in the table"
    assert not rules.may("made up", Permission.USE_CONSOLE)
