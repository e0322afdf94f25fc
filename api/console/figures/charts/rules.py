"""Charts as inline SVG, and where their bars and points lie, for paper too. Pure.

The table beside a chart holds every number, so the picture is told in one sentence. A hidden number is a short hatched
bar, always of one height, or a gap in a line: the picture tells no more than the table. Colours come from figures.css,
where each is at least 3:1 on its ground; none says anything by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

WIDTH, HEIGHT = 640.0, 220.0
LEFT, TOP, FLOOR = 44.0, 22.0, 190.0
STUB = 9.0  # Height of a hidden bar.
_MOST_LABELS, _MOST_LONG_LABELS, _LONG = 16, 8, 3  # Of a label longer than so many characters.
_STEPS = (1, 2, 3, 4, 5, 6, 8)


class Kind(StrEnum):
    """How it is drawn."""

    BARS = "bars"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Point:
    """One number of a chart. `value` None: it is hidden. `words`: as the table has it."""

    label: str
    value: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `code` is unlike any other's on a page; `title` and `told` say to a screen reader what it shows."""

    code: str
    kind: Kind
    title: str
    told: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a number stands, in the units of the picture: its bar from `x`, `wide`, and `high` above the floor."""

    point: Point
    x: float
    wide: float
    high: float
    labelled: bool


def top_of(points: Sequence[Point]) -> int:
    """The number at the top of the scale: round, and not less than any that is shown."""
    most, scale = max([one.value or 0 for one in points], default=0), 1
    while True:
        for step in _STEPS:
            if step * scale >= max(most, 4):
                return step * scale
        scale *= 10


def placed(chart: Chart) -> list[Placed]:
    """Every number of a chart in its place."""
    count, top = max(len(chart.points), 1), top_of(chart.points)
    room, is_long = (WIDTH - LEFT) / count, any(len(point.label) > _LONG for point in chart.points)
    every = -(-count // (_MOST_LONG_LABELS if is_long else _MOST_LABELS))
    return [
        Placed(
            point,
            round(LEFT + number * room + room * 0.12, 1),
            round(room * 0.76, 1),
            STUB if point.value is None else round(point.value / top * (FLOOR - TOP), 1),
            number % every == 0,
        )
        for number, point in enumerate(chart.points)
    ]


def svg(chart: Chart) -> str:
    """The chart as an inline SVG picture."""
    name = f"chart-{chart.code}"
    head = (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title {name}-told" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-told">{escape(chart.told)}</desc>'
        f'<defs><pattern id="{name}-hidden" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="chart__hatch" d="M0 6 6 0"/></pattern></defs>'
    )
    spots = placed(chart)
    drawn = _bars(spots, name) if chart.kind is Kind.BARS else _line(spots)
    return "".join([head, *_scale(chart), *drawn, *_labels(spots), "</svg>"])


def _scale(chart: Chart) -> Iterator[str]:
    top = top_of(chart.points)
    for value, y in ((top, TOP), (top / 2, (TOP + FLOOR) / 2), (0, FLOOR)):
        yield f'<path class="chart__rule" d="M{LEFT:g} {y:g}H{WIDTH:g}"/>'
        yield f'<text class="chart__scale" x="{LEFT - 6:g}" y="{y + 4:g}" text-anchor="end">{value:g}</text>'


def _bars(spots: Sequence[Placed], name: str) -> Iterator[str]:
    for one in spots:
        if one.high:
            y, hidden = FLOOR - one.high, one.point.value is None
            fill = f' fill="url(#{name}-hidden)"' if hidden else ""
            style = "chart__hidden" if hidden else "chart__bar"
            yield f'<rect class="{style}" x="{one.x:g}" y="{y:g}" width="{one.wide:g}" height="{one.high:g}"{fill}/>'


def runs(spots: Sequence[Placed]) -> Iterator[list[Placed]]:
    """The stretches of a line between its gaps."""
    run: list[Placed] = []
    for one in spots:
        if one.point.value is None:
            if run:
                yield run
            run = []
        else:
            run.append(one)
    if run:
        yield run


def _line(spots: Sequence[Placed]) -> Iterator[str]:
    for run in runs(spots):
        path = "L".join(f"{one.x + one.wide / 2:g} {FLOOR - one.high:g}" for one in run)
        yield f'<path class="chart__line" d="M{path}"/>'
        for one in run:
            yield f'<circle class="chart__dot" cx="{one.x + one.wide / 2:g}" cy="{FLOOR - one.high:g}" r="3"/>'


def _labels(spots: Sequence[Placed]) -> Iterator[str]:
    for one in spots:
        if one.labelled:
            middle = one.x + one.wide / 2
            words = escape(one.point.label)
            yield f'<text class="chart__label" x="{middle:g}" y="{FLOOR + 18:g}" text-anchor="middle">{words}</text>'
