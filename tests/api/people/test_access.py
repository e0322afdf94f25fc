"""The gates, each in front of a page of its own: who passes, and what the others are told."""

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI
from httpx import ASGITransport
from twilio.request_validator import RequestValidator

from api import settings
from api.database import transaction
from api.main import create_app
from api.people import access, service
from api.people.access import Staff
from tests.harness.line import configure

PASSWORD = "nightlight-demo"
FORM = {"From": "+447700900001", "Body": "help"}


def add_pages(app: FastAPI) -> None:
    @app.get("/read")
    async def read(current: Annotated[Staff, Depends(access.staff)]) -> str:
        return current.person.name

    @app.post("/change")
    async def change(current: Annotated[Staff, Depends(access.staff_form)]) -> str:
        return current.person.name

    @app.get("/administer")
    async def administer(current: Annotated[Staff, Depends(access.administrator)]) -> str:
        return current.person.name

    @app.get("/carers")
    async def carers(current: Annotated[Staff, Depends(access.nurse)]) -> str:
        return current.person.name

    @app.post("/answer")
    async def answer(current: Annotated[Staff, Depends(access.nurse_form)]) -> str:
        return current.person.name

    @app.get("/gaps")
    async def gaps(current: Annotated[Staff, Depends(access.information)]) -> str:
        return current.person.name

    @app.post("/keep")
    async def keep(current: Annotated[Staff, Depends(access.information_form)]) -> str:
        return current.person.name

    @app.get("/draft")
    async def draft(current: Annotated[Staff, Depends(access.coordinator)]) -> str:
        return current.person.name

    @app.post("/publish")
    async def publish(current: Annotated[Staff, Depends(access.coordinator_form)]) -> str:
        return current.person.name

    @app.post("/webhook")
    async def webhook(form: Annotated[dict[str, str], Depends(access.signed_by_carrier)]) -> dict[str, str]:
        return form

    @app.get("/pretend", dependencies=[Depends(access.development_only)])
    async def pretend() -> str:
        return "phones"


@pytest.fixture
async def browser(db: str) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app()
    add_pages(app)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=settings.get().public_url) as client:
        yield client


async def sign_in(browser: httpx.AsyncClient, email: str) -> str:
    """The browser holds a session from now on. Returns the token that its forms must carry."""
    async with transaction() as session:
        started = await service.sign_in(session, email, PASSWORD)
        assert started is not None
        browser.cookies.set(access.COOKIE, started[0])
        return started[1].csrf


async def test_nobody_reads_or_changes_anything_unknown(browser: httpx.AsyncClient) -> None:
    for cookie in ("", "made-up"):
        browser.cookies.set(access.COOKIE, cookie)
        for method, path in (("GET", "/read"), ("POST", "/change"), ("GET", "/administer")):
            answer = await browser.request(method, path)
            assert answer.status_code == 401
            assert answer.json()["code"] == "not_signed_in"


async def test_who_is_signed_in_reads(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "nurse.one@demo.example")
    assert (await browser.get("/read")).json() == "Demo Nurse One"


async def test_a_change_needs_the_sessions_own_token(browser: httpx.AsyncClient) -> None:
    other = await sign_in(browser, "lead@demo.example")
    csrf = await sign_in(browser, "nurse.one@demo.example")

    for wrong in ("", "made-up", other, csrf[:-1], "ü"):
        assert (await browser.post("/change", data={"csrf": wrong})).status_code == 403
    assert (await browser.post("/change")).status_code == 403
    assert (await browser.post("/change", data={"csrf": csrf})).json() == "Demo Nurse One"
    assert (await browser.post("/change", headers={"X-CSRF-Token": csrf})).json() == "Demo Nurse One"


async def test_only_an_administrator_administers(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "nurse.one@demo.example")
    assert (await browser.get("/administer")).status_code == 403
    await sign_in(browser, "lead@demo.example")
    assert (await browser.get("/administer")).json() == "Demo Lead"


