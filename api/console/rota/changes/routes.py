"""Overrides, by coordinators; swaps, by the two whose shifts they are, with a coordinator where the team wants one."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.console.rota import page
from api.console.rota.changes import presenters
from api.console.rota.rules import HERE, day, hour
from api.cover import service as cover
from api.database import transaction
from api.errors import Conflict, Invalid, NotFound
from api.people import service as people
from api.people.access import Staff, answerer, coordinator, coordinator_form, nurse, nurse_form
from api.rota import service as rota
from api.rota.changes import rules
from api.rota.changes import service as changes
from api.rota.changes.rules import Override, SwapMove, SwapState
from api.rota.rules import moment

REASON_LIMIT = 200  # Characters.
AHEAD = timedelta(weeks=6)  # How far ahead shifts are offered in return.
FIELDS = ("rung", "person", "instead_of", "starts_day", "starts", "ends_day", "ends", "reason")
router = APIRouter(prefix=HERE, include_in_schema=False)
Keeper = Annotated[Staff, Depends(coordinator)]
KeeperForm = Annotated[Staff, Depends(coordinator_form)]
Reader = Annotated[Staff, Depends(nurse)]
Offerer = Annotated[Staff, Depends(answerer)]
Sender = Annotated[Staff, Depends(nurse_form)]


@router.get("/overrides/new")
async def show_override(request: Request, current: Keeper) -> Response:
    """An empty form, from today on."""
    today = clock.now().astimezone(clock.UK).date().isoformat()
    typed = dict.fromkeys(FIELDS, "") | {"starts_day": today, "ends_day": today}
    return await _override(request, current, typed, {})


@router.post("/overrides/new")
async def put_override(request: Request, current: KeeperForm) -> Response:
    """Somebody else takes these hours, at once."""
    form = await request.form()
    typed = {name: str(form.get(name, "")).strip() for name in FIELDS}
    wanted, errors = _read(typed)
    if wanted is None:
        return await _override(request, current, typed, errors)
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await changes.override(session, person, wanted, typed["reason"])
    except Invalid as wrong:
        return await _override(request, current, typed, {str(wrong.extra["field"]): wrong.detail})
    except Conflict as refused:
        return await _override(request, current, typed, {"person": refused.detail})
    return RedirectResponse(f"{HERE}?done=override", 303)


def _read(typed: Mapping[str, str]) -> tuple[Override | None, dict[str, str]]:
    """The override, or what is wrong with it by field."""
    starts_day, starts, ends_day, ends = (
        day(typed["starts_day"]),
        hour(typed["starts"]),
        day(typed["ends_day"]),
        hour(typed["ends"]),
    )
    person, instead = _id(typed["person"]), _id(typed["instead_of"])
    checks = {
        "rung": (bool(typed["rung"]), "Choose the rung"),
        "person": (person is not None, "Choose who takes these hours"),
        "instead_of": (instead is not None or not typed["instead_of"], "Choose from the list"),
        "starts_day": (starts_day is not None, "Enter the day on which it begins"),
        "starts": (starts is not None, "Enter when it begins, such as 20:00"),
        "ends_day": (ends_day is not None, "Enter the day on which it ends"),
        "ends": (ends is not None, "Enter when it ends, such as 08:00"),
        "reason": (len(typed["reason"]) <= REASON_LIMIT, f"Shorten it to {REASON_LIMIT} characters"),
    }
    errors = {field: words for field, (is_right, words) in checks.items() if not is_right}
    if errors or not (starts_day and ends_day and person) or starts is None or ends is None:
        return None, errors
    return Override(typed["rung"], person, instead, moment(starts_day, starts), moment(ends_day, ends)), {}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _override(request: Request, current: Staff, typed: dict[str, str], errors: dict[str, str]) -> Response:
    async with transaction() as session:
        staff = await rota.staff(session, current.person.team_id)
        context: dict[str, Any] = await page.frame(session, current)
    context |= {"typed": typed, "errors": errors, "limit": REASON_LIMIT}
    context["offers"] = presenters.override(typed, staff, page.rungs(current.person))
    return pages.render(request, "console/rota/override.html", context, 422 if errors else 200)


@router.get("/swaps")
async def show_swaps(request: Request, current: Reader) -> Response:
    """The open swaps that one has to do with; a coordinator sees the whole team's."""
    return await _swaps(request, current)


@router.get("/swaps/new")
async def show_offer(request: Request, current: Offerer, duty: UUID | None = None) -> Response:
    """Which shift of one's own, and then whom it can be offered to."""
    if duty is not None:
        return await _offer(request, current, duty, "", "")
    now = clock.now()
    async with transaction() as session:
        coming = await rota.duties(session, current.person.team_id, now, now + AHEAD)
        context: dict[str, Any] = await page.frame(session, current)
    context["mine"] = presenters.own(coming, current.person.id, now)
    return pages.render(request, "console/rota/offer.html", context)


@router.post("/swaps/new")
async def offer(
    request: Request, current: Sender, duty: Annotated[UUID, Form()], to: Annotated[str, Form()] = ""
) -> Response:
    """Offer it."""
    asked, _, back = to.partition(":")
    colleague, theirs = _id(asked), _id(back)
    if colleague is None or (back and theirs is None):
        return await _offer(request, current, duty, to, "Choose whom you offer it to")
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await cover.tell_of_swap(session, await changes.offer(session, person, duty, colleague, theirs))
    except (Invalid, Conflict) as refused:
        return await _offer(request, current, duty, to, refused.detail)
    return RedirectResponse(f"{HERE}?done=offered", 303)


async def _offer(request: Request, current: Staff, duty_id: UUID, to: str, error: str) -> Response:
    now, team_id = clock.now(), current.person.team_id
    async with transaction() as session:
        mine = await changes.duty(session, team_id, duty_id)
        if mine.person_id != current.person.id:
            raise NotFound("There is no such shift of yours.")
        staff, coming = await rota.staff(session, team_id), await rota.duties(session, team_id, now, now + AHEAD)
        context: dict[str, Any] = await page.frame(session, current)
    context |= {"shift": presenters.shift(mine, now), "duty": duty_id, "errors": {"to": error} if error else {}}
    context["to"] = presenters.offer(mine, staff, coming, to, now)
    return pages.render(request, "console/rota/offer.html", context, 422 if error else 200)


@router.post("/swaps/{swap_id}")
async def answer(request: Request, swap_id: UUID, current: Sender, move: Annotated[str, Form()] = "") -> Response:
    """Agree, decline, withdraw, approve or refuse. A refusal says why."""
    if move not in SwapMove:
        raise Invalid("There is no such move.", field="move")
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            swap = await changes.move(session, person, swap_id, SwapMove(move))
            await cover.tell_of_swap(session, swap)
    except Conflict as refused:
        return await _swaps(request, current, refused.detail)
    return RedirectResponse(f"{HERE}?done=override" if swap.state == SwapState.DONE else f"{HERE}/swaps", 303)


async def _swaps(request: Request, current: Staff, refusal: str = "") -> Response:
    now = clock.now()
    async with transaction() as session:
        found = await changes.swaps(session, current.person)
        context: dict[str, Any] = await page.frame(session, current)
    moves = [rules.moves(SwapState(one.state), changes.parts_of(one, current.person)) for one in found]
    context["swaps"] = [presenters.row(one, can, now) for one, can in zip(found, moves, strict=True)]
    context["refusal"] = f"Nothing was changed. {refusal}" if refusal else ""
    return pages.render(request, "console/rota/swaps.html", context, 409 if refusal else 200)
