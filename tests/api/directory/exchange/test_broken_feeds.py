"""Feeds that are broken, endless, or ill-meant. We say what is wrong in plain words, and nothing of them gets in."""

import json
from typing import Any

import aiohttp
import pytest

from api.clients import web
from api.directory.exchange import presenters, reading
from api.directory.exchange.gathering import Gathered, gather
from api.directory.exchange.reading import read
from api.directory.exchange.rules import Plan
from api.directory.exchange.schemas import FeedFile
from api.errors import Invalid
from tests.api.directory.exchange.conftest import Operator
from tests.harness.elsewhere import service, term
from tests.harness.feed import Answer, Feed, move, never_end, say, trickle

NIGHTS, DAYS, DUSK = service(), service("Day sitters"), service("Dusk sitters")
PAGE = b"<!doctype html><title>Sign in</title>"
ONE = {"id": NIGHTS["id"], "name": "x", "status": "active"}
ENDLESS = json.dumps({"total_pages": 99, "last_page": False, "contents": [ONE]}).encode()


async def gathered(feed: Feed) -> Gathered:
    return gather(await read(feed.url), FeedFile(feed="them", name="Them"), {})


def faults(found: Gathered) -> list[tuple[str, str]]:
    return [(fault.field, fault.words) for fault in found.faults]


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/services?page=1", say(PAGE, kind="text/html"), "Page 1 of .* answered with a web page that is not JSON"),
        ("/services?page=2", say(b"", 500), "Page 2 of .* answered with status 500"),
        ("/services?page=2", say(b"", 403), "Page 2 of .* answered with status 403"),
        ("/services?page=1", say(b'{"contents": '), "something that is not JSON"),
        ("/services?page=1", say(b'{"message": "hello"}'), "is no page of services"),
        ("/services?page=1", say(b"null"), "is no page of services"),
        ("/services?page=1", say(b'{"contents": {"id": "x"}}'), "is no page of services"),
        ("/services?page=1", say(b"[" * 100_000), "something that is not JSON"),
        ("/services?page=1", say(b"[]"), "holds no service"),
        ("/services?page=1", never_end, "answered with more than 5,000,000 bytes"),
        ("/services?page=1", move("file:///etc/passwd"), "could not be reached"),
    ],
    ids=[
        "html",
        "500 midway",
        "403",
        "cut off",
        "message",
        "null",
        "no list",
        "deep",
        "empty",
        "never ends",
        "elsewhere",
    ],
)
async def test_a_list_that_cannot_be_read_ends_it(feed: Feed, path: str, answer: Answer, words: str) -> None:
    feed.put(NIGHTS, DAYS, DUSK)
    feed.instead[path] = answer
    with pytest.raises(Invalid, match=words):
        await read(feed.url)


async def test_a_feed_whose_pages_never_end_is_left(feed: Feed) -> None:
    feed.instead = {f"/services?page={number}": say(ENDLESS) for number in range(1, 9)}
    with pytest.raises(Invalid, match=r"Page 2 of .* has nothing new: this feed never ends"):
        await read(feed.url)


