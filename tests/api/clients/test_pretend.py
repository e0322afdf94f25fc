"""The pretend carrier does what Twilio does with reserved words, phones that cannot be reached, and webhooks."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

from api.clients import pretend
from api.clients.pretend import Behaviour, PretendCarrier
from api.clients.pretend_forms import OptOut, reserved_word, segments
from api.clients.pretend_refusals import Refused
from tests.harness.line import CARER, LINE, NURSE_ONE, PAGER

PUBLIC = "https://line.example"
TOKEN = "a-token"
ACCOUNT = "AC" + "0" * 31 + "1"


class Posted:
    """What the carrier posted to us."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.signed: list[bool] = []
        self.agents: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        """One webhook."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        signature = request.headers["X-Twilio-Signature"]
        self.signed.append(RequestValidator(TOKEN).validate(f"{PUBLIC}{request.path}", form, signature))
        self.forms.append(form)
        self.paths.append(request.path)
        self.agents.add(request.headers["User-Agent"])
        return web.Response(text="<Response/>", content_type="text/xml")


@pytest.fixture
async def posted() -> Posted:
    return Posted()


@pytest.fixture
async def carrier(posted: Posted) -> AsyncIterator[PretendCarrier]:
    app = web.Application()
    app.router.add_post("/{rest:.*}", posted.take)
    server = TestServer(app)
    await server.start_server()
    made = PretendCarrier(TOKEN, ACCOUNT, PUBLIC, {PAGER: "/twilio/pager"}, reach=str(server.make_url("")).rstrip("/"))
    yield made
    await made.close()
    await server.close()


def send(carrier: PretendCarrier, **more: str) -> str:
    form = {"To": CARER, "From": LINE, "Body": "Hello", "StatusCallback": f"{PUBLIC}/status/1", **more}
    return carrier.accept(form).sid


async def test_an_incoming_text_has_the_fields_of_a_twilio_webhook(carrier: PretendCarrier, posted: Posted) -> None:
    assert await carrier.send_in(CARER, LINE, "hes stopped breathing") == 200
    form = posted.forms[0]
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"]
    assert (form["From"], form["To"], form["Body"]) == (CARER, LINE, "hes stopped breathing")
    assert (form["NumMedia"], form["NumSegments"], form["ApiVersion"]) == ("0", "1", "2010-04-01")
    assert (form["AccountSid"], form["SmsStatus"], form["FromCountry"]) == (ACCOUNT, "received", "GB")
    assert form["FromCity"] == ""
    assert "OptOutType" not in form
    assert posted.signed == [True]
    assert posted.agents == {"TwilioProxy/1.1"}


async def test_a_picture_has_an_address_and_no_words(carrier: PretendCarrier, posted: Posted) -> None:
    await carrier.send_in(CARER, LINE, "", picture=True)
    form = posted.forms[0]
    assert form["MessageSid"].startswith("MM")
    assert (form["Body"], form["NumMedia"], form["MediaContentType0"]) == ("", "1", "image/png")
    assert form["MediaUrl0"].startswith(f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM")
    assert posted.signed == [True]


async def test_each_number_of_ours_has_its_own_webhook(carrier: PretendCarrier, posted: Posted) -> None:
    await carrier.send_in(CARER, LINE, "a")
    await carrier.send_in(NURSE_ONE, PAGER, "b")
    assert posted.paths == ["/twilio/sms", "/twilio/pager"]


async def test_the_same_text_again_is_the_same_webhook(carrier: PretendCarrier, posted: Posted) -> None:
    await carrier.send_in(CARER, LINE, "", sid="SMsame", picture=True)
    await carrier.send_in(CARER, LINE, "", sid="SMsame", picture=True)
    assert posted.forms[0] == posted.forms[1]
    assert [text.times for text in carrier.texts] == [2]


@pytest.mark.parametrize(
    ("behaviour", "service", "expected"),
    [
        ("on", "", ["sent", "delivered"]),
        ("off", "", ["sent", "undelivered"]),
        ("on", "MG1", ["queued", "sent", "delivered"]),
        ("opted_out", "MG1", ["failed"]),
    ],
)
async def test_reports_follow_one_another(
    carrier: PretendCarrier, posted: Posted, behaviour: str, service: str, expected: list[str]
) -> None:
    carrier.phones[CARER] = Behaviour(behaviour)
    sid = send(carrier, **({"MessagingServiceSid": service} if service else {}))
    await carrier.settle()

    assert [form["MessageStatus"] for form in posted.forms] == expected
    last = posted.forms[-1]
    assert last["MessageSid"] == last["SmsSid"] == sid
    assert last["SmsStatus"] == expected[-1]
    assert last.get("ErrorCode") == {"undelivered": "30003", "failed": "21610"}.get(expected[-1])
    assert all(posted.signed)


@pytest.mark.parametrize(("behaviour", "status", "code"), [("broken", 503, 20503), ("opted_out", 400, 21610)])
async def test_some_phones_make_the_api_refuse(carrier: PretendCarrier, behaviour: str, status: int, code: int) -> None:
    carrier.phones[CARER] = Behaviour(behaviour)
    with pytest.raises(Refused) as no:
        send(carrier)
    assert (no.value.status, no.value.code) == (status, code)
    assert carrier.texts == []


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe ", "END", "quit", "Cancel", "REVOKE", "optout"])
async def test_a_reserved_word_opts_a_phone_out(carrier: PretendCarrier, posted: Posted, word: str) -> None:
    await carrier.send_in(CARER, LINE, word)
    assert carrier.behaviour(CARER) == Behaviour.OPTED_OUT
    assert posted.forms[0]["Body"] == word, "we hear of it all the same"
    assert [text.by_carrier for text in carrier.texts] == [False, True], "the carrier itself answers"
    assert carrier.to_phone(CARER) == [], "and that is no text of ours"

    await carrier.send_in(CARER, LINE, "UNSTOP")
    assert carrier.behaviour(CARER) == Behaviour.ON


@pytest.mark.parametrize("body", ["please stop", "the end is near", "STOP.", "", "stop stop", "yes", "HELP", "START"])
async def test_anything_else_opts_nobody_out(carrier: PretendCarrier, body: str) -> None:
    await carrier.send_in(CARER, LINE, body)
    assert carrier.behaviour(CARER) == Behaviour.ON


async def test_a_withheld_number_cannot_be_opted_out(carrier: PretendCarrier) -> None:
    await carrier.send_in("anonymous", LINE, "STOP")
    assert carrier.phones == {}


@pytest.mark.parametrize(("body", "word"), [("END", "STOP"), ("help", "HELP"), ("unstop", "START"), ("the end", None)])
async def test_advanced_opt_out_says_what_a_word_did(
    carrier: PretendCarrier, posted: Posted, body: str, word: str | None
) -> None:
    carrier.advanced_opt_out = True
    await carrier.send_in(CARER, LINE, body)
    assert posted.forms[0].get("OptOutType") == word


def test_reserved_words_are_of_three_kinds() -> None:
    assert {reserved_word(word) for word in ("stop", "start", "help", "nurse")} == {*OptOut, None}


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("😢" * 35, 1),
        ("😢" * 36, 2),
        ("€" * 80, 1),
    ],
)
def test_parts_are_counted_as_twilio_counts_them(body: str, parts: int) -> None:
    assert segments(body) == parts


async def test_nobody_at_our_address_is_noted_and_breaks_nothing(posted: Posted) -> None:
    carrier = PretendCarrier(TOKEN, ACCOUNT, PUBLIC, reach="http://127.0.0.1:9")
    assert await carrier.send_in(CARER, LINE, "hello") == 0
    assert carrier.wire.exchanges[0].status == 0
    await carrier.close()


async def test_what_is_kept_is_bounded(carrier: PretendCarrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretend, "KEPT_TEXTS", 10)
    for number in range(25):
        await carrier.send_in(CARER, LINE, str(number))
    assert [text.body for text in carrier.texts] == [str(number) for number in range(15, 25)]
    assert [text.seq for text in carrier.texts] == sorted(text.seq for text in carrier.texts)
