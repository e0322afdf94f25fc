"""Reads a record out of the database in the form of its file, so that the two can be compared and edited alike."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.directory.files.schemas import ServiceFile
from api.directory.listings import WHOLE
from api.directory.models import Phone, Schedule, Service

type Record = dict[str, Any]  # As `ServiceFile.model_dump(mode="json")` gives it.

_SAME = ("name", "description", "url", "email", "source_url", "source", "confidence", "staff_only", "notes")


async def edited(session: AsyncSession) -> dict[str, Service]:
    """The records that were edited at the desk, whole, by their codes."""
    wanted = select(Service).where(Service.edited_at.is_not(None)).order_by(Service.code)
    whole = wanted.options(*WHOLE).execution_options(populate_existing=True)
    return {one.code: one for one in (await session.execute(whole)).scalars()}


def differing(file: ServiceFile, status: str, held: Service) -> list[str]:
    """The fields in which a file and the database differ; `status` for what was retired at the desk."""
    written, kept = file.model_dump(mode="json"), of(held)
    return (["status"] if held.status != status else []) + [name for name in written if written[name] != kept[name]]


def of(service: Service) -> Record:
    """The record of a service that was read with all that belongs to it."""
    texts = [phone for phone in service.phones if phone.type == "text"]
    return {
        "id": service.code,
        "organisation": service.organization.name,
        **{name: getattr(service, name) for name in _SAME},
        "needs": [one.taxonomy_term.term for one in service.attributes],
        "area": {kind: _named(service, one) for kind, one in _KINDS.items()},
        "phones": [_phone(phone) for phone in service.phones if phone.type != "text"],
        "sms": {"number": texts[0].number, "say": texts[0].say} if texts else None,
        "webchat": service.webchat_url,
        "hours": _hours(service),
        "cost": "; ".join(one.amount_description for one in service.cost_options),
        "eligibility": {
            "text": service.eligibility_description,
            "narrow": service.narrow,
            "minimum_age": service.minimum_age,
            "maximum_age": service.maximum_age,
        },
        "languages": [one.name for one in service.languages],
        "access": service.interpretation_services,
        "assured_date": service.assured_date.isoformat() if service.assured_date else None,
        "unverified": list(service.unverified),
    }


_KINDS = {"nations": "nation", "districts": "district", "authorities": "authority"}


def _named(service: Service, kind: str) -> list[str]:
    return [one.name for one in service.service_areas if one.kind == kind]


def _phone(phone: Phone) -> Record:
    return {"number": phone.number, "type": phone.type, "description": phone.description}


def _hours(service: Service) -> Record | None:
    """None: nobody knows them."""
    periods = [] if service.always_open else [period for one in service.schedules if (period := _period(one))]
    if not service.always_open and not periods and not service.hours_words:
        return None
    return {
        "always": service.always_open,
        "periods": periods,
        "bank_holidays": service.bank_holidays,
        "words": service.hours_words,
    }


def _period(schedule: Schedule) -> Record | None:
    if not schedule.byday or schedule.opens_at is None or schedule.closes_at is None:
        return None
    opens, closes = schedule.opens_at.isoformat(), schedule.closes_at.isoformat()
    return {"byday": schedule.byday.split(","), "opens_at": opens, "closes_at": closes}
