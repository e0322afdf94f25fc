"""What is known of one escalation, gathered for FHIR, without a carer's words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

type Reason = Literal["new", "update"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One danger that was recognised. `title` is data/triage's. `by`: how it was recognised, in words."""

    id: UUID
    at: datetime
    title: str
    by: str


@dataclass(frozen=True, slots=True)
class Case:
    """One escalation, its carer and its team, as far as they are known. Empty: not known."""

    id: UUID
    conversation_id: UUID
    state: str
    priority: str
    title: str
    raised_at: datetime
    contact_by: datetime
    changed_at: datetime
    signs: tuple[Sign, ...]
    team_id: UUID
    team: str
    team_phone: str
    nurse_id: UUID | None
    nurse: str | None
    contact_number: str | None
    district: str | None
    nation: str | None
    has_died: bool
    told_at: datetime | None  # When the carer was told who reads what they write.
    told: str
    no_texts: bool
    watched_phone: bool
    outcome: str | None
    source: str  # Our address.
