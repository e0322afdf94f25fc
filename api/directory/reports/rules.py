"""What can be wrong with the directory, and what becomes of a report of it."""

from enum import StrEnum


class Fault(StrEnum):
    """What a reviewer found."""

    WRONG = "wrong"
    CLOSED = "closed"
    MISSING = "missing"  # There is no record yet.


class Outcome(StrEnum):
    """What was done about a report: the kinds of change at the desk, or none."""

    ADDED = "added"
    EDITED = "edited"
    CHECKED = "checked"
    RETIRED = "retired"
    BROUGHT_BACK = "brought_back"
    NO_FAULT = "no_fault"
    WITHDRAWN = "withdrawn"  # Whoever had accepted it refused it after all.
