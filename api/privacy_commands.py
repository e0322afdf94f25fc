"""`api privacy`: what an operator does by hand for the people whose words we keep."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.command_line import and_close, server
from api.console.privacy.exported import page
from api.database import transaction
from api.errors import NightlightError
from api.privacy import jobs, rules
from api.privacy import service as privacy
from api.privacy.erasing import jobs as erasing_jobs
from api.privacy.erasing import memory
from api.privacy.erasing import service as erasing
from api.privacy.exporting import service as exporting
from api.privacy.holds import service as holds
from api.privacy.models import Erasure
from api.privacy.retention import service as retention
from api.privacy.rules import Found

ACTOR = "command:privacy"
app = typer.Typer(help="Retention, erasure, access, legal holds.", no_args_is_help=True)
Whom = Annotated[
    str, typer.Option("--number", "--of", help="A telephone number, a web thread, or the id of a conversation.")
]


def _do[Made](work: Callable[[], Awaitable[Made]]) -> Made:
    """What we refuse is said in its words and ends the command."""
    try:
        with server():
            return asyncio.run(and_close(work()))
    except NightlightError as error:
        typer.secho(error.detail, fg="red", err=True)
        raise typer.Exit(1) from None


def _in_one[Made](work: Callable[[AsyncSession], Awaitable[Made]]) -> Callable[[], Awaitable[Made]]:
    async def once() -> Made:
        async with transaction() as session:
            return await work(session)

    return once


@app.command("retention")
def retain(
    dry_run: Annotated[bool, typer.Option(help="Say how much would go, and change nothing.")] = False,
) -> None:
    """Carry out tonight's retention now, or with --dry-run say what is due."""
    if dry_run:
        for kind, due in _do(_in_one(retention.due)).items():
            rule = retention.plan().rule(kind)
            typer.echo(f"{due:>8}  {kind:<24}{rule.action:<8}{rule.days} days after {rule.counted_from}")
        return
    done = _do(lambda: jobs.retain(clock.now().astimezone(clock.UK).date()))
    typer.echo("Done." if done else "Today's is done already, or a worker is at it.")


@app.command()
def erase(
    number: Whom,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase one person everywhere, and print the proof."""
    found = _do(_in_one(lambda session: privacy.named(session, number)))
    _tell(found)
    if not yes:
        typer.confirm("Erase all of it? It cannot be brought back.", abort=True)
    print_proof(_do(lambda: _erase(number)))


async def _erase(number: str) -> Erasure:
    async with transaction() as session:
        made = await erasing.erase(session, await privacy.named(session, number), ACTOR)
    await erasing_jobs.clear_memory(made.id)
    async with transaction() as session:
        return await session.get_one(Erasure, made.id)


def _tell(found: Found) -> None:
    typer.echo(f"Conversations: {len(found.conversations)}. Known by: {len(found.known_by)} numbers or threads.")
    if found.others:
        typer.echo(f"Numbers that were given besides, and are left: {len(found.others)}. Look at the export.")


def print_proof(made: Erasure) -> None:
    """The proof: a keyed hash, and how many rows of each table."""
    typer.echo(f"Erased {made.at.isoformat()} by {made.by}. Proof {made.id}.")
    for fingerprint in made.fingerprints:
        typer.echo(f"  keyed hash {fingerprint}")
    for table, rows in sorted(made.counts.items()):
        typer.echo(f"  {table:<32}{rows}")
    for service in made.passed_on:
        typer.echo(f"  TELL THEM AS WELL: {service} was given name and number.")
    typer.echo(f"The assistant's own database {_memory(made)}. Twilio keeps its own copy: docs/privacy/requests.md.")


def _memory(made: Erasure) -> str:
    if made.ended_at:
        return "has nothing left"
    if memory.is_set_up():
        return "was cleared, and is cleared once more by the worker"
    return "is NOT cleared, because NIGHTLIGHT_BOT_DATABASE_URL is not set here"


@app.command()
def proof(number: Annotated[str, typer.Option("--number", "--of", help="By what they were known.")]) -> None:
    """Print the proofs of earlier erasures of this number or thread."""
    known_by = rules.number(number) or number.strip()
    made = _do(_in_one(lambda session: erasing.proofs_of(session, known_by)))
    for one in made:
        print_proof(one)
    if not made:
        typer.echo("There is none.")


@app.command()
def export(
    number: Whom,
    out: Annotated[Path, typer.Argument(help="A file that ends in .html, .pdf or .json.", dir_okay=False)],
) -> None:
    """Write everything that is held about one person into a file: a document to read, or data for machines."""
    if out.suffix not in (".html", ".pdf", ".json"):
        raise typer.BadParameter("The file must end in .html, .pdf or .json.")

    async def gather(session: AsyncSession) -> exporting.Export:
        return await exporting.gather(session, await privacy.named(session, number), ACTOR)

    found = _do(_in_one(gather))
    out.touch(mode=0o600)  # Before anything stands in it.
    out.write_bytes(page.as_file(found, out.suffix[1:]))
    typer.echo(f"Written. Read its first page before you hand {out.name} over, and delete it afterwards.")


@app.command()
def hold(
    number: Whom,
    reason: Annotated[str, typer.Option(help="Why. No carer's name or words.")],
    review_on: Annotated[str, typer.Option(help="When it is looked at again: 2027-05-26.")],
) -> None:
    """Keep everything of one person until the hold is lifted, whatever the rules of retention say."""
    try:
        day = date.fromisoformat(review_on)
    except ValueError:
        raise typer.BadParameter("Write the day as 2027-05-26.") from None

    async def put(session: AsyncSession) -> None:
        found = await privacy.named(session, number)
        await holds.put(session, found.conversations[-1], ACTOR, reason, day, whole_person=True)

    _do(_in_one(put))
    typer.echo("It is held.")
