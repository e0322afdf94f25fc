"""Saying that an alarm has been seen."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from api.console.escalation import service
from api.database import transaction
from api.errors import Invalid
from api.escalations import alarms
from api.people.access import Staff, nurse_form

router = APIRouter(prefix="/console/alarms", include_in_schema=False)


@router.post("")
async def acknowledge(
    current: Annotated[Staff, Depends(nurse_form)], alarm: Annotated[str, Form(max_length=80)]
) -> Response:
    """This person has seen the alarms of one call, as far as the page showed them. `alarm`: `<escalation>:<line>`."""
    try:
        escalation_id, up_to = UUID(alarm.partition(":")[0]), int(alarm.partition(":")[2])
    except ValueError as error:
        raise Invalid("This alarm is not known. Read the board again.") from error
    async with transaction() as session:
        await service.of_team(session, escalation_id, current.person)
        await alarms.acknowledge(session, escalation_id, current.person, up_to)
    return RedirectResponse("/console", 303)
