"""From a miss to a better line: proposed, approved, measured, in use while messages keep arriving, and taken back."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from api import settings
from api.conversations.models import Message
from api.database import transaction
from api.people.models import Person
from api.review.learning import jobs, releases
from api.review.learning.models import Release
from api.triage import screening, service
from api.triage.grading import Decision
from tests.harness.line import CARER, LINE, NURSE_ONE, OTHER_CARER, Line, configure
from tests.harness.staff import StaffBrowser

pytestmark = pytest.mark.timeout(400)  # Three times all phrases are read, once at low priority.
MISSED = "once the funeral's done so am i"  # Line suicidal_carer-c01 of the evaluation, which no detector hears today.
PHRASE = {
    "kind": "red_flag_phrase",
    "first": "0",
    "last": "6",
    "label": "suicidal_carer",
    "wording": "after we have had his funeral then so am i",
    "say": "(once | when | after) ... (funeral | funerals) + so am i",
    "hits": "when her funeral is over so am I",
    "near_misses": "once the funeral is paid for I will ring the bank\nmum is ready for the funeral and so am I",
    "doubted": "believed",
    "should": "page",
    "why": "A carer tells us that they will end with the funeral.",
}
_A_NURSE_KNOWS = re.compile("NIGHTLIGHT P")


@pytest.fixture
async def reviewer(line: Line) -> AsyncIterator[StaffBrowser]:
    """Somebody who reads transcripts."""
    browser = await StaffBrowser(line.url).sign_in("reviewer@demo.example")
    browser.client.timeout = httpx.Timeout(120)  # Trying a phrase takes seconds, on a busy machine many.
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def officer(line: Line, tmp_path: Path) -> AsyncIterator[StaffBrowser]:
    """The clinical safety officer. Releases are built in a folder of the test's own, and all is put back afterwards."""
    configure(releases_dir=str(tmp_path / "releases"))
    browser = await StaffBrowser(line.url).sign_in("safety@demo.example")
    yield browser
    await browser.client.aclose()
    if jobs._Using.data is not None:
        await asyncio.to_thread(service.use, settings.get().data_dir)
        jobs._Using.data = None


async def proposed(line: Line, reviewer: StaffBrowser, **changes: str) -> str:
    """The reviewer proposes a phrase for what the carer wrote. Returns the address of the proposal."""
    async with transaction() as session:
        found = select(Message.id).where(Message.author == "carer").order_by(Message.seq)
        message_id = (await session.execute(found)).scalars().first()
    address = f"/console/review/messages/{message_id}/propose"
    await reviewer.open(f"{address}?kind=red_flag_phrase")
    await reviewer.post(address, **PHRASE | {"do": "propose"} | changes)
    return reviewer.address


async def built(line: Line) -> str:
    """A quick release of what is accepted, built by the worker's own job. Returns the address of its page."""
    async with transaction() as session:
        person = (await session.execute(select(Person).where(Person.email == "safety@demo.example"))).scalar_one()
        release = await releases.begin(session, person, quick=40)
    await line.settle()
    return f"/console/learning/releases/{release.id}"


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came about")


def hears() -> bool:
    """Whether this process would page for the message now."""
    return screening.grade(MISSED).decision == Decision.PAGE


async def crowd(line: Line, stop: asyncio.Event) -> list[int]:
    """Carers who text one after another until they are stopped. Returns how each was answered."""
    answers = list[int]()
    while not stop.is_set():
        number = f"+4477009{len(answers):05}"
        answers.append(await line.carrier.send_in(number, LINE, f"can i get a blue badge {len(answers)}", "", False))
        await asyncio.sleep(0.1)
    return answers


def paged(line: Line) -> int:
    return sum(bool(_A_NURSE_KNOWS.match(words)) for words in line.phone(NURSE_ONE))


async def test_a_miss_is_mended_while_carers_write_and_can_be_taken_back(
    line: Line, reviewer: StaffBrowser, officer: StaffBrowser
) -> None:
    await line.text(CARER, MISSED)
    assert paged(line) == 0

    proposal = await proposed(line, reviewer)
    assert reviewer.status == 200, reviewer.text
    assert "A message like your rewording: a nurse is paged" in reviewer.text
    assert "suicidal_carer-c01" in reviewer.text
    await officer.open(proposal)
    await officer.post(f"{proposal.partition('?')[0]}/phrase", to="accepted", reason="Heard at two other hospices.")
    assert "Accepted" in officer.text

    page = await built(line)
    await officer.open(page)
    assert "Measured, waiting for approval" in officer.text, officer.text
    assert MISSED.replace("'", "’") in officer.text.replace("'", "’")
    await officer.post(f"{page}/approve")
    assert "Approved" in officer.text

    stop = asyncio.Event()
    others = asyncio.create_task(crowd(line, stop))
    await officer.post(f"{page}/activate")
    assert "In use" in officer.text
    await until(hears)
    stop.set()
    answers = await others
    assert len(answers) > 5
    assert set(answers) == {200}

    await line.text(OTHER_CARER, MISSED)
    assert paged(line) == 1

    await officer.post(f"{page}/roll-back")
    await until(lambda: not hears())
    await line.text("+447700900004", MISSED)
    assert paged(line) == 1
    async with transaction() as session:
        assert (await session.execute(select(Release.state))).scalars().all() == ["retired"]
