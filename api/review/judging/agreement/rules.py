"""Agreement beyond chance, and sensitivity out of a sample. Pure: counts in, estimates with 95% intervals out."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.review.rules import wilson

_Z = 1.96  # Two-sided 95%.


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa of two readers over `n` cases, of which they agreed on `agreed`. `value` None: not defined."""

    n: int
    agreed: int
    value: float | None = None
    error: float | None = None  # Standard error.
    low: float | None = None
    high: float | None = None


def kappa(pairs: Sequence[tuple[Hashable, Hashable]]) -> Kappa:
    """Agreement of two readers, of each case the first's answer and the second's.

    Cohen 1960 (https://doi.org/10.1177/001316446002000104), with the large-sample standard error of Fleiss, Cohen and
    Everitt 1969 (https://doi.org/10.1037/h0028106). Not defined when both always gave one and the same answer.
    """
    n, agreed = len(pairs), sum(one == other for one, other in pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[answer] * second[answer] for answer in first) / n**2 if n else 1.0
    if math.isclose(chance, 1.0):
        return Kappa(n, agreed)
    value = (agreed / n - chance) / (1 - chance)
    both = {pair: times / n for pair, times in Counter(pairs).items()}
    sums = {answer: (first[answer] / n, second[answer] / n) for answer in first | second}
    error = math.sqrt(max(0.0, _variance(both, sums, agreed / n, chance) / n))
    return Kappa(n, agreed, value, error, max(-1.0, value - _Z * error), min(1.0, value + _Z * error))


def _variance(
    both: Mapping[tuple[Hashable, Hashable], float],
    sums: Mapping[Hashable, tuple[float, float]],
    seen: float,
    chance: float,
) -> float:
    """For one case. `both`: the share of each pair of answers; `sums`: of each answer, by the first and the second."""
    same = different = 0.0
    for (one, other), share in both.items():
        if one == other:
            same += share * ((1 - chance) - sum(sums[one]) * (1 - seen)) ** 2
        else:
            different += share * (sums[one][1] + sums[other][0]) ** 2
    last = (seen * chance - 2 * chance + seen) ** 2
    return (same + (1 - seen) ** 2 * different - last) / (1 - chance) ** 4


@dataclass(frozen=True, slots=True)
class Stratum:
    """Conversations that had the same chance of being reviewed.

    `decided`: how many there were; of the `reviewed` ones, in how many a crisis was `found` in time, or `missed`.
    `all_wanted`: all of them are to be reviewed, not only a share that is drawn.
    """

    decided: int
    reviewed: int
    found: int
    missed: int
    all_wanted: bool = False

    @property
    def weight(self) -> float:
        """For how many conversations each reviewed one stands."""
        return self.decided / self.reviewed if self.reviewed else 0.0


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The share of crises that was found in time. `value` None: it cannot be said yet.

    `found` and `missed` are as counted; `all_found` and `all_missed` are estimates for all conversations.
    """

    found: int
    missed: int
    all_found: float = 0.0
    all_missed: float = 0.0
    value: float | None = None
    low: float | None = None
    high: float | None = None


def sensitivity(strata: Iterable[Stratum]) -> Sensitivity:
    """Found crises of all crises, each reviewed conversation counting for as many as it stands for.

    That is the stratified estimate of Horvitz and Thompson 1952 (https://doi.org/10.1080/01621459.1952.10483446), with
    the share that was in fact reviewed. The interval is the wider, at each end, of two: Wilson's on the effective
    number of crises, as recommended for samples with weights (https://pmc.ncbi.nlm.nih.gov/articles/PMC6690503, read 26
    November 2026; effective number after Kish), and the one that allows for misses among what nobody reviewed, from
    Wilson's interval of each stratum (recovery of variances after Zou and Donner 2008,
    https://doi.org/10.1002/sim.3095). Without the second, a sample without a miss would look too good. Where none was
    drawn, all of them may be misses: that widens the interval and leaves the share as it is. Nothing is said while
    none was read of what must all be read, nor without a crisis.
    """
    known = [stratum for stratum in strata if stratum.decided]
    found, missed = sum(one.found for one in known), sum(one.missed for one in known)
    all_found = sum(one.found * one.weight for one in known)
    all_missed = sum(one.missed * one.weight for one in known)
    if not found + missed or any(one.all_wanted and not one.reviewed for one in known):
        return Sensitivity(found, missed, all_found, all_missed)
    value = all_found / (all_found + all_missed)
    ends = [wilson(value, _effective(known)), _with_the_unseen(known, all_found, all_missed)]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    return Sensitivity(found, missed, all_found, all_missed, value, low, high)


def _effective(known: Iterable[Stratum]) -> float:
    """As many crises, each counting once, as would tell as much (Kish 1965, section 11.7)."""
    crises = [(one.weight, one.found + one.missed) for one in known]
    return sum(weight * n for weight, n in crises) ** 2 / sum(weight**2 * n for weight, n in crises)


def _with_the_unseen(known: Iterable[Stratum], all_found: float, all_missed: float) -> tuple[float, float]:
    fewer = more = 0.0
    for one in known:
        seen = one.missed / one.reviewed if one.reviewed else 0.0
        low, high = wilson(seen, one.reviewed) if one.reviewed else (0.0, 1.0)
        fewer += (one.decided * (seen - low)) ** 2
        more += (one.decided * (high - seen)) ** 2
    least, most = max(0.0, all_missed - math.sqrt(fewer)), all_missed + math.sqrt(more)
    return all_found / (all_found + most), all_found / (all_found + least) if all_found else 0.0
