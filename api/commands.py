"""The `api` command: what an operator does by hand."""

import asyncio
import os
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
import yaml
from pydantic import ValidationError
from rich import print as show
from sqlalchemy.dialects.postgresql import insert

from api import (
    demo,
    directory_commands,
    learning_commands,
    logs,
    migrate,
    people_commands,
    privacy_commands,
    reporting_commands,
    rota_commands,
    sealing_commands,
    settings,
    token_commands,
    voice_commands,
    webhook_commands,
)
from api.channels.voice.offices import service as offices
from api.clients import rasa, twilio
from api.command_line import and_close, server
from api.console.people.presenters import ROLES
from api.database import transaction
from api.directory.files import service as directory_files
from api.doctor import jobs as doctors
from api.doctor.rules import Level
from api.errors import BadData, Invalid, NotFound
from api.guides import service as guides
from api.paging import teams
from api.paging.drills import jobs as drills
from api.paging.service import ladder
from api.people import tokens
from api.people.models import Team
from api.people.rules import Scope
from api.review import rules as review_rules
from api.review import service as review
from api.rota.service import ground
from api.triage.rules import Priority
from api.watch import jobs as watching

ACTIONS_SCOPES = [
    Scope.ESCALATIONS_WRITE,
    Scope.TASKS_WRITE,
    Scope.CONVERSATIONS_READ,
    Scope.CONVERSATIONS_WRITE,
    Scope.GUIDES_READ,
    Scope.REFERRALS_WRITE,
]
app = typer.Typer(help="Nightlight's operator commands.", no_args_is_help=True, pretty_exceptions_enable=False)
database_commands = typer.Typer(help="The database.", no_args_is_help=True)
demo_commands = typer.Typer(help="Demonstration data.", no_args_is_help=True)
guide_commands = typer.Typer(help="Guides: short conversations that end in a few statements.", no_args_is_help=True)
for name, commands in (
    ("database", database_commands),
    ("demo", demo_commands),
    ("tokens", token_commands.app),
    ("webhooks", webhook_commands.app),
    ("directory", directory_commands.app),
    ("guides", guide_commands),
    ("people", people_commands.app),
    ("voice", voice_commands.app),
    ("reporting", reporting_commands.app),
    ("rota", rota_commands.app),
    ("privacy", privacy_commands.app),
    ("learning", learning_commands.app),
    ("sealing", sealing_commands.app),
):
    app.add_typer(commands, name=name)


@database_commands.command()
def prepare() -> None:
    """Make missing databases, bring the tables up to date, and load teams and services (and demo staff)."""
    with server():
        wanted = settings.get()
        for url in filter(None, (wanted.database_url, wanted.bot_database_url)):
            migrate.create_if_missing(url)
        migrate.upgrade(wanted.database_url)
        asyncio.run(and_close(_fill()))
    show("The database is ready.")


async def _fill() -> None:
    await load()
    if settings.get().environment == "development":
        async with transaction() as session:
            await demo.publish_rota(session)


async def load() -> None:
    """Put teams and services into the database as their files have them; in development demonstration staff, too."""
    wanted = settings.get()
    async with transaction() as session:
        for path in sorted((wanted.data_dir / "teams").glob("*.yml")):
            if path.stem == "demo" and wanted.environment != "development":
                continue
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            for priority in Priority:
                ladder(raw["code"], priority)  # Better now than at three in the morning.
                teams.hand_on_within(raw["code"], priority)
            for part in (teams.limits, teams.last_resort, teams.drill_times):
                part(raw["code"])
            ground(raw["code"])
            offices.by_day(raw["code"])
            values = {key: raw[key] for key in ("code", "name", "phone", "line_number", "is_default")}
            put = insert(Team).values(id=uuid4(), **values)
            await session.execute(put.on_conflict_do_update(index_elements=[Team.code], set_=values))
        await directory_files.load(session, wanted.data_dir / "directory")
        guides.guides()  # A file that cannot be used: better now than when a carer is asked.
        if wanted.environment == "development":
            await demo.load(session)
        if wanted.actions_token and (token := wanted.actions_token.get_secret_value()):
            await tokens.put(session, "actions", token, ACTIONS_SCOPES)  # Our own program: it never waits.


