"""The page of figures, its tables to take away, the report on paper, and the cases behind a figure."""

import asyncio
import csv
import io
import random
import re
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from typer import BadParameter

from api import clock, commands
from api.audit.models import AuditEntry
from api.console.figures.presenters import Row, Section, Table
from api.console.figures.taking import presenters as taking
from api.database import transaction
from api.people.models import Person
from api.reporting.rollups import service as rollups
from api.reporting.rollups.models import CallFigure, ContactFigure
from tests.harness import seeds
from tests.harness.line import Line
from tests.harness.staff import StaffBrowser

FIGURES, LEAD, OFFICER = "/console/figures", "lead@demo.example", "safety@demo.example"
OCTOBER = f"{FIGURES}?span=month&of=2026-10-01"


def contact(team_id: UUID, conversation_id: UUID, day: date, hour: int, channel: str, **other: object) -> ContactFigure:
    values: dict[str, object] = {
        "began_at": datetime.combine(day, time(hour, 12), clock.UK), "day": day, "hour": hour, "channel": channel,
        "came_back": False, "turns": 2, "answered_after": 4.0, "missed": 0, "called": False, "handed": False,
        "needs": ["respite"], "undelivered": 0, "safety_undelivered": 0,
    }  # fmt: skip
    return ContactFigure(team_id=team_id, conversation_id=conversation_id, **{**values, **other})


def call(team_id: UUID, escalation_id: UUID, day: date, priority: str, after: float) -> CallFigure:
    return CallFigure(
        team_id=team_id, escalation_id=escalation_id, raised_at=datetime.combine(day, time(3), clock.UK), day=day,
        channel="sms", priority=priority, category="breathlessness", paged_after=2.0, accepted_after=after,
        contacted_after=after + 240, ended_after=3000.0, outcome="advice_given", cannot_wait=False, used_up=False,
        pages_failed=0,
    )  # fmt: skip


async def an_october() -> None:
    """1,200 contacts by text, seven by chat at three in the morning, twenty calls for help, three of them late."""
    escalation_id = await seeds.crisis()
    talk, team_id = (await seeds.escalation(escalation_id)).conversation_id, (await seeds.nurse("Demo Lead")).team_id
    dice, first = random.Random(7), date(2026, 10, 1)
    async with transaction() as session:
        for number in range(1200):
            day, hour = first + timedelta(days=number % 31), dice.choice((2, 3, 9, 14, 20, 22))
            session.add(contact(team_id, talk, day, hour, "sms", district="OL4" if number % 3 else None))
        for number in range(7):
            more: dict[str, object] = {"missed": number % 2, "needs": ["grants"], "language": "pl"}
            session.add(contact(team_id, talk, first, 3, "web", **more))
        for number in range(20):
            session.add(call(team_id, escalation_id, first, "P1", 700.0 if number < 3 else 60.0 + number))
        await rollups.note_counted(session, clock.now(), 0)


async def called_off_in_time() -> None:
    """Nobody accepted this one, which was over after a minute: it is not late."""
    escalation_id = await seeds.crisis("+447700903002")
    team_id = (await seeds.nurse("Demo Lead")).team_id
    one = call(team_id, escalation_id, date(2026, 10, 1), "P1", 0)
    one.accepted_after, one.contacted_after, one.ended_after = None, None, 60.0
    async with transaction() as session:
        session.add(one)


def rows(browser: StaffBrowser) -> list[list[str]]:
    return list(csv.reader(io.StringIO(browser.page)))


