"""The desk as a browser without JavaScript uses it: forms, and the page anew."""

import asyncio

import httpx
import pytest
from sqlalchemy import func, select

from api.channels.handset.service import MOST_ADDED
from api.clients.pretend import Behaviour
from api.clients.pretend_call_parts import PretendNumber
from api.conversations.models import Message
from api.database import transaction
from tests.harness.line import CARER, LINE, NURSE_ONE, PAGER, Line
from tests.harness.script import Script, answering

CARERS_PHONE, NURSES_PHONE = (f"/handset/phones/{number.removeprefix('+')}" for number in (CARER, NURSE_ONE))


async def page(line: Line) -> str:
    answer = await line.client.get("/handset")
    assert answer.status_code == 200
    return answer.text


async def post(line: Line, path: str, **form: str) -> httpx.Response:
    return await line.client.post(path, data=form)


async def messages() -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(Message))).scalar_one()


async def test_two_carers_and_everybody_on_call_have_a_phone(line: Line) -> None:
    shown = await page(line)
    for name in ("Carer 1", "Carer 2", "Demo Nurse One", "Demo Nurse Two", "Demo Lead"):
        assert f">{name}</h2>" in shown
    assert "Second on call" in shown
    assert shown.index("Demo Nurse One") < shown.index("Demo Nurse Two") < shown.index("Demo Lead")


async def test_a_text_is_a_signed_webhook_over_http_and_comes_back_by_the_rest_api(line: Line) -> None:
    answer = await post(line, f"{CARERS_PHONE}/texts", body="hes stopped breathing")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/handset#phone-{CARER[1:]}")
    await line.settle()

    webhook = line.carrier.wire.exchanges[0]
    assert (webhook.to_us, webhook.method, webhook.path, webhook.status) == (True, "POST", "/twilio/sms", 200)
    assert (webhook.sent["From"], webhook.sent["To"]) == (CARER, LINE)
    assert webhook.answer.endswith("<Response/>")
    assert any(not one.to_us and one.path.endswith("/Messages.json") for one in line.carrier.wire.exchanges)
    shown = await page(line)
    assert "hes stopped breathing" in shown
    assert "NIGHTLIGHT P0" in shown
    assert "Delivered" in shown


async def test_a_nurse_s_phone_texts_the_staff_number(line: Line) -> None:
    await post(line, f"{CARERS_PHONE}/texts", say="hes stopped breathing")
    await line.settle()
    await post(line, f"{NURSES_PHONE}/texts", say="accept")
    await line.settle()
    assert "has your message" in line.last(CARER)
    assert line.carrier.texts[-1].sender in (LINE, PAGER)


