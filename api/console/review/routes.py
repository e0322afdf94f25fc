"""Searching transcripts, and the searches that a reviewer keeps. That somebody searched is on record."""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import pages
from api.console import service as console
from api.console.review import presenters, service
from api.console.review.presenters import HERE
from api.database import transaction
from api.masking import service as masking
from api.people.access import Staff, reviewer, reviewer_form
from api.review.reading import rules
from api.review.reading import service as reading
from api.review.reading.saved import service as saved
from api.review.reading.transcript import service as transcripts

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(reviewer)]
Sender = Annotated[Staff, Depends(reviewer_form)]


@router.get("")
async def show_search(request: Request, current: Reader) -> Response:
    """The form, and what was found: the newest conversations first."""
    return await _page(request, current, request.query_params)


@router.post("/searches")
async def keep(
    request: Request, current: Sender, name: Annotated[str, Form()] = "", search: Annotated[str, Form()] = ""
) -> Response:
    """Keep a search under a name. `search`: its fields, as an address has them."""
    typed = dict(parse_qsl(search))
    wanted = rules.name_of(name)
    if not wanted or _errors(typed):
        return await _page(request, current, typed, error="" if wanted else "Enter a name for this search")
    async with transaction() as session:
        await saved.keep(session, current.person, wanted, rules.read(typed))
    return RedirectResponse(presenters.address(rules.read(typed), None), 303)


@router.post("/searches/{search_id}/delete")
async def drop(search_id: UUID, current: Sender) -> Response:
    """Keep a search no longer."""
    async with transaction() as session:
        await saved.drop(session, current.person, search_id)
    return RedirectResponse(HERE, 303)


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    words = typed.get("words", "")
    return rules.errors(typed, hides=masking.masked(words) != words)


async def _page(request: Request, current: Staff, typed: Mapping[str, str], error: str = "") -> Response:
    errors = _errors(typed)
    async with transaction() as session:
        context = await _context(session, current, typed, bool(errors))
    errors |= {"name": error} if error else {}
    shown = {"staff": current, "here": HERE, "typed": {name: typed.get(name, "") for name in rules.FIELDS}}
    context |= {"errors": errors, "happened": presenters.HAPPENED, **shown}
    return pages.render(request, "console/review/search.html", context, 422 if errors else 200)


async def _context(session: AsyncSession, current: Staff, typed: Mapping[str, str], wrong: bool) -> dict[str, Any]:
    person, filters = current.person, rules.read(typed)
    found, then = ([], None) if wrong else await service.find(session, person, filters, typed.get("cursor", ""))
    transcripts.searched(session, person, rules.typed(filters))
    teams = await reading.teams(session, person)
    rows = [presenters.row(hit, snippet) for hit, snippet in found]
    return {
        "rows": rows,
        "summary": presenters.summary(rows, then is not None),
        "older": presenters.address(filters, then) if then else "",
        "first": presenters.address(filters, None) if typed.get("cursor") else "",
        "search": presenters.address(filters, None).partition("?")[2],
        "choices": presenters.choices(service.needs(), teams),
        "many_teams": len(teams) > 1,
        "saved": presenters.saved(await saved.of(session, person)),
        "waiting": await console.waiting(session, person.team_id),
    }
