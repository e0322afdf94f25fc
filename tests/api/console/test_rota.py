"""The rota at the console: drawn up, published, changed, swapped, taken over from a calendar; and who may do what."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from api import clock
from api.clients import public_web
from api.cover import jobs
from api.database import transaction
from api.paging.models import StaffText
from api.people.models import Person
from api.people.rules import Scope
from api.rota.feeds import jobs as feeds
from tests.api.rota.conftest import MONDAY, at
from tests.harness import seeds
from tests.harness.calendars import URL, Elsewhere
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, NURSE_ONE, NURSE_TWO, StaffBrowser, another_team_s_nurse

LEAD = "lead@demo.example"
HERE = "/console/rota"
ALL_WEEK = [str(number) for number in range(7)]
CALENDAR = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\nBEGIN:VEVENT\nUID:a\nSUMMARY:{title}\nDTSTART:20261205T200000\n"
    "DTEND:20261206T080000\nEND:VEVENT\nEND:VCALENDAR\n"
)


type SignIn = Callable[[str], Awaitable[StaffBrowser]]


@pytest.fixture
async def as_(line: Line) -> AsyncIterator[SignIn]:
    """A browser of somebody's own, signed in."""
    opened: list[StaffBrowser] = []

    async def sign_in(email: str) -> StaffBrowser:
        opened.append(StaffBrowser(line.url))
        return await opened[-1].sign_in(email)

    yield sign_in
    for one in opened:
        await one.client.aclose()


async def add(desk: StaffBrowser, rung: str, *people: str, **changes: str) -> StaffBrowser:
    """The lead fills in the form of a pattern: all day long, changing hands at eight each morning."""
    await desk.open(f"{HERE}/patterns/new")
    ids = [(await seeds.nurse(name)).id for name in people]
    fields: dict[str, str | list[str]] = {
        "rung": rung, "starts": "08:00", "ends": "08:00", "every": "1", "days": "every", "turns": "shift",
        "first_day": MONDAY.date().isoformat(), "weekdays": ALL_WEEK,
        **{f"people_{place}": str(one) for place, one in enumerate(ids)}, **changes,
    }  # fmt: skip
    return await desk.send(f"{HERE}/patterns/new", fields)


async def published(as_: SignIn) -> StaffBrowser:
    """The lead has drawn up and published four weeks. Noon on a Monday; One is on call."""
    at(MONDAY)
    lead = await as_(LEAD)
    await add(lead, "on_call", "Demo Nurse One", "Demo Nurse Two")
    await add(lead, "second_on_call", "Demo Nurse Two", "Demo Nurse One")
    await add(lead, "lead", "Demo Lead")
    last = (MONDAY + timedelta(days=27)).date().isoformat()
    return await lead.post(f"{HERE}/publish", until=last)


async def test_a_rota_is_drawn_up_refused_while_it_has_gaps_and_published(as_: SignIn) -> None:
    at(MONDAY)
    lead = await as_(LEAD)
    wrong = await add(lead, "on_call", starts="", every="0", weekdays="9")
    assert wrong.status == 422
    for words in ("Enter when a shift begins", "Enter a number of weeks", "Choose the days", "Choose who takes turns"):
        assert words in wrong.text
    await add(lead, "on_call", "Demo Nurse One", "Demo Nurse Two")
    assert "Every day: Demo Nurse One, then Demo Nurse Two (each shift the next)" in lead.text
    last = (MONDAY + timedelta(days=27)).date().isoformat()
    refused = await lead.post(f"{HERE}/publish", until=last)
    assert refused.status == 409
    assert "Gap: nobody is team lead from 12:00 to Mon 28 Dec, 00:00." in refused.text
    assert (await lead.post(f"{HERE}/publish", until="2030-01-01")).status == 422

    await add(lead, "second_on_call", "Demo Nurse Two", "Demo Nurse One")
    await add(lead, "lead", "Demo Lead")
    done = await lead.post(f"{HERE}/publish", until=last)
    assert done.status == 200
    assert "The rota is published." in done.text
    assert "Now: Demo Nurse One, until Tue 1 Dec, 08:00 Next: Demo Nurse Two, from Tue 1 Dec, 08:00" in done.text
    assert "Published until Mon 28 Dec, 00:00." in done.text
    assert "Tuesday 1 December" in done.text

    await add(lead, "second_on_call", "Demo Nurse One")
    twice = await lead.post(f"{HERE}/publish", until=last)
    assert twice.status == 409
    assert "Twice: Demo Nurse One is on call and second on call at once from 12:00 to Tue 1 Dec, 08:00." in twice.text


