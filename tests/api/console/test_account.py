"""One's own account: where one is signed in, signing out there, and another password."""

import re

from tests.harness.line import Line
from tests.harness.staff import PASSWORD, StaffBrowser

_END = re.compile(r'action="(/console/account/sessions/[^"]+/end)"')
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
NEW = "kettle-harbour-ninety"


async def signed_in_elsewhere(line: Line, called: str = PHONE) -> StaffBrowser:
    browser = StaffBrowser(line.url)
    browser.client.headers["User-Agent"] = called
    return await browser.sign_in()


async def test_one_sees_where_one_is_signed_in_and_signs_out_there(signed_in: StaffBrowser, line: Line) -> None:
    phone, laptop = await signed_in_elsewhere(line), await signed_in_elsewhere(line, "Firefox/140.0 (Windows NT 10.0)")
    await signed_in.open("/console/account")
    for place in ("(this browser)", "Chrome on an Android device", "Firefox on a Windows computer"):
        assert place in signed_in.text
    ends = _END.findall(signed_in.page)
    assert len(ends) == 2, "this browser has the button at the top of every page"
    await signed_in.post(ends[0])
    assert "That browser is signed out." in signed_in.text
    titles = [(await one.open("/console")).title for one in (phone, laptop)]
    assert sorted(titles) == ["Live board – Nightlight", "Sign in – Nightlight"]

    await signed_in.open("/console/account")
    await signed_in.post("/console/account/sign-out-everywhere")
    assert {(await one.open("/console")).title for one in (phone, laptop)} == {"Sign in – Nightlight"}
    assert "Live board" in (await signed_in.open("/console")).text
    for one in (phone, laptop):
        await one.client.aclose()


async def test_nobody_ends_the_session_of_another(signed_in: StaffBrowser, line: Line) -> None:
    other = await StaffBrowser(line.url).sign_in("lead@demo.example")
    elsewhere = await StaffBrowser(line.url).sign_in("lead@demo.example")
    await other.open("/console/account")
    (end,) = _END.findall(other.page)
    await signed_in.post(end)
    assert "Live board" in (await elsewhere.open("/console")).text
    for one in (other, elsewhere):
        await one.client.aclose()


async def test_another_password_puts_out_whoever_knew_the_old_one(signed_in: StaffBrowser, line: Line) -> None:
    thief = await signed_in_elsewhere(line)
    await signed_in.open("/console/account/password")
    await signed_in.post("/console/account/password", password="Password1234")
    assert "too easy to guess" in signed_in.text
    await signed_in.post("/console/account/password", password=NEW)
    assert "Your password is changed." in signed_in.text
    assert (await thief.sign_in(password=PASSWORD)).status == 401
    assert "Live board" in (await thief.sign_in(password=NEW)).text
    await thief.client.aclose()