async def test_the_rota_is_kept_by_coordinators_and_administrators(browser: httpx.AsyncClient) -> None:
    for email, expected in (("nurse.one@demo.example", 403), ("lead@demo.example", 200)):
        csrf = await sign_in(browser, email)
        assert (await browser.get("/draft")).status_code == expected
        assert (await browser.post("/publish", data={"csrf": csrf})).status_code == expected
        assert (await browser.post("/publish")).status_code == 403


@pytest.mark.parametrize(
    ("email", "carers", "directory"),
    [
        ("nurse.one@demo.example", 200, 403),
        ("information@demo.example", 403, 200),
        ("lead@demo.example", 200, 200),
    ],
    ids=["nurse", "information", "administrator"],
)
async def test_carers_are_for_nurses_and_the_directory_for_information_staff(
    browser: httpx.AsyncClient, email: str, carers: int, directory: int
) -> None:
    csrf = await sign_in(browser, email)
    form = {"csrf": csrf}
    assert (await browser.get("/carers")).status_code == carers
    assert (await browser.post("/answer", data=form)).status_code == carers
    assert (await browser.get("/gaps")).status_code == directory
    assert (await browser.post("/keep", data=form)).status_code == directory
    assert (await browser.post("/answer")).status_code == 403
    assert (await browser.post("/keep")).status_code == 403
    assert (await browser.get("/read")).status_code == 200, "every member of staff"


def signed(path: str = "/webhook", form: dict[str, str] | None = None, token: str = "") -> dict[str, str]:
    url = f"{settings.get().public_url}{path}"
    token = token or settings.get().twilio_auth_token.get_secret_value()
    signature = RequestValidator(token).compute_signature(url, FORM if form is None else form)
    return {"X-Twilio-Signature": signature}


async def test_a_webhook_is_believed_when_the_carrier_signed_exactly_this(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/webhook", data=FORM, headers=signed())).json() == FORM
    forged = [
        (FORM, {}),
        (FORM, {"X-Twilio-Signature": "AAAA"}),
        (FORM, signed(token="another-key")),
        (FORM | {"Body": "changed"}, signed()),
        (FORM | {"More": "added"}, signed()),
        (FORM, signed("/elsewhere")),
        ({}, signed()),
    ]
    for form, headers in forged:
        answer = await browser.post("/webhook", data=form, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_behind_a_proxy_only_the_public_address_counts(browser: httpx.AsyncClient) -> None:
    """Twilio signs the address that it was given. What a proxy, or an attacker, puts into Host is nothing to us."""
    answer = await browser.post("/webhook", data=FORM, headers=signed() | {"Host": "evil.example"})
    assert answer.status_code == 200
    url = "https://evil.example/webhook"
    token = settings.get().twilio_auth_token.get_secret_value()
    headers = {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, FORM), "Host": "evil.example"}
    assert (await browser.post("/webhook", data=FORM, headers=headers)).status_code == 403


async def test_a_query_is_part_of_what_is_signed(browser: httpx.AsyncClient) -> None:
    assert (await browser.post("/webhook?a=1", data=FORM, headers=signed("/webhook?a=1"))).status_code == 200
    assert (await browser.post("/webhook?a=2", data=FORM, headers=signed("/webhook?a=1"))).status_code == 403


async def test_what_cannot_be_kept_is_taken_out_after_the_signature_was_checked(browser: httpx.AsyncClient) -> None:
    form = FORM | {"Body": "a null \x00 byte"}
    assert (await browser.post("/webhook", data=form, headers=signed(form=form))).json()["Body"] == "a null  byte"


async def test_pretend_phones_are_not_there_unless_switched_on(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/pretend")).status_code == 200
    configure(handset="false")
    try:
        assert (await browser.get("/pretend")).status_code == 404
    finally:
        configure(handset="true")
