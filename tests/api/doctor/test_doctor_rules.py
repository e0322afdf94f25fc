"""What each step of setting up should look like. Pure rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.clients.carrier import Account, OwnNumber, SenderPool
from api.doctor import rules
from api.doctor.rules import Finding, Level

URL, LINE, PAGER = "https://line.example", "+447700900100", "+447700900199"
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
GOOD = OwnNumber(
    voice_url=f"{URL}/twilio/voice",
    voice_method="POST",
    voice_fallback_url="https://elsewhere.example/fallback.xml",
    status_callback=f"{URL}/twilio/voice/status",
    sms_url=f"{URL}/twilio/sms",
    taken_elsewhere=False,
    can_call=True,
    can_text=True,
)
POOL = SenderPool(frozenset({LINE}), "", asks_number=True)


def wrong(found: Iterable[Finding]) -> list[str]:
    """What is wrong. All that is not well says what to do."""
    findings = list(found)
    assert all(bool(one.do) is (one.level != Level.WELL) for one in findings)
    return [one.words for one in findings if one.level == Level.WRONG]


def test_a_number_that_is_set_up_has_nothing_wrong() -> None:
    assert wrong(rules.line_number("Line", GOOD, POOL, URL)) == []
    assert wrong(rules.line_number("Line", GOOD, None, URL)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"voice_url": "https://demo.twilio.com/welcome"}, "calls do not come to us"),
        ({"voice_url": f"{URL}/twilio/voice/"}, "calls do not come to us"),
        ({"voice_method": "GET"}, "calls do not come to us"),
        ({"status_callback": ""}, "not told when a call ends"),
        ({"voice_fallback_url": ""}, "when we are down"),
        ({"voice_fallback_url": f"{URL}/fallback"}, "on our own host"),
        ({"sms_url": ""}, "texts do not come to us"),
        ({"taken_elsewhere": True}, "an application or a trunk"),
        ({"can_text": False}, "cannot send texts"),
        ({"can_call": False}, "cannot take calls"),
    ],
)
def test_whatever_is_wrong_with_a_number_is_said(change: dict[str, Any], says: str) -> None:
    (one,) = wrong(rules.line_number("Line", replace(GOOD, **change), POOL, URL))
    assert says in one


def test_a_messaging_service_that_takes_texts_elsewhere_counts_more_than_the_number() -> None:
    elsewhere = replace(POOL, asks_number=False, inbound_url="https://other.example")
    ours = replace(elsewhere, inbound_url=f"{URL}/twilio/sms")
    assert len(wrong(rules.line_number("Line", GOOD, elsewhere, URL))) == 1
    assert wrong(rules.line_number("Line", replace(GOOD, sms_url=""), ours, URL)) == []


def test_a_number_that_the_account_has_not() -> None:
    assert len(wrong(rules.line_number("Line", None, None, URL))) == len(wrong(rules.staff_number(None, URL))) == 1


def test_the_staff_number_sends_answers_to_us_and_is_in_no_pool() -> None:
    assert wrong(rules.staff_number(replace(GOOD, sms_url=f"{URL}/twilio/pager"), URL)) == []
    assert len(wrong(rules.staff_number(GOOD, URL))) == 1
    assert wrong(rules.sender_pool(POOL, [LINE], PAGER)) == []
    assert len(wrong(rules.sender_pool(replace(POOL, numbers=frozenset({PAGER})), [LINE], PAGER))) == 2
    assert len(wrong(rules.sender_pool(None, [LINE], PAGER))) == 1


def test_an_account_is_active_and_no_trial() -> None:
    assert wrong(rules.account(Account("active", False, NOW))) == []
    assert len(wrong(rules.account(Account("suspended", False, NOW)))) == 1
    assert len(wrong(rules.account(Account("active", True, NOW)))) == 1


@pytest.mark.parametrize(
    ("sid", "pager", "pool", "count"),
    [
        ("AC" + "0" * 32, PAGER, "MG" + "0" * 32, 0),
        ("AC" + "0" * 32, PAGER, "", 0),
        ("SK" + "0" * 32, PAGER, "", 1),
        ("AC" + "0" * 32, "07700 900199", "", 1),
        ("AC" + "0" * 32, LINE, "", 1),
        ("AC" + "0" * 32, PAGER, "PN" + "0" * 32, 1),
    ],
)
def test_settings_that_can_be_told_wrong_by_their_form(sid: str, pager: str, pool: str, count: int) -> None:
    assert len(wrong(rules.settings(sid, pager, pool, [LINE], production=True))) == count


def test_clocks_certificates_signs_of_life_and_webhooks() -> None:
    day, minute = timedelta(days=1), timedelta(minutes=1)
    found = [
        (rules.clock(-timedelta(seconds=29), "Twilio's"), Level.WELL),
        (rules.clock(-minute, "Twilio's"), Level.WRONG),
        (rules.certificate(NOW + 60 * day, NOW), Level.WELL),
        (rules.certificate(NOW + 3 * day, NOW), Level.LOOK),
        (rules.worker(NOW - minute, NOW, 3 * minute), Level.WELL),
        (rules.worker(NOW - 4 * minute, NOW, 3 * minute), Level.WRONG),
        (rules.worker(None, NOW, 3 * minute), Level.WRONG),
        (rules.webhooks(200, 403), Level.WELL),
        (rules.webhooks(403, 403), Level.WRONG),
        (rules.webhooks(200, 200), Level.WRONG),
        (rules.on_call("demo", ["on_call", "lead"], ["on_call"]), Level.WELL),
        (rules.on_call("demo", ["on_call"], ["on_call", "lead"]), Level.WRONG),
        (rules.on_call("demo", [], ["on_call"]), Level.WRONG),
    ]
    assert [one.level for one, _ in found] == [level for _, level in found]


def test_a_key_that_leads_from_the_line_to_the_line_is_wrong() -> None:
    ours = {"+447700900100", "+447700900199"}
    assert rules.office("demo", "+447700900100", True, ours).level is Level.WRONG
    assert rules.office("demo", "+447700900300", True, ours).level is Level.WELL
    assert rules.office("demo", None, False, ours).words == "demo: no key rings an office, at any hour."