async def test_a_month_is_told_in_words_tables_and_pictures(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    lead = await desk.sign_in(LEAD)
    text = (await lead.open(OCTOBER)).text
    assert lead.status == 200
    for shown in (
        "In October 2026 carers came to",
        "1,207 times.",
        "There were 20 calls for help.",
        "Somebody accepted within the target time in 80% or more of those that count for it.",
        "Web chat 7",
        "English, or not known 1,200",
        "Polish 7",
        "P1 Red - urgent 20 1 min 12 s 11 min 40 s 80% or more 10 min",
        "Counted up to",
        "Numbers from 1 to 4 are hidden",
    ):
        assert shown in text, shown
    assert lead.page.count('role="img"') >= 5
    assert "style=" not in re.sub(r"<head>.*?</head>", "", lead.page, flags=re.DOTALL), "our own policy would drop it"
    await lead.open(f"{FIGURES}?span=year&of=tomorrow")
    assert lead.status == 422
    assert "Enter a day such as 2026-11-26" in lead.text
    await lead.open(f"{OCTOBER}&team=other")
    assert lead.status == 404


async def test_every_table_can_be_taken_away_with_the_same_numbers_hidden(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    lead = await desk.sign_in(LEAD)
    await lead.open(f"{FIGURES}/tables.csv?span=month&of=2026-10-01&table=channels")
    assert rows(lead) == [
        ["Channel", "Contacts"],
        ["Text message", "1200"],
        ["Web chat", "7"],
        ["Telephone", "0"],
        ["All", "1207"],
    ]
    assert lead.page.count("\r\n") == 5
    await lead.open(f"{FIGURES}/tables.csv?span=month&of=2026-10-01")
    everything = rows(lead)
    assert everything[0] == ["table", "row", "column", "value"]
    assert ["Rates by channel", "Web chat", "Something was not understood", "not shown"] in everything
    assert ["Rates by language", "Polish", "First answer in time", "100% (65 to 100)"] in everything
    assert await exports() == [{"how": "csv", "span": "month", "first": "2026-10-01"}] * 2
    assert (await lead.open(f"{FIGURES}/tables.csv?table=made-up")).status == 404
    assert (await lead.open(f"{FIGURES}/tables.csv?of=never")).status == 422


async def exports() -> list[dict[str, str]]:
    async with transaction() as session:
        found = select(AuditEntry.detail).where(AuditEntry.subject_kind == "figures", AuditEntry.action == "exported")
        return list((await session.execute(found)).scalars())


def test_no_cell_is_reckoned_with_by_a_spreadsheet() -> None:
    table = Table("t", "=T", ("Area", "Contacts"), [Row("=1+1", ["1,204"]), Row("@x", ["-"]), Row('a "b", c', ["5"])])
    assert taking.table(table) == 'Area,Contacts\r\n\'=1+1,1204\r\n\'@x,-\r\n"a ""b"", c",5\r\n'
    assert "'=T" in taking.everything([Section("s", "S", [table])])


async def test_the_report_on_paper_says_the_same(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    lead = await desk.sign_in(LEAD)
    answer = await lead.client.get(f"{FIGURES}/report.pdf?span=month&of=2026-10-01")
    assert answer.headers["content-type"] == "application/pdf"
    made = answer.content
    for part in (
        b"/Lang (en-GB)",
        b"/Marked true",
        b"/S /Figure",
        b"/Alt (Contacts by day",
        b"/Title (Figures, October 2026)",
    ):
        assert part in made, part
    pages = [
        zlib.decompress(part).decode("latin-1") for part in re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    ]
    assert len(pages) > 5
    assert "1,207 times." in pages[0]
    assert "20 calls for help." in pages[0]
    aloud = ", ".join(("Text message. Contacts: 1,200.",)).encode("utf-16-be").hex()
    assert any(f"/ActualText <feff{aloud}>" in page for page in pages)
    for page in pages:
        assert page.count("BDC") + page.count("BMC") == page.count("EMC")
        untagged = re.sub(r"/\w+ (<<.*?>> BDC|BMC).*?EMC", "", page, flags=re.DOTALL)
        assert "Tj" not in untagged


async def test_a_language_leads_to_its_cases(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    lead = await desk.sign_in(LEAD)
    for language, narrowed in (("pl", "Polish"), ("none", "English, or not known")):
        found = re.findall(rf'href="({FIGURES}/cases\?[^"]*language={language})"', (await lead.open(OCTOBER)).page)
        await lead.open(found[0].replace("&amp;", "&"))
        assert f"Narrowed to: {narrowed}." in lead.text
        assert lead.page.count('<th scope="row">') == {"pl": 7, "none": 200}[language]


@pytest.mark.parametrize("kind", ["contacts", "calls"])
async def test_a_figure_leads_whoever_may_read_to_its_cases(line: Line, desk: StaffBrowser, kind: str) -> None:
    await an_october()
    await called_off_in_time()
    lead = await desk.sign_in(LEAD)
    await lead.open(OCTOBER)
    link = {"contacts": "kind=contacts&amp;channel=web", "calls": "kind=calls&amp;priority=P1&amp;late=1"}[kind]
    (address,) = re.findall(rf'href="({FIGURES}/cases\?[^"]*{re.escape(link)})"', lead.page)
    await lead.open(address.replace("&amp;", "&"))
    assert lead.page.count('<th scope="row">') == {"contacts": 7, "calls": 3}[kind]
    assert {"contacts": "1 October 2026, 03:12", "calls": "not accepted in time; P1"}[kind] in lead.text
    async with transaction() as session:
        found = select(AuditEntry.detail).where(AuditEntry.subject_kind == "figures", AuditEntry.action == "read")
        (detail,) = (await session.execute(found)).scalars()
    assert detail["asked"]["kind"] == kind
    await lead.open(f"{FIGURES}/cases?kind=made-up&hour=99&district=%27%3B&weekday=-1")
    assert lead.status == 200
    assert "Narrowed to: all." in lead.text


async def test_whoever_reads_nothing_about_carers_sees_no_way_to_cases(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    officer = await desk.sign_in("information@demo.example")
    await officer.open(OCTOBER)
    assert officer.status == 200
    assert f"{FIGURES}/cases" not in officer.page
    assert (await officer.open(f"{FIGURES}/cases")).status == 403


async def test_those_of_the_installation_choose_a_team_or_all(line: Line, desk: StaffBrowser) -> None:
    await an_october()
    other = await seeds.other_team()
    async with transaction() as session:
        person = (await session.execute(select(Person).where(Person.email == LEAD))).scalar_one()
        person.of_installation = True
        session.add(contact(other.id, (await seeds_conversation()), date(2026, 10, 3), 9, "sms"))
    lead = await desk.sign_in(LEAD)
    assert "1,208 times" in (await lead.open(f"{OCTOBER}&team=all")).text
    assert f"{FIGURES}/cases" not in lead.page, "cases are one's own team's"
    assert "fewer than 5 times" in (await lead.open(f"{OCTOBER}&team=other")).text


async def seeds_conversation() -> UUID:
    return await seeds.carer_writes("hello", "+447700903001")


async def test_an_operator_writes_the_report_of_a_month(line: Line, tmp_path: Path) -> None:
    await an_october()
    out = tmp_path / "october.pdf"

    async def run(*arguments: str) -> None:
        await asyncio.to_thread(commands.app, ["reporting", "month", *arguments, str(out)], standalone_mode=False)

    for wrong in (("2026-13", "--team", "demo"), ("2026-10", "--team", "nobody")):
        with pytest.raises(BadParameter):
            await run(*wrong)
    await run("2026-10", "--team", "demo")
    first = re.search(rb"stream\n(.*?)\nendstream", out.read_bytes(), re.DOTALL)
    assert first is not None
    assert b"1,207 times." in zlib.decompress(first[1])
