"""No free nurse, people only, a channel off: what carers hear meanwhile, and that no danger ever goes unheard."""

from datetime import timedelta

import httpx
from sqlalchemy import select

from api import clock
from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.rules import Channel
from api.database import transaction
from api.escalations.models import Task
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, OTHER_CARER, Line

WATCHED = "+447700900003"


async def switch(client: httpx.AsyncClient, name: str, on: bool = True, **changes: object) -> httpx.Response:
    headers = await seeds.token(Scope.SWITCHES_READ, Scope.SWITCHES_WRITE)
    body: dict[str, object] = {"team": "demo", "switch": name, "on": on}
    if on:
        body |= {"reason": "two nurses are ill", "ends_at": (clock.now() + timedelta(hours=2)).isoformat()}
    return await client.put("/v1/switches", json=body | changes, headers=headers)


async def tasks() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(select(Task.kind))).scalars())


async def answered_by_assistant() -> int:
    async with transaction() as session:
        return len((await session.execute(select(Message.id).where(Message.understood.is_not(None)))).all())


async def take_over_and_give_back(address: str) -> None:
    async with transaction() as session:
        found = await conversations.open_at(session, Channel.SMS, address)
        assert found is not None
        held = await conversations.locked(session, found.id)
        await conversations.take_over(session, held, await session.merge(await seeds.nurse("Demo Nurse One")))
        await conversations.give_back(session, held)


async def test_with_no_free_nurse_carers_are_told_once_and_danger_is_paged_all_the_same(line: Line) -> None:
    assert (await switch(line.client, "no_capacity")).status_code == 200
    await line.text(CARER, "hes stopped breathing")
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    first, second = line.phone(CARER)[:2]
    assert "999" in first, "the first instruction comes first"
    assert "No nurse is free just now" in second
    assert "01632 960 999" in second
    await line.text(CARER, "hurry")
    assert sum("No nurse is free" in text for text in line.phone(CARER)) == 1

    await line.text(WATCHED, "he hits her and he reads my phone")
    assert not any("nurse" in text.lower() for text in line.phone(WATCHED)), "the phone may be watched"

    await line.jump(hours=2)
    assert "No free nurse has ended by itself" not in " ".join(line.phone(NURSE_ONE)), "a program had set it"
    await line.text(OTHER_CARER, "what money is there for carers")
    assert not any("No nurse is free" in text for text in line.phone(OTHER_CARER)), "its time was over"


async def test_in_safe_mode_people_answer_and_danger_is_heard(line: Line) -> None:
    await switch(line.client, "safe_mode")
    await line.text(CARER, "what money is there for carers")
    assert "A person on our team has been asked to read this" in line.last(CARER)
    assert await tasks() == ["reply_by_person"]
    await line.text(CARER, "and who do i ring about the bed")
    assert "asked to read this" in line.last(CARER)
    await line.text(OTHER_CARER, "hes stopped breathing")
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    assert "999" in line.phone(OTHER_CARER)[0]
    assert await tasks() == ["reply_by_person"] * 2
    await line.sweep()
    assert await answered_by_assistant() == 0

    await take_over_and_give_back(CARER)
    await line.settle()
    heard = " ".join(line.phone(CARER))  # The two texts of a moment may arrive in either order.
    assert "The computer is off just now." in heard, "it does not say that it is back"

    await switch(line.client, "safe_mode", on=False)
    await line.text(CARER, "thank you")
    assert "asked to read this" not in line.last(CARER)


async def test_a_channel_that_is_off_says_whom_to_ring_and_still_keeps_and_screens(line: Line) -> None:
    await switch(line.client, "web_chat_off")
    carer = await ChatBrowser(line.client).open()
    assert "We cannot answer this chat just now. Please ring 01632 960 999 or 111." in carer.text
    await carer.say("what money is there for carers")
    assert "We keep what you write, and a person has been asked to read it." in carer.text
    assert await tasks() == ["reply_by_person"]
    await carer.say("hes stopped breathing")
    await line.settle()
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)
    await line.text(CARER, "what money is there for carers")
    assert "cannot answer texts" not in line.last(CARER), "the other channel is as it was"

    await switch(line.client, "texts_off")
    await line.text(OTHER_CARER, "what money is there for carers")
    assert "We cannot answer texts just now." in line.last(OTHER_CARER)


async def test_other_programs_read_and_set_switches_and_are_told_what_is_wrong(line: Line) -> None:
    headers = await seeds.token(Scope.SWITCHES_READ)
    off = (await line.client.get("/v1/switches?team=demo", headers=headers)).json()
    assert [one["on"] for one in off] == [False] * 4
    assert (await line.client.get("/v1/switches?team=nobody", headers=headers)).status_code == 404
    body = {"team": "demo", "switch": "safe_mode", "on": False}
    assert (await line.client.put("/v1/switches", json=body, headers=headers)).status_code == 403
    for wrong in ({"reason": " "}, {"ends_at": None}, {"switch": "everything"}, {"ends_at": "2020-01-01T00:00:00Z"}):
        assert (await switch(line.client, "safe_mode", **wrong)).status_code == 422, wrong
    too_long = (clock.now() + timedelta(hours=25)).isoformat()
    assert "24 hours at most" in (await switch(line.client, "safe_mode", ends_at=too_long)).json()["detail"]
    on = (await switch(line.client, "safe_mode")).json()
    assert [(one["switch"], one["reason"]) for one in on if one["on"]] == [("safe_mode", "two nurses are ill")]
