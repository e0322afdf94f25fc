"""Every call that we make is one that Twilio's own description allows; one that it does not allow is refused."""

import httpx
import pytest

from api import gsm7, settings
from api.clients import twilio
from api.clients.carrier import Call, CarrierError, Text
from tests.harness.line import CARER, LINE, NURSE_ONE, PAGER, configure

CALLBACK = "https://line.example/twilio/sms/status/0197b0f2-0000-7000-8000-000000000001"
TO_CARER = Text(CARER, LINE, "I am telling the nurse now.", CALLBACK)
PAGE = Text(NURSE_ONE, PAGER, "NIGHTLIGHT P0. Reply 1a to accept, 1d to decline.", CALLBACK, keep_seconds=300)
LONGEST = Text(CARER, LINE, ("The nurse has your message. " * 20)[: gsm7.TEXT_LIMIT], CALLBACK)
TO_NURSE = Call(NURSE_ONE, PAGER, f"{CALLBACK}/answered", CALLBACK, ring_seconds=30)
SPEAKS_FOR_ITSELF = Call(NURSE_ONE, PAGER, "", "", 30, "<Response><Say>Nightlight alarm.</Say></Response>")
EXTENDED = Text(CARER, LINE, "£5 @ €4 {½} + ~", CALLBACK)


@pytest.fixture(autouse=True)
def at_twilio(described: str, fresh_client: None) -> None:
    """The client sends to Twilio's API as it is described."""
    configure(twilio_api_url=described)


@pytest.mark.parametrize("text", [TO_CARER, PAGE, LONGEST, EXTENDED], ids=["carer", "page", "longest", "extended"])
async def test_what_we_send_is_accepted(text: Text) -> None:
    assert (await twilio.send_text(text)).startswith("SM")


@pytest.mark.parametrize("call", [TO_NURSE, SPEAKS_FOR_ITSELF], ids=["asks us", "speaks for itself"])
async def test_a_call_that_we_place_is_accepted_and_can_be_stopped(call: Call) -> None:
    sid = await twilio.place_call(call)
    assert sid.startswith("CA")
    await twilio.cancel_call(sid)


async def test_a_text_through_a_messaging_service_is_accepted() -> None:
    configure(twilio_messaging_service_sid="MG" + "0" * 31 + "1")
    assert await twilio.send_text(TO_CARER)


async def test_a_messaging_service_that_is_none_is_refused() -> None:
    configure(twilio_messaging_service_sid="PN" + "0" * 31 + "1")
    with pytest.raises(CarrierError) as refused:
        await twilio.send_text(TO_CARER)
    assert refused.value.status == 422
    assert not refused.value.worth_retrying


async def test_whether_twilio_answers_and_knows_us_can_be_asked() -> None:
    assert await twilio.answers()
    configure(twilio_api_url="http://127.0.0.1:9")
    await twilio.disconnect()
    assert not await twilio.answers()


async def test_an_account_that_is_none_is_refused() -> None:
    configure(twilio_account_sid="ACdemo")
    with pytest.raises(CarrierError) as refused:
        await twilio.send_text(TO_CARER)
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"From": LINE, "Body": "x"}, 422),
        ({"To": CARER, "From": LINE, "Body": "x", "ValidityPeriod": "soon"}, 422),
        ({"To": CARER, "From": LINE, "Body": "x", "ContentRetention": "for ever"}, 422),
        ({"To": CARER, "From": LINE, "Body": "x"}, 201),
    ],
    ids=["nobody to send to", "not a number of seconds", "not one of the choices", "nothing wrong"],
)
async def test_the_description_can_tell_wrong_from_right(described: str, form: dict[str, str], status: int) -> None:
    """Without this, the tests above could pass against something that takes everything."""
    wanted = settings.get()
    url = f"{described}/2010-04-01/Accounts/{wanted.twilio_account_sid}/Messages.json"
    async with httpx.AsyncClient(auth=(wanted.twilio_account_sid, "any")) as client:
        assert (await client.post(url, data=form)).status_code == status


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("Calls.json", {"From": PAGER, "Url": CALLBACK}, 422),
        ("Calls.json", {"To": NURSE_ONE, "From": PAGER, "Url": CALLBACK, "Timeout": "soon"}, 422),
        ("Calls.json", {"To": NURSE_ONE, "From": PAGER, "Url": CALLBACK}, 201),
        ("Calls/CA00000000000000000000000000000001.json", {"Status": "stopped"}, 422),
        ("Calls/CA00000000000000000000000000000001.json", {"Status": "canceled"}, 200),
    ],
    ids=["nobody to ring", "not a number of seconds", "a call", "no such state", "a call to stop"],
)
async def test_the_description_can_tell_wrong_calls_from_right(
    described: str, path: str, form: dict[str, str], status: int
) -> None:
    account = settings.get().twilio_account_sid
    async with httpx.AsyncClient(auth=(account, "any")) as client:
        answer = await client.post(f"{described}/2010-04-01/Accounts/{account}/{path}", data=form)
    assert answer.status_code == status


async def test_a_call_without_credentials_is_refused(described: str) -> None:
    url = f"{described}/2010-04-01/Accounts/{settings.get().twilio_account_sid}/Messages.json"
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, data={"To": CARER, "From": LINE, "Body": "x"})
    assert answer.status_code == 401
