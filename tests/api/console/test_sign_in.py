"""Signing in and out: what it lets in, what it says when it does not, and what it never gives away."""

from datetime import timedelta

import pytest

from api import clock
from api.people import access
from tests.harness.line import configure
from tests.harness.seeds import nurse
from tests.harness.staff import NURSE_ONE, PASSWORD, StaffBrowser, on_record

WRONG = "The email address or the password is not right."


async def test_the_board_is_behind_a_sign_in_that_leads_on_to_what_was_wanted(desk: StaffBrowser) -> None:
    await desk.open("/console/tasks/00000000-0000-0000-0000-000000000000")
    assert desk.title == "Sign in – Nightlight"
    assert 'value="/console/tasks/00000000-0000-0000-0000-000000000000"' in desk.page
    await desk.post("/console/sign-in", email=f" {NURSE_ONE.upper()} ", password=PASSWORD, next="/console")
    assert desk.address.endswith("/console")
    assert "Live board" in desk.text


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(desk: StaffBrowser) -> None:
    await desk.open("/console/sign-in")
    fields = {"email": NURSE_ONE, "password": PASSWORD, "csrf": desk.client.cookies["nightlight_sign_in"]}
    response = await desk.client.post("/console/sign-in", data=fields)
    cookie = next(one for one in response.headers.get_list("set-cookie") if one.startswith(access.COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # On plain HTTP, which only development has.


async def test_over_https_the_cookie_never_travels_in_the_open(desk: StaffBrowser) -> None:
    here = desk.url
    configure(public_url="https://line.example")
    try:
        response = await desk.client.get("/console/sign-in")
    finally:
        configure(public_url=here)
    assert "Secure" in response.headers["set-cookie"]


async def test_a_wrong_password_an_unknown_address_and_a_locked_account_read_the_same(desk: StaffBrowser) -> None:
    pages = []
    for email in (NURSE_ONE, "nobody@demo.example"):
        await desk.sign_in(email, "wrong")
        assert (desk.status, desk.title) == (401, "Error: Sign in – Nightlight")
        pages.append(desk.text)
    for _ in range(4):
        await desk.sign_in(NURSE_ONE, "wrong")
    await desk.sign_in(NURSE_ONE, PASSWORD)
    assert desk.status == 401
    assert {*pages, desk.text} == {pages[0]}
    assert WRONG in pages[0]
    assert "After five wrong passwords in a row, an account is locked for 15 minutes." in pages[0]


async def test_a_lock_opens_by_itself_after_its_time(desk: StaffBrowser) -> None:
    for _ in range(5):
        await desk.sign_in(NURSE_ONE, "wrong")
    clock.move(timedelta(minutes=14))
    assert (await desk.sign_in()).status == 401
    clock.move(timedelta(minutes=2))
    assert "Live board" in (await desk.sign_in()).text


async def test_what_was_typed_stays_but_the_password(desk: StaffBrowser) -> None:
    await desk.sign_in("nurse.one@demo.example", "my-secret")
    assert 'value="nurse.one@demo.example"' in desk.page
    assert "my-secret" not in desk.page


async def test_an_error_leads_to_its_field(desk: StaffBrowser) -> None:
    await desk.sign_in("", "")
    assert desk.status == 422
    assert '<a href="#email">' in desk.page
    assert '<a href="#password">' in desk.page
    assert "Enter your email address" in desk.text


async def test_a_sign_in_that_another_site_sends_is_not_taken(desk: StaffBrowser) -> None:
    response = await desk.client.post("/console/sign-in", data={"email": NURSE_ONE, "password": PASSWORD, "csrf": "x"})
    assert response.status_code == 403
    assert access.COOKIE not in response.cookies
    response = await desk.client.post("/console/sign-in", data={"email": NURSE_ONE, "password": PASSWORD})
    assert response.status_code == 403


async def test_signing_out_ends_the_session_itself(signed_in: StaffBrowser) -> None:
    cookie = signed_in.client.cookies[access.COOKIE]
    await signed_in.post("/console/sign-out")
    assert "You have signed out." in signed_in.text
    signed_in.client.cookies.set(access.COOKIE, cookie)
    assert (await signed_in.open("/console")).title == "Sign in – Nightlight"
    assert await on_record("signed_out", (await nurse("Demo Nurse One")).id) == 1


async def test_a_session_ends_when_it_is_not_used(signed_in: StaffBrowser) -> None:
    clock.move(timedelta(minutes=29))
    assert "Live board" in (await signed_in.open("/console")).text
    clock.move(timedelta(minutes=29))
    assert "Live board" in (await signed_in.open("/console")).text
    clock.move(timedelta(minutes=31))
    assert (await signed_in.open("/console")).title == "Sign in – Nightlight"


async def test_whoever_is_signed_in_is_not_asked_again(signed_in: StaffBrowser) -> None:
    assert "Live board" in (await signed_in.open("/console/sign-in")).text


@pytest.mark.parametrize("path", ["/console/escalations/1", "/console/nowhere"])
async def test_a_page_that_is_not_there_is_said_in_a_page(signed_in: StaffBrowser, path: str) -> None:
    await signed_in.open(path)
    assert signed_in.status in (404, 422)
    assert "Go to the board" in signed_in.text
