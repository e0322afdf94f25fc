"""What an operator does by hand with what was learned."""

import asyncio

from sqlalchemy import select
from typer.testing import CliRunner

from api import commands
from api.database import disconnect, transaction
from api.people.models import Person
from api.review.learning import releases, service
from api.review.learning.rules import Kind, State
from tests.harness import learning, seeds


async def by_hand(*arguments: str) -> tuple[int, str]:
    """Run `api learning ...`, as a program of its own would; its exit code and what it said."""
    await disconnect()
    ran = await asyncio.to_thread(CliRunner().invoke, commands.app, ["learning", *arguments])
    return ran.exit_code, ran.output


async def test_a_release_is_looked_at_put_in_use_and_taken_back(db: str) -> None:
    phrase = await learning.phrase(await learning.message_of(await seeds.carer_writes("is the tea any good")))
    async with transaction() as session:
        found = select(Person).where(Person.email == "safety@demo.example")
        officer = (await session.execute(found)).scalar_one()
        await service.decide(session, officer, phrase, [Kind.RED_FLAG_PHRASE], State.ACCEPTED, "Right.")
    release_id = await learning.measured()
    assert await by_hand("list") == (0, "0 proposals wait, 1 are accepted.\nrelease 1    evaluated    1 changes\n")
    code, patch = await by_hand("patch")
    assert (code, "unconscious_unrousable.learned.yml" in patch, "+- say: not a peep\n" in patch) == (0, True, True)
    code, said = await by_hand("evaluate", "1")
    assert (code, "+ c-7" in said, "none → page" in said) == (0, True, True)
    assert (await by_hand("activate", "1"))[0] == 1, "nobody has approved it"
    async with transaction() as session:
        await releases.approve(session, officer, release_id, "They are asked about.")
    assert (await by_hand("activate", "1"))[1].startswith("release 1    live")
    assert await by_hand("rollback") == (0, "In use: the data of the program itself.\n")
    code, said = await by_hand("rollback")
    assert (code, "No release is in use" in said) == (1, True)
    assert (await by_hand("evaluate", "9"))[0] == 1