def _without_a_database() -> None:
    """The settings want the address of one; for this command none has a part in it."""
    os.environ.setdefault("NIGHTLIGHT_DATABASE_URL", "postgresql://nowhere.invalid/none")


@app.command()
def evaluate(
    messages: Annotated[Path, typer.Argument(help="Labelled messages, one JSON object a line.")],
    out: Annotated[Path | None, typer.Option(help="Where the report with every decision goes, as JSON.")] = None,
) -> None:
    """Run labelled messages through phrases, learned screen and assistant, and print how well they are heard."""
    _without_a_database()
    try:
        report = review.evaluate(review.read(messages))
    except Invalid as error:
        show(f"[red]{error.detail}[/red]")
        raise typer.Exit(1) from None
    if out is not None:
        out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    for line in review_rules.printed(report.summary):
        typer.echo(line)


@app.command()
def drill(team: Annotated[str, typer.Argument(help="The code of a team.")]) -> None:
    """Page whoever is on call now with a text that says DRILL. The worker sends it; the board shows who answers."""
    with server():
        try:
            asked = asyncio.run(and_close(drills.begin_now(team)))
        except NotFound as error:
            raise typer.BadParameter(error.detail) from None
    show(f"{asked} on call are asked. Answers stand on the board; the lead hears in ten minutes who gave none.")


@app.command()
def doctor() -> None:
    """Look at each step of setting up the line, and say what is wrong and what to do. Exit code 1 if anything is."""
    with server():
        try:
            settings.get()
        except ValidationError as error:
            _tell_settings(error)
            raise typer.Exit(1) from None
        is_wrong = asyncio.run(and_close(_examine()))
    if is_wrong:
        raise typer.Exit(1)


def _tell_settings(error: ValidationError) -> None:
    for one in error.errors(include_input=False, include_url=False):
        name = "".join(f"NIGHTLIGHT_{part}" for part in one["loc"][:1]).upper()
        typer.echo(f"{Level.WRONG:<7}{'settings':<24}{name} {one['msg']}".rstrip())


async def _examine() -> bool:
    """Print every finding. Returns whether one is wrong."""
    is_wrong = False
    try:
        async for name, finding in doctors.examine():
            is_wrong = is_wrong or finding.level == Level.WRONG
            typer.echo(f"{finding.level:<7}{name:<24}{finding.words}")
            if finding.do:
                typer.echo(f"{'':<31}→ {finding.do}")
    finally:
        for connection in (twilio, rasa):
            await connection.disconnect()
    return is_wrong


@app.command()
def watch() -> None:
    """Watch worker, carrier and database until stopped, and text the lead when one has been silent too long."""
    logs.configure(settings.get().log_level)
    asyncio.run(watching.watch_forever())


@demo_commands.command("sign-ins")
def sign_ins() -> None:
    """Print the demonstration sign-ins for the staff console."""
    file = demo.staff_file()
    for one in file["staff"]:
        what = ROLES[one["role"]].lower() + (f", {one['rung'].replace('_', ' ')}" if "rung" in one else "")
        show(f"  {one['email']:<26}  password {file['password']}  ({one['name']}: {what})")


@guide_commands.callback()
def _guides() -> None:
    """With one command, Typer would take its name for granted."""


@guide_commands.command("check")
def check_guides() -> None:
    """List the statements past their date or near it, and the reviews that are due. Stops at a file that is wrong."""
    _without_a_database()
    try:
        found = guides.findings()
    except BadData as error:
        typer.secho(error.detail, fg="red")  # Not through `show`: a detail may hold brackets.
        raise typer.Exit(1) from None
    for finding in found:
        typer.echo(f"{finding.fault:<12}{finding.about:<40}{finding.words}")
    typer.echo(f"{len(found)} to look at.")


if __name__ == "__main__":
    app()
