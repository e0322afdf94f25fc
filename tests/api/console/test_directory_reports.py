"""A fault that a reviewer found reaches the directory's desk, is finished there, and the reviewer reads how."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from api.database import transaction
from api.directory.files.service import made_id
from api.privacy import service as privacy
from api.privacy.consents import service as consents
from api.privacy.erasing import service as erasing
from tests.api.console.test_directory_changes import form
from tests.harness import learning, seeds
from tests.harness.line import CARER, Line
from tests.harness.staff import INFORMATION, StaffBrowser, on_record

REPORTS, RECORD = "/console/directory/reports", "/console/directory/services/carers-uk"
SAID = "i rang carers uk and a tape said they are shut"
WORDS = "Opening hours on Saturday are not right any more"
FAULT = {"kind": "directory_fault", "first": "0", "last": "3", "label": "wrong", "wording": WORDS, "why": "They left."}


@pytest.fixture
async def reviewer(line: Line) -> AsyncIterator[StaffBrowser]:
    """Somebody who reads transcripts."""
    browser = await StaffBrowser(line.url).sign_in("reviewer@demo.example")
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def keeper(desk: StaffBrowser) -> StaffBrowser:
    """Somebody who keeps the directory."""
    return await desk.sign_in(INFORMATION)


async def accepted(reviewer: StaffBrowser, keeper: StaffBrowser, **changes: str) -> str:
    """The reviewer proposes a fault after reading, and it is accepted. The address of the proposal."""
    message_id = await learning.message_of(await seeds.carer_writes(SAID))
    address = f"/console/review/messages/{message_id}/propose"
    await reviewer.open(f"{address}?kind=directory_fault")
    await reviewer.post(address, **FAULT | {"service": str(made_id("service", "carers-uk"))} | changes)
    page = reviewer.address.partition("?")[0]
    await keeper.open(page)
    await keeper.post(f"{page}/wording", to="accepted", reason="Right.")
    return page


async def test_a_fault_names_its_record_and_never_holds_the_carers_words(reviewer: StaffBrowser) -> None:
    conversation_id = await seeds.carer_writes(SAID)
    address = f"/console/review/messages/{await learning.message_of(conversation_id)}/propose"
    async with transaction() as session:
        await consents.give(session, conversation_id, "By text.", "test")
    await reviewer.open(f"{address}?kind=directory_fault")
    record = str(made_id("service", "carers-uk"))
    for changes, says in (
        ({}, "Choose the record"),
        ({"service": "nonsense"}, "Choose the record"),
        ({"label": "missing", "service": record}, "has no record: choose none"),
        ({"service": record, "wording": SAID}, "Say it in your own words"),
    ):
        await reviewer.post(address, **FAULT | changes)
        assert (reviewer.status, says in reviewer.text) == (422, True), (changes, reviewer.text)


async def test_an_accepted_fault_is_finished_by_an_edit_and_the_reviewer_reads_how(
    reviewer: StaffBrowser, keeper: StaffBrowser
) -> None:
    proposal = await accepted(reviewer, keeper)
    assert "It waits at the directory’s desk." in keeper.text
    for page, words in ((RECORD, WORDS), ("/console/directory", "Reported (1)"), (REPORTS, WORDS)):
        await keeper.open(page)
        assert (words in keeper.text, SAID in keeper.text) == (True, False), page
    await reviewer.open(RECORD)
    assert WORDS not in reviewer.text, "it is for those who keep the directory"
    assert "Reported by Demo Reviewer" in keeper.text
    report = keeper.page.partition(f'href="{REPORTS}/')[2].partition('"')[0]

    await keeper.open(f"{RECORD}/edit?report={report}")
    assert "checked" in keeper.page.partition(f'value="{report}"')[2].partition(">")[0]
    await keeper.send(f"{RECORD}/edit", await form() | {"settles": report})
    assert (keeper.status, "Nothing is changed here" in keeper.text) == (422, True)
    await keeper.send(f"{RECORD}/edit", await form(cost="Free, even from mobiles"))
    await keeper.open(f"{RECORD}/edit")
    assert WORDS in keeper.text, "a change that nobody ticked finishes nothing"
    await keeper.send(f"{RECORD}/edit", await form(hours_words="Not on Saturdays") | {"settles": [report, "nonsense"]})
    assert "Your changes are saved." in keeper.text
    assert WORDS not in keeper.text
    await reviewer.open(proposal)
    assert "The record was changed, by Demo Information Officer" in reviewer.text
    assert "They told us." in reviewer.text
    await keeper.open(f"{REPORTS}/{report}")
    await keeper.post(f"{REPORTS}/{report}", reason="Twice")
    assert keeper.status in (403, 409), "it is finished already"
    assert await on_record("finished_report", UUID(report)) == 1


async def test_one_by_one_checked_retired_added_no_fault_or_taken_back(
    reviewer: StaffBrowser, keeper: StaffBrowser
) -> None:
    checked, retired = [str(await learning.reported(words=words)) for words in ("It rings out", "It is shut")]
    await keeper.open(f"{RECORD}/check?report={checked}")
    sent = {"how": "phone", "confidence": "high", "settles": checked}
    await keeper.send(f"{RECORD}/check", sent | {"seen": keeper.hidden_seen()})
    await keeper.open(f"{RECORD}/status?report={retired}")
    sent = {"status": "defunct", "reason": "It closed", "settles": retired}
    await keeper.send(f"{RECORD}/status", sent | {"seen": keeper.hidden_seen()})
    assert "The record is retired." in keeper.text

    missing, wrongly = [
        str(await learning.reported("", words)) for words in ("Night sitters in Wirral", "A phone line of Carers UK")
    ]
    await keeper.open("/console/directory/gaps")
    assert "Night sitters in Wirral" in keeper.text.partition("What reviewers found missing")[2]
    await keeper.open(f"/console/directory/new?report={missing}")
    assert "Night sitters in Wirral" in keeper.text
    new = await form(name="Night sitters of Wirral", reason="They sit at night.") | {"settles": missing}
    await keeper.send("/console/directory/new", new)
    await keeper.open(f"{REPORTS}/{uuid4()}")
    assert keeper.status == 404
    await keeper.open(f"{REPORTS}/{wrongly}")
    await keeper.post(f"{REPORTS}/{wrongly}", reason=" ")
    assert (keeper.status, "Say why" in keeper.text) == (422, True)
    await keeper.post(f"{REPORTS}/{wrongly}", reason="It is there already.")

    proposal = await accepted(reviewer, keeper, service=str(made_id("service", "samaritans")))
    await keeper.post(f"{proposal}/wording", to="refused", reason="It was right after all.")
    await keeper.open(REPORTS)
    assert "Nothing is waiting." in keeper.text
    for words in (
        "The record was checked with the service, by Demo Information Officer",
        "The record was retired, by Demo Information Officer",
        "A service is missing: Night sitters of Wirral",
        "No fault, by Demo Information Officer",
        "It was taken back, by Demo Information Officer",
    ):
        assert words in keeper.text, keeper.text


async def test_whoever_is_erased_leaves_the_desk_nothing_but_what_the_reviewer_wrote(
    reviewer: StaffBrowser, keeper: StaffBrowser
) -> None:
    proposal = await accepted(reviewer, keeper)
    async with transaction() as session:
        await erasing.erase(session, await privacy.named(session, CARER), "test")
    await reviewer.open(proposal)
    assert reviewer.status == 404
    await keeper.open(REPORTS)
    assert WORDS in keeper.text
    assert SAID not in keeper.text
