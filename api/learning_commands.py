"""`api learning`: what is done by hand with what was learned."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, settings
from api.clients import rasa
from api.command_line import and_close, server
from api.database import transaction
from api.errors import NightlightError
from api.review.learning import jobs, patching, releases, rules, service
from api.review.learning.models import Release
from api.review.learning.rules import Stage

Number = Annotated[int, typer.Argument(help="The release's number.", min=1)]
Quick = Annotated[int, typer.Option(help="Measure so many lines of each set only; such a release is never for use.")]
app = typer.Typer(help="What the line learned: proposals, releases.", no_args_is_help=True)


def _do[Made](work: Callable[[], Awaitable[Made]]) -> Made:
    """What we refuse is said in its words and ends the command."""

    async def once() -> Made:
        try:
            return await work()
        finally:
            await rasa.disconnect()

    try:
        with server():
            return asyncio.run(and_close(once()))
    except NightlightError as error:
        typer.secho(error.detail, fg="red", err=True)
        raise typer.Exit(1) from None


def _in_one[Made](work: Callable[[AsyncSession], Awaitable[Made]]) -> Made:
    """The same in one transaction."""

    async def once() -> Made:
        async with transaction() as session:
            return await work(session)

    return _do(once)


@app.command()
def patch() -> None:
    """Print all that is accepted and does not stand in the program's own data yet, for `git am` or `git apply`."""

    async def changes() -> str:
        async with transaction() as session:
            accepted = [service.change(one) for one in await service.accepted(session)]
        return patching.patch(accepted, settings.get().data_dir)

    typer.echo(_do(changes), nl=False)


@app.command()
def build(quick: Quick = 0) -> None:
    """Build a release of all that is accepted, and measure it, here and now."""

    async def work() -> Release:
        async with transaction() as session:
            row = await releases.begin(session, None, quick, wake=False)
        await jobs.build(str(row.id))
        async with transaction() as session:
            return await releases.one(session, row.id)

    row = _do(work)
    _tell(row)
    if row.state == Stage.FAILED:
        raise typer.Exit(1)


@app.command()
def evaluate(number: Number) -> None:
    """Print what a release makes better and worse, and why it cannot be approved, if it cannot."""

    async def look(session: AsyncSession) -> tuple[Release, list[str]]:
        row = await releases.numbered(session, number)
        return row, await releases.obstacles(session, row)

    row, barred = _in_one(look)
    _tell(row)
    for one in (row.compared or {"changed": []})["changed"]:
        sign = "+" if one["better"] else "-"
        typer.echo(f"{sign} {one['id']:<32}{one['before']:>5} → {one['after']:<5} {one['text']}")
    for sentence in barred:
        typer.secho(sentence, fg="red")


@app.command()
def activate(number: Number) -> None:
    """Put an approved release in use."""

    async def put(session: AsyncSession) -> Release:
        return await releases.activate(session, None, (await releases.numbered(session, number)).id)

    _tell(_in_one(put))


@app.command()
def rollback() -> None:
    """Use again what was in use before."""
    before = _in_one(lambda session: releases.roll_back(session, None))
    typer.echo(f"In use: {f'release {before.number}' if before else 'the data of the program itself'}.")


@app.command("list")
def list_() -> None:
    """List the newest releases, and how many proposals wait and are accepted."""

    async def look(session: AsyncSession) -> tuple[list[Release], int, int]:
        waiting, accepted = await service.waiting(session), await service.accepted(session)
        return list(await releases.newest(session)), len(waiting), len(accepted)

    rows, waiting, accepted = _in_one(look)
    typer.echo(f"{waiting} proposals wait, {accepted} are accepted.")
    for row in rows:
        _tell(row)


def _tell(row: Release) -> None:
    note = rules.note(row.trouble, row.troubled_at, clock.now()) or row.progress
    typer.echo(f"release {row.number:<5}{row.state:<11}{len(row.proposal_ids):>3} changes  {note}".rstrip())
