"""What was imported is never the only thing that a carer is told, nor called open, until staff have verified it."""

from typing import Any

from api.database import transaction
from api.directory import service as directory
from api.directory.exchange import service as exchange
from api.directory.exchange.gathering import gather
from api.directory.exchange.reading import Raw, Read
from api.directory.exchange.schemas import FeedFile
from api.directory.hours.rules import WEEK, Nation, Standing
from api.directory.rules import Confidence, Listing, Need, Place, choose
from tests.api.directory.test_hours import uk
from tests.harness.elsewhere import service

NORFOLK = Place(Nation.ENGLAND, authority="Norfolk")
NIGHT = uk("2026-11-26 03:26")  # A Thursday, and no bank holiday.
ALWAYS = {"freq": "WEEKLY", "byday": ",".join(WEEK), "opens_at": "00:00", "closes_at": "00:00"}


async def bring_in(*documents: dict[str, Any]) -> None:
    read = Read([Raw(f"record {number}", one) for number, one in enumerate(documents, start=1)])
    gathered = gather(read, FeedFile(feed="them", name="Them"), {})
    assert gathered.faults == []
    async with transaction() as session:
        await exchange.apply(session, gathered, await exchange.planned(session, gathered))


async def listings() -> list[Listing]:
    async with transaction() as session:
        return await directory.listings(session)


async def test_three_imported_services_are_not_told_without_one_that_is_verified(db: str) -> None:
    await bring_in(*(service(f"Sitters {number}", schedules=[ALWAYS]) for number in range(3)))
    every = await listings()
    theirs = [one for one in every if one.feed]
    assert len(theirs) == 3
    alone = choose(Need.NIGHT_SITTING, NORFOLK, NIGHT, theirs, low_mood=False)
    assert alone.options == ()

    told = choose(Need.NIGHT_SITTING, NORFOLK, NIGHT, every, low_mood=False).options
    assert any(one.listing.verified and not one.listing.feed for one in told)
    assert told[0].listing.verified
    assert {one.standing for one in told if one.listing.feed} == {Standing.UNKNOWN}, "told beside, and not called open"


async def test_once_staff_have_verified_it_a_carer_may_be_told_of_it_alone(db: str) -> None:
    one = service("Sitters", schedules=[ALWAYS])
    await bring_in(one)
    async with transaction() as session:
        await exchange.verify(session, f"them-{one['id']}", Confidence.HIGH, "Ann")
    theirs = [one for one in await listings() if one.feed]
    (option,) = choose(Need.NIGHT_SITTING, NORFOLK, NIGHT, theirs, low_mood=False).options
    assert option.standing is Standing.OPEN
    assert option.is_sure
