"""The ledger: what was missed, how much that is, whether it gets better, and what stays as it is."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.review.judging.ledger import presenters
from api.console.review.judging.presenters import LEDGER
from api.database import transaction
from api.errors import Conflict
from api.people.access import Staff, releaser_form, reviewer
from api.review.judging import service as judging
from api.review.judging.ledger import service
from api.review.judging.rules import REASON_LIMIT
from api.review.judging.sampling import service as sampling
from api.review.reading import service as reading

router = APIRouter(prefix=LEDGER, include_in_schema=False)


@router.get("")
async def show_ledger(request: Request, current: Annotated[Staff, Depends(reviewer)], done: str = "") -> Response:
    """The figures of the last twelve weeks, their trend, and every miss."""
    return await _page(request, current, notice="It is kept that this one stays as it is." if done else "")


@router.post("/{missed_id}/accept")
async def accept(
    request: Request,
    missed_id: UUID,
    current: Annotated[Staff, Depends(releaser_form)],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A miss stays as it is, for a reason, and blocks no release any more."""
    reason = reason.replace("\x00", "").strip()
    if not reason or len(reason) > REASON_LIMIT:
        error = f"Shorten the reason to {REASON_LIMIT} characters" if reason else "Write why it stays as it is"
        return await _page(request, current, typed=(missed_id, reason), error=error)
    try:
        async with transaction() as session:
            await judging.accept(session, missed_id, current.person, reason)
    except Conflict as refused:
        return await _page(request, current, refusal=refused.detail)
    return RedirectResponse(f"{LEDGER}?done=accepted", 303)


async def _page(
    request: Request,
    current: Staff,
    notice: str = "",
    refusal: str = "",
    typed: tuple[UUID | None, str] = (None, ""),
    error: str = "",
) -> Response:
    now, plan, team_id = clock.now(), sampling.wanted(), current.person.team_id
    async with transaction() as session:
        found = await service.figures(session, team_id)
        listed = await service.listed(session, team_id)
        names = await reading.names(session, [one.miss.conversation_id for one in listed])
        unsettled = await service.unsettled(session, team_id)
        audit.record(session, current.person.actor, "read", "missed_crises", team_id)
        waiting = await console.waiting(session, team_id, current.looks_after_carers)
    misses = await asyncio.to_thread(presenters.misses, listed, names, now)
    context = {
        "staff": current,
        "here": LEDGER,
        "waiting": waiting,
        "notice": notice,
        "refusal": refusal,
        "typed": {"id": typed[0], "reason": typed[1]},
        "errors": {f"reason-{typed[0]}": error} if error else {},
        "limit": REASON_LIMIT,
        "misses": misses,
        "unsettled": unsettled,
        "counted": found,
        "plan": plan,
        "figures": presenters.figures(found, plan.few_below),
        "weeks": presenters.week_rows(found.weeks, plan.few_below),
        "points": presenters.chart(found.weeks),
        "frame": presenters.frame(),
        "kappas": presenters.kappas(found.kappas, plan.few_below),
    }
    return pages.render(request, "console/review/ledger.html", context, 422 if error else 409 if refusal else 200)
