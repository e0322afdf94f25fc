"""What the carrier's list of calls says that we should know and may not."""

from datetime import datetime, timedelta

from api.conversations.carer_calls.rules import OVER


def should_be_known(status: str, started_at: datetime, now: datetime, within: timedelta) -> bool:
    """Whether we must have been asked by now what this call hears. A call that is just coming in may not be yet."""
    return status in OVER or now - started_at > within


def since(
    last_look: datetime | None, open_since: datetime | None, now: datetime, usual: timedelta, at_first: timedelta
) -> datetime:
    """From when on to ask for calls: looks overlap, and reach back to the oldest call that we believe is going on.

    Without a last look, or when it was long ago, the list is read from `at_first` before now on.
    """
    begin = now - at_first if last_look is None else max(last_look - usual, now - at_first)
    return begin if open_since is None else min(begin, open_since)
