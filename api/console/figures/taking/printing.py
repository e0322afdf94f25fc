"""The report on paper: a page in plain words, then charts as drawings and the tables. Tagged, as a handover sheet is.

A chart is tagged as a picture with its description. A line of a table is read aloud with the name of each column.
"""

from collections.abc import Sequence

from fpdf.enums import MethodReturnValue

from api.console.figures.charts.rules import FLOOR, HEIGHT, TOP, WIDTH, Chart, Kind, Placed, placed, runs, top_of
from api.console.figures.presenters import Section, Table
from api.console.handover.printing import FONT, MARGIN, Paper, writable

SCALE = (210 - 2 * MARGIN) / WIDTH  # Millimetres for each unit of a picture.
LABELS, MANY, LABELS_OF_MANY = 0.36, 5, 0.22  # Of the width of a table; of one with so many columns.
TEXT, LEAST = 9.0, 4.6  # Points; millimetres of a line.
INK, GREY = (0, 94, 184), (118, 134, 146)


def pdf(title: str, team: str, said: Sequence[str], notes: Sequence[str], sections: Sequence[Section]) -> bytes:
    """The report as the bytes of a PDF."""
    paper = Paper(f"Nightlight figures, {title}", f"Figures, {title}", team)
    paper.say(f"Figures, {title}", 18, "B", tag="H1")
    paper.say(team, 13, "B")
    paper.ln(2)
    for sentence in said:
        paper.say(sentence, 13)
    paper.ln(4)
    for note in notes:
        paper.say(note)
    for section in sections:
        paper.add_page()
        paper.head(section.title)
        for fact in section.facts:
            paper.say(f"{fact.label}: {fact.value}")
        for table in section.tables:
            _table(paper, table)
    return bytes(paper.output())


def _table(paper: Paper, table: Table) -> None:
    high = HEIGHT * SCALE if table.chart else 0.0
    if paper.y + 24 + high > paper.page_break_trigger:
        paper.add_page()
    paper.ln(3)
    paper.say(table.title, 12, "B", tag="H3")
    if table.note:
        paper.say(table.note, TEXT)
    if table.chart:
        _chart(paper, table.chart)
    if not table.rows:
        paper.say(table.empty)
        return
    _line(paper, table, table.head, is_head=True)
    for row in table.rows:
        _line(paper, table, (row.label, *row.cells), is_head=False)


def _line(paper: Paper, table: Table, cells: Sequence[str], is_head: bool) -> None:
    """One line of a table, never parted by a page's end; on a new page the head comes again."""
    room = paper.w - 2 * MARGIN
    first = room * (LABELS if len(table.head) <= MANY else LABELS_OF_MANY)
    widths = [first, *[(room - first) / (len(table.head) - 1)] * (len(table.head) - 1)]
    paper.set_font(FONT, style="B" if is_head else "", size=TEXT)
    high = LEAST * max(_lines(paper, cell, wide) for cell, wide in zip(cells, widths, strict=True))
    if paper.y + high > paper.page_break_trigger:
        paper.add_page()
        if not is_head:
            _line(paper, table, table.head, is_head=True)
            paper.set_font(FONT, size=TEXT)
    top, left = paper.y, float(MARGIN)
    aloud = ", ".join(table.head) if is_head else _aloud(table.head, cells)
    with paper.tagged("P", read=aloud):
        for cell, wide in zip(cells, widths, strict=True):
            paper.set_xy(left, top)
            paper.multi_cell(wide, LEAST, writable(cell), align="L")
            left += wide
    _rule(paper, top + high)
    paper.set_xy(MARGIN, top + high)


def _lines(paper: Paper, words: str, wide: float) -> int:
    laid = paper.multi_cell(wide, LEAST, writable(words), align="L", dry_run=True, output=MethodReturnValue.LINES)
    return max(1, len(laid)) if isinstance(laid, list) else 1


def _aloud(head: Sequence[str], cells: Sequence[str]) -> str:
    told = "; ".join(f"{name}: {cell}" for name, cell in zip(head[1:], cells[1:], strict=True) if cell)
    return f"{cells[0]}. {told}."


def _rule(paper: Paper, y: float) -> None:
    paper.set_draw_color(*GREY)
    paper.set_line_width(0.1)
    with paper.artifact():
        paper.line(MARGIN, y, paper.w - MARGIN, y)


def _chart(paper: Paper, chart: Chart) -> None:
    """The same picture as on the page, in the lines of a drawing."""
    top, spots = paper.y, placed(chart)
    with paper.tagged("Figure", alt=f"{chart.title}. {chart.told}"):
        paper.set_font(FONT, size=7)
        paper.set_line_width(0.2)
        for value, y in ((top_of(chart.points), TOP), (0, FLOOR)):
            paper.set_draw_color(*GREY)
            paper.line(MARGIN + 10, top + y * SCALE, paper.w - MARGIN, top + y * SCALE)
            paper.text(MARGIN, top + y * SCALE + 1, f"{value:,}")
        paper.set_draw_color(*INK)
        paper.set_fill_color(*INK)
        if chart.kind is Kind.LINE:
            _curve(paper, spots, top)
        for one in spots:
            if chart.kind is Kind.BARS and one.high:
                _bar(paper, one, top)
            if one.labelled:
                _label(paper, one, top)
    paper.set_xy(MARGIN, top + HEIGHT * SCALE)


def _bar(paper: Paper, one: Placed, top: float) -> None:
    x, y = MARGIN + one.x * SCALE, top + (FLOOR - one.high) * SCALE
    wide, high = one.wide * SCALE, one.high * SCALE
    paper.rect(x, y, wide, high, style="D" if one.point.value is None else "DF")
    if one.point.value is None:  # Crossed out, so that it is no number in black and white either.
        paper.line(x, y + high, x + wide, y)


def _curve(paper: Paper, spots: Sequence[Placed], top: float) -> None:
    for run in runs(spots):
        at = [(MARGIN + (one.x + one.wide / 2) * SCALE, top + (FLOOR - one.high) * SCALE) for one in run]
        paper.polyline(at)
        for x, y in at:
            paper.circle(x, y, 0.6, style="F")


def _label(paper: Paper, one: Placed, top: float) -> None:
    words = writable(one.point.label)
    middle = MARGIN + (one.x + one.wide / 2) * SCALE
    paper.text(middle - paper.get_string_width(words) / 2, top + (FLOOR + 14) * SCALE, words)
