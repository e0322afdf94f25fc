"""`api sealing`: what is done by hand when the key that seals carers' numbers and names is changed."""

import asyncio

import typer

from api import identifiers, resealing
from api.command_line import and_close, server

app = typer.Typer(help="Carers' numbers and names, sealed in the database.", no_args_is_help=True)


@app.command()
def rotate() -> None:
    """Seal anew what the old key has sealed, while the line goes on. Stop it and start it again as you like.

    Exit code 1 while anything is left.
    """
    try:
        with server():
            left = asyncio.run(and_close(_rotate()))
    except identifiers.Unreadable as error:
        typer.secho(error.detail, fg="red", err=True)
        raise typer.Exit(1) from None
    if left:
        typer.echo(f"{left} rows are left: somebody was using them, or they are named above. Run this again.")
        raise typer.Exit(1)
    typer.echo(f"Nothing is left. Everything is under {identifiers.keys()[0].name}; the old key can go.")


@app.command()
def left() -> None:
    """Say how many rows the key that seals has not sealed."""
    with server():
        typer.echo(f"{asyncio.run(and_close(resealing.left()))} rows are left.")


async def _rotate() -> int:
    """Returns how many rows are left."""
    async for batch in resealing.reseal():
        typer.echo(f"{batch.table}: {batch.done} sealed anew.")
        for row in batch.twice:
            typer.echo(f"{batch.table} {row}: open beside another of the same carer. Close one of them first.")
    return await resealing.left()
