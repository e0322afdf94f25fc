"""`/v1/directory`: the standard's shape and paging, who may read it, and what is left out."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from httpx import ASGITransport

from api import settings
from api.directory.files.service import made_id
from api.directory.models import TAXONOMY, TAXONOMY_ID
from api.directory.rules import Need
from api.main import create_app
from api.people.rules import Scope
from tests.harness import seeds

SERVICES = "/v1/directory/services"
PAGE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}


@pytest.fixture
async def reader(db: str) -> AsyncIterator[httpx.AsyncClient]:
    """Another program that may read the directory."""
    headers = await seeds.token(Scope.DIRECTORY_READ)
    address = settings.get().public_url
    async with httpx.AsyncClient(transport=ASGITransport(create_app()), base_url=address, headers=headers) as client:
        yield client


async def page(reader: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await reader.get(SERVICES, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) == PAGE
    return found


async def ids(reader: httpx.AsyncClient, **query: Any) -> set[str]:
    return {one["id"] for one in (await page(reader, per_page=200, **query))["contents"]}


def record(code: str) -> str:
    return str(made_id("service", code))


def term(need: Need) -> str:
    return str(made_id("term", need))


async def test_pages_hold_every_service_once_in_order(reader: httpx.AsyncClient) -> None:
    first = await page(reader, per_page=40)
    pages = [first] + [await page(reader, per_page=40, page=number) for number in range(2, first["total_pages"] + 1)]
    listed = [one for found in pages for one in found["contents"]]
    assert len(listed) == len({one["id"] for one in listed}) == first["total_items"] > 140
    assert [found["page_number"] for found in pages] == list(range(1, len(pages) + 1))
    assert [found["first_page"] for found in pages] == [True] + [False] * (len(pages) - 1)
    assert [found["last_page"] for found in pages] == [False] * (len(pages) - 1) + [True]
    assert [found["size"] for found in pages] == [len(found["contents"]) for found in pages]
    assert not any(found["empty"] for found in pages)


async def test_a_page_after_the_last_and_a_search_that_finds_nothing_are_empty(reader: httpx.AsyncClient) -> None:
    after = await page(reader, page=1_000_000)
    assert (after["empty"], after["size"], after["last_page"], after["first_page"]) == (True, 0, True, False)
    nothing = await page(reader, search="zeppelin")
    assert (nothing["total_items"], nothing["total_pages"], nothing["empty"]) == (0, 0, True)
    assert nothing["first_page"]
    assert nothing["last_page"]


async def test_a_service_is_read_with_all_that_belongs_to_it(reader: httpx.AsyncClient) -> None:
    found = (await reader.get(f"{SERVICES}/{record('samaritans')}")).json()
    assert found["organization"]["name"] == "Samaritans"
    assert found["phones"][0]["number"] == "116 123"
    assert found["schedules"][0]["byday"] == "MO,TU,WE,TH,FR,SA,SU"
    assert {one["taxonomy_term"]["term"] for one in found["attributes"]} >= {"crisis_line", "emotional_support"}
    assert {one["name"] for one in found["service_areas"]} == {"england", "scotland", "wales", "northern_ireland"}
    assert found["alert"] == "Not verified: relay, languages."
    assert found["assured_date"] == "2026-11-23"
    assert "notes" not in found, "that is for staff"

    office = (await reader.get(f"{SERVICES}/{record('carers-uk')}")).json()["schedules"][0]
    assert (office["opens_at"], office["closes_at"]) == ("09:00:00", "18:00:00")
    assert office["notes"] == "Hours on bank holidays are not known."


async def test_searching_by_words_need_and_place(reader: httpx.AsyncClient) -> None:
    assert record("macmillan-support-line") in await ids(reader, search="macmillan")
    assert record("mind") not in await ids(reader, search="macmillan")
    assert await ids(reader, need="prehab") == set(), "the only record of it is for staff"
    equipment = await ids(reader, need="equipment")
    assert equipment == {record("red-cross-wheelchair")}
    assert equipment == await ids(reader, taxonomy_term_id=str(made_id("term", Need.EQUIPMENT)))
    assert record("dr-kershaws") in await ids(reader, nation="england", district="OL1")
    assert record("dr-kershaws") not in await ids(reader, nation="england", district="CH41")
    assert record("carers-matter-norfolk") in await ids(reader, nation="england", authority="Norfolk")
    assert record("sss") not in await ids(reader, nation="wales")


async def test_searching_as_the_standard_has_it(reader: httpx.AsyncClient) -> None:
    every = await ids(reader)
    assert await ids(reader, text="macmillan") == await ids(reader, search="macmillan") < every
    sorted_by_need = await ids(reader, taxonomy_id=str(TAXONOMY_ID))
    assert record("samaritans") in sorted_by_need < every, "some records of the files meet none of our needs"
    assert await ids(reader, taxonomy_id=str(uuid4())) == set()
    papyrus = await ids(reader, organization_id=str(made_id("organization", "PAPYRUS")))
    assert len(papyrus) == 1
    grown_ups = (await page(reader, minimum_age=18, per_page=200))["contents"]
    assert grown_ups
    assert all(one["minimum_age"] >= 18 for one in grown_ups)
    young = (await page(reader, maximum_age=25, per_page=200))["contents"]
    assert young
    assert all(one["maximum_age"] <= 25 for one in young)


async def test_searching_by_when_a_record_changed(reader: httpx.AsyncClient) -> None:
    every = (await page(reader, per_page=200))["contents"]
    changed = {one["id"]: datetime.fromisoformat(one["last_modified"]) for one in every}
    newest = max(changed.values())
    assert await ids(reader, modified_after=min(changed.values()).isoformat()) == set(changed)
    assert await ids(reader, modified_after=newest.isoformat()) == {one for one in changed if changed[one] == newest}
    assert await ids(reader, modified_after=(newest + timedelta(seconds=1)).isoformat()) == set()


async def test_the_root_says_which_standard_it_is(reader: httpx.AsyncClient) -> None:
    root = (await reader.get("/v1/directory")).json()
    assert root["version"] == "HSDS-UK-3.0"
    assert root["openapi_url"].startswith(settings.get().public_url)
    assert (await reader.get(root["openapi_url"])).status_code == 200


async def test_the_needs_are_one_taxonomy(reader: httpx.AsyncClient) -> None:
    assert made_id("taxonomy", TAXONOMY) == TAXONOMY_ID
    listed = (await reader.get("/v1/directory/taxonomies")).json()
    assert [one["id"] for one in listed["contents"]] == [str(TAXONOMY_ID)]
    assert (await reader.get("/v1/directory/taxonomies", params={"page": 2})).json()["empty"]
    needs = (await reader.get("/v1/directory/taxonomy_terms", params={"per_page": 200})).json()["contents"]
    assert {one["term"] for one in needs} == set(Need)
    assert {one["taxonomy_id"] for one in needs} == {str(TAXONOMY_ID)}
    one = (await reader.get(f"/v1/directory/taxonomy_terms/{term(Need.GRANTS)}")).json()
    assert one == next(other for other in needs if other["term"] == "grants")
    for kind in ("taxonomies", "taxonomy_terms"):
        assert (await reader.get(f"/v1/directory/{kind}/{uuid4()}")).status_code == 404
        assert (await reader.get(f"/v1/directory/{kind}", params={"search": "x"})).status_code == 422


async def test_what_is_for_staff_does_not_exist_for_others(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(f"{SERVICES}/{record('telecare')}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert record("telecare") not in await ids(reader)
    assert (await reader.get(f"{SERVICES}/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"page": 0},
        {"page": 10**30},
        {"per_page": 201},
        {"need": "goodbye"},
        {"nation": "france"},
        {"nation": "england", "district": "CH41 1AA"},
        {"district": "CH41"},
        {"search": "a\x00b"},
        {"taxonomy_term_id": "x"},
        {"modified_after": "yesterday"},
        {"proximity": "5000", "postcode": "CH41 1AA"},
        {"full": "perhaps"},
    ],
    ids=str,
)
async def test_a_question_that_makes_no_sense_is_refused(reader: httpx.AsyncClient, query: dict[str, Any]) -> None:
    answer = await reader.get(SERVICES, params=query)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"


async def test_only_a_token_with_the_scope_may_read(reader: httpx.AsyncClient) -> None:
    others = (
        "",
        "/taxonomies",
        "/taxonomy_terms",
        f"/taxonomies/{TAXONOMY_ID}",
        f"/taxonomy_terms/{term(Need.GRANTS)}",
    )
    for path in (SERVICES, f"{SERVICES}/{record('samaritans')}", *(f"/v1/directory{one}" for one in others)):
        wrong = await seeds.token(Scope.CONVERSATIONS_READ)
        assert (await reader.get(path, headers=wrong)).status_code == 403
        assert (await reader.get(path, headers={"Authorization": ""})).status_code == 401
