"""The bank holidays of the UK's nations, by their codes of ISO 3166-2:GB: ENG, SCT, WLS, NIR."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache
def in_year(nation: str, year: int) -> frozenset[date]:
    """Those of one year."""
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))


def is_one(day: date, nation: str) -> bool:
    """Whether this day is one there."""
    return day in in_year(nation, day.year)
