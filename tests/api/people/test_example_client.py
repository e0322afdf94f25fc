"""The example client of docs/examples against the real line, over real HTTP."""

import asyncio
from uuid import UUID

import httpx
import pytest

from api.database import transaction
from api.people import tokens
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.examples import example
from tests.harness.line import Line


async def test_the_example_client_does_what_it_says(line: Line) -> None:
    async with transaction() as session:
        await tokens.put(session, "ward", "a long secret", list(Scope))
    made = [await seeds.crisis(f"+44770090001{number}") for number in range(3)]
    quiet = await seeds.carer_writes("can i get any money for looking after him")
    nurse = await seeds.nurse("Demo Nurse One")
    await asyncio.to_thread(use, line.url, made, quiet, nurse.id)


def use(url: str, made: list[UUID], quiet: UUID, nurse_id: UUID) -> None:
    module = example("nightlight_client")
    with httpx.Client(base_url=url, timeout=60) as http:
        program = module.Nightlight(http, "ward", "a long secret")
        assert {one.id for one in program.escalations(state=["waiting"], limit="2")} == set(made), "over two pieces"
        raised = program.raise_escalation(quiet, "human_request", "asked for a person")
        assert raised.conversation_id == quiet
        seen = program.escalation(made[0])
        assert program.accept(seen, nurse_id).state == "accepted"
        with pytest.raises(module.NightlightProblem, match="changed_meanwhile"):
            program.accept(seen, nurse_id)
        assert program.fhir(made[0])["resourceType"] == "Bundle"
        with pytest.raises(module.NightlightProblem, match="not_signed_in"):
            next(module.Nightlight(http, "ward", "wrong").escalations())
