"""`/v1`: lists of escalations, pages and tasks, by service token. Each can be read again cheaply, by its ETag."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from api.cursors import Listed
from api.database import transaction
from api.errors import documented
from api.escalations.listing import service
from api.escalations.listing.schemas import EscalationsWanted, PageOut, PagesWanted, TaskRow, TasksWanted
from api.escalations.schemas import EscalationOut
from api.etags import NOT_MODIFIED, IfNoneMatch, tagged
from api.people.access import service_token
from api.people.rules import Scope
from api.people.tokens import Caller

router = APIRouter(prefix="/v1", tags=["v1"], responses=documented(401, 403, 404, 422, 429) | NOT_MODIFIED)
Reader = Annotated[Caller, Depends(service_token(Scope.ESCALATIONS_READ))]
TaskReader = Annotated[Caller, Depends(service_token(Scope.TASKS_READ))]


@router.get("/escalations", response_model=Listed[EscalationOut])
async def list_escalations(
    wanted: Annotated[EscalationsWanted, Query()], caller: Reader, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """Escalations, the newest first."""
    async with transaction() as session:
        rows, following = await service.escalations(session, caller, wanted)
    items = [EscalationOut.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.get("/pages", response_model=Listed[PageOut])
async def list_pages(
    wanted: Annotated[PagesWanted, Query()], caller: Reader, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """Who was asked to take which escalation, and what they said; the newest first."""
    async with transaction() as session:
        rows, following = await service.pages(session, caller, wanted)
    items = [PageOut.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.get("/pages/{page_id}", response_model=PageOut)
async def read_page(page_id: UUID, caller: Reader, response: Response, if_none_match: IfNoneMatch = None) -> Any:
    """One page."""
    async with transaction() as session:
        found = await service.page(session, caller, page_id)
    return tagged(response, if_none_match, PageOut.model_validate(found))


@router.get("/tasks", response_model=Listed[TaskRow])
async def list_tasks(
    wanted: Annotated[TasksWanted, Query()], caller: TaskReader, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """What people must do or have done that is no page; the newest first."""
    async with transaction() as session:
        rows, following = await service.tasks(session, caller, wanted)
    items = [TaskRow.model_validate(row) for row in rows]
    return tagged(response, if_none_match, Listed(items=items, next=following))


@router.get("/tasks/{task_id}", response_model=TaskRow)
async def read_task(task_id: UUID, caller: TaskReader, response: Response, if_none_match: IfNoneMatch = None) -> Any:
    """One task."""
    async with transaction() as session:
        found = await service.task(session, caller, task_id)
    return tagged(response, if_none_match, TaskRow.model_validate(found))
