"""Charts: as high as their numbers, hidden ones all alike, and words for whoever does not see them."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.figures.charts.rules import FLOOR, STUB, TOP, Chart, Kind, Point, placed, runs, svg, top_of
from api.console.figures.presenters import number, share, taken
from api.reporting.hiding.rules import Hidden, How, Portion

VALUES = st.lists(st.none() | st.integers(0, 10_000), max_size=40)
SVG = "{http://www.w3.org/2000/svg}"


def chart(values: list[int | None], kind: Kind = Kind.BARS) -> Chart:
    points = [Point(f"{place}", value, str(value)) for place, value in enumerate(values)]
    return Chart("t", kind, "Contacts <by> day", "Most: 1 & 2.", points)


@given(VALUES)
def test_a_bar_is_as_high_as_its_number_and_a_hidden_one_says_nothing(values: list[int | None]) -> None:
    spots, top = placed(chart(values)), top_of(chart(values).points)
    for spot, value in zip(spots, values, strict=True):
        if value is None:
            assert spot.high == STUB
        else:
            assert spot.high == pytest.approx(value / top * (FLOOR - TOP), abs=0.1)
            assert spot.high <= FLOOR - TOP


@given(VALUES, st.sampled_from(Kind))
def test_a_chart_is_well_formed_and_told_to_a_screen_reader(values: list[int | None], kind: Kind) -> None:
    drawn = ElementTree.fromstring(svg(chart(values, kind)))  # noqa: S314  (our own)
    assert drawn.attrib["role"] == "img"
    told = [drawn.find(f"{SVG}{name}") for name in ("title", "desc")]
    assert [one.text for one in told if one is not None] == ["Contacts <by> day", "Most: 1 & 2."]
    assert drawn.attrib["aria-labelledby"].split() == [one.attrib["id"] for one in told if one is not None]
    assert "style" not in svg(chart(values, kind)), "our own policy for pages would drop it"


def test_a_line_has_a_gap_where_a_number_is_hidden() -> None:
    spots = placed(chart([5, 6, None, 7], Kind.LINE))
    assert [[one.point.value for one in run] for run in runs(spots)] == [[5, 6], [7]]
    hidden = ElementTree.fromstring(svg(chart([5, None]))).findall(f"{SVG}rect")  # noqa: S314
    assert [one.attrib.get("fill") for one in hidden] == [None, "url(#chart-t-hidden)"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "-"), (0.4, "0 s"), (59.6, "1 min"), (125, "2 min 5 s"), (4800, "1 h 20 min"), (180_000, "2 d 2 h")],
)
def test_how_long_something_took(seconds: float | None, words: str) -> None:
    assert taken(seconds) == words


def test_numbers_and_shares_in_words() -> None:
    assert [number(one, 5) for one in (0, 1204, Hidden.FEW, Hidden.WITHHELD)] == [
        "0",
        "1,204",
        "fewer than 5",
        "not shown",
    ]
    exact = Portion(200, How.EXACT, 0.998, 0.97, 1.0)
    assert (share(exact), share(exact, interval=True)) == ("99%", "99% (97 to 100)"), "100% is all of them"
    assert share(Portion(0, How.NONE)) == "no case"
    assert share(Portion(Hidden.FEW, How.NONE)) == "not shown"
    assert share(Portion(7, How.AT_LEAST, 3 / 7)) == "42% or more"
    assert share(Portion(7, How.AT_MOST, 4 / 7)) == "58% or less"
