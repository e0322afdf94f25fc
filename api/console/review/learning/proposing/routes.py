"""From a carer's message to a proposal. The form begins empty: nothing of theirs is copied into it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import pages, settings
from api.console.review.learning import page
from api.console.review.learning.presenters import HERE, KINDS
from api.console.review.learning.proposing import presenters, schemas
from api.console.review.learning.proposing.schemas import Typed
from api.conversations.models import Conversation
from api.database import transaction
from api.directory.reports import service as reports
from api.errors import Invalid, NotFound
from api.masking import service as masking
from api.people import service as people
from api.people.access import Staff, reviewer, reviewer_form
from api.review.learning import service, trials
from api.review.learning.models import Proposal
from api.review.learning.rules import REASON_LIMIT, Kind
from api.review.learning.schemas import Trial, Tried
from api.triage import service as triage

router = APIRouter(prefix="/console/review/messages", include_in_schema=False)
Reader = Annotated[Staff, Depends(reviewer)]
Sender = Annotated[Staff, Depends(reviewer_form)]


@router.get("/{message_id}/propose")
async def show_form(request: Request, message_id: UUID, current: Reader, kind: str = "") -> Response:
    """First what it is to be, then an empty form with the masked message beside it."""
    if kind and kind not in Kind:
        raise NotFound("Nothing of this kind can be proposed.")
    return await _form(request, message_id, current, Typed(kind=kind))


@router.post("/{message_id}/propose")
async def propose(request: Request, message_id: UUID, current: Sender) -> Response:
    """Try a phrase, or keep the proposal. What is wrong is said beside its field, and nothing typed is lost."""
    sent = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    form = schemas.typed(sent)
    if form.kind not in Kind:
        return await _form(request, message_id, current, Typed())
    form.errors = await _wrong(message_id, current, form)
    if form.errors:
        return await _form(request, message_id, current, form)
    found = await _tried(form)
    if form.errors or sent.get("do") == "try":
        return await _form(request, message_id, current, form, found)
    async with transaction() as session:
        about, conversation = await service.message(session, message_id, current.person.team_id)
        person = await people.person(session, current.person.id)
        has_consent = await _consented(session, conversation, form)
        row = await service.propose(session, person, about, _proposal(form, found, has_consent))
    return RedirectResponse(f"{HERE}/proposals/{row.id}?done=proposed", 303)


async def _wrong(message_id: UUID, current: Staff, form: Typed) -> dict[str, str]:
    """Everything that is wrong with a form, by field: first what is missing, then whatever must not leave."""
    async with transaction() as session:
        about, conversation = await service.message(session, message_id, current.person.team_id)
        has_consent = await _consented(session, conversation, form)
        records = presenters.records(await reports.records(session, conversation.id))
    words = masking.masked(about.body).split()
    found = schemas.mistakes(form, len(words), presenters.labels(form.kind), records)
    kept = service.problems(schemas.texts(form), about.body, has_consent)
    if form.kind == Kind.RED_FLAG_PHRASE and form.say:
        try:
            triage.read_phrase(settings.get().data_dir / "triage", form.say)
        except triage.TriageDataError as error:
            kept.setdefault("say", str(error).rpartition("”: ")[2])
    return kept | found


async def _consented(session: AsyncSession, conversation: Conversation, form: Typed) -> bool:
    """The carer's consent is for teaching the line. Whoever keeps the directory never reads their words."""
    return form.kind != Kind.DIRECTORY_FAULT and await service.consented(session, conversation)


async def _tried(form: Typed) -> Trial | None:
    phrase = schemas.phrase(form)
    if phrase is None:
        return None
    async with transaction() as session:
        data = await trials.data_in_use(session)
    try:
        found = await trials.run(Tried(data=data, code=form.label, phrase=phrase, wording=form.wording))
    except Invalid as refused:
        form.errors["say"] = refused.detail
        return None
    if found.problems:
        form.errors["say"] = " ".join(found.problems[:3])
    return found


def _proposal(form: Typed, found: Trial | None, consented: bool) -> Proposal:
    phrase = schemas.phrase(form)
    return Proposal(
        kind=form.kind,
        marked_from=int(form.first),
        marked_to=int(form.last),
        label=form.label,
        wording=form.wording,
        should=form.should if phrase else "",
        phrase=phrase.model_dump(mode="json", exclude_defaults=True) if phrase else None,
        trial=found.model_dump(mode="json") if found else None,
        why=form.why,
        consented=consented,
        service_id=UUID(form.service) if form.kind == Kind.DIRECTORY_FAULT and form.service else None,
    )


async def _form(
    request: Request, message_id: UUID, current: Staff, form: Typed, found: Trial | None = None
) -> Response:
    async with transaction() as session:
        about, conversation = await service.message(session, message_id, current.person.team_id)
        has_consent = await _consented(session, conversation, form)
        records = presenters.records(await reports.records(session, conversation.id))
        frame = await page.frame(session, current)
    shown = masking.masked(about.body)
    words = shown.split() or ["[no words]"]
    first, last = form.first or "0", form.last or str(len(words) - 1)
    context: dict[str, Any] = frame | {
        "url": f"/console/review/messages/{message_id}/propose",
        "transcript": f"/console/review/conversations/{conversation.id}",
        "form": form,
        "errors": form.errors,
        "shown": shown,
        "consented": has_consent,
        "kinds": presenters.kinds(),
        "title": KINDS[Kind(form.kind)] if form.kind else "",
        "labels": presenters.options(presenters.labels(form.kind), form.label, "Choose one") if form.kind else [],
        "records": presenters.options(records, form.service, "None: there is no record"),
        "firsts": presenters.marks(words, first),
        "lasts": presenters.marks(words, last),
        "doubted": presenters.choices(presenters.DOUBTED, form.doubted),
        "should": presenters.choices(presenters.SHOULD, form.should),
        "trial": presenters.trial(found),
        "limit": REASON_LIMIT,
    }
    return pages.render(request, "console/learning/propose.html", context, 422 if form.errors else 200)
