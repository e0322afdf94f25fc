"""Looking after people: the list, inviting, changing, and what must not be done lightly."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.console.account import presenters as account
from api.console.people import presenters
from api.console.people.presenters import HERE
from api.database import transaction
from api.errors import Conflict
from api.people import service as people
from api.people.access import Staff, administrator, administrator_form, fresh
from api.people.invitations import rules as links
from api.people.invitations import service as invitations
from api.people.managing import rules
from api.people.managing import service as managing
from api.people.managing.rules import Details, Manager
from api.people.models import Person

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(administrator)]
Sender = Annotated[Staff, Depends(administrator_form)]
Typed = Annotated[str, Form()]
type Act = Callable[[AsyncSession, Manager, Person], Awaitable[str | None]]


async def typed_form(
    name: Typed = "",
    email: Typed = "",
    phone: Typed = "",
    role: Typed = "",
    team: Typed = "",
    of_installation: Annotated[bool, Form()] = False,
) -> dict[str, Any]:
    """What was typed into the form of details."""
    fields = {"name": name, "email": email, "phone": phone, "role": role, "team": team}
    return {**fields, "of_installation": of_installation}


def details_of(typed: dict[str, Any]) -> Details:
    """The same, tidied."""
    fields = {name: value for name, value in typed.items() if name != "team"}
    return rules.tidied(**fields, team_id=presenters.team_id(typed["team"]))


@router.get("")
async def show_people(request: Request, current: Reader, done: str = "") -> Response:
    """The team's people; of every team for whoever is for the whole installation."""
    async with transaction() as session:
        found = await managing.of(session, managing.manager(current.person))
    shown = {"rows": presenters.rows(found, clock.now()), "notice": presenters.NOTICES.get(done, "")}
    return pages.render(request, "console/people/list.html", {**shown, "staff": current, "here": HERE})


@router.get("/new", dependencies=[Depends(fresh)])
async def show_new(request: Request, current: Reader) -> Response:
    """The form for inviting somebody."""
    return await _form(request, current, {"team": str(current.person.team_id)}, {})


@router.post("", dependencies=[Depends(fresh)])
async def invite(request: Request, current: Sender, typed: Annotated[dict[str, Any], Depends(typed_form)]) -> Response:
    """Write somebody down, and show once the link with which they join."""
    by, details = managing.manager(current.person), details_of(typed)
    async with transaction() as session:
        errors = rules.wrong_with(by, details) or await managing.taken(session, details)
        if not errors:
            person, link = await managing.invite(session, by, details)
    return await _form(request, current, typed, errors) if errors else await _link_page(request, current, person, link)


@router.get("/{person_id}", dependencies=[Depends(fresh)])
async def show_person(request: Request, person_id: UUID, current: Reader, done: str = "") -> Response:
    """One person: what is written down, where they are signed in, and what may be done."""
    async with transaction() as session:
        person = await managing.get(session, managing.manager(current.person), person_id)
    return await _form(request, current, presenters.form_of(person), {}, person, presenters.NOTICES.get(done, ""))


@router.post("/{person_id}", dependencies=[Depends(fresh)])
async def change(
    request: Request, person_id: UUID, current: Sender, typed: Annotated[dict[str, Any], Depends(typed_form)]
) -> Response:
    """Write other details down, or say what is wrong with them."""
    by = managing.manager(current.person)
    async with transaction() as session:
        person = await managing.get(session, by, person_id)
        typed = {**typed, "team": str(person.team_id)}  # Nobody changes teams: what they did stays with theirs.
        errors = await managing.change(session, by, person, details_of(typed))
    if errors:
        return await _form(request, current, typed, errors, person)
    return RedirectResponse(f"{HERE}/{person_id}?done=changed", 303)


@router.post("/{person_id}/reset", dependencies=[Depends(fresh)])
async def reset(request: Request, person_id: UUID, current: Sender) -> Response:
    """Begin anew with a link: password and second factor are forgotten."""
    return await _act(request, person_id, current, managing.reset, "")


@router.post("/{person_id}/end", dependencies=[Depends(fresh)])
async def end(request: Request, person_id: UUID, current: Sender) -> Response:
    """They have left."""
    return await _act(request, person_id, current, managing.end, "ended")


@router.post("/{person_id}/bring-back", dependencies=[Depends(fresh)])
async def bring_back(request: Request, person_id: UUID, current: Sender) -> Response:
    """They are here again."""
    return await _act(request, person_id, current, managing.bring_back, "")


@router.post("/{person_id}/unlock", dependencies=[Depends(fresh)])
async def unlock(request: Request, person_id: UUID, current: Sender) -> Response:
    """They may try again at once."""
    return await _act(request, person_id, current, managing.unlock, "unlocked")


@router.post("/{person_id}/sign-out", dependencies=[Depends(fresh)])
async def sign_out(request: Request, person_id: UUID, current: Sender) -> Response:
    """Sign them out of every browser."""

    async def act(session: AsyncSession, by: Manager, person: Person) -> None:
        await people.end_sessions(session, person, by.actor)

    return await _act(request, person_id, current, act, "out")


async def _act(request: Request, person_id: UUID, current: Staff, act: Act, done: str) -> Response:
    by = managing.manager(current.person)
    try:
        async with transaction() as session:
            person = await managing.get(session, by, person_id)
            link = await act(session, by, person)
    except Conflict as refused:
        async with transaction() as session:
            person = await managing.get(session, by, person_id)
        return await _form(request, current, presenters.form_of(person), {"role": refused.detail}, person)
    if link:
        return await _link_page(request, current, person, link)
    return RedirectResponse(f"{HERE}?done={done}", 303)


async def _form(
    request: Request,
    current: Staff,
    typed: dict[str, Any],
    errors: dict[str, str],
    person: Person | None = None,
    notice: str = "",
) -> Response:
    by, now = managing.manager(current.person), clock.now()
    async with transaction() as session:
        teams = await managing.teams_of(session, by)
        places = await people.sessions_of(session, person.id) if person else []
    context = {
        "staff": current,
        "typed": typed,
        "errors": errors,
        "person": person,
        "url": f"{HERE}/{person.id}" if person else HERE,
        "state": presenters.state(person, now) if person else None,
        "locked": person.is_locked(now) if person else False,
        "places": account.places(places, None, now),
        "offers": presenters.choices(teams, typed, by.of_installation),
        "notice": notice,
    }
    return pages.render(request, "console/people/person.html", context, 422 if errors else 200)


async def _link_page(request: Request, current: Staff, person: Person, link: str) -> Response:
    by_mail = invitations.goes_by_mail()
    sent = by_mail and await invitations.send(person, link)
    shown = {
        "person": person,
        "link": "" if sent else link,  # Sent, it is theirs alone.
        "not_sent": by_mail and not sent,
        "until": links.until(clock.now()),
        "staff": current,
        "here": HERE,
    }
    return pages.render(request, "console/people/link.html", shown)
