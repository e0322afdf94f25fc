"""Signing in, lock-out, sessions that end, and whom a number or a token belongs to."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from api import clock, settings
from api.audit.models import AuditEntry
from api.database import transaction
from api.errors import NotFound
from api.people import service
from api.people.models import Person, StaffSession, Team
from api.people.rules import FREE_ATTEMPTS, LOCKED_FOR
from tests.harness import seeds
from tests.harness.line import NURSE_ONE

EMAIL, PASSWORD, WRONG = "nurse.one@demo.example", "nightlight-demo", "not-the-password"


async def sign_in(email: str = EMAIL, password: str = PASSWORD) -> str | None:
    """The cookie of a new session, or None."""
    async with transaction() as session:
        started = await service.sign_in(session, email, password)
        return started[0] if started else None


async def is_live(cookie: str) -> bool:
    async with transaction() as session:
        return await service.session_of(session, cookie) is not None


async def audited() -> list[str]:
    async with transaction() as session:
        found = select(AuditEntry.action).where(AuditEntry.subject_kind == "person").order_by(AuditEntry.seq)
        return list((await session.execute(found)).scalars())


async def test_the_right_pair_starts_a_session_and_only_a_hash_of_it_is_kept(db: str) -> None:
    cookie = await sign_in(" Nurse.One@Demo.Example ")
    assert cookie is not None
    assert await is_live(cookie)
    async with transaction() as session:
        kept = (await session.execute(select(StaffSession))).scalar_one()
    assert cookie not in (kept.token_hash, kept.csrf)
    assert kept.csrf
    assert await audited() == ["signed_in"]


async def test_no_password_is_kept(db: str) -> None:
    nurse = await seeds.nurse("Demo Nurse One")
    assert nurse.password_hash.startswith("$argon2id$")
    assert service.hash_password(PASSWORD) != service.hash_password(PASSWORD), "each has a salt of its own"


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, WRONG), ("nobody@demo.example", PASSWORD), ("", ""), (EMAIL, "")]
)
async def test_a_wrong_pair_starts_nothing_and_is_on_record(db: str, email: str, password: str) -> None:
    assert await sign_in(email, password) is None
    assert await audited() == ["sign_in_failed"]


async def test_too_many_wrong_passwords_lock_the_account_for_a_while(db: str) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert await sign_in(password=WRONG) is None
    assert await sign_in() is None, "the right password does not help while it is locked"
    assert (await audited())[-1] == "sign_in_refused_locked"

    clock.move(LOCKED_FOR - timedelta(seconds=5))
    assert await sign_in() is None
    clock.move(timedelta(seconds=10))
    assert await sign_in() is not None


async def test_trying_on_while_it_is_locked_makes_it_no_longer(db: str) -> None:
    for _ in range(FREE_ATTEMPTS):
        await sign_in(password=WRONG)
    clock.move(LOCKED_FOR - timedelta(minutes=1))
    for _ in range(5):
        await sign_in(password=WRONG)
    clock.move(timedelta(minutes=1, seconds=1))
    assert await sign_in() is not None


async def test_the_right_password_forgets_the_wrong_ones(db: str) -> None:
    for _ in range(3):
        for _ in range(FREE_ATTEMPTS - 1):
            await sign_in(password=WRONG)
        assert await sign_in() is not None


async def test_one_persons_lock_is_no_one_elses(db: str) -> None:
    for _ in range(FREE_ATTEMPTS):
        await sign_in(password=WRONG)
    assert await sign_in("lead@demo.example") is not None


async def test_an_unused_session_ends(db: str) -> None:
    cookie = await sign_in()
    assert cookie is not None
    idle = timedelta(minutes=settings.get().session_idle_minutes)
    for _ in range(3):
        clock.move(idle - timedelta(seconds=30))
        assert await is_live(cookie), "each use keeps it alive"
    clock.move(idle + timedelta(seconds=1))
    assert not await is_live(cookie)
    assert not await is_live(cookie), "and it does not come back"


async def test_a_session_in_constant_use_ends_too(db: str) -> None:
    cookie = await sign_in()
    assert cookie is not None
    step = timedelta(minutes=20)
    lived = timedelta()
    while await is_live(cookie):
        clock.move(step)
        lived += step
    longest = timedelta(hours=settings.get().session_hours)
    assert longest <= lived <= longest + step


async def test_watching_a_page_is_no_use_of_the_session(db: str) -> None:
    cookie = await sign_in()
    assert cookie is not None
    async with transaction() as session:
        row = (await session.execute(select(StaffSession))).scalar_one()
        until = await service.hold_until(session, [row.id])
    assert set(until) == {row.id}
    for _ in range(2):
        clock.move(timedelta(minutes=16))
        async with transaction() as session:
            left = await service.hold_until(session, [row.id])
    assert left == {}
    assert not await is_live(cookie)


async def test_signing_out_ends_this_session_and_no_other(db: str) -> None:
    here, elsewhere = await sign_in(), await sign_in()
    assert here is not None
    assert elsewhere is not None
    async with transaction() as session:
        current = await service.session_of(session, here)
        assert current is not None
        await service.sign_out(session, current)

    assert not await is_live(here)
    assert await is_live(elsewhere)
    assert (await audited())[-1] == "signed_out"


async def test_who_leaves_the_service_is_out_at_once(db: str) -> None:
    cookie = await sign_in()
    assert cookie is not None
    async with transaction() as session:
        person = (await session.execute(select(Person).where(Person.email == EMAIL))).scalar_one()
        person.active = False

    assert not await is_live(cookie)
    assert await sign_in() is None
    async with transaction() as session:
        assert await service.by_phone(session, NURSE_ONE) is None, "nor does their phone accept pages any more"
        with pytest.raises(NotFound):
            await service.person(session, person.id)


@pytest.mark.parametrize("cookie", ["", "made-up", "x" * 5000])
async def test_a_made_up_cookie_is_nobody(db: str, cookie: str) -> None:
    assert not await is_live(cookie)


async def test_the_team_of_a_number_and_the_default_team_for_any_other(db: str) -> None:
    async with transaction() as session:
        session.add(Team(code="north", name="North team", phone="01632 960001", line_number="+447700900300"))
    async with transaction() as session:
        assert (await service.team_for_line(session, "+447700900300")).code == "north"
        assert (await service.team_for_line(session, "+441632960000")).code == "demo"
        assert (await service.team_by_code(session, "north")).code == "north"
        assert (await service.team_by_code(session, "nowhere")).code == "demo"
        assert (await service.team_by_code(session, None)).code == "demo"
        with pytest.raises(NotFound):
            await service.team(session, uuid4())


def test_tokens_are_long_random_and_safe_in_a_header() -> None:
    made = {service.new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(token) == 43 and token.isascii() and " " not in token for token in made)
