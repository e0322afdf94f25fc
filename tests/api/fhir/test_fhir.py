"""An escalation as FHIR R4: it holds what is known and nothing else, and R4's own schema takes it."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jsonschema_rs
import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.task import Task

from api import clock
from api.conversations.models import Conversation
from api.database import transaction
from api.escalations.models import Escalation
from api.fhir import rules
from api.people.rules import Scope
from api.triage.rules import Priority
from tests.harness import seeds
from tests.harness.line import CARER
from tests.harness.seeds import CRISIS

R4 = jsonschema_rs.validator_for(json.loads((Path(__file__).parent / "r4.schema.json").read_text(encoding="utf-8")))


async def read(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path, headers=await seeds.token(Scope.FHIR_READ))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    faults = [f"{list(error.instance_path)}: {error.message}"[:300] for error in R4.iter_errors(found)]
    assert faults == []
    return found


def kinds(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in bundle["entry"]]


def of_kind(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


async def test_an_escalation_is_a_message_that_points_to_its_request(client: httpx.AsyncClient) -> None:
    escalation_id = await seeds.crisis()
    bundle = await read(client, f"/v1/escalations/{escalation_id}/fhir")
    Bundle.model_validate(bundle)

    assert bundle["type"] == "message"
    assert kinds(bundle)[:2] == ["MessageHeader", "ServiceRequest"]
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    pointed_to = set(_references(bundle))
    assert pointed_to <= urls, "it points to nothing that is not in it"
    (header,), (request,) = of_kind(bundle, "MessageHeader"), of_kind(bundle, "ServiceRequest")
    assert header["focus"] == [{"reference": f"urn:uuid:{request['id']}"}]
    assert (request["status"], request["priority"]) == ("active", "stat")
    (carer,) = of_kind(bundle, "RelatedPerson")
    assert carer["telecom"] == [{"system": "phone", "value": CARER}]
    assert of_kind(bundle, "Observation")
    assert (await read(client, f"/v1/escalations/{escalation_id}/fhir?reason=update"))["id"] != bundle["id"]


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["reference"]] if isinstance(part.get("reference"), str) else []
        return own + [one for value in part.values() for one in _references(value)]
    return [one for value in part for one in _references(value)] if isinstance(part, list) else []


async def test_nothing_is_made_up_and_no_words_of_the_carers_go_along(client: httpx.AsyncClient) -> None:
    bundle = await read(client, f"/v1/escalations/{await seeds.crisis()}/fhir")
    (patient,) = of_kind(bundle, "Patient")
    assert set(patient) == {"resourceType", "id"}, "no name, no NHS number, no date of birth: none is known"
    assert CRISIS not in json.dumps(bundle)
    assert of_kind(bundle, "Flag") == []
    assert of_kind(bundle, "Practitioner") == []
    assert [one["status"] for one in of_kind(bundle, "Consent")] in ([], ["proposed"])


async def test_whatever_becomes_known_goes_along(client: httpx.AsyncClient) -> None:
    escalation_id = await seeds.crisis()
    await seeds.contacted(escalation_id)
    async with transaction() as session:
        escalation = await session.get_one(Escalation, escalation_id)
        escalation.silent = True
        conversation = await session.get_one(Conversation, escalation.conversation_id)
        conversation.district, conversation.nation = "OL4", "england"
        conversation.died_at = conversation.opted_out_at = conversation.opening_said_at = clock.now()

    bundle = await read(client, f"/v1/escalations/{escalation_id}/fhir")

    (patient,) = of_kind(bundle, "Patient")
    assert patient["deceasedBoolean"] is True
    assert patient["address"] == [{"text": "Postcode district OL4, England"}]
    assert [flag["category"][0]["coding"][0]["code"] for flag in of_kind(bundle, "Flag")] == ["safety", "contact"]
    assert of_kind(bundle, "Practitioner")[0]["name"] == [{"text": "Demo Nurse One"}]
    (consent,) = of_kind(bundle, "Consent")
    assert (consent["status"], consent["verification"]) == ("proposed", [{"verified": False}])


async def test_the_task_says_where_it_stands(client: httpx.AsyncClient) -> None:
    escalation_id = await seeds.crisis()
    path = f"/v1/fhir/Task/{escalation_id}"
    waiting = await read(client, path)
    Task.model_validate(waiting)
    assert (waiting["status"], waiting["owner"]["type"]) == ("requested", "Organization")
    await seeds.resolved(escalation_id)
    done = await read(client, path)
    assert (done["status"], done["owner"]["display"]) == ("completed", "Demo Nurse One")
    assert done["output"][0]["valueString"] == "advice_given"
    (request,) = of_kind(await read(client, f"/v1/escalations/{escalation_id}/fhir"), "ServiceRequest")
    assert request["status"] == "completed"
    assert done["focus"]["identifier"]["value"] == f"urn:uuid:{request['id']}"


async def test_it_needs_its_own_scope_because_it_holds_a_number(client: httpx.AsyncClient) -> None:
    escalation_id = await seeds.crisis()
    others = await seeds.token(*(scope for scope in Scope if scope != Scope.FHIR_READ))
    for path in (f"/v1/escalations/{escalation_id}/fhir", f"/v1/fhir/Task/{escalation_id}"):
        assert (await client.get(path, headers=others)).status_code == 403
        assert (await client.get(path)).status_code == 401
    missing = await client.get(f"/v1/fhir/Task/{uuid4()}", headers=await seeds.token(Scope.FHIR_READ))
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


def test_every_priority_and_state_has_a_code() -> None:
    assert set(rules.PRIORITIES) == set(Priority)
    assert set(rules.PRIORITIES.values()) == {"stat", "asap", "urgent", "routine"}
    assert {rules.request_status(state) for state in rules.TASK_STATES} == {"active", "completed"}


def test_the_schema_refuses_what_is_no_resource() -> None:
    assert R4.is_valid({"resourceType": "Patient", "id": "1"})
    for wrong in ({"resourceType": "Patient", "nhs": "1"}, {"resourceType": "Flag"}, {"resourceType": "Nothing"}):
        assert not R4.is_valid(wrong)


@pytest.mark.parametrize("kind", ["Patient", "ServiceRequest"])
def test_an_id_is_the_same_each_time(kind: str) -> None:
    row = uuid4()
    assert rules.resource_id(row, kind) == rules.resource_id(row, kind) != rules.resource_id(uuid4(), kind)
