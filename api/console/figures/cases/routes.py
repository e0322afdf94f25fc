"""The cases behind a figure: of one's own team, for those who may read about carers. Each look is on record."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.figures import rules
from api.console.figures.cases import presenters, service
from api.console.figures.cases.rules import CaseKind, wanted
from api.console.figures.presenters import HERE, named
from api.database import transaction
from api.people.access import Staff, nurse

router = APIRouter(prefix=f"{HERE}/cases", include_in_schema=False)
Reader = Annotated[Staff, Depends(nurse)]


@router.get("")
async def show_cases(request: Request, current: Reader) -> Response:
    """Contacts, or calls for help, of a period, narrowed as the figure was."""
    asked = rules.asked(request.query_params, clock.now().astimezone(clock.UK).date())
    narrowing, team_id = wanted(request.query_params), current.person.team_id
    async with transaction() as session:
        if narrowing.kind is CaseKind.CALLS:
            cases = presenters.calls(await service.calls(session, team_id, asked.period, narrowing))
        else:
            cases = presenters.contacts(await service.contacts(session, team_id, asked.period, narrowing))
        about = {"first": asked.period.first.isoformat(), "span": str(asked.period.span), "cases": len(cases)}
        audit.record(session, current.person.actor, "read", "figures", team_id, **about, asked=narrowing.on_record)
        waiting = await console.waiting(session, team_id)
    context = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "what": "Calls for help" if narrowing.kind is CaseKind.CALLS else "Contacts",
        "period": named(asked.period),
        "narrowed": presenters.narrowed(narrowing),
        "head": presenters.HEADS[narrowing.kind],
        "cases": cases,
        "limit": service.LIMIT if len(cases) == service.LIMIT else 0,
        "back": f"{HERE}?{urlencode(asked.query)}" if current.may("see_figures") else "",
    }
    return pages.render(request, "console/figures/cases.html", context)
