"""`/v1/directory`: the services that we signpost to, for other programs, read-only and in the standard's shape."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from api import settings
from api.database import transaction
from api.directory import service
from api.directory.models import TAXONOMY, TAXONOMY_ID
from api.directory.rules import Place
from api.directory.schemas import (
    ApiOut,
    PageQuery,
    ServiceListedOut,
    ServiceOut,
    ServicesPage,
    ServicesQuery,
    TaxonomiesPage,
    TaxonomyOut,
    TaxonomyTermOut,
    TaxonomyTermsPage,
    of_page,
)
from api.errors import Invalid, NotFound, documented
from api.people.access import service_token
from api.people.rules import Scope

VERSION = "HSDS-UK-3.0"
PROFILE = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"
NAMED = {
    "search",
    "text",
    "taxonomy_term_id",
    "need",
    "nation",
    "district",
    "authority",
    "full",
}  # Not passed on as they are.
Reader = Annotated[str, Depends(service_token(Scope.DIRECTORY_READ))]

router = APIRouter(prefix="/v1/directory", tags=["directory"], responses=documented(401, 403, 422, 429))


@router.get("")
async def read_root(caller: Reader) -> ApiOut:
    """Which standard this directory keeps to."""
    openapi_url = f"{settings.get().public_url}/v1/openapi.json"
    return ApiOut(version=VERSION, profile=PROFILE, openapi_url=openapi_url)


@router.get("/services", response_model_exclude_none=True)
async def list_services(caller: Reader, asked: Annotated[ServicesQuery, Query()]) -> ServicesPage:
    """Services, a page at a time, by name. What is for our staff only is left out."""
    if asked.nation is None and (asked.district or asked.authority):
        raise Invalid("A district or an authority needs its nation.", field="nation")
    place = Place(asked.nation, asked.district or "", asked.authority or "") if asked.nation else None
    wanted: dict[str, Any] = {
        "words": asked.search or asked.text,
        "term_id": asked.taxonomy_term_id,
        "need": asked.need,
    }
    also = asked.model_dump(exclude=NAMED)
    shape = ServiceOut if asked.full else ServiceListedOut
    async with transaction() as session:
        total, found = await service.search(session, place=place, whole=asked.full, **wanted, **also)
        contents: list[Any] = [shape.model_validate(one) for one in found]
    return ServicesPage.model_validate({**of_page(total, asked, len(contents)), "contents": contents})


@router.get("/services/{service_id}", response_model_exclude_none=True, responses=documented(404))
async def read_service(service_id: UUID, caller: Reader) -> ServiceOut:
    """One service with all that belongs to it."""
    async with transaction() as session:
        return ServiceOut.model_validate(await service.get(session, service_id))


@router.get("/taxonomies")
async def list_taxonomies(caller: Reader, asked: Annotated[PageQuery, Query()]) -> TaxonomiesPage:
    """The lists of needs that services are sorted by: one."""
    contents = [_ours()] if asked.page == 1 else []
    return TaxonomiesPage.model_validate({**of_page(1, asked, len(contents)), "contents": contents})


@router.get("/taxonomies/{taxonomy_id}", responses=documented(404))
async def read_taxonomy(taxonomy_id: UUID, caller: Reader) -> TaxonomyOut:
    """One list of needs."""
    if taxonomy_id != TAXONOMY_ID:
        raise NotFound("There is no such taxonomy.")
    return _ours()


@router.get("/taxonomy_terms")
async def list_taxonomy_terms(caller: Reader, asked: Annotated[PageQuery, Query()]) -> TaxonomyTermsPage:
    """The needs themselves, by name."""
    async with transaction() as session:
        total, found = await service.terms(session, asked.page, asked.per_page)
        contents = [TaxonomyTermOut.model_validate(one) for one in found]
    return TaxonomyTermsPage.model_validate({**of_page(total, asked, len(contents)), "contents": contents})


@router.get("/taxonomy_terms/{term_id}", responses=documented(404))
async def read_taxonomy_term(term_id: UUID, caller: Reader) -> TaxonomyTermOut:
    """One need."""
    async with transaction() as session:
        return TaxonomyTermOut.model_validate(await service.term(session, term_id))


def _ours() -> TaxonomyOut:
    return TaxonomyOut(id=TAXONOMY_ID, name=TAXONOMY, description="What somebody caring for a dying person may need.")
