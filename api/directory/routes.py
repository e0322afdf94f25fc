"""`/v1/directory`: the services that we signpost to, for other programs, read-only and in the standard's shape."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api.database import transaction
from api.directory import service
from api.directory.hours.rules import Nation
from api.directory.rules import Need, Place
from api.directory.schemas import ServiceListedOut, ServiceOut, ServicesPage
from api.errors import Invalid, documented
from api.people.access import service_token
from api.people.rules import Scope

LAST_PAGE = 1_000_000
Reader = Annotated[str, Depends(service_token(Scope.DIRECTORY_READ))]
Words = Annotated[str | None, Query(max_length=100, pattern=r"^[^\x00]*$", description="Words to look for.")]
District = Annotated[
    str | None, Query(pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$", description="A postcode district, with its nation.")
]
Authority = Annotated[
    str | None, Query(max_length=100, pattern=r"^[^\x00]+$", description="A council's area, with its nation.")
]

router = APIRouter(prefix="/v1/directory", tags=["directory"], responses=documented(401, 403, 422))


@router.get("/services", response_model_exclude_none=True)
async def list_services(
    caller: Reader,
    search: Words = None,
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = 50,
    taxonomy_term_id: UUID | None = None,
    need: Need | None = None,
    nation: Nation | None = None,
    district: District = None,
    authority: Authority = None,
) -> ServicesPage:
    """Services, a page at a time, by name. What is for our staff only is left out."""
    if nation is None and (district or authority):
        raise Invalid("A district or an authority needs its nation.", field="nation")
    place = Place(nation, district or "", authority or "") if nation else None
    async with transaction() as session:
        total, found = await service.search(session, page, per_page, search, taxonomy_term_id, need, place)
        pages = -(-total // per_page)
        return ServicesPage(
            total_items=total,
            total_pages=pages,
            page_number=page,
            size=len(found),
            first_page=page == 1,
            last_page=page >= pages,
            empty=not found,
            contents=[ServiceListedOut.model_validate(one) for one in found],
        )


@router.get("/services/{service_id}", response_model_exclude_none=True, responses=documented(404))
async def read_service(service_id: UUID, caller: Reader) -> ServiceOut:
    """One service with all that belongs to it."""
    async with transaction() as session:
        return ServiceOut.model_validate(await service.get(session, service_id))
