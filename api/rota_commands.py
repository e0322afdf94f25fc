"""`api rota`: what is done by hand with a team's rota. Publishing is not: that is a coordinator's, at the console."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api import clock
from api.command_line import and_close, server
from api.console.rota.calendars import presenters
from api.database import transaction
from api.errors import Invalid, NightlightError
from api.people import service as people
from api.rota.calendars import service as calendars
from api.rota.calendars.rules import MOST_BYTES
from api.rota.calendars.service import Planned, Source
from api.rota.feeds import service as feeds
from api.rota.rules import Rung

ACTOR = "command:rota"
app = typer.Typer(help="A team's rota: its calendars.", no_args_is_help=True)


@app.callback()
def _rota() -> None:
    """With one command, Typer would take its name for granted."""


@app.command("import")
def import_(
    team: Annotated[str, typer.Argument(help="The code of a team.")],
    source: Annotated[str, typer.Argument(help="A calendar (iCalendar): a file, or an https address.")],
    calendar: Annotated[str, typer.Option(help="Its name: the same each time, so that shifts are not doubled.")],
    rung: Annotated[Rung, typer.Option(help="For which rung it is.")] = Rung.ON_CALL,
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only say what would change.")] = False,
) -> None:
    """Take a calendar over into the draft, whole or not at all. An address is read again each hour from then on."""
    try:
        with server():
            found = asyncio.run(and_close(_import(team, source, calendar, rung, apply)))
    except NightlightError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
    _tell(found, apply)
    if found.faults:
        raise typer.Exit(1)


async def _import(code: str, where: str, calendar: str, rung: Rung, apply: bool) -> Planned:
    """What it would change, or what it did. It is read before the transaction opens."""
    url = where if "://" in where else ""
    text = (await calendars.fetch(url)).text if url else await asyncio.to_thread(_text, Path(where))
    source = Source(calendar, rung, text, url)
    async with transaction() as session:
        team = await people.team_with_code(session, code)
        if apply:
            return await feeds.take_over(session, team, ACTOR, source)
        return await calendars.planned(session, team, source)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return calendars.text_of(file.read(MOST_BYTES + 1), "file")
    except OSError as error:
        raise Invalid(f"{path.name} cannot be read: {error.strerror}.") from error


def _tell(planned: Planned, apply: bool) -> None:
    found = presenters.found(planned, clock.now())
    for line in found.faults:
        typer.echo(line)
    if found.more:
        typer.echo(found.more)
        return
    for title, lines in found.parts:
        for line in lines:
            typer.echo(f"{title:<9}{line}")
    typer.echo(found.summary)
    typer.echo(
        "Taken over into the draft. A coordinator publishes it at the console."
        if apply
        else "Nothing is changed: this was a trial. To do it, add --apply."
    )
