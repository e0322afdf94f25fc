"""Calendars that are kept elsewhere: read by the line, taken over whole or not at all, and again without doubling."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import func, select

from api.database import transaction
from api.errors import Invalid
from api.people.models import Person
from api.rota.calendars import rules
from api.rota.calendars import service as calendars
from api.rota.calendars.rules import Known, plan, read
from api.rota.calendars.service import Source
from api.rota.models import RotaEntry
from api.rota.publishing import service as publishing
from tests.api.rota.conftest import add, at, in_days, pattern, uk
from tests.harness.staff import on_record

ONE, TWO = UUID(int=1), UUID(int=2)
STAFF = [Known(ONE, "Demo Nurse One", "nurse.one@demo.example"), Known(TWO, "Demo Nurse Two", "nurse.two@demo.example")]
SPAN = (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC))
NIGHTS = (
    "UID:nights\nSUMMARY:On call: Demo Nurse One\nDTSTART;TZID=Europe/London:20261023T200000\n"
    "DTEND;TZID=Europe/London:20261024T080000\nRRULE:FREQ=DAILY;COUNT=4"
)
ONE_NIGHT_IS_TWOS = (
    "UID:nights\nRECURRENCE-ID;TZID=Europe/London:20261025T200000\nSUMMARY:Demo Nurse Two\n"
    "DTSTART;TZID=Europe/London:20261025T210000\nDTEND;TZID=Europe/London:20261026T080000"
)


def calendar(*events: str) -> str:
    inner = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n{inner}END:VCALENDAR\n"


def event(uid: str = "a", title: str = "Demo Nurse One", start: str = "20261201T080000", more: str = "") -> str:
    return f"UID:{uid}\nSUMMARY:{title}\nDTSTART:{start}\nDURATION:PT12H{more}"


def test_nights_are_repeated_by_the_wall_clock_and_one_of_them_is_somebody_elses() -> None:
    found = read(calendar(NIGHTS, ONE_NIGHT_IS_TWOS), STAFF, *SPAN)
    assert found.faults == []
    hours = [(one.ends_at - one.starts_at) // timedelta(hours=1) for one in found.entries]
    assert hours == [12, 13, 11, 12], "the second night has the hour that comes twice; the third begins at nine"
    assert [one.person_id for one in found.entries] == [ONE, ONE, TWO, ONE]
    assert len({one.key for one in found.entries}) == 4


@pytest.mark.parametrize(
    ("start", "begins"),
    [
        ("DTSTART:20261201T080000", "2026-12-01 08:00"),
        ("DTSTART:20260701T070000Z", "2026-07-01 08:00"),
        ("DTSTART;TZID=Europe/Paris:20261201T090000", "2026-12-01 08:00"),
        ("DTSTART;VALUE=DATE:20260701", "2026-07-01 00:00"),
    ],
    ids=["no zone is the UK's", "UTC", "elsewhere", "a whole day"],
)
def test_a_time_is_meant_as_it_is_written(start: str, begins: str) -> None:
    text = calendar(f"UID:a\nSUMMARY:Demo Nurse One\n{start}\nDURATION:P1D")
    (found,) = read(text, STAFF, datetime(2026, 1, 1, tzinfo=UTC), SPAN[1]).entries
    assert found.starts_at == uk(begins)


def test_who_is_meant_is_said_by_an_invitation_or_by_the_title() -> None:
    invited = event("a", "Night shift", more="\nATTENDEE;CN=Two:mailto:NURSE.TWO@demo.example")
    titled = event("b", "nurse.one@demo.example (on call)")
    assert [one.person_id for one in read(calendar(invited, titled), STAFF, *SPAN).entries] == [TWO, ONE]


def test_each_wrong_entry_is_told_with_the_line_on_which_it_begins() -> None:
    text = calendar(
        event("a", "Somebody Else"),
        event("b", "Demo Nurse One and Demo Nurse Two"),
        event("c"),
        "UID:d\nSUMMARY:Demo Nurse One\nDTSTART:2026-nonsense",
        event("e", start="20261201T080000", more="\nRRULE:FREQ=MINUTELY"),
        "UID:f\nSUMMARY:Demo Nurse One\nDTSTART;TZID=Nowhere/Else:20261201T080000\nDURATION:PT1H",
        "UID:g\nSUMMARY:Demo Nurse One\nDTSTART:20261201T080000\nDTEND:20261201T070000",
        "SUMMARY:Demo Nurse One\nDTSTART:20261201T080000\nDURATION:PT1H",
        event("h", more="\nRRULE:FREQ=DAILY;BYHOUR=8,9,10,11,12;BYMINUTE=0,10,20,30,40"),
        "UID:i\nUID:j\nSUMMARY:Demo Nurse One\nDTSTART:20261201T080000\nDTSTART:20261202T080000\nDURATION:PT1H",
    )
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line == "BEGIN:VEVENT"]
    found = read(text, STAFF, *SPAN)
    assert [fault.line for fault in found.faults] == [lines[place] for place in (0, 1, 3, 4, 5, 6, 7, 8, 9)]
    assert [fault.where for fault in found.faults][:2] == [f"Line {lines[0]} (UID a)", f"Line {lines[1]} (UID b)"]
    assert found.faults[-3].where == f"Line {lines[7]}", "it has none"
    said = " ".join(fault.words for fault in found.faults)
    for words in (
        "names nobody",
        "cannot be read (DTSTART)",
        "too often",
        "time zone",
        "does not end",
        "no UID",
        "once: UID",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    "text", ["", "hello", "<html></html>", "BEGIN:VCALENDAR\nEND:VCALENDAR", calendar("") * 2, calendar(NIGHTS) + "\0"]
)
def test_what_is_no_calendar_is_a_fault_of_its_first_line(text: str) -> None:
    assert [fault.line for fault in read(text, STAFF, *SPAN).faults][:1] == [1]


@how(max_examples=150)
@given(
    text=st.text(max_size=80),
    place=st.integers(0, 400),
    gone=st.integers(0, 30),
    value=st.sampled_from(["", "x", "\n"]),
)
def test_whatever_is_broken_in_a_calendar_it_is_read_or_refused(text: str, place: int, gone: int, value: str) -> None:
    whole = calendar(NIGHTS, ONE_NIGHT_IS_TWOS)
    found = read(whole[:place] + value + text + whole[place + gone :], STAFF, *SPAN)
    assert found.faults or all(one.starts_at < one.ends_at for one in found.entries)


def test_what_has_more_shifts_than_anybody_is_refused_before_all_of_them_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MOST_SHIFTS", 20)
    daily = [event(str(number), more="\nRRULE:FREQ=DAILY;COUNT=15") for number in range(9)]
    assert read(calendar(*daily[:1]), STAFF, *SPAN).faults == []
    found = read(calendar(*daily), STAFF, *SPAN)
    assert ([fault.words for fault in found.faults], len(found.entries)) == (
        ["the calendar has more than 20 shifts"],
        30,
    )


def test_differences_are_new_moved_and_gone() -> None:
    old = read(calendar(event("a"), event("b"), event("c")), STAFF, *SPAN).entries
    new = read(calendar(event("a"), event("b", "Demo Nurse Two"), event("d")), STAFF, *SPAN).entries
    found = plan(old, new)
    assert ([one.uid for one in found.added], [one.uid for one in found.gone], found.same) == (["d"], ["c"], 1)
    assert [(before.person_id, after.person_id) for before, after in found.changed] == [(ONE, TWO)]


async def stored(lead: Person) -> list[tuple[str, datetime]]:
    async with transaction() as session:
        found = select(RotaEntry.uid, RotaEntry.starts_at).where(RotaEntry.team_id == lead.team_id)
        return [(uid, starts) for uid, starts in (await session.execute(found.order_by(RotaEntry.starts_at))).all()]


async def take_over(lead: Person, text: str) -> calendars.Planned:
    async with transaction() as session:
        return await calendars.apply(session, lead.team, lead.actor, Source("Night team", "on_call", text))


async def test_a_calendar_is_taken_over_whole_or_not_at_all_and_again_without_doubling(
    team: tuple[Person, Person, Person],
) -> None:
    _, two, lead = team
    good = calendar(
        event("a", start="20261130T080000"), event("b", start="20261130T200000", more="\nRRULE:FREQ=DAILY;COUNT=2")
    )
    async with transaction() as session:
        trial = await calendars.planned(session, lead.team, Source("Night team", "on_call", good))
    assert (len(trial.plan.added), await stored(lead)) == (3, []), "a trial changes nothing"
    assert (await take_over(lead, calendar(event("a", start="20261130T080000"), event("z", "Nobody")))).faults
    assert await stored(lead) == []

    await take_over(lead, good)
    kept = await stored(lead)
    assert [uid for uid, _ in kept] == ["a", "b", "b"]
    again = await take_over(lead, good)
    assert (again.plan.added, again.plan.changed, again.plan.gone, again.plan.same) == ((), (), (), 3)
    assert await stored(lead) == kept

    await add(lead, pattern("second_on_call", [two]), pattern("lead", [lead]))
    async with transaction() as session:
        made = await publishing.draft(session, lead.team, uk("2026-11-30 13:00"), publishing.end_of(in_days(1)))
    assert [(problem.rung, problem.starts_at) for problem in made.problems] == [("on_call", uk("2026-12-01 08:00"))]

    at(uk("2026-12-01 12:00"))
    moved = calendar(event("b", start="20261201T210000"))
    changed = await take_over(lead, moved)
    assert (len(changed.plan.added), len(changed.plan.gone)) == (1, 1), "it is no longer repeated"
    assert len(await stored(lead)) == 3, "what is over stays"
    assert await on_record("rota_imported", lead.team_id) == 3
    with pytest.raises(Invalid, match="another rung"):
        async with transaction() as session:
            await calendars.apply(session, lead.team, lead.actor, Source("night TEAM", "lead", good))
    async with transaction() as session:
        assert (await session.execute(select(func.count()).select_from(RotaEntry))).scalar_one() == 3


def test_an_entry_that_is_not_repeated_keeps_its_key_when_it_moves() -> None:
    (before,) = read(calendar(event(start="20261201T080000")), STAFF, *SPAN).entries
    (after,) = read(calendar(event(start="20261202T080000")), STAFF, *SPAN).entries
    assert before.key == after.key
    assert before.starts_at < after.starts_at
