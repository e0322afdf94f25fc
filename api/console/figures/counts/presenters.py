"""Counts as a table and a chart, the same for every kind of count."""

from collections.abc import Callable, Mapping

from api.console.figures.charts.rules import Chart, Kind, Point
from api.console.figures.presenters import Row, Table, number, value
from api.reporting.hiding.rules import Cell, Parts
from api.reporting.service import Report

TOO_FEW = "So few that they are not shown in parts."


class Counts:
    """Makes tables of counts for one report."""

    def __init__(self, report: Report) -> None:
        self.few = report.fewest

    def rows[Key](
        self, shown: Mapping[Key, Cell], words: Callable[[Key], str], url: Callable[[Key], str] | None = None
    ) -> list[Row]:
        """A line for each key."""
        return [Row(words(key), [number(one, self.few)], url(key) if url else "") for key, one in shown.items()]

    def table[Key](
        self,
        code: str,
        title: str,
        what: str,
        found: Parts[Key],
        words: Callable[[Key], str],
        *,
        url: Callable[[Key], str] | None = None,
        chart: Kind | None = Kind.BARS,
        short: Callable[[Key], str] | None = None,
        of: str = "Contacts",
        note: str = "",
    ) -> Table:
        """The parts of a whole, with the whole in the last line."""
        if found.shown is None:
            return Table(code, title, (what, of), [], note, None, TOO_FEW)
        rows = self.rows(found.shown, words, url)
        drawn = chart if any(found.shown.values()) else None
        points = [Point((short or words)(key), value(one), number(one, self.few)) for key, one in found.shown.items()]
        whole = Row("All", [number(found.total, self.few)])
        return Table(code, title, (what, of), [*rows, whole], note, _chart(code, title, drawn, points), "")


def _chart(code: str, title: str, kind: Kind | None, points: list[Point]) -> Chart | None:
    if kind is None:
        return None
    most = max((one for one in points if one.value), key=lambda one: one.value or 0, default=None)
    hidden = sum(one.value is None for one in points)
    told = f"Most: {most.label}, {most.words}." if most else "No number is large enough to be shown."
    told += f" {hidden} of {len(points)} are hidden." if hidden else ""
    return Chart(code, kind, title, f"{told} Every number is in the table below.", points)


def largest_first[Key](found: Parts[Key]) -> Parts[Key]:
    """What is hidden comes last, in the order of its name, so that the order gives nothing away."""
    if found.shown is None:
        return found
    pairs = sorted(found.shown.items(), key=lambda pair: (-(value(pair[1]) or 0), str(pair[0])))
    return Parts(found.total, dict(pairs))
