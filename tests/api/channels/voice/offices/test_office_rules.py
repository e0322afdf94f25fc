"""A team's office by day: its hours, the first words in and out of them, and what its file may say."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from api import clock, replies
from api.channels.voice.offices import service
from api.channels.voice.offices.rules import KEYS, MOST_FIRST_WORDS, ByDay
from api.channels.voice.offices.schemas import TelephoneFile
from api.channels.voice.rules import Spoken, document, to_office
from api.clients.pretend_twiml import verbs
from api.conversations.carer_calls.rules import MENU_KEY, NURSE_KEY
from api.directory.hours.rules import Nation

DAY = "Day team. Life at risk? Ring 9 9 9. Nurse? Press 0."
NIGHT = "Night team. Life at risk? Ring 9 9 9. Nurse? Press 0."
RAW: dict[str, Any] = {
    "hours": [
        {"days": ["MO", "TU", "WE", "TH", "FR"], "from": "08:30", "until": "17:00"},
        {"days": ["SA"], "from": "09:00", "until": "12:00"},
    ],
    "bank_holidays": "closed",
    "office": {"key": "2", "number": "+447700900300", "ring_seconds": 20},
    "first": {"in_hours": DAY, "out_of_hours": NIGHT},
}
HERE = "https://x.example/twilio/voice/1"


def read(nation: Nation = Nation.ENGLAND, **changes: Any) -> ByDay:
    return TelephoneFile.model_validate({**RAW, **changes}).by_day(nation)


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=clock.UK)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-30T08:29", False),
        ("2026-11-30T08:30", True),
        ("2026-11-30T17:00", False),
        ("2026-07-06T08:45", True),  # By a UK clock, in summer, too.
        ("2026-11-28T11:59", True),
        ("2026-11-29T11:00", False),
        ("2026-12-25T11:00", False),
    ],
)
def test_the_office_is_open_by_a_uk_clock_and_not_on_bank_holidays(moment: str, is_open: bool) -> None:
    assert read().is_open(at(moment)) is is_open
    assert read().first(at(moment)) == (DAY if is_open else NIGHT)


def test_the_teams_nation_says_which_bank_holidays() -> None:
    st_andrews_day = at("2026-11-30T11:00")
    assert read().is_open(st_andrews_day)
    assert not read(Nation.SCOTLAND).is_open(st_andrews_day)
    assert read(Nation.SCOTLAND, bank_holidays="open").is_open(st_andrews_day)


@pytest.mark.parametrize(
    "changes",
    [
        {"hours": []},
        {"bank_holidays": "unknown"},
        {"office": {**RAW["office"], "key": NURSE_KEY}},
        {"office": {**RAW["office"], "key": "1"}},
        {"office": {**RAW["office"], "key": MENU_KEY}},
        {"office": {**RAW["office"], "number": "01632 960 999"}},
        {"office": {**RAW["office"], "ring_seconds": 300}},
        {"first": {"in_hours": "Welcome to our line. Life at risk? Ring 9 9 9. For a nurse, press 0."}},
        {"first": {"in_hours": "Day team. Nurse? Press 0."}},
        {"first": {"out_of_hours": "Night team. Life at risk? Ring 9 9 9."}},
        {"holidays": "open"},
    ],
)
def test_a_file_that_could_leave_somebody_without_help_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(**changes)


def test_what_a_team_leaves_out_is_as_on_every_line() -> None:
    bare = TelephoneFile.model_validate({"hours": RAW["hours"], "bank_holidays": "closed"}).by_day(Nation.WALES)
    assert (bare.office, bare.first(at("2026-11-30T10:00")), bare.first(at("2026-11-30T23:00"))) == (None, "", "")
    assert service.by_day("no-such-team") is None
    assert service.first_words("no-such-team") == replies.say("voice_first", "voice")
    assert len(replies.say("voice_first", "voice").split()) <= MOST_FIRST_WORDS
    assert set(KEYS).isdisjoint({NURSE_KEY, MENU_KEY, "1"})


def test_the_office_is_rung_and_the_caller_comes_back_to_the_line() -> None:
    say, redirect = verbs(document(Spoken(("I am ringing.",), 3, office=True), HERE, ()))
    assert (say.words, redirect.words) == ("I am ringing.", f"{HERE}/office")
    (dial,) = verbs(to_office("+447700900300", "+447700900100", 20, f"{HERE}/office/over"))
    wanted = {"callerId": "+447700900100", "timeout": "20", "hangupOnStar": "true", "action": f"{HERE}/office/over"}
    assert wanted.items() <= dial.attributes.items()
    assert [(one.name, one.words) for one in dial.inner] == [("Number", "+447700900300")]


def test_only_the_first_line_of_a_call_is_said_faster() -> None:
    (gather,) = verbs(document(Spoken((NIGHT, "Tell me."), 1, 6, opening=True), HERE, ()))
    assert [one.words for one in gather.inner if one.name == "Say"] == [NIGHT, "Tell me."]
