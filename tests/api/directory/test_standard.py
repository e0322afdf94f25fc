"""Every record and every page of our own directory is valid by the standard's own JSON Schema."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest
from httpx import ASGITransport

from api import settings
from api.main import create_app
from api.people.rules import Scope
from tests.harness import seeds

STANDARD = json.loads(Path(__file__).with_name("standard.json").read_text(encoding="utf-8"))
TERM = "5c4d79d7-cc55-470e-9f1f-8cad074e4892"
LEFT_OUT = {"start_time", "end_time", "day"}  # Of the standard's parameters. A caller who sends one is told so.


def faults(kind: str, document: Any) -> list[str]:
    """What the standard has against a document of this kind."""
    validator = jsonschema_rs.validator_for(STANDARD[kind], validate_formats=True)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.fixture
async def reader(db: str) -> AsyncIterator[httpx.AsyncClient]:
    """Another program that may read the directory."""
    headers = await seeds.token(Scope.DIRECTORY_READ)
    address = f"{settings.get().public_url}/v1/directory"
    transport = ASGITransport(create_app())
    async with httpx.AsyncClient(
        transport=transport, base_url=address, headers=headers, follow_redirects=True
    ) as client:
        yield client


async def every_page(reader: httpx.AsyncClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every page of a list, each valid."""
    pages: list[dict[str, Any]] = []
    while not pages or not pages[-1]["last_page"]:
        answer = await reader.get(path, params={"page": len(pages) + 1, "per_page": 30, **query})
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        assert faults("page", pages[-1]) == []
    assert sum(page["size"] for page in pages) == pages[0]["total_items"]
    return pages


async def test_every_service_is_valid_listed_and_whole(reader: httpx.AsyncClient) -> None:
    listed = [one for page in await every_page(reader, "/services") for one in page["contents"]]
    whole = [one for page in await every_page(reader, "/services", full=True) for one in page["contents"]]
    assert len(listed) == len(whole) > 140
    for short, full in zip(listed, whole, strict=True):
        assert faults("service_list", short) == []
        assert faults("service", full) == []
        assert full.items() >= short.items()
        assert (await reader.get(f"/services/{short['id']}")).json() == full


@pytest.mark.parametrize(("path", "kind"), [("/taxonomies", "taxonomy"), ("/taxonomy_terms", "taxonomy_term")])
async def test_the_needs_are_valid(reader: httpx.AsyncClient, path: str, kind: str) -> None:
    listed = [one for page in await every_page(reader, path) for one in page["contents"]]
    assert listed
    for one in listed:
        assert faults(kind, one) == []
        assert (await reader.get(f"{path}/{one['id']}")).json() == one


async def test_the_root_is_valid(reader: httpx.AsyncClient) -> None:
    assert faults("api_details", (await reader.get("")).json()) == []


async def test_every_parameter_of_the_standard_is_taken_or_openly_refused(reader: httpx.AsyncClient) -> None:
    examples = {"taxonomy_term_id": TERM, "taxonomy_id": TERM, "search": "x"}
    for name in STANDARD["parameters"]:
        answer = await reader.get("/services", params={name: examples.get(name, "1")})
        assert (answer.status_code == 422) == (name in LEFT_OUT), name
        assert name not in LEFT_OUT or name in answer.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("service", {"id": "x", "name": "y", "status": "lost"}),
        ("service_list", {"id": "x"}),
        ("page", {"total_items": "many"}),
        ("taxonomy", {"name": "needs"}),
        ("taxonomy_term", {"id": "1"}),
        ("api_details", {"version": 3}),
    ],
)
def test_what_is_not_valid_would_be_noticed(kind: str, document: Any) -> None:
    assert faults(kind, document)
