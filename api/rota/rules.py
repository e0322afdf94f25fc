"""The rungs of a team's ladder, in the order in which they are tried."""

from enum import StrEnum


class Rung(StrEnum):
    """A place on the rota that somebody holds."""

    ON_CALL = "on_call"
    SECOND_ON_CALL = "second_on_call"
    LEAD = "lead"
