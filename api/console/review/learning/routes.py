"""What waits for a decision, what was decided, and the releases: measured, approved, put in use, taken back."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api import clock, pages, settings
from api.console.directory.reported import presenters as reported
from api.console.review.learning import page, presenters
from api.console.review.learning.presenters import HERE
from api.console.review.learning.proposing import presenters as proposing
from api.database import transaction
from api.errors import Invalid
from api.people import service as people
from api.people.access import Staff, figures, fresh, may, releaser_form
from api.people.rules import Permission
from api.review.learning import patching, releases, service
from api.review.learning.rules import REASON_LIMIT, Kind, Stage, State
from api.review.learning.schemas import Trial

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(figures)]
OfPhrases = Annotated[Staff, Depends(may(Permission.APPROVE_PHRASES, form=True))]
OfWording = Annotated[Staff, Depends(may(Permission.APPROVE_WORDING, form=True))]
Releaser = Annotated[Staff, Depends(releaser_form)]
Reason = Annotated[str, Form()]
_ANEW = [Depends(fresh)]
_NOTICES = {
    "proposed": "It waits for its owner’s decision.",
    "decided": "Your decision is on record.",
    "begun": "It is being built. That takes some minutes; this page shows how far it is.",
    "approved": "It is approved. It can be put in use.",
    "activated": "It is in use. Every process takes it within seconds.",
    "rolled-back": "What was in use before is in use again.",
}


@router.get("")
async def show(request: Request, current: Reader, done: str = "") -> Response:
    """What waits, what was decided, and the releases."""
    now = clock.now()
    async with transaction() as session:
        held = await releases.in_use(session)
        mine, others = presenters.sort_waiting(await service.waiting(session), current.person)
        context = await page.frame(session, current) | {
            "mine": presenters.proposals(mine, now),
            "others": presenters.proposals(others, now),
            "decided": presenters.proposals(await service.decided(session), now),
            "releases": presenters.releases(await releases.newest(session), now),
            "unworded": await releases.unworded(session),
            "is_old": held is not None and releases.is_of_other_data(held),
            "alarm": presenters.trouble(held, now) if held else "",
            "notice": _NOTICES.get(done, ""),
        }
    return pages.render(request, "console/learning/learning.html", context)


@router.get("/accepted.patch")
async def patch(current: Reader) -> Response:
    """All that is accepted and does not stand in the program's own data yet, as a patch."""
    async with transaction() as session:
        changes = [service.change(one) for one in await service.accepted(session)]
    text = await asyncio.to_thread(patching.patch, changes, settings.get().data_dir)
    headers = {"Content-Disposition": 'attachment; filename="learned.patch"'}
    return Response(text, media_type="text/x-patch; charset=utf-8", headers=headers)


@router.get("/proposals/{proposal_id}")
async def show_proposal(request: Request, proposal_id: UUID, current: Reader, done: str = "") -> Response:
    """One proposal, with what a trial of it found, and the form of whoever decides."""
    return await _proposal(request, current, proposal_id, notice=_NOTICES.get(done, ""))


@router.post("/proposals/{proposal_id}/phrase")
async def decide_phrase(
    request: Request, proposal_id: UUID, current: OfPhrases, to: Annotated[str, Form()] = "", reason: Reason = ""
) -> Response:
    """Accept or refuse a red-flag phrase."""
    return await _decide(request, current, proposal_id, [Kind.RED_FLAG_PHRASE], to, reason)


@router.post("/proposals/{proposal_id}/wording")
async def decide_wording(
    request: Request, proposal_id: UUID, current: OfWording, to: Annotated[str, Form()] = "", reason: Reason = ""
) -> Response:
    """Accept or refuse a training line or a fault of the directory."""
    return await _decide(request, current, proposal_id, [Kind.TRAINING_LINE, Kind.DIRECTORY_FAULT], to, reason)


async def _decide(
    request: Request, current: Staff, proposal_id: UUID, kinds: list[Kind], to: str, reason: str
) -> Response:
    reason = _plain(reason)
    errors = {} if to in (State.ACCEPTED, State.REFUSED) else {"to": "Say yes or no"}
    errors |= _wrong_reason(reason)
    if errors:
        return await _proposal(request, current, proposal_id, {"to": to, "reason": reason}, errors)
    async with transaction() as session:
        person = await people.person(session, current.person.id)
        await service.decide(session, person, proposal_id, kinds, State(to), reason)
    return RedirectResponse(f"{HERE}/proposals/{proposal_id}?done=decided", 303)


