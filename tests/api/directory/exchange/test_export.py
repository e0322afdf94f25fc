"""The whole directory goes out in the standard's shape, and comes back the same into an empty database."""

import json
from typing import Any

import pytest

from api.directory.exchange import gathering
from api.directory.exchange.reading import Raw, Read
from tests.api.directory.exchange.conftest import Operator
from tests.api.directory.test_standard import faults
from tests.harness.elsewhere import service
from tests.harness.feed import Feed

PUBLIC = [
    *("id", "organization_id", "name", "description", "url", "email", "status", "minimum_age", "maximum_age"),
    *("assured_date", "alert", "last_modified", "organization", "eligibility_description", "interpretation_services"),
    *("webchat_url", "phones", "schedules", "service_areas", "languages", "cost_options", "attributes"),
]
EXPORTED = """{
 "id": "06e02950-71ea-5c0b-997f-4f4878435b05", "name": "A line", "description": "Somebody listens.", "status": "active",
 "last_modified": "2026-11-26T10:00:00Z", "assured_date": "2026-11-23",
 "organization": {"name": "Somebody"}, "service_areas": [{"name": "england", "extent": "nation: england"}],
 "nightlight": {"code": "a-line", "confidence": "high", "unverified": [], "staff_only": false, "narrow": false,
  "always_open": false, "bank_holidays": "unknown", "file": "lines.yml", "file_version": 1, "source": "Seen."}
}"""


def test_an_export_comes_back_the_same_into_an_empty_database(
    operator: Operator, elsewhere: Operator, feed: Feed
) -> None:
    """Our own records, imported ones, a verified and a retired one."""
    nights, days, dusk = service(), service("Day sitters"), service("Dusk sitters")
    feed.put(nights, days, dusk)
    operator.types("import", feed.url, "--apply")
    feed.put(nights, days)
    operator.types("import", feed.url, "--apply")
    operator.types("verify", f"127-0-0-1-{days['id']}", "--by", "Ann", "--confidence", "medium")
    file = operator.file("out.json", "")
    operator.types("export", "--out", file)
    before = operator.sees()
    assert len(before) == 179

    elsewhere.sits_down()
    assert elsewhere.sees() == {}
    assert "179 added" in elsewhere.types("import", file, "--restore")
    assert elsewhere.sees() == {}, "that was a trial"
    said = elsewhere.types("import", file, "--restore", "--apply")
    assert "179 added, 0 changed, 0 left as they are, 0 retired, 0 in the way, 0 wrong" in said
    assert elsewhere.sees() == before
    assert "0 added, 0 changed, 179 left" in elsewhere.types("import", file, "--restore", "--apply")

    elsewhere.prepares()
    assert elsewhere.sees() == before, "our own files find their records as they left them"
    assert "0 added, 0 changed, 2 left" in elsewhere.types("import", feed.url, "--apply")


def test_an_export_is_valid_by_the_standard_and_says_what_only_we_say_apart(operator: Operator) -> None:
    export: dict[str, Any] = json.loads(operator.types("export"))
    assert faults("page", export) == []
    assert export["total_items"] == export["size"] == len(export["contents"]) == 176
    assert export["last_page"]
    for one in export["contents"]:
        assert faults("service", one) == []
        assert set(one) - {"nightlight"} <= set(PUBLIC), "the rest is as /v1 serves it"
    notes = {one["nightlight"]["code"]: one["nightlight"].get("notes") for one in export["contents"]}
    assert notes["carers-uk"]


def test_what_is_there_otherwise_is_never_overwritten_by_an_export(operator: Operator) -> None:
    export = json.loads(operator.types("export"))
    one = next(one for one in export["contents"] if one["nightlight"]["code"] == "samaritans")
    one["name"] = "Somebody else"
    file = operator.file("changed.json", json.dumps(export))
    before = operator.sees()
    said = operator.types("import", file, "--restore", "--apply")
    assert "samaritans is there, and stays as it is" in said
    assert "175 left" in said
    assert operator.sees() == before


def test_an_export_brought_in_as_a_feed_is_all_in_the_way(operator: Operator) -> None:
    """What meets none of our needs, and what is for staff, is no different."""
    file = operator.file("out.json", operator.types("export"))
    said = operator.types("import", file)
    assert "0 added, 0 changed, 0 left as they are, 0 retired" in said
    assert " 0 wrong" in said


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nightlight": None}, "nightlight"),
        ({"id": "5c4d79d7-cc55-470e-9f1f-8cad074e4892"}, "id"),
        ({"id": "x"}, "id"),
        ({"service_areas": [{"name": "England", "extent": "England"}]}, "service_areas"),
    ],
)
def test_what_is_no_export_of_ours_is_refused(changes: dict[str, Any], field: str) -> None:
    good = json.loads(EXPORTED)
    assert gathering.gather_export(Read([Raw("record 1", good)])).faults == []
    found = gathering.gather_export(Read([Raw("record 1", good | changes)]))
    assert [fault.field for fault in found.faults] == [field]
    assert found.entries == []
