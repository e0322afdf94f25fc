"""Which switches silence the assistant, which turn a channel off, and how long one may last."""

from datetime import UTC, datetime, timedelta

import pytest

from api.channels.webchat.rules import switched
from api.switches.rules import TITLES, Switch, is_off, is_people_only, problem_with

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_channel_that_is_off_is_off_for_itself_alone() -> None:
    assert is_off({Switch.TEXTS_OFF}, "sms")
    assert not is_off({Switch.TEXTS_OFF}, "web")
    assert is_off({Switch.WEB_CHAT_OFF}, "web")
    assert not any(is_off({Switch.WEB_CHAT_OFF, Switch.TEXTS_OFF}, channel) for channel in ("voice",))


@pytest.mark.parametrize("channel", ["sms", "web", "voice"])
def test_people_only_silences_the_assistant_everywhere_and_no_capacity_nowhere(channel: str) -> None:
    assert is_people_only({Switch.SAFE_MODE}, channel)
    assert not is_people_only({Switch.NO_CAPACITY}, channel)


@pytest.mark.parametrize(
    ("reason", "lasts", "says"),
    [
        ("", HOUR, "Say why."),
        ("ill", timedelta(), "in the future"),
        ("ill", 24 * HOUR + timedelta(seconds=1), "24 hours at most"),
        ("ill", 24 * HOUR, None),
    ],
)
def test_a_switch_needs_a_reason_and_an_end_within_a_day(reason: str, lasts: timedelta, says: str | None) -> None:
    problem = problem_with(reason, NOW + lasts, NOW)
    assert (says is None) is (problem is None)
    assert says is None or says in (problem or "")


def test_the_chat_page_says_the_one_thing_that_matters_most() -> None:
    assert switched([]) == []
    assert switched([Switch.TEXTS_OFF]) == []
    assert switched([Switch.SAFE_MODE, Switch.NO_CAPACITY]) == ["chat_people_only", "chat_no_capacity"]
    assert switched(list(Switch)) == ["chat_off"], "it has the numbers to ring, and there is nothing else to wait for"


def test_every_switch_has_a_title() -> None:
    assert set(TITLES) == set(Switch)