@router.post("/releases", dependencies=_ANEW)
async def begin(current: Releaser) -> Response:
    """Build a release of all that is accepted."""
    async with transaction() as session:
        row = await releases.begin(session, await people.person(session, current.person.id))
    return RedirectResponse(f"{HERE}/releases/{row.id}?done=begun", 303)


@router.get("/releases/{release_id}")
async def show_release(request: Request, release_id: UUID, current: Reader, done: str = "") -> Response:
    """One release: before and after, side by side, and what may be done with it."""
    return await _release(request, current, release_id, notice=_NOTICES.get(done, ""))


@router.post("/releases/{release_id}/approve", dependencies=_ANEW)
async def approve(request: Request, release_id: UUID, current: Releaser, reason: Reason = "") -> Response:
    """Say yes to a release. Where it makes something worse, with a reason."""
    reason = _plain(reason)
    try:
        async with transaction() as session:
            person = await people.person(session, current.person.id)
            await releases.approve(session, person, release_id, reason[:REASON_LIMIT])
    except Invalid as refused:
        return await _release(request, current, release_id, {"reason": refused.detail})
    return RedirectResponse(f"{HERE}/releases/{release_id}?done=approved", 303)


@router.post("/releases/{release_id}/activate", dependencies=_ANEW)
async def activate(release_id: UUID, current: Releaser) -> Response:
    """Put it in use."""
    async with transaction() as session:
        await releases.activate(session, await people.person(session, current.person.id), release_id)
    return RedirectResponse(f"{HERE}/releases/{release_id}?done=activated", 303)


@router.post("/releases/{release_id}/roll-back", dependencies=_ANEW)
async def roll_back(release_id: UUID, current: Releaser) -> Response:
    """Take it back: what was in use before is in use again."""
    async with transaction() as session:
        await releases.roll_back(session, await people.person(session, current.person.id), release_id)
    return RedirectResponse(f"{HERE}/releases/{release_id}?done=rolled-back", 303)


def _plain(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _wrong_reason(reason: str) -> dict[str, str]:
    if not reason:
        return {"reason": "Say why"}
    if len(reason) > REASON_LIMIT:
        return {"reason": f"Shorten this to {REASON_LIMIT} characters"}
    return service.problems({"reason": reason}, "", has_consent=True)


async def _proposal(
    request: Request,
    current: Staff,
    proposal_id: UUID,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    notice: str = "",
) -> Response:
    async with transaction() as session:
        row = await service.one(session, proposal_id)
        frame = await page.frame(session, current)
    trial = proposing.trial(Trial.model_validate(row.trial) if row.trial else None)
    (shown,) = presenters.proposals([row], clock.now())
    context = frame | {
        "row": row,
        "shown": shown,
        "record": reported.row(row.report).record if row.report else reported.record(row.service),
        "report_url": reported.row(row.report).url if row.report and current.keeps_directory else "",
        "ask": presenters.ASK.get(row.kind, presenters.LEARN),
        "doubted": proposing.doubted(row.phrase),
        "should": proposing.SHOULD.get(row.should, ""),
        "trial": trial,
        "may_decide": service.is_for(row, current.person),
        "decide_at": f"{HERE}/proposals/{row.id}/{'phrase' if row.kind == Kind.RED_FLAG_PHRASE else 'wording'}",
        "typed": typed or {},
        "errors": errors or {},
        "notice": notice,
        "limit": REASON_LIMIT,
    }
    return pages.render(request, "console/learning/proposal.html", context, 422 if errors else 200)


async def _release(
    request: Request, current: Staff, release_id: UUID, errors: dict[str, str] | None = None, notice: str = ""
) -> Response:
    async with transaction() as session:
        row = await releases.one(session, release_id)
        brought = [await service.one(session, one) for one in row.proposal_ids]
        barred = await releases.obstacles(session, row) if row.state == Stage.EVALUATED else []
        no_way_back = await releases.no_way_back(session, row) if row.state == Stage.LIVE else ""
        frame = await page.frame(session, current)
    now = clock.now()
    context = frame | {
        "row": row,
        "shown": presenters.release(row, now),
        "alarm": presenters.trouble(row, now),
        "brought": presenters.proposals(brought, now),
        "rates": list(presenters.rates(row.before, row.after)) if row.before and row.after else [],
        "gained": presenters.lines(row.compared, better=True) if row.compared else [],
        "lost": presenters.lines(row.compared, better=False) if row.compared else [],
        "barred": barred,
        "no_way_back": no_way_back,
        "costs": presenters.costs(row),
        "errors": errors or {},
        "notice": notice,
    }
    return pages.render(request, "console/learning/release.html", context, 422 if errors else 200)
