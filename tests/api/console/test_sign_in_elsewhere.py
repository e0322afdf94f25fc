"""Signing in at another organisation, whose provider is a real one that runs for these tests."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from api import sealing
from api.audit.models import AuditEntry
from api.clients import identity as client
from api.console.sign_in.elsewhere.routes import HERE, KEPT
from api.console.sign_in.presenters import elsewhere_refused
from api.database import transaction
from api.people.models import Person
from tests.conftest import URL
from tests.harness import identity
from tests.harness.line import configure
from tests.harness.seeds import nurse
from tests.harness.staff import NURSE_ONE, NURSE_TWO, StaffBrowser

ACCOUNTS: dict[str, dict[str, Any]] = {
    "one": {"email": "Nurse.One@demo.example", "email_verified": True},
    "one-again": {"email": NURSE_ONE, "email_verified": True},
    "two": {"email": NURSE_TWO, "email_verified": False},
    "stranger": {"email": "stranger@demo.example", "email_verified": True},
}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with identity.provider(f"{URL}{HERE}/back", ACCOUNTS, tmp_path_factory.mktemp("identity")) as url:
        yield url


@pytest.fixture
async def elsewhere(issuer: str, desk: StaffBrowser) -> AsyncIterator[StaffBrowser]:
    """A browser at the sign-in page, which offers the provider."""
    configure(oidc_issuer=issuer, oidc_client_id=identity.CLIENT_ID, oidc_client_secret=identity.CLIENT_SECRET)
    configure(oidc_name="Demo Trust")
    yield desk
    configure(oidc_issuer="", oidc_client_secret="", second_factor="false")


async def go(desk: StaffBrowser, login: str, amr: str = "", next: str = "") -> str:
    """To the provider, in there, and the address that leads back."""
    desk.client.cookies.clear()
    answer = await desk.client.get(f"{HERE}?next={next}")
    assert answer.status_code == 303
    return await identity.sign_in_there(desk.client, answer.headers["location"], login, amr)


async def people() -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(Person))).scalar_one()


def says(desk: StaffBrowser, reason: str) -> bool:
    return elsewhere_refused(reason) in desk.text and desk.title == "Error: Sign in – Nightlight"


async def test_whoever_was_invited_signs_in_there_and_is_known_from_then_on(elsewhere: StaffBrowser) -> None:
    await elsewhere.open("/console/sign-in")
    assert "Sign in with Demo Trust" in elsewhere.text

    await elsewhere.open(await go(elsewhere, "one", next="/console/directory"))
    assert elsewhere.address.endswith("/console/directory")
    assert "Demo Nurse One" in elsewhere.text
    assert (await nurse("Demo Nurse One")).oidc_subject is not None

    async with transaction() as session:  # Their address may change there or here: it is still them.
        (await session.get_one(Person, (await nurse("Demo Nurse One")).id)).email = "other@demo.example"
    await elsewhere.open(await go(elsewhere, "one"))
    assert "Live board" in elsewhere.text


async def test_who_is_let_in_nowhere_reads_why_and_nobody_is_made(elsewhere: StaffBrowser) -> None:
    before = await people()
    await elsewhere.open(await go(elsewhere, "one"))
    for login, reason in (
        ("one-again", "other_account"),
        ("two", "not_verified"),
        ("stranger", "not_invited"),
        ("nobody", "refused"),
    ):
        await elsewhere.open(await go(elsewhere, login))
        assert says(elsewhere, reason), reason
        assert (await elsewhere.open("/console")).title == "Sign in – Nightlight"
    assert await people() == before
    async with transaction() as session:
        failed = select(AuditEntry.detail).where(AuditEntry.action == "sign_in_failed").order_by(AuditEntry.seq)
        noted = [detail["elsewhere"] for detail in (await session.execute(failed)).scalars()]
    assert noted == ["other_account", "not_verified", "not_invited", "refused"]


async def test_a_second_factor_there_counts_and_without_one_ours_is_asked_for(elsewhere: StaffBrowser) -> None:
    configure(second_factor="true")
    await elsewhere.open(await go(elsewhere, "one", amr="pwd mfa"))
    assert "Live board" in elsewhere.text
    await elsewhere.open(await go(elsewhere, "one", amr="pwd"))
    assert elsewhere.title == "Your second factor – Nightlight"


async def test_what_is_forged_stolen_or_sent_again_lets_nobody_in(elsewhere: StaffBrowser) -> None:
    back = await go(elsewhere, "one")
    mine = elsewhere.client.cookies[KEPT]
    kept = sealing.opened(mine)
    assert kept is not None
    changed = [
        (f"{back}x", None, "out_of_date"),  # The end of the state, or of what stands after it.
        (back.replace("state=", "state=x"), mine, "out_of_date"),
        (back, None, "out_of_date"),  # A browser in which nothing began.
        (back, mine[:-4] + "AAAA", "out_of_date"),
        (back, sealing.seal({**kept, "code_verifier": "y" * 48}), "refused"),
    ]
    for address, cookie, reason in changed:
        elsewhere.client.cookies.clear()
        if cookie:
            elsewhere.client.cookies.set(KEPT, cookie)
        await elsewhere.open(address)
        assert says(elsewhere, reason), (address, reason)

    back = await go(elsewhere, "one")
    kept = sealing.opened(elsewhere.client.cookies[KEPT])
    assert kept is not None
    elsewhere.client.cookies.clear()
    elsewhere.client.cookies.set(KEPT, sealing.seal({**kept, "nonce": "another"}))
    assert says(await elsewhere.open(back), "not_believed"), "an identity token of another sign-in"

    back = await go(elsewhere, "one")
    cookie = elsewhere.client.cookies[KEPT]
    assert "Live board" in (await elsewhere.open(back)).text
    elsewhere.client.cookies.clear()
    elsewhere.client.cookies.set(KEPT, cookie)
    assert says(await elsewhere.open(back), "refused"), "a code is good once"


async def test_a_provider_that_is_not_there_or_is_another_is_said(elsewhere: StaffBrowser, issuer: str) -> None:
    configure(oidc_issuer=f"{issuer}/")
    assert says(await elsewhere.open(HERE), "other_issuer")
    configure(oidc_issuer="http://127.0.0.1:9")
    assert says(await elsewhere.open(HERE), "unreachable")
    configure(oidc_issuer="")
    assert (await elsewhere.open(HERE)).status == 404
    assert (await elsewhere.open(f"{HERE}/back")).status == 404
    assert not client.is_offered()
