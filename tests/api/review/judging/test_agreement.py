"""Kappa, and sensitivity out of a sample, against published figures and by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.review.judging.agreement.rules import Stratum, kappa, sensitivity
from api.review.rules import wilson

type Table = list[list[int]]
# The first reader's answers are rows, the second's are columns.
COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
UEBERSAX = [[0, 0, 0], [5, 16, 3], [8, 12, 28]]
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
STATPSYCH = [[31, 12], [4, 58]]


def pairs(table: Table) -> list[tuple[int, int]]:
    return [(i, j) for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)]


def test_kappa_is_cohens_own() -> None:
    """Two judges and 200 cases: the table of Cohen 1960 and 1968, kappa .492.

    https://stat.ethz.ch/CRAN/web/packages/DMAR/vignettes/weighted_kappa.html, read 26 November 2026.
    """
    found = kappa(pairs(COHEN))
    assert (found.n, found.agreed) == (200, 140)
    assert found.value == pytest.approx(0.492, abs=0.0005)


@pytest.mark.parametrize(
    ("table", "value", "error", "low", "high"),
    [
        # SAS, as printed on http://www.john-uebersax.com/stat/saskappa.htm and kept in the tests of statsmodels.
        (UEBERSAX, 0.3333, 0.0814, 0.1738, 0.4929),
        # SAS PROC FREQ, as kept in the tests of statsmodels (statsmodels/stats/tests/test_inter_rater.py).
        (SAS, 0.4842, 0.1380, 0.2137, 0.7547),
        # https://dgbonett.github.io/statpsych/reference/ci.kappa.html, read 26 November 2026.
        (STATPSYCH, 0.6756757, 0.07344761, 0.5317210, 0.8196303),
    ],
    ids=["uebersax", "sas", "statpsych"],
)
def test_its_interval_is_the_published_one(table: Table, value: float, error: float, low: float, high: float) -> None:
    found = kappa(pairs(table))
    assert (found.value, found.error, found.low, found.high) == pytest.approx((value, error, low, high), abs=0.0001)


def test_kappa_is_not_defined_where_chance_alone_would_agree() -> None:
    assert kappa([]).value is None
    assert (kappa([("no", "no")] * 5).value, kappa([("no", "no")] * 5).agreed) == (None, 5)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=60))
def test_kappa_does_not_depend_on_who_was_first_and_stays_within_its_bounds(said: list[tuple[str, str]]) -> None:
    one, other = kappa(said), kappa([(second, first) for first, second in said])
    assert (one.value is None) == (other.value is None)
    if one.value is not None and other.value is not None and one.low is not None and one.high is not None:
        assert one.value == pytest.approx(other.value)
        assert one.error == pytest.approx(other.error)
        assert -1 <= one.low <= one.value <= one.high <= 1


def test_where_everything_is_read_the_share_is_the_plain_one_and_the_interval_at_least_wilsons() -> None:
    found = sensitivity([Stratum(decided=1000, reviewed=1000, found=90, missed=10)])
    low, high = wilson(0.9, 100)
    assert found.value == 0.9
    assert found.low is not None
    assert found.high is not None
    assert found.low <= low
    assert found.high == pytest.approx(high)
    assert found.low == pytest.approx(low, abs=0.005), "crises are rare, so the two intervals are nearly one"


def test_a_miss_among_the_drawn_counts_for_as_many_as_it_stands_for() -> None:
    """By hand: 20 found where all is read; 2 missed in a fifth of 1,000, which stand for 10."""
    found = sensitivity([Stratum(30, 30, 20, 0), Stratum(1000, 200, 0, 2)])
    assert (found.found, found.missed) == (20, 2)
    assert (found.all_found, found.all_missed) == (20, 10)
    assert found.value == pytest.approx(20 / 30)
    low, _ = wilson(20 / 30, 30**2 / (20 * 1 + 2 * 25))  # Kish: 12.86 crises that count alike.
    assert found.low is not None
    assert found.low <= low


def test_a_sample_without_a_miss_says_only_what_it_can() -> None:
    """50 of 50 found, and none missed in 200 of 1,000: up to 1.9% of these may hide one (Wilson), which is 19."""
    found = sensitivity([Stratum(50, 50, 50, 0), Stratum(1000, 200, 0, 0)])
    _, most = wilson(0, 200)
    unread = math.hypot(1000 * most, 50 * wilson(0, 50)[1])
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(50 / (50 + unread))
    assert found.low is not None
    assert found.low < wilson(1, 50)[0], "else the little that was read would look like everything"


def test_what_nobody_has_read_yet_is_not_guessed_at() -> None:
    assert sensitivity([Stratum(50, 0, 0, 0, all_wanted=True), Stratum(1000, 200, 3, 1)]).value is None
    assert sensitivity([Stratum(50, 50, 0, 0)]).value is None
    assert sensitivity([]).value is None


def test_of_what_none_was_drawn_all_may_be_misses() -> None:
    found = sensitivity([Stratum(50, 50, 40, 10), Stratum(25, 0, 0, 0)])
    assert found.value == 0.8
    assert found.low is not None
    assert found.low <= 40 / (40 + 10 + 25)


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4), st.integers(1, 10))
def test_the_share_is_always_within_its_interval(counts: list[int], times: int) -> None:
    found, missed, drawn_found, drawn_missed = counts
    rest = drawn_found + drawn_missed + 20
    strata = [Stratum(found + missed, found + missed, found, missed)]
    strata.append(Stratum(rest * times, rest, drawn_found, drawn_missed))
    said = sensitivity(strata)
    if said.value is not None and said.low is not None and said.high is not None:
        assert 0 <= said.low <= said.value + 1e-9
        assert said.value <= said.high + 1e-9 <= 1 + 2e-9
