"""The pages on which something is proposed, decided about and released."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import select

from api import clock
from api.console.review.learning.proposing import presenters
from api.console.review.learning.proposing.schemas import DOUBTED, phrase, typed
from api.database import transaction
from api.review.learning import releases
from api.review.learning.models import Release
from api.review.learning.rules import TROUBLE_STANDS
from tests.harness import learning, seeds
from tests.harness.line import Line
from tests.harness.staff import INFORMATION, StaffBrowser

WORDS = "My husband John rang 07700 900456 and nobody could come on a weekend"
LINE = {
    "kind": "training_line",
    "first": "0",
    "last": "3",
    "label": "respite",
    "wording": "who takes over from Friday to Monday",
    "why": "It was taken for a wish to complain.",
}
PHRASE = LINE | {
    "kind": "red_flag_phrase",
    "label": "choking",
    "say": "<nobody> is choking",
    "hits": "he chokes",
    "near_misses": "he choked once",
    "doubted": "usual",
    "should": "page",
}


async def browser(line: Line, who: str) -> AsyncIterator[StaffBrowser]:
    found = await StaffBrowser(line.url).sign_in(who)
    yield found
    await found.client.aclose()


@pytest.fixture
async def reviewer(line: Line) -> AsyncIterator[StaffBrowser]:
    """Somebody who reads transcripts."""
    async for one in browser(line, "reviewer@demo.example"):
        yield one


@pytest.fixture
async def officer(line: Line) -> AsyncIterator[StaffBrowser]:
    """The clinical safety officer."""
    async for one in browser(line, "safety@demo.example"):
        yield one


@pytest.fixture
async def information(line: Line) -> AsyncIterator[StaffBrowser]:
    """Somebody who keeps the directory."""
    async for one in browser(line, INFORMATION):
        yield one


async def form(words: str = WORDS) -> str:
    """The address of the form for a message that a carer has sent."""
    return f"/console/review/messages/{await learning.message_of(await seeds.carer_writes(words))}/propose"


async def test_a_training_line_goes_from_a_message_to_a_patch(
    reviewer: StaffBrowser, officer: StaffBrowser, information: StaffBrowser
) -> None:
    address = await form()
    await reviewer.open(address)
    assert "Training line" in reviewer.text
    await reviewer.open(f"{address}?kind=training_line")
    assert "900456" not in reviewer.page, "who is in it is hidden"
    assert "How might somebody else say the same?" in reviewer.text
    await reviewer.post(address, **LINE)
    assert "It waits for its owner’s decision." in reviewer.text
    page = reviewer.address.partition("?")[0]
    assert "Shall the line learn this?" not in reviewer.text, "whoever proposed it does not decide"

    await officer.open(page)
    assert "Shall the line learn this?" not in officer.text, "it is not a phrase"
    await officer.post(f"{page}/wording", to="accepted", reason="Yes")
    assert officer.status == 403
    await information.open("/console/learning")
    assert LINE["wording"] in information.text.partition("Releases")[0]
    await information.open(page)
    await information.post(f"{page}/wording", to="perhaps", reason="")
    assert (information.status, "Say yes or no" in information.text, "Say why" in information.text) == (422, True, True)
    await information.post(f"{page}/wording", to="accepted", reason="Right.")
    assert "Decided by Demo Information Officer" in information.text
    patch = (await information.client.get("/console/learning/accepted.patch")).text
    assert f"+      - {LINE['wording']}" in patch
    assert "From: Demo Reviewer <reviewer@demo.example>" in patch


async def test_what_is_wrong_with_a_proposal_is_said_and_nothing_typed_is_lost(reviewer: StaffBrowser) -> None:
    address = await form()
    await reviewer.open(f"{address}?kind=training_line")
    for changes, says in (
        ({"wording": "nobody could come on a weekend, what now"}, "Say it in your own words"),
        ({"wording": "ring me on 07700 900999"}, "Take out “07700 900999”"),
        ({"wording": "who [takes] over"}, "square and curly brackets"),
        ({"wording": ""}, "Write it in your own words"),
        ({"label": "nonsense"}, "Choose what it is"),
        ({"first": "9", "last": "2"}, "Mark the words"),
        ({"last": "400"}, "Mark the words"),
        ({"why": ""}, "Say why"),
        ({"why": "x" * 501}, "Shorten this"),
    ):
        await reviewer.post(address, **LINE | changes)
        assert (reviewer.status, says in reviewer.text) == (422, True), (changes, reviewer.text)
        assert changes.get("wording", LINE["wording"]) in reviewer.text.replace("’", "'")
    for changes, says in (
        ({}, "there is no group <nobody>"),
        ({"say": ""}, "Write the words to listen for"),
        ({"hits": ""}, "Write one to 10 messages"),
        ({"hits": LINE["wording"]}, "in other words than the examples"),
        ({"should": "sleep"}, "Choose what the line should have done"),
        ({"doubted": "perhaps"}, "Choose what happens when the learned screen doubts it"),
    ):
        await reviewer.post(address, **PHRASE | changes)
        assert (reviewer.status, says in reviewer.text) == (422, True), (changes, reviewer.text)
    await reviewer.post(address, kind="nonsense")
    assert "What should the line learn from this?" in reviewer.text
    await reviewer.open(f"{address}?kind=nonsense")
    assert reviewer.status == 404
    await reviewer.open(f"/console/review/messages/{uuid4()}/propose")
    assert reviewer.status == 404


@pytest.mark.parametrize("doubted", DOUBTED)
def test_what_a_doubted_phrase_leads_to_is_kept_and_told_to_whoever_decides(doubted: str) -> None:
    kept = phrase(typed(PHRASE | {"doubted": doubted}))
    assert kept is not None
    assert (kept.believed, kept.asked) == (doubted == "believed", doubted == "asked")
    assert presenters.doubted(kept.model_dump(exclude_defaults=True)) == presenters.DOUBTED[doubted]


async def test_a_release_is_shown_side_by_side_and_approved_with_a_reason(
    reviewer: StaffBrowser, officer: StaffBrowser
) -> None:
    release_id = await learning.measured()
    page = f"/console/learning/releases/{release_id}"
    await reviewer.open(page)
    assert "Emergencies and crises: paged 0.500 (1 of 2) 0.500 (1 of 2)" in reviewer.text
    assert "not a peep c-7 nothing is done a nurse is paged" in reviewer.text
    assert "Approve it" not in reviewer.text
    await reviewer.post(f"{page}/approve", reason="Yes")
    assert reviewer.status == 403
    await officer.open(page)
    await officer.post(f"{page}/activate")
    assert officer.status == 409
    await officer.open(page)
    await officer.post(f"{page}/approve", reason=" ")
    assert (officer.status, "Say why it is worth 1 more false page" in officer.text) == (422, True)
    await officer.post(f"{page}/approve", reason="It is asked about.")
    assert "Put it in use" in officer.text
    await officer.post("/console/learning/releases")
    assert "It is being built" in officer.text
    async with transaction() as session:
        states = select(Release.state).order_by(Release.number)
        assert (await session.execute(states)).scalars().all() == ["approved", "building"]
    await officer.open(f"/console/learning/releases/{uuid4()}")
    assert officer.status == 404


async def test_a_release_that_not_all_can_use_is_an_alarm_on_the_board_until_it_is_mended(
    line: Line, signed_in: StaffBrowser, officer: StaffBrowser
) -> None:
    async with transaction() as session:
        row = await releases.one(session, await learning.measured())
        row.state = "live"
        await releases.trouble(session, row.id, "Git refused: it is full.")
    await signed_in.open("/console")
    assert "what it has learned" not in signed_in.text, "nobody is kept from using it"
    for words in (
        "The assistant cannot use it. Broken.",
        "A process cannot use it and goes on with what it had. Gone.",
    ):
        async with transaction() as session:
            await releases.cannot_use(session, row.id, words)
    await signed_in.open("/console")
    assert f"what it has learned (release {row.number}). The assistant cannot use it. Broken." in signed_in.text
    link = f'class="figures-only" href="/console/learning/releases/{row.id}"'
    assert (link in signed_in.page, "staff--no-figures" in signed_in.page) == (True, True), "hidden from a responder"
    await officer.open("/console")
    assert (link in officer.page, "staff--no-figures" in officer.page) == (True, False)

    clock.move(TROUBLE_STANDS)  # The assistant says no more that it cannot; one process still does.
    async with transaction() as session:
        await releases.cannot_use(session, row.id, "A process cannot use it and goes on with what it had. Gone.")
    await signed_in.open("/console")
    assert "A process cannot use it" in signed_in.text
    clock.move(TROUBLE_STANDS)
    await signed_in.open("/console")
    await officer.open("/console/learning")
    assert ("what it has learned" in signed_in.text, "Alarm about" in officer.text) == (False, False)
