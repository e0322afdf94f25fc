"""What was asked for on the page of figures: which period, and of which team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.reporting.rules import Period, Span, period

ALL = "all"  # In place of a team's code: the whole installation.


@dataclass(frozen=True, slots=True)
class Asked:
    """A period and a team's code, as they were typed and as they are meant. `errors` by field."""

    period: Period
    team: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]

    @property
    def query(self) -> dict[str, str]:
        """The same again, for the address of a link."""
        meant = {"span": str(self.period.span), "of": self.period.first.isoformat()}
        return meant | ({"team": self.team} if self.team else {})


def asked(given: Mapping[str, str], today: date) -> Asked:
    """What was asked for; this month where nothing was, or where it cannot be read."""
    typed = {name: given.get(name, "").strip()[:100] for name in ("span", "of", "team")}
    errors = {}
    span, day = Span.MONTH, today
    if typed["span"] in list(Span):
        span = Span(typed["span"])
    elif typed["span"]:
        errors["span"] = "Choose a week, a month or a quarter"
    try:
        found = period(span, date.fromisoformat(typed["of"])) if typed["of"] else period(span, day)
    except ValueError:
        errors["of"] = "Enter a day such as 2026-11-26"
        found = period(span, day)
    return Asked(found, typed["team"], typed, errors)
