"""The figures as a page, as tables to take away, and as a report to print."""

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup

from api import clock, pages
from api.audit import service as audit
from api.console import service as console
from api.console.figures import page, presenters, rules
from api.console.figures.charts.rules import svg
from api.console.figures.page import Figures
from api.console.figures.presenters import HERE
from api.console.figures.rules import ALL, Asked
from api.console.figures.taking import presenters as taking
from api.console.presenters import when
from api.database import transaction
from api.errors import Invalid, NotFound
from api.people.access import Staff
from api.people.access import figures as gate
from api.reporting.service import Report

router = APIRouter(prefix=HERE, include_in_schema=False)
Reader = Annotated[Staff, Depends(gate)]


@router.get("")
async def show_figures(request: Request, current: Reader) -> Response:
    """A team's figures for a week, a month or a quarter."""
    asked = _asked(request)
    async with transaction() as session:
        found = await page.figures(session, current, asked)
        offered = await page.teams(session, current.person)
        waiting = await console.waiting(session, current.person.team_id, current.looks_after_carers)
    context = {
        "staff": current,
        "here": HERE,
        "waiting": waiting,
        "typed": asked.typed,
        "errors": asked.errors,
        "spans": _options(presenters.SPANS, asked.period.span),
        "teams": _teams(offered, current, asked),
        "day": asked.typed["of"] if "of" in asked.errors else asked.period.first.isoformat(),
    }
    return pages.render(request, "console/figures/figures.html", context | _words(found, asked), _status(asked))


def _words(found: Figures, asked: Asked) -> dict[str, Any]:
    report = found.report
    return {
        "title": presenters.named(asked.period),
        "team": found.scope.name,
        "up_to": _up_to(report),
        "sections": found.sections,
        "summary": taking.summary(report, found.scope.name),
        "hidden": taking.about_hidden(report.fewest),
        "before": _address(asked, of=asked.period.before.first.isoformat()),
        "after": _address(asked, of=asked.period.after.first.isoformat()),
        "csv": f"{HERE}/tables.csv?{urlencode(asked.query)}",
        "pdf": f"{HERE}/report.pdf?{urlencode(asked.query)}",
        "drawn": lambda chart: Markup(svg(chart)),  # noqa: S704  (every word in it is escaped there)
    }


def _up_to(report: Report) -> str:
    return f"Counted up to {when(report.up_to, clock.now())}." if report.up_to else "Nothing has been counted yet."


def _asked(request: Request) -> Asked:
    return rules.asked(request.query_params, clock.now().astimezone(clock.UK).date())


def _status(asked: Asked) -> int:
    return 422 if asked.errors else 200


def _address(asked: Asked, **other: str) -> str:
    return f"{HERE}?{urlencode({**asked.query, **other})}"


def _options(words: dict[str, str], chosen: str) -> list[dict[str, Any]]:
    return [{"value": value, "text": text, "selected": value == chosen} for value, text in words.items()]


def _teams(offered: list[Any], current: Staff, asked: Asked) -> list[dict[str, Any]]:
    """The choice of a team, for those who have one."""
    if not current.person.of_installation:
        return []
    words = {one.code: one.name for one in offered} | {ALL: "All teams"}
    return _options(words, asked.team or current.person.team.code)


@router.get("/tables.csv")
async def take_tables(request: Request, current: Reader, table: str = "") -> Response:
    """One table, or every value of all of them."""
    found = await _taken(request, current, "csv")
    if not table:
        return _csv("figures", taking.everything(found.sections))
    for one in (one for section in found.sections for one in section.tables):
        if one.code == table:
            return _csv(one.code, taking.table(one))
    raise NotFound("There is no such table.")


def _csv(name: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/report.pdf")
async def take_report(request: Request, current: Reader) -> Response:
    """The report on paper."""
    found = await _taken(request, current, "pdf")
    content = await asyncio.to_thread(printed, found)
    headers = {"Content-Disposition": f'inline; filename="figures-{found.report.period.first}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def printed(found: Figures) -> bytes:
    """The report as the bytes of a PDF."""
    # What it needs takes a quarter of a web process's start, which no carer must wait for after a death.
    from api.console.figures.taking import printing

    report = found.report
    notes = [_up_to(report), taking.about_hidden(report.fewest)]
    said = taking.summary(report, found.scope.name)
    return printing.pdf(presenters.named(report.period), found.scope.name, said, notes, found.sections)


async def _taken(request: Request, current: Staff, how: str) -> Figures:
    """What somebody takes away, which is on record. Raises Invalid for a period that cannot be read."""
    asked = _asked(request)
    if asked.errors:
        raise Invalid(next(iter(asked.errors.values())))
    async with transaction() as session:
        found = await page.figures(session, current, asked)
        subject = found.scope.team.id if found.scope.team else ALL
        about = {"span": str(asked.period.span), "first": asked.period.first.isoformat()}
        audit.record(session, current.person.actor, "exported", "figures", subject, how=how, **about)
    return found
