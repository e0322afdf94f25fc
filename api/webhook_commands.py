"""`api webhooks`: events that did not arrive, and trying them again."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer

from api.command_line import and_close, server
from api.database import transaction
from api.people.tokens import Caller
from api.webhooks.models import Delivery
from api.webhooks.registry import service
from api.webhooks.rules import DeliveryState
from api.webhooks.schemas import DeliveriesWanted

app = typer.Typer(help="Events that go to other programs.", no_args_is_help=True)
OPERATOR = Caller.whole("command:webhooks")


@app.command()
def failed() -> None:
    """List the hundred newest deliveries that failed, with why."""

    async def read() -> Sequence[Delivery]:
        async with transaction() as session:
            wanted = DeliveriesWanted(state=DeliveryState.FAILED, limit=100)
            return (await service.deliveries(session, OPERATOR, wanted))[0]

    with server():
        found = asyncio.run(and_close(read()))
    for one in found:
        typer.echo(f"{one.id}  {one.at:%Y-%m-%d %H:%M}  {one.kind:<28}{one.endpoint.url:<48}{one.why}")
    typer.echo(f"{len(found)} failed.")


@app.command()
def replay(
    endpoint: Annotated[UUID | None, typer.Option(help="Only what failed there. Left out: everywhere.")] = None,
) -> None:
    """Try again all that failed, with the ids that the messages had. An endpoint that is off is left out."""

    async def again() -> int:
        async with transaction() as session:
            return await service.replay_failed(session, OPERATOR, endpoint, None)

    with server():
        typer.echo(f"{asyncio.run(and_close(again()))} are tried again.")
