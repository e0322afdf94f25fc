"""The second factor as a nurse meets it: set up once, asked for ever after, and codes on paper for a dead phone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from api import clock
from api.people import access
from tests.harness.line import LEAD, Line, configure
from tests.harness.line import NURSE_ONE as NURSE_PHONE
from tests.harness.seeds import nurse
from tests.harness.staff import NURSE_ONE, StaffBrowser, on_record

_SEALED = re.compile(r'name="sealed" value="([^"]+)"')
_TYPED = re.compile(r'To type: <span class="secret">([A-Z2-7 ]+)</span>')
_PAPER = re.compile(r"<li>([a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5})</li>")


@pytest.fixture(autouse=True)
def wanted(db: str) -> Iterator[None]:
    """As in production."""
    configure(second_factor="true")
    yield
    configure(second_factor="false")


def code(secret: str) -> str:
    """What the app on the phone shows now."""
    return pyotp.TOTP(secret).at(clock.now())


async def set_up(desk: StaffBrowser) -> tuple[str, list[str]]:
    """From the page with the picture to the codes on paper. Returns the secret and those."""
    found = _TYPED.search(desk.page)
    assert found is not None
    secret = found[1].replace(" ", "")
    await desk.post("/console/sign-in/set-up", sealed=desk.hidden(_SEALED), code=code(secret), next="/console")
    return secret, _PAPER.findall(desk.page)


async def send(desk: StaffBrowser, typed: str) -> StaffBrowser:
    return await desk.post("/console/sign-in/code", code=typed, next="/console")


async def test_a_phone_is_set_up_once_and_its_code_asked_for_ever_after(desk: StaffBrowser) -> None:
    await desk.sign_in()
    assert desk.title == "Your second factor – Nightlight"
    assert 'src="data:image/svg+xml' in desk.page
    assert "/console/sign-in/code" in (await desk.open("/console")).address or "set-up" in desk.address

    await desk.post("/console/sign-in/set-up", sealed=desk.hidden(_SEALED), code="000000")
    assert (desk.status, desk.title) == (422, "Error: Your second factor – Nightlight")
    before = desk.client.cookies[access.COOKIE]
    secret, paper = await set_up(desk)
    assert len(paper) == 8
    assert desk.client.cookies[access.COOKIE] != before, "what the password alone got is worth nothing"
    assert "Live board" in (await desk.open("/console")).text
    person = await nurse("Demo Nurse One")
    assert person.totp_secret is not None
    assert secret not in person.totp_secret

    await desk.post("/console/sign-out")
    await desk.sign_in()
    assert desk.title == "Your code – Nightlight"
    assert (await send(desk, code(secret))).status == 401, "the code of the set-up was used"
    clock.move(timedelta(seconds=30))
    assert "Live board" in (await send(desk, code(secret))).text


async def test_between_password_and_code_nothing_is_shown_and_nothing_done(desk: StaffBrowser) -> None:
    await desk.sign_in()
    half = desk.hidden(re.compile(r'name="csrf" value="([^"]+)"'))
    for path in ("/console", "/console/account", "/console/directory", "/console/events"):
        assert (await desk.open(path)).title == "Your second factor – Nightlight", path
    answer = await desk.client.post("/console/sign-out", data={"csrf": half}, headers={"Accept": "*/*"})
    assert answer.status_code == 401
    wrong = await desk.client.post("/console/sign-in/set-up", data={"csrf": "made up", "code": "1"})
    assert wrong.status_code == 403


async def test_codes_on_paper_let_in_once_each_and_another_phone_takes_the_place_of_the_first(
    desk: StaffBrowser,
) -> None:
    await desk.sign_in()
    secret, paper = await set_up(desk)
    for one, lets_in in ((paper[0], True), (paper[0], False), (paper[1].upper().replace("-", " "), True)):
        desk.client.cookies.clear()
        await desk.sign_in()
        assert ("Live board" in (await send(desk, one)).text) is lets_in, one
    assert "6 of 8 codes on paper are left." in (await desk.open("/console/account")).text

    await desk.open("/console/account/second-factor")
    other = (_TYPED.findall(desk.page)[0]).replace(" ", "")
    await desk.post("/console/account/second-factor", sealed=desk.hidden(_SEALED), code=code(other))
    assert len(_PAPER.findall(desk.page)) == 8
    desk.client.cookies.clear()
    await desk.sign_in()
    clock.move(timedelta(seconds=60))
    assert (await send(desk, code(secret))).status == 401
    assert (await send(desk, paper[2])).status == 401, "the codes on paper were replaced, too"
    assert "Live board" in (await send(desk, code(other))).text


async def test_a_set_up_of_another_person_or_of_an_hour_ago_is_not_taken(desk: StaffBrowser, line: Line) -> None:
    await desk.sign_in()
    sealed, secret = desk.hidden(_SEALED), _TYPED.findall(desk.page)[0].replace(" ", "")
    other = await StaffBrowser(line.url).sign_in("lead@demo.example")
    await other.post("/console/sign-in/set-up", sealed=sealed, code=code(secret))
    assert (await nurse("Demo Lead")).totp_secret is None
    await other.client.aclose()
    clock.move(timedelta(minutes=16))
    await desk.post("/console/sign-in/set-up", sealed=sealed, code=code(secret))
    assert (await nurse("Demo Nurse One")).totp_secret is None


async def test_guessing_codes_locks_the_account_and_those_whom_it_concerns_are_told(
    desk: StaffBrowser, line: Line
) -> None:
    await desk.sign_in()
    secret, _ = await set_up(desk)
    desk.client.cookies.clear()
    clock.move(timedelta(minutes=1))
    await desk.sign_in()
    for _ in range(5):
        await send(desk, "000000")
    assert "an account is locked for 15 minutes" in desk.text
    assert (await send(desk, code(secret))).status == 401, "the right one does not help now"
    await line.settle()
    until = clock.uk_time(clock.now() + timedelta(minutes=15))
    assert "gave a wrong password or code for your account 5 times" in line.last(NURSE_PHONE)
    assert f"locked until {until}" in line.last(NURSE_PHONE)
    assert line.last(LEAD).startswith("Nightlight: the account of Demo Nurse One is locked until")
    assert len(line.phone(LEAD)) == 1, "told once for each lock"
    assert await on_record("locked", (await nurse("Demo Nurse One")).id) == 1

    clock.move(timedelta(minutes=16))
    await desk.sign_in(NURSE_ONE)
    assert "Live board" in (await send(desk, code(secret))).text
