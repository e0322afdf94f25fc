"""Open pages over server-sent events: what changed and only that, proof of life, and the end of a session."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext
from datetime import timedelta

import httpx
import pytest

from api import clock
from api.console.stream import Together
from api.people import access
from tests.harness.line import CARER, Line
from tests.harness.seeds import crisis, escalation
from tests.harness.staff import NURSE_TWO, StaffBrowser, on_record

type Events = AsyncIterator[tuple[str, str]]


async def events(response: httpx.Response) -> Events:
    """Each event of a stream: its name and its data."""
    name, data = "", list[str]()
    async for line in response.aiter_lines():
        if not line and name:
            yield name, "\n".join(data)
            name, data = "", []
        elif line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data.append(line.removeprefix("data: "))


async def until(stream: Events, wanted: str) -> tuple[str, list[str]]:
    """The data of the next event of this name, and the names of those before it."""
    before: list[str] = []
    async for name, data in stream:
        if name == wanted:
            return data, before
        before.append(name)
    raise AssertionError(f"the stream ended without {wanted}")


async def test_the_board_changes_by_itself_and_only_what_changed_is_sent(line: Line, signed_in: StaffBrowser) -> None:
    async with signed_in.client.stream("GET", "/console/events") as response:
        stream = events(response)
        board, _ = await until(stream, "board")
        assert "No call for help is open." in board
        await until(stream, "tick")
        await line.carrier.send_in(CARER, "+447700900100", "hes stopped breathing")
        board, before = await until(stream, "board")
        assert "Not breathing / no pulse" in board
        assert before == []
        waiting, _ = await until(stream, "waiting")
        assert "data-news=" in waiting


async def test_a_page_hears_that_it_is_alive_although_nothing_happens(
    signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.stream.READ_EVERY", 0.05)
    async with signed_in.client.stream("GET", "/console/events") as response:
        stream = events(response)
        await until(stream, "tick")
        tick, before = await until(stream, "tick")
    assert before == []
    assert json.loads(tick)["at"] == clock.uk_time(clock.now())


async def test_lengths_of_time_grow_without_anything_happening(
    line: Line, signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.stream.READ_EVERY", 0.05)
    await line.text(CARER, "hes stopped breathing")
    async with signed_in.client.stream("GET", "/console/events") as response:
        stream = events(response)
        await until(stream, "tick")
        clock.move(timedelta(minutes=7))
        board, _ = await until(stream, "board")
    assert "2 min late" in board


async def test_an_open_page_ends_with_its_session_and_does_not_keep_it_alive(
    signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.stream.READ_EVERY", 0.05)
    async with signed_in.client.stream("GET", "/console/events") as response:
        stream = events(response)
        clock.move(timedelta(minutes=20))
        await until(stream, "tick")
        clock.move(timedelta(minutes=11))
        await until(stream, "over")
        assert [name async for name, _ in stream] == []


async def test_when_one_of_two_who_watch_is_signed_out_only_her_page_ends(
    line: Line, signed_in: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.stream.READ_EVERY", 0.05)
    other = await StaffBrowser(line.url).sign_in(NURSE_TWO)
    async with (
        signed_in.client.stream("GET", "/console/events") as hers,
        other.client.stream("GET", "/console/events") as theirs,
    ):
        her_events, their_events = events(hers), events(theirs)
        her_board, _ = await until(her_events, "board")
        their_board, _ = await until(their_events, "board")
        assert her_board == their_board
        await signed_in.open("/console")
        await signed_in.post("/console/sign-out")
        await until(her_events, "over")
        assert [name async for name, _ in her_events] == []
        await line.carrier.send_in(CARER, "+447700900100", "hes stopped breathing")
        board, _ = await until(their_events, "board")
        assert "Not breathing / no pulse" in board
    await other.client.aclose()


async def test_following_an_escalation_shows_what_the_carer_adds_and_is_on_record(
    line: Line, signed_in: StaffBrowser
) -> None:
    escalation_id = await crisis()
    async with signed_in.client.stream("GET", f"/console/escalations/{escalation_id}/events") as response:
        stream = events(response)
        await until(stream, "tick")
        await line.carrier.send_in(CARER, "+447700900100", "his lips are blue now")
        added, before = await until(stream, "thread")
        assert "his lips are blue now" in added
        assert "contact" not in before
    assert await on_record("read", escalation_id) == 1


async def test_an_acceptance_by_text_reaches_the_open_page(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, "hes stopped breathing")
    escalation_id = (await signed_in.open("/console")).page.split("/console/escalations/")[1].split('"')[0]
    async with signed_in.client.stream("GET", f"/console/escalations/{escalation_id}/events") as response:
        stream = events(response)
        await until(stream, "tick")
        await line.carrier.send_in("+447700900201", "+447700900199", "accept")
        state, _ = await until(stream, "state")  # In the order in which they are sent.
        assert "Demo Nurse One accepted" in state
        actions, _ = await until(stream, "actions")
        assert "I have spoken with them" in actions


async def test_a_stream_is_behind_the_sign_in(line: Line, desk: StaffBrowser) -> None:
    escalation_id = await crisis()
    conversation_id = (await escalation(escalation_id)).conversation_id
    for path in ("", f"/escalations/{escalation_id}", f"/conversations/{conversation_id}"):
        headers = {"Accept": "text/event-stream"}
        assert (await desk.client.get(f"/console{path}/events", headers=headers)).status_code == 401
    assert access.COOKIE not in desk.client.cookies


async def test_pages_that_show_the_same_share_a_reading_that_began_after_they_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("api.console.stream.transaction", lambda: nullcontext(None))
    together: Together[dict[str, str]] = Together()
    begun, under_way, go_on = 0, asyncio.Event(), asyncio.Event()

    async def read(_session: object) -> dict[str, str]:
        nonlocal begun
        begun += 1
        mine = str(begun)
        under_way.set()
        await go_on.wait()
        return {"reading": mine}

    first = asyncio.create_task(together.read(read))
    await under_way.wait()
    later = [asyncio.create_task(together.read(read)) for _ in range(50)]
    await asyncio.sleep(0)
    go_on.set()
    assert await first == {"reading": "1"}
    assert [await one for one in later] == [{"reading": "2"}] * 50