async def test_a_feed_with_ever_new_services_is_left_too(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_PAGES", 3)
    for number in range(1, 9):
        page = {"total_pages": 99, "contents": [{"id": f"s{number}"}]}
        feed.instead[f"/services?page={number}"] = say(json.dumps(page).encode())
    with pytest.raises(Invalid, match="more than 3 pages"):
        await read(feed.url)
    assert len(feed.asked) == 3


async def test_a_feed_that_takes_for_ever_is_left(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", aiohttp.ClientTimeout(total=0.5))
    feed.instead["/services?page=1"] = trickle
    with pytest.raises(Invalid, match="did not answer in time"):
        await read(feed.url)


@pytest.mark.parametrize(
    "source", ["ftp://them.example/", "file:///etc/passwd", "https://", "gopher://x/1", "http://[::1"]
)
async def test_only_web_addresses_are_read(source: str) -> None:
    with pytest.raises(Invalid, match=r"is no http or https address"):
        await read(source)


async def test_an_address_with_a_question_is_refused_and_so_is_nobody(feed: Feed) -> None:
    with pytest.raises(Invalid, match="question mark"):
        await read(f"{feed.url}?page=1")
    with pytest.raises(Invalid, match="could not be reached"):
        await read("http://127.0.0.1:9/")


async def test_a_service_without_an_id_is_named_by_its_place_and_then_nothing_may_be_retired(feed: Feed) -> None:
    feed.put(NIGHTS)
    listed = [{"id": NIGHTS["id"]}, {"name": "x"}, {"id": "a\ud800"}, {"id": 7}, {"id": " "}, None]
    feed.instead["/services?page=1"] = say(json.dumps(listed).encode())
    found = await gathered(feed)
    assert [fault.where for fault in found.faults] == [f"page 1, record {place}" for place in range(2, 7)]
    assert [one.name for one in found.entries] == ["Night sitters"]
    assert found.unread is None


async def test_a_feed_that_is_too_long_in_all_is_left(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [service(f"Sitters {number}") for number in range(20)]
    monkeypatch.setattr(web, "MOST_BYTES_IN_ALL", 20_000)
    feed.put(*many)
    with pytest.raises(Invalid, match="more than 20,000 bytes"):
        await read(feed.url)


async def test_what_a_feed_says_cannot_move_the_cursor(feed: Feed) -> None:
    """Nor turn the direction of writing on a carer's screen."""
    feed.put(
        NIGHTS | {"name": "Night\x1b[2J\u202e\x9b sitters", "attributes": [term("1", "\x1b]0;x")]},
        DAYS | {"url": "\x1b[2Jx"},
    )
    found = await gathered(feed)
    lines = [*presenters.told(found, Plan(added=tuple(found.entries)), False)]
    assert all(line.isprintable() for line in lines)
    feed.put(NIGHTS | {"name": "Night\x1b[2J\u202e\x9b sitters"})
    assert [one.name for one in (await gathered(feed)).entries] == ["Night [2J sitters"]


async def test_one_service_that_cannot_be_read_is_named(feed: Feed) -> None:
    feed.put(NIGHTS, DAYS, DUSK)
    feed.instead[f"/services/{DAYS['id']}"] = say(b"", 500)
    feed.instead[f"/services/{DUSK['id']}"] = say(json.dumps(NIGHTS).encode())
    found = await gathered(feed)
    assert {(fault.where, fault.words) for fault in found.faults} == {
        (f"service {DAYS['id']}", "answered with status 500"),
        (f"service {DUSK['id']}", "is another one when the service itself is read"),
    }
    assert [one.name for one in found.entries] == ["Night sitters"]
    assert found.unread == frozenset({DAYS["id"], DUSK["id"]})


async def test_a_feed_that_breaks_down_is_not_asked_for_all_the_rest(feed: Feed) -> None:
    many = [service(f"Sitters {number}") for number in range(60)]
    feed.put(*many)
    feed.instead = {f"/services/{one['id']}": say(b"", 404) for one in many}
    with pytest.raises(Invalid, match=r"could not be read: service .* answered with status 404"):
        await read(feed.url)
    assert len([path for path in feed.asked if "page=" not in path]) < 20


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"name": None}, "name", "is missing"),
    ({"name": 7}, "name", "should be text"),
    ({"description": "x" * 4_900_000}, "description", "is longer than 5,000 letters"),
    ({"description": " \n "}, "description", "is missing"),
    ({"status": "open"}, "status", "should be one of 'active', 'inactive', 'defunct' or 'temporarily closed'"),
    ({"organization": []}, "organization", "should be a record with members"),
    ({"organization": {}}, "organization name", "is missing"),
    ({"schedules": "9 to 5"}, "schedules", "should be a list"),
    ({"schedules": [{"freq": "WEEKLY", "byday": "MO", "opens_at": "9am", "closes_at": "5pm"}]}, "schedules", "9am"),
    ({"phones": [{"number": "ring the bell"}]}, "phones 1 number", "is not written as it should be: ring the bell"),
    ({"phones": [{"number": "0151 234"}]}, "phones 1 number", "0151 234 cannot be dialled in the UK"),
    ({"phones": [{"number": 1511234567}]}, "phones 1 number", "should be text"),
    ({"minimum_age": "some"}, "minimum_age", "integer"),
    ({"minimum_age": 700}, "eligibility minimum_age", "less than or equal to 120"),
    ({"url": "www.sitters.example"}, "url", "is not written as it should be: www.sitters.example"),
    ({"email": "at the desk"}, "email", "is not written as it should be: at the desk"),
    ({"service_areas": []}, "service_areas", "does not say where it works"),
    ({"service_areas": None}, "service_areas", "does not say where it works"),
    ({"service_areas": [{"name": "Springfield"}]}, "service_areas", "in which nation Springfield lies"),
    ({"service_areas": [{"name": "All who live near us. " * 9}]}, "service_areas", "names no place"),
    ({"attributes": [{"taxonomy_term": {"name": ["x"]}}]}, "attributes 1 taxonomy_term name", "should be text"),
    ({"languages": [{"name": "x"}] * 501}, "languages", "has more than 500 parts"),
]


