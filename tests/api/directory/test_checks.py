"""What `api directory check` finds, and that it finds it in our own directory."""

from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from api import commands
from api.directory.checks.rules import Fault, addresses, expires, findings
from api.directory.hours.rules import Hours, Nation
from api.directory.rules import Area, Confidence, Listing, Need, Number, Way
from tests.api.directory.test_rules import made
from tests.harness.line import configure

TODAY = date(2026, 11, 26)


def good(code: str, **more: Any) -> Listing:
    return made(code, **{"assured_date": date(2026, 11, 23), **more})


def found(*listings: Listing, fault: Fault) -> list[tuple[str, str]]:
    return [(one.about, one.words) for one in findings(listings, TODAY) if one.fault is fault]


def test_a_record_holds_for_twelve_months() -> None:
    old, last = good("old", assured_date=date(2025, 11, 25)), good("last", assured_date=date(2025, 11, 26))
    assert found(old, last, fault=Fault.EXPIRED) == [("old", "last assured on 2025-11-25")]
    assert expires(date(2024, 2, 29)) == date(2025, 2, 28)


def test_what_no_source_bears_out_is_listed_with_the_reason() -> None:
    low = good("low", assured_date=None, confidence=Confidence.LOW, unverified=frozenset({"phones", "area"}))
    assert found(good("fine"), low, fault=Fault.UNVERIFIED) == [
        ("low", "no source; no way to reach it is verified, so no carer is told of it; area, phones")
    ]
    imported = good("imported", assured_date=None, confidence=Confidence.LOW, feed="county")
    assert found(imported, fault=Fault.UNVERIFIED) == [("imported", "imported from county, and not verified")]
    assert found(good("staff", staff_only=True, unverified=frozenset({"area"})), fault=Fault.UNVERIFIED) == []


def test_a_line_that_nobody_knows_when_to_ring_is_listed() -> None:
    page = good("page", hours=Hours(), has=frozenset({Way.URL}))
    listed = found(good("line", hours=Hours()), page, good("fine"), fault=Fault.NO_HOURS)
    assert [about for about, _ in listed] == ["line"]
    unsure = good("unsure", unverified=frozenset({"hours"}), hours=Hours(always=True, verified=False))
    assert [about for about, _ in found(unsure, fault=Fault.NO_HOURS)] == ["unsure"]


def test_what_is_there_twice_is_listed() -> None:
    assert found(good("a-line"), good("A-Line"), fault=Fault.TWICE) == [("A-Line", "has the same name as a-line")]
    number = (Number("0808 808 00 00"),)
    one, other = (
        good("one", numbers=number, url="https://a.example"),
        good("two", numbers=number, url="https://a.example"),
    )
    assert [about for about, _ in found(one, other, fault=Fault.TWICE)] == ["one"]
    assert found(one, good("three", numbers=number, url="https://b.example"), fault=Fault.TWICE) == []
    assert found(good("four"), good("five"), fault=Fault.TWICE) == [], "two that have no number"


def test_a_need_that_no_verified_service_meets_is_listed_by_nation() -> None:
    three = Area(frozenset({Nation.ENGLAND, Nation.WALES, Nation.SCOTLAND}))
    ours = [good("a", area=three), good("b", need=Need.GRANTS), good("c", need=Need.PREHAB, confidence=Confidence.LOW)]
    gaps = dict(found(*ours, fault=Fault.GAP))
    assert gaps[Need.RESPITE] == "no verified service in Northern Ireland"
    assert Need.GRANTS not in gaps
    assert gaps[Need.PREHAB] == "no verified service in England, Scotland, Wales, Northern Ireland"


def test_an_address_that_nobody_gets_to_is_listed_once_for_each_record() -> None:
    gone, chat = good("gone", url="https://gone.example"), good("chat", webchat="https://gone.example/chat")
    both = good("both", url="https://gone.example", webchat="https://gone.example", staff_only=True)
    ended = good("ended", url="https://ended.example", active=False)
    assert addresses([gone, chat, both, ended]) == ["https://gone.example", "https://gone.example/chat"]
    broken = {"https://gone.example": "answered with status 404"}
    listed = [one for one in findings([gone, chat, both, ended], TODAY, broken=broken) if one.fault is Fault.LINK]
    assert [(one.about, one.words) for one in listed] == [
        ("both", "https://gone.example answered with status 404"),
        ("gone", "https://gone.example answered with status 404"),
    ]
    assert [one for one in findings([gone], TODAY) if one.fault is Fault.LINK] == [], "nobody has tried"


def test_an_ended_record_is_nobodys_business() -> None:
    assert [one for one in findings([good("x", active=False)], TODAY) if one.fault is not Fault.GAP] == []


def test_the_command_lists_what_there_is_to_look_at(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTLIGHT_DATABASE_URL", db)
    configure(database_url=db)
    result = CliRunner().invoke(commands.app, ["directory", "check"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert any(line.startswith("gap") and "prehab" in line for line in lines)
    assert any(line.startswith("unverified") and "blood-cancer-uk" in line for line in lines)
    assert any(line.startswith("no hours") and "sobs" in line for line in lines)
    assert lines[-1] == f"{len(lines) - 1} to look at."
