"""What may be asked of the audit log."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; what is empty does not narrow it. `before`: entries older than this number."""

    actor: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
