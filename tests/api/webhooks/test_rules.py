"""How often and how long a delivery is tried, where it may go, and how its secret comes about."""

import base64
import socket
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.clients import public_web
from api.clients.public_web import NotSent
from api.clock import UK
from api.webhooks import rules


def total(urgent: bool) -> timedelta:
    waits, tries = timedelta(), 1
    while (wait := rules.retry_after(tries, urgent)) is not None:
        waits, tries = waits + wait, tries + 1
    return waits


def test_what_people_are_paged_by_is_tried_for_a_minute_and_the_rest_for_days() -> None:
    assert total(urgent=True) == timedelta(minutes=1)
    assert timedelta(days=3) < total(urgent=False) < timedelta(days=4)
    assert rules.retry_after(1, urgent=True) == timedelta(seconds=1)


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("9" * 50, 86_400),
        ("Thu, 26 Nov 2026 12:10:00 GMT", 600),
        ("Thu, 26 Nov 2026 12:10:00 -0000", 600),
        ("Thu, 26 Nov 2026 11:00:00 GMT", 0),
        *((nonsense, 0) for nonsense in ("", "-5", "soon", "1.5", "٣", "Thu, 99 Nov 2026 12:10:00 GMT")),
    ],
)
def test_what_the_other_side_asks_for_is_read_in_both_forms(header: str, seconds: int) -> None:
    assert rules.asked_wait(header, NOW).total_seconds() == seconds


def test_ordinary_events_wait_as_asked_within_bounds_and_pages_do_not() -> None:
    hour, year = timedelta(hours=1), timedelta(days=365)
    assert rules.retry_after(1, urgent=False, asked=hour) == hour
    assert rules.retry_after(4, urgent=False, asked=hour) == timedelta(hours=2), "never sooner than without"
    assert rules.retry_after(1, urgent=False, asked=year) == timedelta(hours=24)
    assert rules.retry_after(1, urgent=True, asked=hour) == timedelta(seconds=1)
    assert rules.retry_after(10, urgent=False, asked=hour) is None, "no more tries than without"


@pytest.mark.parametrize(
    ("local", "night"), [("2026-11-26T02:59", "2026-11-25T03:00"), ("2026-11-26T03:00", "2026-11-26T03:00")]
)
def test_a_night_begins_at_three_by_a_uk_clock(local: str, night: str) -> None:
    moments = [datetime.fromisoformat(one).replace(tzinfo=UK) for one in (local, night)]
    assert rules.last_night(moments[0]) == moments[1]


def test_only_a_plain_yes_is_one() -> None:
    assert [status for status in (200, 204, 299, 301, 304, 400, 410, 500) if rules.is_taken(status)] == [200, 204, 299]


def test_a_secret_is_of_one_endpoint_and_one_version() -> None:
    endpoint = uuid4()
    made = {rules.secret("key", one, version) for one in (endpoint, uuid4()) for version in (1, 2)}
    made |= {rules.secret("another key", endpoint, 1)}
    assert len(made) == 5
    assert rules.secret("key", endpoint, 1) in made, "the same each time"
    assert all(len(base64.b64decode(one.removeprefix("whsec_"), validate=True)) == 32 for one in made)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.0.0.1",
            "172.16.9.9",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104  (Nobody listens there: it is refused.)
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.1.1.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "255.255.255.255", "not an address"),
    ],
)
def test_an_address_inside_is_not_public_however_it_is_written(address: str) -> None:
    assert not public_web.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert public_web.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        *("http://hospice.example/", "ftp://hospice.example/", "https://", "hospice.example", "https://localhost/x"),
        *("https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest", "https://2130706433/"),
        *(
            "https://me:secret@hospice.example/",
            "https://hospice.example/#x",
            "https://intranet/",
            "https://x.y:99999/",
        ),
    ],
)
def test_an_address_that_is_plainly_wrong_is_refused_when_it_is_given(url: str) -> None:
    assert public_web.fault(url, local=False)


def test_an_ordinary_address_is_taken() -> None:
    assert public_web.fault("https://hospice.example:8443/nightlight?team=1", local=False) == ""
    assert public_web.fault("http://127.0.0.1:9/x", local=True) == ""
    assert public_web.fault("http://10.0.0.1/x", local=True)


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.1.2.3", "169.254.169.254"])
async def test_a_name_that_means_something_inside_is_found_out_at_the_moment_of_connecting(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """Somebody's public name server may say anything, and something else a second later."""
    looked_up = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (inside, 443))]
    opened: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: looked_up)
    monkeypatch.setattr("api.clients.public_web.socket.socket", lambda *args: opened.append(args))
    with pytest.raises(NotSent, match="no address of the public internet"):
        await public_web.post("https://hospice.example/", {}, "{}", 5, local=False)
    assert opened == [], "not even a socket"
