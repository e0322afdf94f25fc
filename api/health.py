"""Whether this process is alive, and whether it can do its work."""

from fastapi import APIRouter, Depends, Response

from api import database
from api.people import access

router = APIRouter(prefix="/health", tags=["health"], dependencies=[Depends(access.anyone)])


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/ready")
async def ready(response: Response) -> dict[str, str]:
    """The database answers, so that a message can be kept. 503 if it does not."""
    reachable = await database.is_reachable()
    response.status_code = 200 if reachable else 503
    return {"status": "ok" if reachable else "no database"}
