"""Small numbers cannot be seen, and cannot be worked out from what is shown beside them."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reporting.hiding.rules import (
    Cell,
    Hidden,
    How,
    Parts,
    Portion,
    Portions,
    cell,
    each,
    gathered,
    parts,
    portion,
    portions,
)

FEWEST = 5
FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD
COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 14), max_size=7)
SHARES = st.dictionaries(
    st.sampled_from("abcd"), st.integers(0, 14).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=4
)


def test_one_to_four_are_hidden_and_nought_is_not() -> None:
    assert [cell(number, FEWEST) for number in range(7)] == [0, FEW, FEW, FEW, FEW, 5, 6]
    assert each({"a": 3, "b": 9}, FEWEST) == {"a": FEW, "b": 9}
    assert cell(3, 3) == 3


# Lines of Statistics Norway's worked example whose totals are shown: table 4, in which counts from 1 to 4 are hidden
# and noughts are not (`maxN = 4, protectZeros = FALSE`). See data/reporting.yml for where it stands.
@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"old Iceland": 3, "old Portugal": 4, "old Spain": 6}, {"old Iceland", "old Portugal"}),
        ({"young Iceland": 2, "young Portugal": 0, "young Spain": 5}, {"young Iceland", "young Spain"}),
        ({"old nonEU": 3, "old EU": 10}, {"old nonEU", "old EU"}),
        ({"young nonEU": 2, "young EU": 5}, {"young nonEU", "young EU"}),
    ],
)
def test_the_worked_example_of_statistics_norway(counts: dict[str, int], hidden: set[str]) -> None:
    found = parts(counts, FEWEST)
    assert found.shown is not None
    assert {key for key, shown in found.shown.items() if isinstance(shown, Hidden)} == hidden
    assert found.total == sum(counts.values())


def test_a_lone_small_one_takes_the_next_smallest_with_it() -> None:
    assert parts({"a": 3, "b": 40, "c": 7}, FEWEST) == Parts(50, {"a": FEW, "b": 40, "c": WITHHELD})
    assert parts({"a": 1, "b": 5, "c": 9}, FEWEST).shown == {"a": FEW, "b": WITHHELD, "c": WITHHELD}, "6 would be 1 + 5"
    assert parts({"a": 4, "b": 4, "c": 9}, FEWEST).shown == {"a": FEW, "b": FEW, "c": WITHHELD}, "8 would be 4 + 4"
    assert parts({"a": 4, "b": 4}, FEWEST) == Parts(8, None), "nothing else is left to hide"
    assert parts({"a": 3, "b": 0}, FEWEST) == Parts(FEW, None)
    assert parts({"a": 0, "b": 12}, FEWEST) == Parts(12, {"a": 0, "b": 12})


@given(COUNTS.flatmap(lambda counts: st.tuples(st.just(counts), st.permutations(list(counts)))))
def test_the_same_numbers_are_hidden_alike_in_any_order(given_: tuple[dict[str, int], list[str]]) -> None:
    counts, order = given_
    assert parts(counts, FEWEST) == parts({key: counts[key] for key in order}, FEWEST)
    pairs = {key: (n // 2, n) for key, n in counts.items()}
    assert portions(pairs, FEWEST) == portions({key: pairs[key] for key in order}, FEWEST)


def test_larger_parts_tell_no_more_than_the_smaller_ones() -> None:
    small = parts({"a1": 3, "a2": 40, "b1": 7, "b2": 9, "c1": 0, "c2": 8}, FEWEST)
    assert gathered(small, lambda key: key[0], "abcd") == Parts(67, {"a": WITHHELD, "b": WITHHELD, "c": 8, "d": 0})
    assert gathered(parts({"a1": 4, "b1": 4}, FEWEST), lambda key: key[0], "ab") == Parts(8, None)


def readings(shown: Sequence[Cell], total: int) -> Iterator[list[int]]:
    """Every table that somebody could have in mind who sees this one: small ones small, others not, and the total."""
    if not shown:
        if total == 0:
            yield []
        return
    first, rest = shown[0], shown[1:]
    values = [first] if isinstance(first, int) else range(1, FEWEST) if first is FEW else range(FEWEST, total + 1)
    for value in values:
        if value <= total:
            yield from ([value, *others] for others in readings(rest, total - value))


@given(COUNTS)
def test_whoever_sees_parts_and_total_finds_no_small_number(counts: dict[str, int]) -> None:
    found = parts(counts, FEWEST)
    if found.shown is None:
        return
    assert isinstance(found.total, int)
    possible = list(readings(list(found.shown.values()), found.total))
    assert list(counts.values()) in possible, "what is shown is true"
    for place, number in enumerate(counts.values()):
        if 0 < number < FEWEST:
            assert len({one[place] for one in possible}) > 1


@given(COUNTS)
def test_no_more_is_hidden_than_must_be(counts: dict[str, int]) -> None:
    small = [number for number in counts.values() if 0 < number < FEWEST]
    if not small and sum(counts.values()) >= FEWEST:
        assert parts(counts, FEWEST).shown == counts


def test_a_share_is_exact_or_a_bound_or_nothing() -> None:
    assert portion(3, 4, FEWEST) == Portion(FEW, How.NONE)
    assert portion(0, 0, FEWEST) == Portion(0, How.NONE)
    late = portion(18, 20, FEWEST)
    assert (late.how, late.share) == (How.AT_LEAST, 0.8), "fewer than 5 were late, so at least 16 of 20 were not"
    few = portion(2, 20, FEWEST)
    assert (few.how, few.share) == (How.AT_MOST, 0.2)
    assert portion(20, 20, FEWEST).how is How.EXACT
    assert [portion(hits, 6, FEWEST).how for hits in (0, 1, 3, 5, 6)] == [How.EXACT, *[How.NONE] * 3, How.EXACT]


def test_wilsons_interval_is_that_of_newcombes_table() -> None:
    """81 of 263: 0.2553 to 0.3662. R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    found = portion(81, 263, FEWEST)
    assert found.low == pytest.approx(0.2553, abs=0.0001)
    assert found.high == pytest.approx(0.3662, abs=0.0001)


