"""`api tokens`: what is done by hand with the tokens of programs that call `/v1`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.command_line import and_close, server
from api.database import transaction
from api.errors import NightlightError
from api.people import service as people
from api.people import tokens
from api.people.models import ServiceToken
from api.people.rules import Scope, is_over

PER_MINUTE = 600
app = typer.Typer(help="Service tokens for /v1.", no_args_is_help=True)


def _do[Made](work: Callable[[AsyncSession], Awaitable[Made]]) -> Made:
    """One transaction; what we refuse is said in its words and ends the command."""

    async def once() -> Made:
        async with transaction() as session:
            return await work(session)

    try:
        with server():
            return asyncio.run(and_close(once()))
    except NightlightError as error:
        typer.secho(error.detail, fg="red", err=True)
        raise typer.Exit(1) from None


@app.command()
def make(
    name: str,
    scopes: Annotated[list[Scope], typer.Option("--scope", help="May be given again.")],
    team: Annotated[str, typer.Option(help="The code of the team it is for. Left out: the whole installation.")] = "",
    days: Annotated[int, typer.Option(help="How long it counts.", min=1, max=3650)] = 365,
    per_minute: Annotated[int, typer.Option(help="The most requests. 0: no limit.", min=0)] = PER_MINUTE,
) -> None:
    """Make a service token and print it once; only a hash is kept. A name that exists gets a new token at once."""
    token = people.new_token()

    async def put(session: AsyncSession) -> None:
        team_id = (await people.team_with_code(session, team)).id if team else None
        ends = clock.now() + timedelta(days=days)
        limit = per_minute or None
        await tokens.put(session, name, token, scopes, team_id=team_id, expires_at=ends, per_minute=limit)

    _do(put)
    typer.echo(token)


@app.command()
def rotate(
    name: str,
    overlap_hours: Annotated[int, typer.Option(help="How long the old one counts as well.", min=0, max=720)] = 24,
) -> None:
    """Print a new token for a name. The old one counts as well for a while, so that nothing stops in between."""
    typer.echo(_do(lambda session: tokens.rotate(session, name, timedelta(hours=overlap_hours))))


@app.command()
def revoke(name: str) -> None:
    """End a service token now, with every short-lived one that was given for it."""
    _do(lambda session: tokens.revoke(session, name))
    typer.echo(f"{name} can no longer call /v1.")


@app.command("list")
def list_() -> None:
    """List every token: its name, whom it is for, whether it counts, until when, and what it may do."""
    for row in _do(tokens.every):
        team = row.team.code if row.team else "everything"
        ends = row.expires_at.date().isoformat() if row.expires_at else "no end"
        typer.echo(f"{row.name:<24}{team:<16}{_state(row):<10}{ends:<12}{' '.join(row.scopes)}")


def _state(row: ServiceToken) -> str:
    now = clock.now()
    if is_over(row.revoked_at, row.expires_at, now):
        return "ended"
    return "rotating" if row.old_ends_at and row.old_ends_at > now else "counts"
