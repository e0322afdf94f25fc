"""An administrator looks after people: inviting, changing, beginning anew, ending; and what is not done lightly."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from api import clock
from api.clients import partners
from api.database import transaction
from api.people.invitations import rules
from api.people.models import Person
from tests.harness import seeds
from tests.harness.line import LEAD, Line, configure
from tests.harness.seeds import nurse
from tests.harness.staff import NURSE_ONE, PASSWORD, StaffBrowser, another_team_s_nurse, on_record

ADMINISTRATOR = "lead@demo.example"
ADA = {"name": "Ada Bell", "email": "ada@demo.example", "phone": "07700 900123", "role": "responder"}
GOOD = "kettle-harbour-ninety"
_LINK = re.compile(r'id="link">([^<]+)<')
_INVITATION = re.compile(r'name="invitation" value="([^"]+)"')
_TEAM = re.compile(r'<option value="([0-9a-f-]{36})"')


@pytest.fixture
async def office(desk: StaffBrowser) -> StaffBrowser:
    """The demonstration lead, signed in."""
    return await desk.sign_in(ADMINISTRATOR)


async def invite(office: StaffBrowser, **fields: str) -> str:
    """Invite somebody. Returns the link, or nothing if the form came back."""
    await office.open("/console/people/new")
    team = _TEAM.findall(office.page)[0]
    await office.post("/console/people", **({"team": team} | ADA | fields))
    found = _LINK.findall(office.page)
    return found[0] if found else ""


async def found(email: str) -> Person:
    async with transaction() as session:
        return (await session.execute(select(Person).where(Person.email == email))).scalar_one()


async def join(browser: StaffBrowser, link: str, password: str = GOOD) -> StaffBrowser:
    await browser.open(link)
    return await browser.post("/console/join", invitation=browser.hidden(_INVITATION), password=password)


async def test_somebody_is_invited_joins_once_and_signs_in(office: StaffBrowser, line: Line) -> None:
    link = await invite(office)
    ada = await found("ada@demo.example")
    assert (ada.phone, ada.password_hash) == ("+447700900123", "")
    assert "Invited, has not joined yet" in (await office.open("/console/people")).text
    assert "Number ending 123" in office.text
    assert "+447700900123" not in office.page

    new = StaffBrowser(line.url)
    assert (await new.sign_in("ada@demo.example", "")).status == 422
    assert (await new.sign_in("ada@demo.example", GOOD)).status == 401, "no password signs in before one is set"
    for wrong, said in (("short", "Use 12 characters or more"), ("AdaBell2026!", "too easy to guess")):
        await join(new, link, wrong)
        assert (new.status, new.title) == (422, "Error: Set your password – Nightlight")
        assert said in new.text
    assert "Live board" in (await join(new, link)).text

    assert (await new.open(link)).status == 404, "a link works once"
    assert "of no use any more" in new.text
    new.client.cookies.clear()
    assert "Live board" in (await new.sign_in("ada@demo.example", GOOD)).text
    for action in ("person_added", "invited", "invitation_used", "password_set", "signed_in"):
        assert await on_record(action, ada.id) >= 1, action
    await new.client.aclose()


@pytest.fixture
def post_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EmailMessage]]:
    """A mail server that takes what it is given, and what it has."""
    taken: list[EmailMessage] = []
    monkeypatch.setattr(partners, "_hand_over", taken.append)
    configure(smtp_host="mail.example", mail_from="line@nightlight.example")
    yield taken
    configure(smtp_host="", mail_from="")


async def test_where_there_is_a_mail_server_the_link_goes_to_them_alone(
    office: StaffBrowser, line: Line, post_room: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not await invite(office)
    assert "It is on its way to ada@demo.example." in office.text
    assert "/console/join" not in office.page
    (message,) = post_room
    words = message.get_content()
    link = next(row for row in words.splitlines() if row.startswith(line.url))
    assert (message["To"], message["Subject"]) == ("ada@demo.example", "Nightlight: set your password")
    assert f"until {rules.until(clock.now())}" in words
    new = StaffBrowser(line.url)
    assert "Live board" in (await join(new, link)).text

    def refuses(message: EmailMessage) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(partners, "_hand_over", refuses)
    with capture_logs() as noted:
        link = await invite(office, name="Bo", email="bo@demo.example", phone="")
    assert "The mail server did not take it." in office.text
    assert (await new.open(link)).status == 200
    assert [one["event"] for one in noted if "mailed" in one["event"]] == ["invitation_not_mailed"]
    assert link.partition("=")[2] not in str(noted)
    await new.client.aclose()


async def test_a_link_ends_by_itself_and_when_a_newer_one_is_made(office: StaffBrowser, line: Line) -> None:
    first = await invite(office)
    ada = await found("ada@demo.example")
    await office.open(f"/console/people/{ada.id}")
    await office.post(f"/console/people/{ada.id}/reset")
    second = _LINK.findall(office.page)[0]
    new = StaffBrowser(line.url)
    assert (await new.open(first)).status == 404
    assert (await new.open(second)).status == 200
    for made_up in ("/console/join", "/console/join?invitation=x", second[:-1]):
        assert (await new.open(made_up)).status == 404
    await new.open(second)
    invitation = new.hidden(_INVITATION)
    answer = await new.client.post("/console/join", data={"invitation": invitation, "password": GOOD, "csrf": "x"})
    assert answer.status_code == 422, "a form that another site sends"
    clock.move(timedelta(days=3, seconds=1))
    assert (await new.open(second)).status == 404
    await new.client.aclose()


async def test_what_is_wrong_with_an_invitation_is_said_and_stays(office: StaffBrowser) -> None:
    wrong = {"name": "", "email": NURSE_ONE, "phone": "07700 900203", "role": "", "team": "x"}
    assert not await invite(office, **wrong)
    assert (office.status, office.title) == (422, "Error: Invite somebody – Nightlight")
    for said in ("Enter their name", "Choose what they are here for", "Choose a team of yours"):
        assert said in office.text
    assert not await invite(office, email=NURSE_ONE, phone="07700 900203")
    assert "Somebody has this email address already" in office.text
    assert "Somebody has this number already" in office.text
    assert f'value="{NURSE_ONE}"' in office.page


async def test_a_change_is_on_record_and_a_role_works_at_once(office: StaffBrowser, line: Line) -> None:
    person = await nurse("Demo Nurse One")
    browser = await StaffBrowser(line.url).sign_in()
    page = f"/console/people/{person.id}"
    await office.open(page)
    await office.post(page, name=person.name, email=person.email, role="reviewer", phone="")
    assert "The changes are saved." in office.text
    assert "Live board" in (await browser.open("/console")).text
    assert (await browser.post("/console/tasks/00000000-0000-0000-0000-000000000000", note="x")).status == 403
    assert await on_record("person_changed", person.id) == 1
    await browser.open(f"/console/conversations/{await seeds.carer_writes('his mouth is dry')}")
    assert "his mouth is dry" in browser.text
    assert not re.search("Show number|Write to the carer", browser.text), "a reviewer reads, and no more"
    assert "You are here to read." in browser.text
    escalation = await seeds.crisis()
    for form in ("resolve", "stand-down", "hand-on"):
        assert (await browser.open(f"/console/escalations/{escalation}/{form}")).status == 403, form
    assert "Switch on" not in (await browser.open("/console/switches")).text
    assert "Reads carers' words afterwards." in (await browser.open("/console/account")).text
    await browser.client.aclose()

    own = await found(ADMINISTRATOR)
    await office.open(f"/console/people/{own.id}")
    as_is = {"name": own.name, "email": own.email, "phone": own.phone or ""}
    await office.post(f"/console/people/{own.id}", role="responder", **as_is)
    assert "Ask another administrator to change your own role" in office.text
    assert (await office.post(f"/console/people/{own.id}/end")).status == 422
    assert (await found(ADMINISTRATOR)).active


async def test_who_leaves_is_out_at_once_and_who_comes_back_begins_anew(office: StaffBrowser, line: Line) -> None:
    browser = await StaffBrowser(line.url).sign_in()
    page = f"/console/people/{(await nurse('Demo Nurse One')).id}"
    await office.open(page)
    await office.post(f"{page}/end")
    assert "They are signed out everywhere" in office.text
    assert (await browser.open("/console")).title == "Sign in – Nightlight"
    assert (await browser.sign_in()).status == 401
    await office.open(page)
    await office.post(f"{page}/bring-back")
    link = _LINK.findall(office.page)[0]
    assert (await browser.sign_in()).status == 401, "the old password is forgotten"
    assert "Live board" in (await join(browser, link)).text
    await browser.client.aclose()


async def test_a_lock_is_shown_told_and_opened(office: StaffBrowser, line: Line) -> None:
    browser = StaffBrowser(line.url)
    for _ in range(5):
        await browser.sign_in(NURSE_ONE, "wrong")
    await line.settle()
    assert "the account of Demo Nurse One is locked until" in line.last(LEAD)
    assert re.search(r"Locked until \d\d:\d\d Demo Nurse One", (await office.open("/console/people")).text)
    page = f"/console/people/{(await nurse('Demo Nurse One')).id}"
    await office.open(page)
    await office.post(f"{page}/unlock")
    assert "Live board" in (await browser.sign_in()).text
    await browser.client.aclose()


async def test_an_hour_later_an_administrator_says_once_more_who_they_are(office: StaffBrowser) -> None:
    page = f"/console/people/{(await nurse('Demo Nurse One')).id}"
    clock.move(timedelta(minutes=16))
    assert (await office.open(page)).title == "Is it you? – Nightlight"
    await office.post("/console/account/confirm", password="wrong", next=page)
    assert (office.status, office.title) == (422, "Error: Is it you? – Nightlight")
    await office.post("/console/account/confirm", password=PASSWORD, next=page)
    assert office.title == "Demo Nurse One – Nightlight"
    clock.move(timedelta(minutes=16))
    await office.post(f"{page}/end")
    assert office.title == "Is it you? – Nightlight"
    assert (await nurse("Demo Nurse One")).active


async def test_a_team_sees_its_own_people_and_whoever_is_for_every_team_sees_all(office: StaffBrowser) -> None:
    email = await another_team_s_nurse()
    assert "Other Nurse" not in (await office.open("/console/people")).text
    other = await found(email)
    assert (await office.open(f"/console/people/{other.id}")).status == 404
    async with transaction() as session:
        (await session.get_one(Person, (await found(ADMINISTRATOR)).id)).of_installation = True
    assert "Other Nurse" in (await office.open("/console/people")).text
    assert (await office.open(f"/console/people/{other.id}")).title == "Other Nurse – Nightlight"
