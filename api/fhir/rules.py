"""Our words in FHIR's codes. Nothing here is known of a carer.

Read 2026-11-26 in R4 (4.0.1): https://hl7.org/fhir/R4/valueset-request-priority.html and valueset-flag-category.html
beside it; the codes of states are those of R4's JSON schema, which the tests hold. The shape of the message, and NHS
England's codes for it, are the Booking and Referral Standard's:
https://simplifier.net/guide/nhsbookingandreferralstandard (message headers, referral request).
"""

from uuid import UUID, uuid5

from api.escalations.rules import State
from api.triage.rules import Priority

URN = "urn:ietf:rfc:3986"
EVENTS = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
REASONS = "https://fhir.nhs.uk/CodeSystem/message-reason-bars"
REQUEST_CATEGORIES = "https://fhir.nhs.uk/CodeSystem/message-category-servicerequest"
FLAG_CATEGORIES = "http://terminology.hl7.org/CodeSystem/flag-category"
CONSENT_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"

# FHIR's order is routine, urgent, asap, stat; P1S is a life threat of another kind, with P0's own targets.
PRIORITIES: dict[str, str] = {
    Priority.P0: "stat",
    Priority.P1S: "stat",
    Priority.P1: "asap",
    Priority.P2: "urgent",
    Priority.P3: "routine",
}
TASK_STATES: dict[str, str] = {
    State.WAITING: "requested",
    State.UNREACHED: "requested",
    State.ACCEPTED: "accepted",
    State.CONTACTED: "in-progress",
    State.RESOLVED: "completed",
}


def request_status(state: str) -> str:
    """The status of the ServiceRequest."""
    return "completed" if state == State.RESOLVED else "active"


def resource_id(of: UUID, kind: str, which: object = "") -> UUID:
    """The id of a resource that stands for a part of one of our rows: the same each time that it is read."""
    return uuid5(of, f"{kind}/{which}")