async def test_a_pattern_is_changed_and_removed_without_touching_what_is_published(as_: SignIn) -> None:
    lead = await published(as_)
    await lead.open(f"{HERE}/draft")
    (url,) = re.findall(r'href="(/console/rota/patterns/[0-9a-f-]{36})">Team lead', lead.page)
    await lead.open(url)
    assert 'value="2026-11-30"' in lead.page
    await lead.post(f"{url}/remove")
    assert "The pattern is out of the draft." in lead.text
    assert "Gap: nobody is team lead" in lead.text
    assert "Now: Demo Lead" in (await lead.open(HERE)).text


async def test_nurses_read_the_rota_and_coordinators_keep_it(as_: SignIn) -> None:
    lead = await published(as_)
    nurse, information = await as_(NURSE_ONE), await as_(INFORMATION)
    assert "Demo Nurse One (you)" in (await nurse.open(HERE)).text
    for page in ("draft", "patterns/new", "overrides/new", "calendars"):
        assert (await nurse.open(f"{HERE}/{page}")).status == 403, page
    for form in ("publish", "patterns/new", "overrides/new", "calendars", "calendars/apply"):
        assert (await nurse.open(HERE)).status == 200
        csrf = lead.hidden(re.compile(r'name="csrf" value="([^"]+)"'))
        assert (await nurse.client.post(f"{HERE}/{form}", data={"csrf": csrf})).status_code == 403, form
    assert (await information.open(HERE)).status == 403
    stranger = await as_(await another_team_s_nurse())
    assert "Demo Nurse" not in (await stranger.open(HERE)).text


async def test_somebody_else_takes_hours_and_the_board_says_what_is_wrong_with_the_rota(as_: SignIn) -> None:
    lead = await published(as_)
    await lead.open(f"{HERE}/overrides/new")
    assert (await lead.post(f"{HERE}/overrides/new")).status == 422
    fields = {"rung": "on_call", "person": str((await seeds.nurse("Demo Lead")).id), "reason": "Flu"}
    hours = {"starts_day": "2026-12-01", "starts": "20:00", "ends_day": "2026-12-01", "ends": "19:00"}
    backwards = await lead.post(f"{HERE}/overrides/new", **fields, **hours)
    assert (backwards.status, "must end after it begins" in backwards.text) == (422, True)
    done = await lead.post(f"{HERE}/overrides/new", **fields, **hours | {"ends_day": "2026-12-02", "ends": "07:00"})
    assert "Demo Lead (you) , from 20:00" in done.text
    assert "Flu" in (await lead.open(f"{HERE}/draft")).text
    async with transaction() as session:
        (await session.get_one(Person, (await seeds.nurse("Demo Nurse One")).id)).phone = None
    await jobs.sweep()
    wrong = "Demo Nurse One is on call since 12:00 and has no number to be paged on."
    assert wrong in (await lead.open("/console")).text
    assert wrong in (await lead.open(HERE)).text


async def test_a_swap_is_offered_agreed_and_approved(as_: SignIn) -> None:
    lead = await published(as_)
    one, two = await as_(NURSE_ONE), await as_(NURSE_TWO)
    assert (await one.open(HERE)).text.count("Offer a swap") == 1
    await one.open(f"{HERE}/swaps/new")
    (duty, *_) = re.findall(r'<option value="([0-9a-f-]{36})">Second on call, Tue 1 Dec, 08:00', one.page)
    await one.open(f"{HERE}/swaps/new?duty={duty}")
    assert "Your shift: Second on call, Tue 1 Dec, 08:00 to Wed 2 Dec, 08:00." in one.text
    assert (await one.post(f"{HERE}/swaps/new", duty=duty)).status == 422
    colleague = await seeds.nurse("Demo Nurse Two")
    assert (await one.post(f"{HERE}/swaps/new", duty=duty, to=str(colleague.id))).status == 200
    await two.open(f"{HERE}/swaps")
    (swap,) = re.findall(r'action="(/console/rota/swaps/[0-9a-f-]{36})"', two.page)
    assert "Demo Nurse One asks Demo Nurse Two to take second on call" in two.text
    assert (await two.post(swap, move="approve")).status == 409
    assert (await two.post(swap, move="agree")).status == 200
    assert "Both agree; waits for a coordinator" in (await lead.open(f"{HERE}/swaps")).text
    assert (await lead.post(swap, move="approve")).status == 200
    assert "No swap is open." in (await one.open(f"{HERE}/swaps")).text
    async with transaction() as session:
        found = (await session.execute(select(StaffText).order_by(StaffText.created_at))).scalars().all()
    told = [(text.person.name, text.words.partition(":")[2].split(".")[0].strip()) for text in found]
    assert told[:2] == [
        ("Demo Nurse Two", "Demo Nurse One offers you a swap"),
        ("Demo Lead", "two of your team agree on a swap"),
    ]
    assert {who for who, words in told[2:] if "is done" in words} == {"Demo Nurse One", "Demo Nurse Two"}


