"""The pretend carrier answers as Twilio's description says, so that what works against it works against Twilio.

Prism stands between us and the pretend carrier and turns every request or answer that breaks the description into an
error.
"""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import settings
from api.channels.handset import carrier as rest
from api.clients import twilio
from api.clients.carrier import Call, CarrierError, Text
from api.clients.pretend import Behaviour
from api.clients.pretend_call_forms import call_as_json
from api.clients.pretend_call_parts import PretendNumber
from api.clients.pretend_forms import as_json
from api.clients.pretend_refusals import Refused, check_call
from tests.conftest import URL
from tests.harness import prism
from tests.harness.line import CARER, LINE, NURSE_ONE, PAGER, Line, configure

REST = f"{URL}/handset/twilio/2010-04-01/Accounts"
SERVICE = "MG" + "0" * 31 + "1"


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pretend carrier with Prism in front of it."""
    folder: Path = tmp_path_factory.mktemp("prism")
    with prism.proxy(f"{URL}/handset/twilio", folder) as url:
        yield url


@pytest.fixture(autouse=True)
def through_prism(watched: str, line: Line, fresh_client: None) -> None:
    """The whole line sends through Prism."""
    configure(twilio_api_url=watched)


@pytest.fixture
async def reader(watched: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with the account's credentials."""
    wanted = settings.get()
    account = wanted.twilio_account_sid
    async with httpx.AsyncClient(
        base_url=f"{watched}/2010-04-01/Accounts/{account}",
        auth=(account, wanted.twilio_auth_token.get_secret_value()),
        timeout=20,
    ) as client:
        yield client


async def test_a_whole_night_s_calls_and_answers_are_as_described(line: Line) -> None:
    await line.text(CARER, "hes stopped breathing pls help")
    await line.staff_text(NURSE_ONE, "accept")
    await line.staff_text(NURSE_ONE, "contacted")

    assert "has your message" in " ".join(line.phone(CARER))
    passed = [one for one in line.carrier.wire.exchanges if not one.to_us]
    texts = len(line.phone(CARER)) + len(line.phone(NURSE_ONE))
    assert len(passed) == texts + 2, "all went by way of Prism, once; the nurse's phone rang, and was stopped"
    assert sorted({one.status for one in passed}) == [200, 201]


async def test_every_kind_of_text_can_be_read_as_described(line: Line, reader: httpx.AsyncClient) -> None:
    for behaviour in (Behaviour.ON, Behaviour.OFF):
        line.carrier.phones[CARER] = behaviour
        await twilio.send_text(Text(CARER, LINE, "Hello", f"{URL}/nowhere"))
    configure(twilio_messaging_service_sid=SERVICE)
    line.carrier.phones[CARER] = Behaviour.OPTED_OUT
    await twilio.send_text(Text(CARER, LINE, "Hello", f"{URL}/nowhere"))
    await line.carrier.settle()
    await line.carrier.send_in(CARER, LINE, "", picture=True)
    line.carrier.phones[CARER] = Behaviour.ON
    await line.carrier.send_in(CARER, LINE, "help")

    answers = [await reader.get(f"/Messages/{text.sid}.json") for text in line.carrier.texts]

    assert {answer.status_code for answer in answers} == {200}
    read = [answer.json() for answer in answers]
    assert {one["status"] for one in read} == {"delivered", "undelivered", "failed", "received"}
    assert {one["direction"] for one in read} == {"outbound-api", "inbound", "outbound-reply"}
    assert {one["error_code"] for one in read} == {None, 30003, 21610}


def test_a_text_has_every_described_field_and_no_other(line: Line) -> None:
    description = json.loads(prism.TWILIO.read_text(encoding="utf-8"))
    fields = description["components"]["schemas"]["api.v2010.account.message"]["properties"]
    text = line.carrier.accept({"To": CARER, "From": LINE, "Body": "Hello"})
    assert set(as_json(text, settings.get().twilio_account_sid)) == set(fields)


async def test_a_call_is_placed_stopped_and_shown_as_described(line: Line) -> None:
    sid = await twilio.place_call(Call(NURSE_ONE, PAGER, f"{URL}/nowhere", f"{URL}/nowhere", ring_seconds=30))
    call = line.carrier.switchboard.one(sid)
    assert call is not None
    await line.carrier.settle()
    assert call.status == "ringing"
    await twilio.cancel_call(sid)
    await line.carrier.settle()
    assert call.status == "canceled"
    with pytest.raises(CarrierError) as over:
        await twilio.cancel_call(sid)
    assert (over.value.status, over.value.code, over.value.worth_retrying) == (400, 21220, False)

    description = json.loads(prism.TWILIO.read_text(encoding="utf-8"))
    fields = description["components"]["schemas"]["api.v2010.account.call"]["properties"]
    assert set(call_as_json(call, settings.get().twilio_account_sid)) == set(fields)


