"""Times in a list, as figures in a report."""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figures:
    """Percentiles in milliseconds; `per_second` is what was finished in each second; `lost` had no answer in time."""

    n: int
    p50: float
    p95: float
    p99: float
    longest: float
    per_second: float
    lost: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON, rounded to what can be believed."""
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(self).items()}


def percentile(times: list[float], share: float) -> float:
    """The time that `share` of them do not exceed (nearest rank). 0 for none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))] if ordered else 0.0


def figures(seconds: list[float], took: float, lost: int = 0) -> Figures:
    """Figures of times in seconds that were measured within `took` seconds."""
    times = [one * 1000 for one in seconds]
    at = {share: percentile(times, share) for share in (0.5, 0.95, 0.99)}
    rate = len(times) / took if took else 0.0
    return Figures(len(times), at[0.5], at[0.95], at[0.99], max(times, default=0.0), rate, lost)


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure over repeated runs; counts are added up."""
    names = ("p50", "p95", "p99", "longest", "per_second")
    found = {name: median(getattr(run, name) for run in runs) for name in names}
    return Figures(n=sum(run.n for run in runs), lost=sum(run.lost for run in runs), **found)


def spread(runs: list[Figures], name: str) -> tuple[float, float]:
    """The least and the greatest of one figure over repeated runs."""
    values = [getattr(run, name) for run in runs]
    return min(values), max(values)
