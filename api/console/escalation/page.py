"""What the page of one escalation shows, for the whole page and for its parts."""

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, pages
from api.audit import service as audit
from api.console.board import presenters as board
from api.console.conversation import page as talk
from api.console.escalation import presenters, service
from api.console.escalation.steps import presenters as steps
from api.console.escalation.timeline import presenters as timeline
from api.database import transaction
from api.escalations.models import Escalation
from api.people.access import Staff
from api.triage import questions

OWN_PARTS = (
    "standing",
    "said",
    "state",
    "actions",
    "call",
    "told",
    "find_out",
    "why",
    "timeline",
    "others",
    "feedback",
)
LIVE_PARTS = (*talk.LIVE_PARTS, *OWN_PARTS)


async def context_of(session: AsyncSession, escalation: Escalation, current: Staff) -> dict[str, Any]:
    """The words of every part, by the names that templates know them by."""
    case, now = await service.gather(session, escalation), clock.now()
    said = case.feedback.get(current.person.id)
    return {
        **await talk.context_of(session, case.known.conversation, current),
        "standing": board.standing(case.known, now),
        "said": presenters.said(case, now),
        "why": presenters.why(case, now),
        "told": presenters.told(case, now),
        "topics": questions.of_the_desk(),
        "find_out": presenters.find_out(case),
        "actions": steps.actions(case.known, current.person),
        "call": presenters.call_box(case.known, current.person),
        "colleagues": steps.colleagues(case),
        "feedback": steps.feedback(case.known, current.person, said),
        "others": presenters.others(case, now),
        "timeline": timeline.timeline(case, now),
        "case": case,
    }


async def show(
    request: Request, escalation_id: UUID, current: Staff, done: str = "", refused: str | None = None
) -> Response:
    """The whole page. `refused`: why a move was not made; the page then says how things stand (409)."""
    async with transaction() as session:
        found = await service.of_team(session, escalation_id, current.person)
        context = await context_of(session, found, current)
        audit.record(session, current.person.actor, "read", "escalation", found.id)
    known = context["case"].known
    context["notice"] = presenters.notice(known, done, current.person)
    context["refusal"] = "" if refused is None else presenters.refusal(known, refused, clock.now())
    context["events"] = f"/console/escalations/{escalation_id}/events"
    return pages.render(request, "console/escalation.html", context, 200 if refused is None else 409)