async def test_calls_are_listed_read_and_redirected_as_described(line: Line, reader: httpx.AsyncClient) -> None:
    board = line.carrier.switchboard
    board.number = PretendNumber(f"{URL}/nowhere")
    over = await board.ring_line(CARER, LINE)
    await board.ring_line(CARER, LINE)
    sid = await twilio.place_call(Call(NURSE_ONE, PAGER, f"{URL}/nowhere", f"{URL}/nowhere", ring_seconds=30))
    query = {"From": CARER, "PageSize": "1", "StartTime>": "2026-01-01T00:00:00Z"}
    listed = await reader.get(f"{REST}/{board.account_sid}/Calls.json", params=query)
    page = listed.json()
    assert (len(page["calls"]), "&Page=1&PageToken=PACA" in page["next_page_uri"]) == (1, True)
    # Prism takes no list: the description wants whole addresses in it, and its own examples, like Twilio, have paths.
    described = json.loads(prism.TWILIO.read_text(encoding="utf-8"))["paths"]
    answer = described["/2010-04-01/Accounts/{AccountSid}/Calls.json"]["get"]["responses"]["200"]["content"]
    assert set(page) == set(answer["application/json"]["schema"]["properties"])
    example = answer["application/json"]["examples"]["readFullPage1"]["value"]
    assert {name: type(value) for name, value in page.items()} == {name: type(example[name]) for name in page}
    read = {(await reader.get(f"/Calls/{one}.json")).json()["direction"] for one in (over.sid, sid)}
    assert read == {"inbound", "outbound-api"}
    assert (await reader.get(f"/Calls/CA{'0' * 32}.json")).status_code == 404
    assert (await reader.get("/Calls.json", params={"Status": "asleep"})).status_code == 422

    on = board.one(sid)
    assert on is not None
    await line.carrier.settle()
    on.status = "in-progress"
    turned = await reader.post(f"/Calls/{sid}.json", data={"Twiml": "<Response><Say>Hello.</Say></Response>"})
    await line.carrier.settle()
    assert (turned.status_code, on.heard) == (200, ["Hello."])
    late = await reader.post(f"/Calls/{sid}.json", data={"Url": f"{URL}/nowhere"})
    assert (late.status_code, late.json()["code"]) == (400, 21220)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": PAGER, "Url": URL}, 21201),
        ({"To": "0", "From": PAGER, "Url": URL}, 21211),
        ({"To": NURSE_ONE, "Url": URL}, 21213),
        ({"To": NURSE_ONE, "From": "Nightlight", "Url": URL}, 21212),
        ({"To": NURSE_ONE, "From": PAGER}, 21205),
        ({"To": NURSE_ONE, "From": PAGER, "Url": URL, "StatusCallback": "nowhere"}, 21609),
    ],
)
def test_calls_that_twilio_refuses_are_refused(form: dict[str, str], code: int) -> None:
    with pytest.raises(Refused) as no:
        check_call(form)
    assert (no.value.status, no.value.code) == (400, code)


async def test_an_answer_that_drifts_is_noticed(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def drifted(*arguments: Any) -> dict[str, Any]:
        return as_json(*arguments) | {"status": "on its way"}

    monkeypatch.setattr(rest, "as_json", drifted)
    with pytest.raises(CarrierError):
        await twilio.send_text(Text(CARER, LINE, "Hello", f"{URL}/nowhere"))


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"To": "withheld:1", "From": LINE, "Body": "x"}, 400, 21211),
        ({"To": CARER, "Body": "x"}, 400, 21603),
        ({"To": CARER, "From": CARER, "Body": "x"}, 400, 21266),
        ({"To": CARER, "From": LINE}, 400, 21602),
        ({"To": CARER, "From": LINE, "Body": "x" * 1601}, 400, 21617),
        ({"To": CARER, "From": LINE, "Body": "x", "StatusCallback": "nowhere"}, 400, 21609),
        ({"To": CARER, "From": LINE, "Body": "x", "ValidityPeriod": "0"}, 400, 20001),
    ],
)
async def test_what_twilio_refuses_is_refused(line: Line, form: dict[str, str], status: int, code: int) -> None:
    """The description has no errors, so their shape is held here (https://www.twilio.com/docs/usage/twilios-response)."""
    account, token = settings.get().twilio_account_sid, settings.get().twilio_auth_token.get_secret_value()
    async with httpx.AsyncClient(auth=(account, token)) as client:
        answer = await client.post(f"{REST}/{account}/Messages.json", data=form)
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert set(body) == {"code", "message", "more_info", "status"}
    assert body["more_info"].endswith(str(code))


@pytest.mark.parametrize(
    ("password", "account", "status", "code"), [("x", None, 401, 20003), (None, "AC1", 404, 20404)]
)
async def test_strangers_are_refused(
    line: Line, password: str | None, account: str | None, status: int, code: int
) -> None:
    wanted = settings.get()
    known = (wanted.twilio_account_sid, password or wanted.twilio_auth_token.get_secret_value())
    url = f"{REST}/{account or known[0]}/Messages.json"
    async with httpx.AsyncClient() as client:
        answer = await client.post(url, auth=known)
        nobody = await client.post(url)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert nobody.status_code == 401
