"""Tables as CSV (RFC 4180), and a report's first page in plain words."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from api.console.figures.presenters import NOT_SHOWN, Section, Table, named, number, share, taken
from api.reporting.hiding.rules import Hidden
from api.reporting.service import Report

LONG = ("table", "row", "column", "value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # A spreadsheet would reckon with what begins so.
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")


def table(one: Table) -> str:
    """One table as it is shown."""
    return _csv([one.head, *([row.label, *row.cells] for row in one.rows)])


def everything(sections: Iterable[Section]) -> str:
    """Every table and number, a line for each value."""
    return _csv([LONG, *_long(sections)])


def _long(sections: Iterable[Section]) -> Iterator[Sequence[str]]:
    for section in sections:
        for one in section.tables:
            for row in one.rows:
                for column, cell in zip(one.head[1:], row.cells, strict=True):
                    yield one.title, row.label, column, cell
        for fact in section.facts:
            yield section.title, fact.label, "", fact.value


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: str) -> str:
    """A cell that no spreadsheet reckons with, and a number that it reads."""
    if _GROUPED.fullmatch(cell):
        return cell.replace(",", "")
    return f"'{cell}" if cell.startswith(_FORMULA) and len(cell) > 1 else cell


def summary(report: Report, team: str) -> list[str]:
    """The period in a few plain sentences."""
    few, whole = report.fewest, report.contacts.by_channel.total
    said = [f"In {named(report.period)} carers came to {team} {number(whole, few)} times."]
    if whole == 0:
        return [f"In {named(report.period)} no carer came to {team}."]
    if report.answers.whole.half is not None:
        half, most = taken(report.answers.whole.half), taken(report.answers.whole.most)
        said.append(f"Half had a first answer within {half}, nine in ten within {most}.")
    said += _about_calls(report)
    missed, handed = (report.rates[code].by_channel.whole for code in ("missed", "handed"))
    if missed.share is not None:
        said.append(f"In {share(missed)} of all contacts there was something that the assistant did not understand.")
    if handed.share is not None:
        said.append(f"{share(handed)} were passed to a person to answer.")
    return said


def _about_calls(report: Report) -> Iterator[str]:
    few, calls = report.fewest, report.calls
    total = calls.by_priority.total
    yield f"There were {number(total, few)} calls for help." if total else "There was no call for help."
    for code, words in (("accepted", "accepted"), ("contacted", "spoke with the carer")):
        clock = calls.clocks[code]
        if clock.in_time is not None and clock.in_time.whole.share is not None:
            yield f"Somebody {words} within the target time in {share(clock.in_time.whole)} of those that count for it."
        if clock.whole.half is not None:
            half, most = taken(clock.whole.half), taken(clock.whole.most)
            yield f"Where somebody {words}, half of the time it took at most {half}, nine in ten times at most {most}."
    if isinstance(calls.cannot_wait, Hidden) or calls.cannot_wait:
        yield f"Carers said that they did not feel safe waiting: {number(calls.cannot_wait, few)}."
    if isinstance(calls.used_up, Hidden) or calls.used_up:
        yield f"Everybody on call was tried and nobody answered: {number(calls.used_up, few)}."


def about_hidden(fewest: int) -> str:
    """What a reader must know of numbers that are not there."""
    return (
        f"Numbers from 1 to {fewest - 1} are hidden, and so are times over fewer than {fewest} cases, so that nobody "
        f"can be known by them. “{NOT_SHOWN.capitalize()}” is what would give a hidden number away."
    )
