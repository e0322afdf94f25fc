"""`api voice`: what is done by hand for the telephone."""

import asyncio
from typing import Annotated

import phonenumbers
import typer

from api import replies
from api.channels.voice import rules
from api.command_line import and_close, server
from api.database import transaction
from api.errors import NotFound
from api.people import service as people
from api.people.models import Team

app = typer.Typer(help="The telephone.", no_args_is_help=True)
RING_SECONDS = 40


@app.callback()
def _voice() -> None:
    """With one command, Typer would take its name for granted."""


@app.command()
def fallback(
    team: Annotated[str, typer.Option(help="The code of a team.")],
    dial: Annotated[str, typer.Option(help="The phone that is on call (E.164). Left out: the team's own.")] = "",
) -> None:
    """Print what callers hear when we are down, as TwiML: keep it on another host, as the number's fallback address."""

    async def read() -> Team:
        async with transaction() as session:
            return await people.team_with_code(session, team)

    with server():
        try:
            found = asyncio.run(and_close(read()))
        except NotFound as error:
            raise typer.BadParameter(error.detail) from None
    number = _number(dial or found.phone)
    first = replies.say("voice_fallback", "voice", team_number=found.phone)
    nobody = replies.say("voice_fallback_nobody", "voice", team_number=found.phone)
    typer.echo(rules.without_us(first, number, found.line_number, nobody, RING_SECONDS))


def _number(written: str) -> str:
    """A number as the carrier wants it (E.164)."""
    try:
        number = phonenumbers.parse(written, "GB")
    except phonenumbers.NumberParseException:
        raise typer.BadParameter(f"{written} is no telephone number.") from None
    if not phonenumbers.is_possible_number(number):
        raise typer.BadParameter(f"{written} is no telephone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