def test_a_share_that_the_whole_would_give_away_takes_another_with_it() -> None:
    found = portions({"sms": (50, 60), "web": (17, 20), "voice": (0, 0)}, FEWEST)
    assert found.whole.how is How.EXACT
    assert found.parts is not None
    assert {key: one.how for key, one in found.parts.items()} == {
        "sms": How.NONE,
        "web": How.AT_LEAST,
        "voice": How.NONE,
    }
    enough = portions({"sms": (50, 60), "web": (12, 20)}, FEWEST)
    assert enough.parts is not None
    assert {one.how for one in enough.parts.values()} == {How.EXACT}


def test_as_many_parts_with_few_as_there_are_few_are_not_shown() -> None:
    four = portions(dict.fromkeys("abcd", (1, 20)) | {"e": (0, 20)}, FEWEST)
    assert (four.whole.how, four.parts) == (How.AT_MOST, None), "fewer than five in four parts: one in each"
    three = portions(dict.fromkeys("abc", (1, 20)) | {"e": (0, 20)}, FEWEST)
    assert three.parts is not None, "one of them could be two"


def agrees(one: Portion, n: int, hits: int) -> bool:
    """Whether a part of so many hits of n could be shown like this."""
    if one.how is How.NONE:
        return True
    shown = portion(hits, n, FEWEST)
    return shown.how is one.how


def hits_that_fit(found: Portions[str], counted: Mapping[str, tuple[int, int]]) -> Iterator[list[int]]:
    """Every column of hits that somebody could have in mind, even one who knew all the cases."""
    total, cases = (sum(pair[place] for pair in counted.values()) for place in (0, 1))

    def fits(keys: list[str], left: int) -> Iterator[list[int]]:
        if not keys:
            if left == 0:
                yield []
            return
        n, one = counted[keys[0]][1], (found.parts or {})[keys[0]]
        exact = [counted[keys[0]][0]] if one.how is How.EXACT else range(min(n, left) + 1)
        for hits in exact:
            if hits <= left and agrees(one, n, hits):
                yield from ([hits, *others] for others in fits(keys[1:], left - hits))

    totals = [total] if found.whole.how is How.EXACT else range(cases + 1)
    return (hits for other in totals if agrees(found.whole, cases, other) for hits in fits(list(counted), other))


@given(SHARES)
def test_whoever_sees_all_shares_finds_no_small_number_of_hits_or_misses(counted: dict[str, tuple[int, int]]) -> None:
    found = portions(counted, FEWEST)
    if found.parts is None:
        return
    possible = list(hits_that_fit(found, counted))
    assert [hits for hits, _ in counted.values()] in possible
    for place, (hits, n) in enumerate(counted.values()):
        if n >= FEWEST and (0 < hits < FEWEST or 0 < n - hits < FEWEST):
            assert len({one[place] for one in possible}) > 1
