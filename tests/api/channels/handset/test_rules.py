"""What a pretend phone shows of what became of a text."""

import json
from datetime import UTC, datetime

import pytest

from api.channels.handset.rules import SHOWN_TEXTS, Side, Tone, number_from, short, thread
from api.clients.pretend_forms import PassedText
from api.clients.pretend_webhooks import Exchange
from tests.harness.line import CARER, LINE, OTHER_CARER

AT = datetime(2026, 11, 23, 2, 14, tzinfo=UTC)


def from_phone(seq: int = 1, **more: object) -> PassedText:
    return PassedText("SM1", LINE, CARER, "hello", AT, inbound=True, seq=seq, **more)  # type: ignore[arg-type]


def to_phone(seq: int = 1, **more: object) -> PassedText:
    return PassedText("SM1", CARER, LINE, "hello", AT, inbound=False, seq=seq, **more)  # type: ignore[arg-type]


def refusal(status: int, answer: str, seq: int = 1, to_us: bool = False) -> Exchange:
    return Exchange(seq, AT, to_us, "POST", "/x", status, 1.0, CARER, {"Body": "hello"}, answer)


@pytest.mark.parametrize(
    ("text", "side", "state", "tone"),
    [
        (from_phone(), Side.MINE, "Sending", Tone.WAITING),
        (from_phone(answered=200), Side.MINE, "Taken", Tone.DONE),
        (from_phone(answered=200, times=3), Side.MINE, "Taken, sent 3 times", Tone.DONE),
        (from_phone(answered=403), Side.MINE, "Not taken: 403", Tone.BAD),
        (from_phone(answered=0), Side.MINE, "Nobody answered", Tone.BAD),
        (to_phone(status="queued"), Side.THEIRS, "Queued", Tone.WAITING),
        (to_phone(status="sent"), Side.THEIRS, "Sent", Tone.WAITING),
        (to_phone(status="delivered"), Side.THEIRS, "Delivered", Tone.DONE),
        (
            to_phone(status="undelivered", error_code=30003),
            Side.THEIRS,
            "Undelivered, 30003: this phone never had it",
            Tone.BAD,
        ),
        (to_phone(status="delivered", by_carrier=True), Side.CARRIER, "From the carrier itself", Tone.DONE),
    ],
)
def test_each_text_says_what_became_of_it(text: PassedText, side: Side, state: str, tone: Tone) -> None:
    (entry,) = thread(CARER, [text], [])
    assert (entry.side, entry.state, entry.tone, entry.words) == (side, state, tone, "hello")
    assert thread(OTHER_CARER, [text], []) == [], "and is on no other phone"


@pytest.mark.parametrize(
    ("answer", "code"), [(json.dumps({"code": 21610}), "21610"), ("<html>", "no code"), ("[]", "no code")]
)
def test_a_text_that_the_carrier_refused_is_shown_as_never_sent(answer: str, code: str) -> None:
    (entry,) = thread(CARER, [], [refusal(400, answer)])
    assert entry.state == f"Refused, 400 ({code}): it never left"
    assert entry.tone == Tone.BAD


def test_only_refusals_of_texts_are_in_a_thread() -> None:
    assert thread(CARER, [], [refusal(201, "{}"), refusal(403, "{}", to_us=True)]) == []


def test_a_thread_is_in_order_and_no_longer_than_a_screen_needs() -> None:
    texts = [from_phone(seq=seq) for seq in range(2, 200, 2)]
    entries = thread(CARER, texts, [refusal(503, "{}", seq=195)])
    assert len(entries) == SHOWN_TEXTS
    assert [entry.seq for entry in entries][-3:] == [195, 196, 198]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("12", None),
        ("nobody", None),
        ("", None),
    ],
)
def test_a_typed_number_is_read(typed: str, number: str | None) -> None:
    assert number_from(typed) == number


def test_long_identifiers_are_cut_to_be_read_at_a_glance() -> None:
    account = "AC" + "0" * 31 + "1"
    assert short(f"/2010-04-01/Accounts/{account}/Messages.json") == "/2010-04-01/Accounts/AC…0001/Messages.json"
    assert short("/twilio/sms/status/f5c4c563-4b66-4cfd-91e9-15f1bc3b6fd0") == "/twilio/sms/status/…6fd0"
    assert short("/twilio/sms") == "/twilio/sms"