@pytest.mark.parametrize(("changes", "field", "words"), WRONG, ids=[f"{one[1]}: {one[2]}"[:50] for one in WRONG])
async def test_a_service_that_is_wrong_is_named_with_its_field(
    feed: Feed, changes: dict[str, Any], field: str, words: str
) -> None:
    feed.put(NIGHTS | changes, DAYS)
    found = await gathered(feed)
    assert [one.name for one in found.entries] == ["Day sitters"]
    assert [(name, words in said) for name, said in faults(found)] == [(field, True)], faults(found)
    assert found.unread == frozenset({NIGHTS["id"]})


async def test_a_description_of_more_than_five_megabytes_is_not_even_read(feed: Feed) -> None:
    feed.put(NIGHTS | {"description": "x" * 5_000_000}, DAYS)
    assert faults(await gathered(feed)) == [("the service", "answered with more than 5,000,000 bytes")]


def test_nothing_gets_in_while_anything_is_wrong_unless_it_is_left_out(operator: Operator, feed: Feed) -> None:
    """And a record that was there and can no longer be read is kept as it was."""
    feed.put(NIGHTS)
    operator.types("import", feed.url, "--apply")
    before = operator.sees()
    feed.put(NIGHTS | {"status": "lost"}, DAYS)
    said = operator.types("import", feed.url, "--apply", fails=True)
    assert f"wrong       service {NIGHTS['id']}: status should be one of" in said
    assert "Nothing is changed. Put right what is wrong" in said
    assert operator.sees() == before

    said = operator.types("import", feed.url, "--apply", "--skip-bad")
    assert f"left out    service {NIGHTS['id']}: status" in said
    assert "1 added, 0 changed, 0 left as they are, 0 retired, 0 in the way, 1 wrong" in said
    assert {one["name"]: one["status"] for one in operator.sees_imported().values()} == {
        "Night sitters": "active",
        "Day sitters": "active",
    }


def test_a_feed_that_claims_our_trust_does_not_get_it(operator: Operator, feed: Feed) -> None:
    """It copies what only our exports say."""
    ours = operator.sees()["samaritans"]["nightlight"]
    feed.put(NIGHTS | {"nightlight": ours | {"confidence": "high", "unverified": []}})
    operator.types("import", feed.url, "--apply")
    (found,) = operator.sees_imported().values()
    assert found["nightlight"]["confidence"] == "low"
    assert "is not believed" in operator.types("import", feed.url, "--restore", "--apply", fails=True)
