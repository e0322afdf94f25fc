"""`api people`: what an operator does by hand, because nobody can do it on the console yet."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import typer
from sqlalchemy import select

from api.command_line import and_close, server
from api.database import transaction
from api.people.managing import rules
from api.people.managing import service as managing
from api.people.managing.rules import Manager
from api.people.models import Person, Team
from api.people.rules import Role

app = typer.Typer(help="People: the first administrator, and one who has lost everything.", no_args_is_help=True)
_OPERATOR = Manager("command:people", None, None, of_installation=True)


def _stop_at(errors: Mapping[str, str]) -> None:
    if errors:
        raise typer.BadParameter("; ".join(f"{field}: {words}" for field, words in errors.items()))


def _print_link(put: Callable[[], Awaitable[str]]) -> None:
    async def made() -> str:
        return await put()

    with server():
        typer.echo(asyncio.run(and_close(made())))


@app.command()
def invite(
    name: str,
    email: str,
    team: Annotated[str, typer.Option(help="The team's code.")],
    role: Annotated[Role, typer.Option(help="What they are here for.")] = Role.ADMINISTRATOR,
    phone: Annotated[str, typer.Option(help="Where pages go.")] = "",
    every_team: Annotated[bool, typer.Option(help="For every team on this installation.")] = False,
) -> None:
    """Write somebody down and print once the link with which they join. It is good for three days."""

    async def put() -> str:
        async with transaction() as session:
            found = (await session.execute(select(Team).where(Team.code == team))).scalar_one_or_none()
            details = rules.tidied(name, email, phone, role, found.id if found else None, every_team)
            _stop_at(rules.wrong_with(_OPERATOR, details) or await managing.taken(session, details))
            return (await managing.invite(session, _OPERATOR, details))[1]

    _print_link(put)


@app.command()
def reset(email: str) -> None:
    """Forget a password and a second factor, sign them out, and print once the link with which they begin anew."""

    async def put() -> str:
        async with transaction() as session:
            wanted = select(Person).where(Person.email == email.strip().lower()).with_for_update(of=Person)
            person = (await session.execute(wanted)).scalar_one_or_none()
            if person is None:
                raise typer.BadParameter("there is nobody with this address")
            return await managing.reset(session, _OPERATOR, person)

    _print_link(put)
