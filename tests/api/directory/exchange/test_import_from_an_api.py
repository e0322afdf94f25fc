"""Services are brought in from somebody else's directory: first as a trial, then in earnest, then again and again."""

import pytest

from api.audit import service as audit
from api.errors import Conflict
from tests.api.directory.exchange.conftest import Operator
from tests.harness.elsewhere import service, term
from tests.harness.feed import Feed, fail_first, say

NIGHTS = service()
DAYS = service("Day sitters", attributes=[term(service("Day sitters")["id"], "Respite care")])
POOL = service("Swimming", attributes=[term(service("Swimming")["id"], "Leisure")])
FEED = "127-0-0-1"


def code(document: dict[str, str], feed: str = FEED) -> str:
    return f"{feed}-{document['id']}"


def test_a_trial_says_what_would_be_done_and_does_nothing(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS, DAYS, POOL)
    before = operator.sees()
    said = operator.types("import", feed.url)
    assert f"added       {code(NIGHTS)}  Night sitters" in said
    assert "no need     Leisure (1)" in said
    assert "2 added, 0 changed, 0 left as they are, 0 retired, 0 in the way, 0 wrong, 1 that meet no need" in said
    assert "Nothing is changed: this was a trial." in said
    assert operator.sees() == before


def test_what_is_brought_in_says_where_it_is_from_and_is_trusted_little(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS, DAYS, POOL)
    assert "Done." in operator.types("import", f"{feed.url}/services/", "--apply")
    found = operator.sees_imported()
    assert set(found) == {code(NIGHTS), code(DAYS)}
    one = found[code(NIGHTS)]
    ours = one["nightlight"]
    assert (ours["confidence"], ours["feed"], ours["feed_id"]) == ("low", FEED, NIGHTS["id"])
    assert ours["source_url"] == f"{feed.url}/services/{NIGHTS['id']}"
    assert ours["source"].startswith("Imported from 127.0.0.1")
    assert one["alert"] == "Imported, and not verified by our own staff."
    assert "assured_date" not in one, "that they are sure does not make us sure"
    assert one["description"] == "Somebody sits with the ill person at night. So that you can sleep."
    assert one["phones"][0]["number"] == "01603 123456"
    assert one["cost_options"][0]["amount_description"] == "A night: £12.50"
    assert [area["extent"] for area in one["service_areas"]] == ["nation: england", "authority: Norfolk"]
    assert [need["taxonomy_term"]["term"] for need in one["attributes"]] == ["night_sitting"]
    assert "A Person" not in str(one)
    assert all(path.startswith("/services") for path in feed.asked)
    assert len([path for path in feed.asked if "page=" in path]) == 2


def test_the_same_again_changes_nothing_and_another_word_is_shown(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS, DAYS)
    operator.types("import", feed.url, "--apply")
    before = operator.sees()
    assert "0 added, 0 changed, 2 left" in operator.types("import", feed.url, "--apply")
    assert operator.sees() == before

    feed.put(NIGHTS | {"name": "Sitters by night", "phones": [{"number": "01603 765432"}], "email": None}, DAYS)
    said = operator.types("import", feed.url, "--apply")
    assert "name: Night sitters -> Sitters by night" in said
    assert "phones: 01603 123456 voice -> 01603 765432 voice; 01603 123456 voice" in said
    assert "email: help@sitters.example -> (nothing)" in said
    assert "0 added, 1 changed, 1 left" in said
    assert operator.sees_imported()[code(NIGHTS)]["name"] == "Sitters by night"


def test_what_has_left_the_feed_is_retired_and_may_come_back(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS, DAYS)
    operator.types("import", feed.url, "--apply")
    feed.put(NIGHTS, DAYS | {"status": "defunct"})
    said = operator.types("import", feed.url, "--apply")
    assert f"retired     {code(DAYS)}" in said
    assert operator.sees()[code(DAYS)]["status"] == "inactive"
    assert "0 retired" in operator.types("import", feed.url), "once is enough"
    feed.put(NIGHTS, DAYS)
    assert "status: inactive -> active" in operator.types("import", feed.url, "--apply")
    assert operator.sees()[code(DAYS)]["status"] == "active"


def test_one_feed_does_not_retire_what_another_brought(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS)
    operator.types("import", feed.url, "--apply", "--feed", "north")
    feed.put(DAYS)
    assert "1 added, 0 changed, 0 left as they are, 0 retired" in operator.types(
        "import", feed.url, "--apply", "--feed", "south"
    )
    assert {one["status"] for one in operator.sees_imported().values()} == {"active"}


def test_our_own_records_are_never_overwritten(operator: Operator, feed: Feed) -> None:
    ours = operator.sees()["samaritans"]
    by_id = service("Somebody else", id=ours["id"])
    by_name = service("Samaritans", organization={"name": "SAMARITANS"}, description="Not what we say of them.")
    feed.put(by_id, by_name, NIGHTS)
    said = operator.types("import", feed.url, "--apply")
    assert said.count("samaritans is there, and stays as it is") == 2
    assert "1 added" in said
    assert operator.sees()["samaritans"] == ours
    assert set(operator.sees_imported()) == {code(NIGHTS)}


def test_loading_our_own_files_leaves_imports_alone(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS)
    operator.types("import", feed.url, "--apply")
    before = operator.sees()
    operator.prepares()
    assert operator.sees() == before


def test_staff_verify_a_record_and_it_stays_so_until_it_changes(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS)
    operator.types("import", feed.url, "--apply")
    operator.types("verify", code(NIGHTS), "--by", "Ann", "--confidence", "high")
    operator.types("import", feed.url, "--apply")
    found = operator.sees()[code(NIGHTS)]
    assert found["nightlight"]["confidence"] == "high"
    assert "alert" not in found
    assert found["assured_date"]

    feed.put(NIGHTS | {"url": "https://elsewhere.example"})
    said = operator.types("import", feed.url, "--apply")
    assert "confidence: high -> low" in said
    assert operator.sees()[code(NIGHTS)]["nightlight"]["confidence"] == "low"


def test_only_an_imported_record_is_verified_by_command(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS)
    operator.types("import", feed.url, "--apply")
    words = ("--by", "Ann", "--confidence", "high")
    assert "crisis.yml" in operator.types("verify", "samaritans", *words, fails=True)
    assert "no active record" in operator.types("verify", "nobody", *words, fails=True)
    low = operator.types("verify", code(NIGHTS), "--by", "Ann", "--confidence", "low", fails=True)
    assert "medium or high" in low


def test_a_feed_that_stumbles_is_asked_again(operator: Operator, feed: Feed) -> None:
    feed.put(NIGHTS)
    feed.instead["/services?page=1"] = fail_first(2, say(b'[{"id": "%s"}]' % NIGHTS["id"].encode()))
    assert "1 added" in operator.types("import", feed.url)
    assert len(feed.asked) == 4


def test_an_import_that_fails_half_way_leaves_nothing(
    operator: Operator, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.put(NIGHTS, DAYS)
    before = operator.sees()

    def power_cut(*values: object, **also: object) -> None:
        raise Conflict("The power is gone.")

    monkeypatch.setattr(audit, "record", power_cut)  # The last thing of the transaction, after all is written.
    assert "The power is gone." in operator.types("import", feed.url, "--apply", fails=True)
    monkeypatch.undo()
    monkeypatch.setenv("NIGHTLIGHT_DATABASE_URL", operator.database)
    assert operator.sees() == before