async def test_with_a_script_a_text_is_answered_with_nothing(line: Line) -> None:
    answer = await line.client.post(f"{CARERS_PHONE}/texts", data={"body": "hello"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (204, "")


async def test_the_same_text_again_is_one_message(line: Line) -> None:
    await post(line, f"{CARERS_PHONE}/texts", how="again")
    assert line.carrier.texts == [], "there was none"
    await post(line, f"{CARERS_PHONE}/texts", body="NURSE")
    await post(line, f"{CARERS_PHONE}/texts", how="again", body="something else in the box")
    await line.settle()

    assert {one.sent["MessageSid"] for one in line.carrier.wire.exchanges if one.path == "/twilio/sms"} == {
        line.carrier.texts[0].sid
    }
    assert "Taken, sent 2 times" in await page(line)
    assert await messages() == 2, "the carer's, and one answer"


async def test_a_picture_can_be_sent_and_fetched(line: Line) -> None:
    await post(line, f"{CARERS_PHONE}/texts", how="picture")
    await line.settle()
    assert "cannot see pictures" in line.last(CARER)
    assert 'alt="A picture"' in await page(line)
    picture = await line.client.get(line.carrier.texts[0].form["MediaUrl0"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")


@pytest.mark.parametrize(
    ("behaviour", "shown"),
    [("off", "Undelivered, 30003"), ("broken", "Refused, 503 (20503)"), ("opted_out", "Refused, 400 (21610)")],
)
async def test_a_phone_can_be_made_to_fail(line: Line, behaviour: str, shown: str) -> None:
    await post(line, f"{CARERS_PHONE}/behaviour", behaviour=behaviour)
    assert line.carrier.behaviour(CARER) == Behaviour(behaviour)
    await post(line, f"{CARERS_PHONE}/texts", body="hes stopped breathing")
    await line.settle()
    assert shown in await page(line)
    assert line.phone(CARER) == []


async def test_a_behaviour_that_is_none_and_a_phone_that_is_none_are_refused(line: Line) -> None:
    assert (await post(line, f"{CARERS_PHONE}/behaviour", behaviour="asleep")).status_code == 422
    assert (await post(line, "/handset/phones/447000000000/texts", body="x")).status_code == 404


async def test_a_carer_s_phone_can_be_added_and_put_away(line: Line) -> None:
    answer = await post(line, "/handset/phones", number="07700 900003")
    assert answer.headers["location"] == "/handset#phone-447700900003"
    assert "+447700900003" in await page(line)
    await post(line, "/handset/phones/447700900003/texts", body="hes stopped breathing")
    await line.settle()
    assert "999" in line.last("+447700900003")

    await post(line, "/handset/phones/447700900003/put-away")
    assert 'id="phone-447700900003"' not in await page(line)


async def test_a_phone_with_a_withheld_number_texts_without_one(line: Line) -> None:
    await post(line, "/handset/phones", withheld="on")
    await post(line, "/handset/phones/anonymous/texts", body="hes stopped breathing")
    await line.settle()
    assert line.carrier.texts[0].form["From"] == "anonymous"
    assert "NIGHTLIGHT P0" in line.last(NURSE_ONE)


@pytest.mark.parametrize(("typed", "mistake"), [("12", "not a telephone number"), (CARER, "on the desk already")])
async def test_a_number_that_cannot_be_added_is_said_beside_its_field(line: Line, typed: str, mistake: str) -> None:
    answer = await post(line, "/handset/phones", number=typed)
    assert answer.status_code == 422
    assert mistake in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_the_desk_has_room_for_so_many(line: Line) -> None:
    for place in range(MOST_ADDED):
        assert (await post(line, "/handset/phones", number=f"0770090001{place}")).status_code == 303
    assert "no more" in (await post(line, "/handset/phones", number="07700900020")).text


async def test_the_carrier_can_be_changed_and_the_phones_emptied(line: Line) -> None:
    await post(line, "/handset/carrier", advanced_opt_out="on")
    assert (line.carrier.advanced_opt_out, line.carrier.pace) == (True, 0.0)
    await post(line, f"{CARERS_PHONE}/texts", body="STOP")
    assert line.carrier.wire.exchanges[0].sent["OptOutType"] == "STOP"
    assert "Opted out" in await page(line)

    await post(line, "/handset/clear")
    assert (line.carrier.texts, line.carrier.wire.exchanges) == ([], [])


async def test_words_are_shown_as_words(line: Line) -> None:
    await post(line, f"{CARERS_PHONE}/texts", body="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)" in await page(line)
    assert "<script>alert" not in await page(line)


async def test_what_changes_is_streamed(line: Line) -> None:
    seen: list[str] = []
    wire = asyncio.Event()

    async def read() -> None:
        async with line.client.stream("GET", "/handset/events") as stream:
            async for row in stream.aiter_lines():
                seen.append(row)
                if row == "event: traffic":
                    wire.set()  # The last part of a round.

    reading = asyncio.create_task(read())
    await asyncio.wait_for(wire.wait(), 20)
    seen.clear()
    wire.clear()
    await post(line, f"{CARERS_PHONE}/texts", body="are you there")
    await asyncio.wait_for(wire.wait(), 20)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    assert f"event: screen-{CARER[1:]}" in seen
    assert any("are you there" in row for row in seen)
    assert f"event: screen-{NURSE_ONE[1:]}" not in seen, "a phone on which nothing changed is left alone"


async def test_a_phone_that_rings_can_be_answered_and_its_keys_pressed(line: Line) -> None:
    await post(line, f"{CARERS_PHONE}/texts", say="hes stopped breathing")
    await line.settle()
    call = line.call(NURSE_ONE)
    shown = await page(line)
    assert "<b>Ringing</b>" in shown
    assert "What was said" not in shown

    here = f"{NURSES_PHONE}/calls/{call.sid}"
    answer = await post(line, here, how="answer")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/handset#phone-{NURSE_ONE[1:]}")
    shown = await page(line)
    assert "<b>On the line</b>" in shown
    assert "Press 1 to accept." in shown
    assert "Press nothing" in shown

    await post(line, here, how="no_key")
    await post(line, f"{NURSES_PHONE}/keys/{call.sid}", key="1")
    await line.settle()
    shown = await page(line)
    assert "(Key 1)" in shown
    assert "Call over" in shown
    assert "has your message" in line.last(CARER)
    for wrong in (f"{CARERS_PHONE}/calls/{call.sid}", f"{NURSES_PHONE}/calls/CA0"):
        assert (await post(line, wrong, how="answer")).status_code == 404, "not a call of this phone's"
    assert (await post(line, here, how="shout")).status_code == 422


async def test_a_carer_rings_the_line_hears_says_presses_and_meets_a_nurse(line: Line) -> None:
    """The line's part is played by a script."""
    script, calls, speech = Script(), f"{CARERS_PHONE}/calls", f"{CARERS_PHONE}/speech"
    script.says = {
        "/first": '<Gather input="dtmf speech" numDigits="1" action="/heard"><Say>What is wrong?</Say></Gather>',
        "/heard": '<Say>Thank you.</Say><Dial><Number action="/x">nobody</Number></Dial>',
        "/fallback": f"<Dial>{NURSE_ONE}</Dial>",
    }
    async with answering(script) as address:
        line.carrier.switchboard.number = PretendNumber(f"{address}/first", f"{address}/fallback")
        assert (await post(line, speech, words="hello")).status_code == 409, "in no call yet"
        assert (await post(line, calls)).headers["location"] == f"/handset#phone-{CARER[1:]}"
        assert (await post(line, calls)).status_code == 409, "in a call already"
        shown = await page(line)
        for words in ("What is wrong?", "Say something or press a key", "Say nothing", "Drop the line"):
            assert words in shown
        await post(line, speech, words="hes in pain", hears="misheard", heard_as="he is in Spain")
        (form,) = script.to("/heard")
        assert (form["SpeechResult"], form["From"]) == ("he is in Spain", CARER)
        assert "12200: Number has no attribute action" in await page(line), "and the fallback rings the nurse"

        await post(line, f"{NURSES_PHONE}/calls/{line.call(NURSE_ONE).sid}", how="answer")
        shown = await page(line)
        assert "Talking with Demo Nurse One" in shown
        assert "Talking with Carer 1" in shown
        await post(line, speech, words="thank you")
        assert line.call(NURSE_ONE).heard[-1] == "(They say: thank you)"
        for how in ("drop", "completed"):
            await post(line, f"{calls}/{line.call(CARER).sid}", how=how)
        assert line.call(NURSE_ONE).status == "completed"
    assert (await post(line, speech, words="x", hears="badly")).status_code == 422
    await post(line, f"{CARERS_PHONE}/behaviour", behaviour="off")
    assert (await post(line, calls)).status_code == 409
    await post(line, "/handset/carrier", connects="on")
    assert line.carrier.switchboard.connects
