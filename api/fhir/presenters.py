"""A case as FHIR R4 resources. What is not known is left out: no name, no NHS number, no date of birth is made up.

The resources are checked by the R4B models of `fhir.resources`, which has none for R4 any more; the tests hold what
comes out to R4's own JSON schema as well.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.task import Task

from api.fhir import rules
from api.fhir.schemas import Case, Reason

type Resource = dict[str, Any]
NO_CONSENT = "The carer was told this. Nobody has recorded a consent of the patient's."


def bundle(case: Case, now: datetime, reason: Reason) -> Resource:
    """The message: a header, the request that it is about, and all that the request points to."""
    header_id = rules.resource_id(case.id, "MessageHeader", now.isoformat())
    resources = [_header(case, header_id, reason), *_resources(case)]
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    bundle_id = str(rules.resource_id(case.id, "Bundle", now.isoformat()))
    message = Bundle.model_validate(
        {
            "id": bundle_id,
            "identifier": {"system": rules.URN, "value": f"urn:uuid:{bundle_id}"},
            "type": "message",
            "timestamp": _instant(now),
            "entry": entries,
        }
    )
    return message.model_dump(mode="json")


def task(case: Case) -> Resource:
    """The same escalation as work to be done: where it stands, who has it, and by when."""
    made: Resource = {
        "id": str(case.id),
        "identifier": [{"system": rules.URN, "value": f"urn:uuid:{case.id}"}],
        "status": rules.TASK_STATES[case.state],
        "businessStatus": {"text": case.state},
        "intent": "order",
        "priority": rules.PRIORITIES[case.priority],
        "code": _coded(rules.TASK_CODES, "fulfill", "Fulfill the focal request"),
        "description": case.title,
        "focus": {"type": "ServiceRequest", "identifier": {"system": rules.URN, "value": _urn(case, "ServiceRequest")}},
        "for": {"type": "Patient", "identifier": {"system": rules.URN, "value": _patient(case)}},
        "authoredOn": _instant(case.raised_at),
        "lastModified": _instant(case.changed_at),
        "owner": {"type": "Practitioner", "display": case.nurse} if case.nurse else _team(case),
        "restriction": {"period": {"end": _instant(case.contact_by)}},
    }
    if case.outcome:
        made["output"] = [{"type": {"text": "How it ended"}, "valueString": case.outcome}]
    return Task.model_validate(made).model_dump(mode="json")


def _instant(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


def _urn(case: Case, kind: str, which: object = "") -> str:
    return f"urn:uuid:{rules.resource_id(case.id, kind, which)}"


def _patient(case: Case) -> str:
    """One patient for all that a carer asks for in one conversation."""
    return f"urn:uuid:{rules.resource_id(case.conversation_id, 'Patient')}"


def _team(case: Case) -> Resource:
    return {"type": "Organization", "display": case.team}


def _coded(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def _header(case: Case, header_id: UUID, reason: Reason) -> Resource:
    title = {"new": "New", "update": "Update"}[reason]
    return {
        "resourceType": "MessageHeader",
        "id": str(header_id),
        "eventCoding": {"system": rules.EVENTS, "code": "servicerequest-request"},
        "sender": {"reference": f"urn:uuid:{case.team_id}"},
        "source": {"name": "Nightlight", "endpoint": f"{case.source}/v1/escalations/{case.id}/fhir"},
        "reason": _coded(rules.REASONS, reason, title),
        "focus": [{"reference": _urn(case, "ServiceRequest")}],
    }


def _resources(case: Case) -> Iterator[Resource]:
    yield _request(case)
    yield from _people(case)
    for sign in case.signs:
        yield {
            "resourceType": "Observation",
            "id": str(sign.id),
            "status": "preliminary",
            "code": {"text": sign.title},
            "subject": {"reference": _patient(case)},
            "effectiveDateTime": _instant(sign.at),
            "valueString": f"{sign.by} Not assessed by a clinician.",
        }
    yield from _flags(case)
    if case.told_at:
        yield _consent(case, case.told_at)


def _request(case: Case) -> Resource:
    performers = [{"reference": f"urn:uuid:{case.team_id}"}]
    if case.nurse_id:
        performers.insert(0, {"reference": f"urn:uuid:{case.nurse_id}"})
    return {
        "resourceType": "ServiceRequest",
        "id": str(rules.resource_id(case.id, "ServiceRequest")),
        "identifier": [{"system": rules.URN, "value": f"urn:uuid:{case.id}"}],
        "status": rules.request_status(case.state),
        "intent": "plan",
        "category": [_coded(rules.REQUEST_CATEGORIES, "referral", "Transfer of Care")],
        "priority": rules.PRIORITIES[case.priority],
        "code": {"text": f"Palliative rapid response ({case.priority})"},
        "subject": {"reference": _patient(case)},
        "occurrencePeriod": {"start": _instant(case.raised_at), "end": _instant(case.contact_by)},
        "authoredOn": _instant(case.raised_at),
        "requester": {"reference": _urn(case, "RelatedPerson")},
        "performer": performers,
        "reasonCode": [{"text": case.title}],
        "reasonReference": [{"reference": f"urn:uuid:{sign.id}"} for sign in case.signs],
    }


def _people(case: Case) -> Iterator[Resource]:
    """The person cared for, their carer, the team, and whoever has accepted."""
    patient: Resource = {"resourceType": "Patient", "id": _patient(case).removeprefix("urn:uuid:")}
    if case.has_died:
        patient["deceasedBoolean"] = True
    place = [
        case.district and f"Postcode district {case.district}",
        case.nation and case.nation.replace("_", " ").title(),
    ]
    if any(place):
        patient["address"] = [{"text": ", ".join(filter(None, place))}]
    yield patient
    carer: Resource = {
        "resourceType": "RelatedPerson",
        "id": str(rules.resource_id(case.id, "RelatedPerson")),
        "patient": {"reference": _patient(case)},
        "relationship": [{"text": "Carer, as they say themselves"}],
    }
    if case.contact_number:
        carer["telecom"] = [{"system": "phone", "value": case.contact_number}]
    yield carer
    phone = [{"system": "phone", "value": case.team_phone}]
    yield {"resourceType": "Organization", "id": str(case.team_id), "name": case.team, "telecom": phone}
    if case.nurse_id and case.nurse:
        yield {"resourceType": "Practitioner", "id": str(case.nurse_id), "name": [{"text": case.nurse}]}


def _flags(case: Case) -> Iterator[Resource]:
    if case.watched_phone:
        yield _flag(
            case, "safety", "Safety", "This phone may be watched by somebody else: say nothing of a nurse on it."
        )
    if case.no_texts:
        yield _flag(case, "contact", "Subject Contact", "This number has refused texts: ring, do not text.")


def _flag(case: Case, category: str, display: str, words: str) -> Resource:
    return {
        "resourceType": "Flag",
        "id": str(rules.resource_id(case.id, "Flag", category)),
        "status": "inactive" if rules.request_status(case.state) == "completed" else "active",
        "category": [_coded(rules.FLAG_CATEGORIES, category, display)],
        "code": {"text": words},
        "subject": {"reference": _patient(case)},
        "period": {"start": _instant(case.raised_at)},
    }


def _consent(case: Case, told_at: datetime) -> Resource:
    """What the carer was told of who reads their words. It is proposed and not verified: nobody has said yes to it."""
    return {
        "resourceType": "Consent",
        "id": str(rules.resource_id(case.id, "Consent")),
        "status": "proposed",
        "scope": _coded(rules.CONSENT_SCOPES, "patient-privacy", "Privacy Consent"),
        "category": [{"text": "Who reads what a carer writes"}],
        "patient": {"reference": _patient(case)},
        "dateTime": _instant(told_at),
        "policyRule": {"text": f"{case.told} {NO_CONSENT}"},
        "verification": [{"verified": False}],
    }
