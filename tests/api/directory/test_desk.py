"""Keeping records at the desk: what a change writes, who is heard when two change one record, and what files may do."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import clock
from api.audit.models import AuditEntry
from api.database import transaction
from api.directory import service
from api.directory.checks.rules import Edited, Fault, findings
from api.directory.desk import service as desk
from api.directory.desk.rules import Check, Kind, Status
from api.directory.files import service as files
from api.directory.files.schemas import ServiceFile
from api.directory.files.service import Loaded, load, made_id
from api.directory.records import service as stored
from api.directory.rules import Confidence, Need
from api.errors import Conflict, NotFound
from tests.api.directory.test_files import FOLDER, RECORD, folder_of
from tests.harness.seeds import nurse

OFFICER = "Demo Information Officer"
CODE = "carers-uk"


async def state(code: str = CODE) -> tuple[str, dict[str, Any], str]:
    """A record as it stands: what a form would carry, its facts, its status."""
    async with transaction() as session:
        held = await desk.one(session, code)
        return desk.seen(held), stored.of(held), held.status


async def edit(code: str = CODE, checked: Check | None = None, as_of: str = "", **changes: Any) -> None:
    seen, facts, _ = await state(code)
    person = await nurse(OFFICER)
    async with transaction() as session:
        new = ServiceFile.model_validate(facts | changes)
        await desk.edit(session, person, code, as_of or seen, new, checked, "They told us so.")


async def changes(code: str = CODE) -> list[tuple[str, str, str, str, str]]:
    """The history, oldest first: kind, field, before, after, reason."""
    async with transaction() as session:
        rows = await desk.history(session, made_id("service", code))
        return [(one.kind, one.field, one.before, one.after, one.reason) for one in reversed(rows)]


async def test_a_change_writes_who_what_from_to_and_why_and_an_audit_entry(db: str) -> None:
    _, before, _ = await state()
    await edit(name="Carers UK line", cost="Free to ring")
    _, after, _ = await state()
    assert (after["name"], after["cost"]) == ("Carers UK line", "Free to ring")
    assert [row[1:] for row in await changes() if row[1] in ("name", "cost")] == [
        ("name", before["name"], "Carers UK line", "They told us so."),
        ("cost", before["cost"], "Free to ring", "They told us so."),
    ]
    async with transaction() as session:
        rows = await desk.history(session, made_id("service", CODE))
        entry = (await session.execute(select(AuditEntry).where(AuditEntry.action == "directory_edited"))).scalar_one()
    assert {row.person.name for row in rows} == {OFFICER}
    assert entry.subject_id == str(made_id("service", CODE))
    assert {"name", "cost"} <= set(entry.detail["fields"])


async def test_what_changes_nothing_leaves_no_trace(db: str) -> None:
    before = await state()
    await edit()
    assert await state() == before
    assert await changes() == []


async def test_a_fact_that_was_changed_and_not_checked_is_told_to_nobody(db: str) -> None:
    await edit(phones=[{"number": "0808 808 00 00", "type": "voice", "description": None}])
    assert "phones" in (await state())[1]["unverified"]
    async with transaction() as session:
        held = next(one for one in await service.listings(session) if one.code == CODE)
    assert "phones" not in held.ways
    await edit(checked=Check.PHONE, phones=[{"number": "0808 808 7777", "type": "voice", "description": None}])
    assert "phones" not in (await state())[1]["unverified"]
    assert (await changes())[-1][4] == "They told us so. (checked by phone)"
    await edit(phones=[])
    assert "phones" not in (await state())[1]["unverified"], "what is not there cannot be wrong"


async def test_of_two_who_edit_one_record_the_second_is_told(db: str) -> None:
    opened, _, _ = await state()
    await edit(name="The first one's name")
    with pytest.raises(Conflict):
        await edit(as_of=opened, name="The second one's name")
    assert (await state())[1]["name"] == "The first one's name"
    assert [row[3] for row in await changes() if row[1] == "name"] == ["The first one's name"]


async def test_a_load_between_opening_and_saving_is_noticed_too(db: str, tmp_path: Path) -> None:
    async with transaction() as session:
        await load(session, folder_of(tmp_path, RECORD))
    opened, _, _ = await state("a-line")
    async with transaction() as session:
        await load(session, folder_of(tmp_path, RECORD | {"name": "From the file"}))
    with pytest.raises(Conflict):
        await edit("a-line", as_of=opened, name="From the desk")


async def test_checked_today_by_phone(db: str) -> None:
    seen, before, _ = await state("samaritans")
    assert before["unverified"] == ["relay", "languages"]
    person, today = await nurse(OFFICER), clock.now().astimezone(clock.UK).date()
    async with transaction() as session:
        await desk.verify(
            session, person, "samaritans", seen, Check.PHONE, Confidence.MEDIUM, ["relay"], "Spoke with the office"
        )
    _, after, _ = await state("samaritans")
    assert after["unverified"] == ["languages"]
    assert (after["assured_date"], after["confidence"]) == (today.isoformat(), "medium")
    history = await changes("samaritans")
    assert {row[0] for row in history} == {Kind.CHECKED}
    assert {row[4] for row in history} == {"Checked by phone: Spoke with the office"}
    assert ("unverified", "relay, languages", "languages") in [row[1:4] for row in history]


async def test_a_check_that_finds_all_as_it_was_is_on_record_too(db: str) -> None:
    person = await nurse(OFFICER)
    for times in (1, 2):
        seen, _, _ = await state("samaritans")
        async with transaction() as session:
            await desk.verify(session, person, "samaritans", seen, Check.WEBSITE, Confidence.HIGH, [], "")
        reasons = [row[4] for row in await changes("samaritans") if row[1] == "assured_date"]
        assert reasons == ["Checked on the website"] * times


async def test_a_retired_record_is_told_to_nobody_and_comes_back_with_a_reason(db: str) -> None:
    person = await nurse(OFFICER)

    async def put(status: Status, reason: str) -> None:
        seen, _, _ = await state()
        async with transaction() as session:
            await desk.set_status(session, person, CODE, seen, status, reason)

    async def is_listed() -> bool:
        async with transaction() as session:
            return CODE in {one.code for one in await service.listings(session)}

    await put(Status.TEMPORARILY_CLOSED, "Flooded")
    assert not await is_listed()
    with pytest.raises(Conflict):
        await put(Status.DEFUNCT, "Twice")
    await edit(name="While it is closed")
    assert (await state())[2] == "temporarily closed", "an edit opens nothing"
    await put(Status.ACTIVE, "Open again")
    assert await is_listed()
    with pytest.raises(Conflict):
        await put(Status.ACTIVE, "Twice")
    assert [row for row in await changes() if row[1] == "status"] == [
        (Kind.RETIRED, "status", "active", "temporarily closed", "Flooded"),
        (Kind.BROUGHT_BACK, "status", "temporarily closed", "active", "Open again"),
    ]


async def test_a_new_record_is_told_to_nobody_until_it_was_checked(db: str) -> None:
    person = await nurse(OFFICER)
    new = ServiceFile.model_validate(RECORD | {"name": "Carers UK"})
    async with transaction() as session:
        code = await desk.add(session, person, new, "A carer told us of it.")
    assert code == "carers-uk-2", "there is one of that code"
    async with transaction() as session:
        held = next(one for one in await service.listings(session) if one.code == code)
        assert not held.for_carers
    seen, facts, _ = await state(code)
    assert facts["unverified"] == ["area", "phones", "hours", "cost", "eligibility"]
    assert (facts["confidence"], facts["assured_date"]) == ("low", None)
    async with transaction() as session:
        await desk.verify(session, person, code, seen, Check.EMAIL, Confidence.HIGH, facts["unverified"], "")
    async with transaction() as session:
        held = next(one for one in await service.listings(session) if one.code == code)
    assert held.verified
    assert held.fits(Need.EMOTIONAL_SUPPORT, None)
    assert (await changes(code))[0] == (Kind.ADDED, "name", "Nothing", "Carers UK", "A carer told us of it.")


async def test_no_file_writes_over_the_desk_until_both_say_the_same(db: str, tmp_path: Path) -> None:
    async with transaction() as session:
        await load(session, folder_of(tmp_path, RECORD))
    await edit("a-line", name="From the desk")
    changed = RECORD | {"description": "The file moves on."}
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, changed)) == Loaded(written=0, retired=0)
    assert (await state("a-line"))[1]["name"] == "From the desk"
    async with transaction() as session:
        found = await desk.against_files(session, files.read(tmp_path))
    today = clock.now().astimezone(clock.UK).date()
    assert Edited("a-line", today, ("name", "description")) in found

    agreed = RECORD | {"name": "From the desk"}
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, agreed)) == Loaded(written=1, retired=0)
        assert await load(session, folder_of(tmp_path, agreed)) == Loaded(written=0, retired=0)
        assert await desk.against_files(session, files.read(tmp_path)) == []
    async with transaction() as session:
        again = folder_of(tmp_path, agreed | {"name": "The file's again"})
        assert await load(session, again) == Loaded(written=1, retired=0)
    assert (await state("a-line"))[1]["name"] == "The file's again"


async def test_neither_leaving_the_files_nor_standing_in_them_undoes_the_desk(db: str, tmp_path: Path) -> None:
    await edit(name="Kept at the desk")
    person = await nurse(OFFICER)
    seen, _, _ = await state("samaritans")
    async with transaction() as session:
        await desk.set_status(session, person, "samaritans", seen, Status.INACTIVE, "A test")
        code = await desk.add(session, person, ServiceFile.model_validate(RECORD), "New")
    async with transaction() as session:
        assert await load(session, folder_of(tmp_path, RECORD | {"id": "b-line"})) == Loaded(1, 174)
    assert (await state())[2] == "active"
    assert (await state(code))[2] == "active"
    async with transaction() as session:
        await load(session, FOLDER)
    assert (await state("samaritans"))[2] == "inactive"
    async with transaction() as session:
        found = findings([], clock.now().date(), await desk.against_files(session, files.read(FOLDER)))
    words = {one.about: one.words.split(": ")[1] for one in found if one.fault is Fault.DIFFERS}
    assert words == {
        code: "it stands in no file",
        CODE: "its file differs in name",
        "samaritans": "its file differs in status",
    }


async def test_what_is_not_there_cannot_be_changed(db: str) -> None:
    with pytest.raises(NotFound):
        await state("no-such-record")