async def test_a_calendar_is_tried_out_first_and_then_taken_over(as_: SignIn) -> None:
    at(MONDAY)
    lead = await as_(LEAD)

    async def send(title: str) -> StaffBrowser:
        await lead.open(f"{HERE}/calendars")
        data = {
            "csrf": lead.hidden(re.compile(r'name="csrf" value="([^"]+)"')),
            "rung": "on_call",
            "calendar": "Nights",
        }
        files = {"file": ("nights.ics", CALENDAR.format(title=title).encode(), "text/calendar")}
        return lead._take(await lead.client.post(f"{HERE}/calendars", data=data, files=files))

    wrong = await send("Somebody")
    assert (wrong.status, "Line 4 (UID a): names nobody of the team" in wrong.text) == (422, True)
    tried = await send("Demo Nurse Two: night")
    assert "1 shift is new, 0 changed, 0 gone, 0 as before." in tried.text
    assert "Demo Nurse Two: Sat 5 Dec, 20:00 to Sun 6 Dec, 08:00" in tried.text
    fields = {"rung": "on_call", "calendar": "Nights", "text": CALENDAR.format(title="Demo Nurse Two: night")}
    assert "taken over into the draft" in (await lead.post(f"{HERE}/calendars/apply", **fields)).text
    inside = {"rung": "on_call", "calendar": "Nights", "url": "https://127.0.0.1/nights.ics"}
    refused = await lead.post(f"{HERE}/calendars", **inside)
    assert (refused.status, "That address is no https address of the public internet." in refused.text) == (422, True)


async def test_a_calendar_that_changes_at_its_address_is_told_of_and_taken_over_by_hand(
    as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Elsewhere(CALENDAR.format(title="Demo Nurse Two"))
    monkeypatch.setattr(public_web, "get", elsewhere.get)
    at(MONDAY)
    lead = await as_(LEAD)
    fields = {"rung": "on_call", "calendar": "Nights", "url": URL}
    await lead.open(f"{HERE}/calendars")
    assert "1 shift is new" in (await lead.post(f"{HERE}/calendars", **fields)).text
    await lead.post(f"{HERE}/calendars/apply", **fields, text=elsewhere.text)
    elsewhere.text = elsewhere.text.replace("Nurse Two", "Lead")
    at(MONDAY + timedelta(hours=2))
    await feeds.sweep()
    lead, nurse = await as_(LEAD), await as_(NURSE_ONE)
    told = "The calendar nights has changed since it was taken over: 1 shift changed."
    assert told in (await lead.open(HERE)).text
    assert told not in (await nurse.open(HERE)).text
    (url,) = re.findall(r'href="(/console/rota/calendars/[0-9a-f-]{36})"', lead.page)
    assert (await nurse.open(url)).status == 403
    await lead.open(url)
    assert "Demo Nurse Two: Sat 5 Dec, 20:00 to Sun 6 Dec, 08:00 becomes Demo Lead: Sat 5 Dec" in lead.text
    assert (
        "taken over into the draft" in (await lead.post(f"{HERE}/calendars/apply", **fields, text=elsewhere.text)).text
    )
    assert told not in (await lead.open(HERE)).text

    elsewhere.refusal = "answered with status 404"
    at(MONDAY + timedelta(hours=27))
    await feeds.sweep()
    lead, nurse = await as_(LEAD), await as_(NURSE_ONE)
    alarm = "The calendar nights has not been read since Mon 30 Nov, 14:00. That address answered with status 404."
    assert alarm in (await nurse.open(HERE)).text
    assert "secret" not in nurse.page
    assert "from calendar.example." in (await lead.open(f"{HERE}/calendars")).text
    stopped = await lead.post(f"{url}/stop")
    assert "The calendar is read no more." in stopped.text
    assert "has not been read" not in (await lead.open(HERE)).text
    assert (await lead.open(url)).status == 404


@pytest.mark.parametrize("path", ["demo", "nowhere"])
async def test_other_programs_ask_who_is_on_call(line: Line, as_: SignIn, path: str) -> None:
    await published(as_)
    address = f"/v1/teams/{path}/on-call"
    assert (await line.client.get(address)).status_code == 401
    assert (await line.client.get(address, headers=await seeds.token(Scope.GUIDES_READ))).status_code == 403
    answer = await line.client.get(address, headers=await seeds.token(Scope.ROTA_READ))
    if path == "nowhere":
        assert answer.status_code == 404
        return
    found = answer.json()
    held = {(one["rung"], one["person"]) for one in found["now"]}
    assert {("on_call", "Demo Nurse One"), ("second_on_call", "Demo Nurse Two"), ("lead", "Demo Lead")} == held
    assert {one["rung"] for one in found["next"]} == {"on_call", "second_on_call", "lead"}
    assert all(one["reachable"] for one in found["now"])
    assert found["published_until"] == "2026-12-28T00:00:00Z"
    assert "447700" not in answer.text, "numbers are for paging alone"
    assert clock.now() > MONDAY
