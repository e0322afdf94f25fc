"""`api directory`: what information staff do by hand with the services that we signpost to."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from api import clock, settings
from api.command_line import and_close, server
from api.database import transaction
from api.directory import service as directory
from api.directory.checks import rules as checks
from api.directory.checks.rules import Finding
from api.directory.desk import service as desk
from api.directory.exchange import gathering, presenters, reading, tables
from api.directory.exchange import service as exchange
from api.directory.exchange.gathering import Gathered
from api.directory.exchange.rules import Plan
from api.directory.files import service as files
from api.directory.rules import Confidence
from api.errors import Invalid, NightlightError

app = typer.Typer(help="The services that we signpost to.", no_args_is_help=True)


@app.command()
def check(
    links: Annotated[bool, typer.Option("--links", help="Also try every web address. Takes minutes.")] = False,
) -> None:
    """List what information staff must look at: old, unverified, without hours, there twice, edited, or missing."""
    with server():
        found = asyncio.run(and_close(_findings(links)))
    for finding in found:
        typer.echo(f"{finding.fault:<12}{finding.about:<30}{finding.words}")
    typer.echo(f"{len(found)} to look at.")


async def _findings(links: bool) -> list[Finding]:
    async with transaction() as session:
        listings, records = await directory.listings(session), files.read(settings.get().data_dir / "directory")
        edited = await desk.against_files(session, records)
    broken = await reading.broken(checks.addresses(listings)) if links else {}
    return checks.findings(listings, clock.now().astimezone(clock.UK).date(), edited, broken=broken)


@app.command("import")
def import_(
    source: Annotated[
        str, typer.Argument(help="The address of an Open Referral UK API, or a file: JSON, NDJSON, CSV.")
    ],
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only say what would be done.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out records that are wrong.")] = False,
    feed: Annotated[str, typer.Option(help="The feed's name in data/directory_imports.yml.")] = "",
    restore: Annotated[
        bool, typer.Option("--restore", help="The file is an export of our own: believe all it says.")
    ] = False,
) -> None:
    """Bring in services from elsewhere, all or none. They are of low confidence until staff have verified them."""
    try:
        with server():
            done = asyncio.run(and_close(_import(source, apply, skip_bad, feed, restore)))
    except NightlightError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
    if not done:
        raise typer.Exit(1)


async def _import(source: str, apply: bool, skip_bad: bool, feed: str, restore: bool) -> bool:
    """Whether nothing stood against it. The feed is read before the transaction opens."""
    gathered = await _gathered(source, feed, restore)
    is_good = skip_bad or not gathered.faults
    async with transaction() as session:
        planning = exchange.planned_restoration if restore else exchange.planned
        plan = await planning(session, gathered)
        if apply and is_good:
            await exchange.apply(session, gathered, plan)
    _tell(gathered, plan, skip_bad, apply and is_good)
    return is_good


async def _gathered(source: str, feed: str, restore: bool) -> Gathered:
    if restore:
        if reading.is_address(source):
            raise Invalid("Only a file can be put back with --restore: what an address says of itself is not believed.")
        return gathering.gather_export(await reading.read(source))
    known = exchange.known(settings.get().data_dir / "directory_imports.yml", source, feed)
    return gathering.gather(await reading.read(source), known.feed, known.terms)


def _tell(gathered: Gathered, plan: Plan, skip_bad: bool, applied: bool) -> None:
    for line in presenters.told(gathered, plan, skip_bad):
        typer.echo(line)
    if applied:
        typer.echo("Done.")
    elif gathered.faults and not skip_bad:
        typer.echo("Nothing is changed. Put right what is wrong, or leave it out with --skip-bad.")
    else:
        typer.echo("Nothing is changed: this was a trial. To do it, add --apply.")


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="A file; without one, the screen.")] = None,
) -> None:
    """Write the whole directory, what is for staff only too, as Open Referral UK. `import --restore` puts it back."""

    async def read() -> str:
        async with transaction() as session:
            return json.dumps(await exchange.export(session), ensure_ascii=False, indent=1)

    with server():
        text = asyncio.run(and_close(read()))
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


@app.command("csv-template")
def csv_template() -> None:
    """Write the columns of a table that `import` reads, and what belongs into each."""
    typer.echo(tables.template(), nl=False)


@app.command()
def verify(
    code: str,
    by: Annotated[str, typer.Option(help="Who has found out that the record is right.")],
    confidence: Annotated[Confidence, typer.Option(help="medium, or high: its own page was read or it was rung.")],
) -> None:
    """Say that an imported record is right as it stands. From then on a carer may be told of it alone."""

    async def put() -> None:
        async with transaction() as session:
            await exchange.verify(session, code, confidence, by)

    try:
        with server():
            asyncio.run(and_close(put()))
    except NightlightError as error:
        typer.echo(error.detail, err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{code} is verified.")
