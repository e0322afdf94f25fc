"""Calendars that were taken over from their address: read again each hour, compared, and taken over by people alone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from api.database import transaction
from api.errors import NotFound
from api.people.models import Person
from api.rota.calendars.service import Source
from api.rota.changes import service as changes
from api.rota.changes.rules import Override
from api.rota.feeds import jobs, rules, service
from api.rota.models import RotaEntry, RotaFeed
from api.rota.publishing.rules import LONGEST
from tests.api.rota.conftest import MONDAY, at, uk
from tests.api.rota.test_calendars import calendar, event
from tests.harness.calendars import URL, Elsewhere
from tests.harness.staff import on_record

FOR_EVER = event("a", start="20261130T080000", more="\nRRULE:FREQ=DAILY")
MORE = [event(name, start="20261207T200000") for name in ("b", "c")]


def test_what_is_repeated_for_ever_is_no_change_until_half_a_year_is_over() -> None:
    until = MONDAY + LONGEST
    assert rules.compared_until(until, MONDAY) == until
    assert rules.compared_until(until, MONDAY + LONGEST / 2) == until
    later = MONDAY + LONGEST / 2 + timedelta(days=1)
    assert rules.compared_until(until, later) == later + LONGEST


def test_not_to_have_been_read_for_a_day_is_an_alarm() -> None:
    assert not rules.is_alarming(MONDAY, MONDAY + timedelta(hours=23, minutes=59))
    assert rules.is_alarming(MONDAY, MONDAY + timedelta(days=1))


async def an_hour_later(moment: datetime) -> RotaFeed:
    """The worker has looked at that moment. The one calendar as it is known then."""
    at(moment)
    await jobs.sweep()
    async with transaction() as session:
        return (await session.execute(select(RotaFeed))).scalar_one()


def differs(feed: RotaFeed) -> tuple[int, int, int, int]:
    return feed.added, feed.changed, feed.gone, feed.faults


async def taken(lead: Person, text: str, url: str = URL) -> None:
    async with transaction() as session:
        found = await service.take_over(session, lead.team, lead.actor, Source("Nights", "on_call", text, url))
    assert found.faults == []


async def uids(lead: Person) -> set[str]:
    """Of all that is in the draft."""
    async with transaction() as session:
        return set((await session.execute(select(RotaEntry.uid).where(RotaEntry.team_id == lead.team_id))).scalars())


async def test_a_calendar_is_read_again_each_hour_and_never_taken_over_by_itself(
    team: tuple[Person, Person, Person], elsewhere: Elsewhere
) -> None:
    _, two, lead = team
    elsewhere.text = first = calendar(FOR_EVER)
    await taken(lead, first)
    await an_hour_later(MONDAY + timedelta(minutes=59))
    assert elsewhere.asked == [], "it was read an hour ago at most"
    assert differs(await an_hour_later(MONDAY + timedelta(minutes=61))) == (0, 0, 0, 0)
    tomorrow = await an_hour_later(MONDAY + timedelta(days=1, hours=1))
    assert (differs(tomorrow), tomorrow.read_at > MONDAY + timedelta(days=1)) == ((0, 0, 0, 0), True)
    assert elsewhere.asked[1]["If-None-Match"] == tomorrow.etag, "and it said that nothing is new"
    assert "If-Modified-Since" not in elsewhere.asked[1], "what is too long to keep is not sent again"

    async with transaction() as session:
        hours = (uk("2026-12-08 08:00"), uk("2026-12-08 20:00"))
        await changes.override(session, lead, Override("on_call", two.id, None, *hours), "By hand")
    elsewhere.text = calendar(FOR_EVER, *MORE)
    assert differs(await an_hour_later(MONDAY + timedelta(days=2))) == (2, 0, 0, 0)
    assert await uids(lead) == {"a"}, "only people take it over"
    await taken(lead, elsewhere.text)
    assert await uids(lead) == {"a", "b", "c"}
    async with transaction() as session:
        (kept,) = await changes.overrides(session, lead.team_id)
    assert kept.reason == "By hand"

    elsewhere.text = calendar(FOR_EVER, MORE[0], event("c", "Somebody", start="20261207T200000"))
    assert (await an_hour_later(MONDAY + timedelta(days=3))).faults == 1
    assert await uids(lead) == {"a", "b", "c"}
    await taken(lead, first, url="")
    assert differs(await an_hour_later(MONDAY + timedelta(days=3, minutes=1))) == (1, 0, 0, 1), "a file took its place"
    assert await on_record("rota_imported", lead.team_id) == 3


async def test_a_calendar_out_of_reach_keeps_its_shifts_and_is_asked_until_somebody_stops_it(
    team: tuple[Person, Person, Person], elsewhere: Elsewhere
) -> None:
    _, _, lead = team
    elsewhere.text = calendar(FOR_EVER)
    await taken(lead, elsewhere.text)
    begun = (await an_hour_later(MONDAY)).read_at
    elsewhere.refusal = "answered with status 404"
    for hours in (2, 12, 24):
        feed = await an_hour_later(MONDAY + timedelta(hours=hours))
    assert (feed.read_at, feed.trouble) == (begun, "That address answered with status 404.")
    assert (len(elsewhere.asked), await uids(lead)) == (3, {"a"})
    await taken(lead, feed.text)
    again = await an_hour_later(MONDAY + timedelta(hours=24))
    assert again.read_at == begun, "taking over what was read before is not reading it"
    elsewhere.refusal = ""
    assert (await an_hour_later(MONDAY + timedelta(hours=26))).trouble == ""

    async with transaction() as session:
        await service.stop(session, lead, feed.id)
    at(MONDAY + timedelta(hours=30))
    await jobs.sweep()
    assert len(elsewhere.asked) == 4
    assert await uids(lead) == {"a"}
    async with transaction() as session:
        with pytest.raises(NotFound):
            await service.one(session, lead.team_id, feed.id)
