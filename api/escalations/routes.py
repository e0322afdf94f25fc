"""`/v1/tasks`: another program says that a person has done a task. Making one stands with conversations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from api.database import transaction
from api.errors import NotFound, documented
from api.escalations import tasks
from api.escalations.listing import service as listing
from api.escalations.listing.schemas import TaskRow
from api.escalations.schemas import TaskDone
from api.etags import IfMatch, etag, must_match
from api.people import service as people
from api.people.access import service_token
from api.people.rules import Scope
from api.people.tokens import Caller

router = APIRouter(prefix="/v1/tasks", tags=["v1"], responses=documented(401, 403, 404, 422, 429))
Writer = Annotated[Caller, Depends(service_token(Scope.TASKS_WRITE))]


@router.post("/{task_id}/done", responses=documented(409, 412))
async def finish_task(
    task_id: UUID, done: TaskDone, caller: Writer, response: Response, if_match: IfMatch = None
) -> TaskRow:
    """A member of staff has done it: rung back, for one. Said again in the same way, nothing changes.

    `If-Match`: the ETag under which the task was read; when it has changed since, nothing is done (412), unless this
    very thing was done. 409: it was finished in another way. 403: nobody answered so often that only a coordinator may
    end it.
    """
    async with transaction() as session:
        task = await listing.task(session, caller, task_id, hold=True)
        person = await people.person(session, done.person_id)
        if person.team_id != task.team_id:
            raise NotFound("There is no such member of staff.")
        if not tasks.is_finished_so(task, person, done.note, done.outcome):
            must_match(if_match, TaskRow.model_validate(task))
            await tasks.finish_for(session, task, person, done.note, done.outcome, f"service:{caller}")
        row = TaskRow.model_validate(task)
    response.headers["ETag"] = etag(row)
    return row
