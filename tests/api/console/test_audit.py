"""The audit log, read by those who may: who did what, and who read what; and that reading it is on record."""

import csv

import pytest
from sqlalchemy import select

from api import clock
from api.audit import service as audit
from api.audit.models import AuditEntry
from api.console.audit import rules
from api.database import transaction
from api.people.models import Person
from tests.harness import seeds
from tests.harness.line import Line
from tests.harness.staff import StaffBrowser

HERE = "/console/audit"


@pytest.fixture
async def office(desk: StaffBrowser) -> StaffBrowser:
    """The demonstration lead, signed in."""
    return await desk.sign_in("lead@demo.example")


async def test_who_saw_a_carers_number_is_found_by_person_subject_and_time(office: StaffBrowser, line: Line) -> None:
    conversation_id = await seeds.carer_writes("can somebody ring me")
    browser = await StaffBrowser(line.url).sign_in()
    await browser.open(f"/console/conversations/{conversation_id}")
    await browser.post(f"/console/conversations/{conversation_id}/number")
    await browser.client.aclose()

    actor = (await seeds.nurse("Demo Nurse One")).actor
    today = clock.now().astimezone(clock.UK).date()
    for asked in (
        f"actor={actor}&action=Number+shown",
        f"subject_kind=conversation&subject_id={conversation_id}&action=number_shown",
        f"from={today}&to={today}&action=number_shown",
    ):
        await office.open(f"{HERE}?{asked}")
        assert "Demo Nurse One number shown A conversation:" in office.text, asked
    assert f'href="/console/conversations/{conversation_id}"' in office.page
    assert "There is no such entry." in (await office.open(f"{HERE}?to=2020-01-01")).text
    for wrong in ("from=yesterday", f"from={today}&to=2020-01-01"):
        assert (await office.open(f"{HERE}?{wrong}")).status == 422


async def test_reading_it_is_on_record_with_what_was_asked(office: StaffBrowser) -> None:
    await office.open(f"{HERE}?action=signed_in")
    table = await office.client.get(f"{HERE}/entries.csv?action=signed_in")
    assert table.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(table.text.splitlines()))
    assert {(row["who"], row["action"], row["subject_kind"]) for row in rows} == {("Demo Lead", "signed_in", "person")}
    async with transaction() as session:
        read = select(AuditEntry.detail).where(AuditEntry.action == "read", AuditEntry.subject_kind == "audit")
        assert list((await session.execute(read)).scalars()) == [{"asked": {"action": "signed_in"}}] * 2
    assert "The audit log: log" in (await office.open(HERE)).text


async def test_a_team_reads_what_its_own_people_did_and_the_installation_reads_all(office: StaffBrowser) -> None:
    async with transaction() as session:
        audit.record(session, "service:other", "read", "escalation", "of another team")
        audit.record(session, "staff:00000000-0000-0000-0000-000000000000", "read", "escalation", "of another team")
        audit.record(session, "service:other", "=danger", "escalation", "of another team")
    assert "of another team" not in (await office.open(HERE)).text
    async with transaction() as session:
        lead = (await session.execute(select(Person).where(Person.name == "Demo Lead"))).scalar_one()
        lead.of_installation = True
    assert office.text.count("of another team") == 0
    assert (await office.open(HERE)).text.count("of another team") == 3
    table = (await office.client.get(f"{HERE}/entries.csv")).text
    assert ",'=danger," in table, "a spreadsheet must not reckon with it"


async def test_older_entries_follow_page_by_page(office: StaffBrowser) -> None:
    actor = (await seeds.nurse("Demo Lead")).actor
    async with transaction() as session:
        for n in range(60):
            audit.record(session, actor, "counted", "thing", f"number-{n:02}")
    await office.open(f"{HERE}?action=counted")
    assert ("number-59" in office.text, "number-09" in office.text) == (True, False)
    older = office.page.split('<a href="/console/audit?')[1].split('"')[0].replace("&amp;", "&")
    await office.open(f"{HERE}?{older}")
    assert ("number-10" in office.text, "number-09" in office.text, "number-00" in office.text) == (False, True, True)


def test_what_somebody_typed_does_not_stand_in_the_log() -> None:
    typed = rules.tidied(
        {"subject_id": "07700 900123", "action": "Margaret", "actor": "staff:1-a", "from": "2026-01-01"}
    )
    told = {"actor": "staff:1-a", "from": "2026-01-01", "subject_id": "something else", "action": "something else"}
    assert rules.on_record(typed) == told
    assert rules.on_record(rules.tidied({"subject_id": "07700900123"})) == {"subject_id": "something else"}


def test_days_are_days_on_a_uk_clock_with_the_last_one_in() -> None:
    typed = rules.tidied({"from": "2026-10-25", "to": " 2026-10-25 "})
    asked = rules.asked(typed)
    assert asked.since is not None
    assert asked.until is not None
    assert (asked.until.timestamp() - asked.since.timestamp()) / 3600 == 25, "the clocks go back"
    assert rules.wrong_with(typed) == {}
