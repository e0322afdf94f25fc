"""The list of calls holds what was asked for, newest first, in pages."""

from datetime import UTC, datetime, timedelta

import pytest

from api.clients.pretend_call_forms import PassedCall
from api.clients.pretend_call_list import list_as_json
from api.clients.pretend_refusals import Refused
from tests.harness.line import CARER, LINE, OTHER_CARER

NOON = datetime(2026, 11, 26, 12, 0, 0, 250_000, tzinfo=UTC)
ACCOUNT = "AC" + "0" * 31 + "1"


def call(place: int) -> PassedCall:
    """One of six, an hour apart; every other one is from another carer, and the last rings."""
    made = PassedCall(
        f"CA{place}", LINE, OTHER_CARER if place % 2 else CARER, NOON + timedelta(hours=place), inbound=True
    )
    made.status = "ringing" if place == 5 else "completed"
    made.ended_at = None if place == 5 else made.at + timedelta(minutes=1)
    return made


CALLS = [call(place) for place in range(6)]


def asked(**query: str) -> list[str]:
    listed = list_as_json(
        CALLS, ACCOUNT, {name.replace("_after", ">").replace("_before", "<"): query[name] for name in query}
    )
    return [one["sid"] for one in listed["calls"]]


@pytest.mark.parametrize(
    ("query", "sids"),
    [
        ({}, "543210"),
        ({"From": CARER}, "420"),
        ({"To": CARER}, ""),
        ({"Status": "ringing"}, "5"),
        ({"StartTime_after": "2026-11-26T15:00:00Z"}, "543"),
        ({"StartTime_before": "2026-11-26T15:00:00+00:00"}, "3210"),
        ({"StartTime": "2026-11-26"}, "543210"),
        ({"StartTime_after": "2026-11-27"}, ""),
        ({"EndTime_after": "2026-11-26T16:00:00Z"}, "4"),
        ({"StartTime_after": "2026-11-26T13:00:00Z", "StartTime_before": "2026-11-26T14:00:00Z"}, "21"),
    ],
)
def test_filters_are_twilio_s(query: dict[str, str], sids: str) -> None:
    assert asked(**query) == [f"CA{place}" for place in sids]


def test_pages_lead_to_each_other() -> None:
    query = {"From": CARER, "PageSize": "2"}
    first = list_as_json(CALLS, ACCOUNT, query)
    assert (len(first["calls"]), first["previous_page_uri"], first["end"]) == (2, None, 1)
    assert "PageSize=2&Page=1&PageToken=PACA2" in first["next_page_uri"]
    last = list_as_json(CALLS, ACCOUNT, query | {"Page": "1"})
    assert ([one["sid"] for one in last["calls"]], last["next_page_uri"]) == (["CA0"], None)


@pytest.mark.parametrize("query", [{"PageSize": "0"}, {"PageSize": "1001"}, {"Page": "x"}, {"StartTime_after": "soon"}])
def test_what_cannot_be_read_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused) as no:
        asked(**query)
    assert no.value.code == 20001
