"""Services as other people's directories have them, in the shape of Open Referral UK."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5


def service(name: str = "Night sitters", **changes: Any) -> dict[str, Any]:
    """A service with all that belongs to it. Its id is made from its name."""
    made = str(uuid5(NAMESPACE_URL, name))
    document: dict[str, Any] = {
        "id": made,
        "name": name,
        "description": "Somebody sits with the ill person at night.\nSo that you can sleep.",
        "url": "https://sitters.example/nights",
        "email": "help@sitters.example",
        "status": "active",
        "assured_date": "2026-10-01",
        "last_modified": "2026-10-01T10:00:00Z",
        "minimum_age": 18,
        "organization": {"id": made, "name": "The Sitters", "description": "A charity."},
        "contacts": [{"id": made, "name": "A Person", "phones": [{"id": made, "number": "+44 1603 123456"}]}],
        "phones": None,
        "schedules": [
            {"id": made, "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "21:00:00Z", "closes_at": "07:00:00Z"}
        ],
        "service_areas": [{"id": made, "name": "Norfolk", "extent": "E10000020", "extent_type": "ONS code"}],
        "languages": [{"id": made, "name": "Polish"}],
        "cost_options": [{"id": made, "option": "A night", "amount": 12.5}],
        "attributes": [term(made, "Night sitting")],
    }
    return document | changes


def term(made: str, name: str) -> dict[str, Any]:
    """An attribute with a term of this name."""
    return {
        "id": made,
        "link_type": "service",
        "taxonomy_term": {"id": str(uuid5(NAMESPACE_URL, name)), "name": name, "description": name},
    }
