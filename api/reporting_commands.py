"""`api reporting`: the figures of a month on paper, and counting them anew."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.command_line import and_close, server
from api.console.figures import page
from api.console.figures.page import Figures, Scope
from api.console.figures.routes import printed
from api.console.figures.tables import presenters as tables
from api.database import transaction
from api.errors import NotFound
from api.people import service as people
from api.reporting import service
from api.reporting.rollups import jobs as rollups
from api.reporting.rules import Period, Span, period

app = typer.Typer(help="Figures with no person in them.", no_args_is_help=True)


@app.command()
def month(
    which: Annotated[str, typer.Argument(help="The month, such as 2026-10.")],
    out: Annotated[Path, typer.Argument(help="Where the PDF goes.")],
    team: Annotated[str, typer.Option(help="The code of a team. Left out: all teams.")] = "",
) -> None:
    """Count what has changed, and write the report of a month as a PDF."""
    try:
        wanted = period(Span.MONTH, date.fromisoformat(f"{which}-01"))
    except ValueError:
        raise typer.BadParameter("Name the month as 2026-10.") from None
    with server():
        try:
            found = asyncio.run(and_close(_figures(wanted, team)))
        except NotFound as error:
            raise typer.BadParameter(error.detail) from None
    out.write_bytes(printed(found))
    typer.echo(f"Written to {out}.")


async def _figures(month: Period, code: str) -> Figures:
    await rollups.count()
    async with transaction() as session:
        team = await people.team_with_code(session, code) if code else None
        report = await service.report(session, team.id if team else None, month)
        scope = Scope(team, team.name if team else page.EVERY_TEAM)
        return Figures(scope, report, tables.sections(report, lambda **_: ""))


@app.command()
def count() -> None:
    """Count everything anew, from the first message on. What is counted already stays to be seen meanwhile."""
    with server():
        asyncio.run(and_close(rollups.count(anew=True)))
    typer.echo("Everything is counted.")
