"""`/v1/tasks/{id}/done`: another program says that somebody has rung back."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from api.audit.models import AuditEntry
from api.clock import now
from api.database import transaction
from api.escalations import tasks
from api.escalations.models import Task
from api.escalations.rules import TaskKind, TaskOutcome, task_ends
from api.people.models import Person
from api.people.rules import Scope
from tests.harness import seeds

SPOKE, NOT_REACHED, DONE = TaskOutcome.SPOKE, TaskOutcome.NOT_REACHED, TaskOutcome.DONE


@pytest.mark.parametrize(
    ("kind", "coordinates", "tries", "ends"),
    [
        (TaskKind.CALL_BACK, False, 2, (SPOKE,)),
        (TaskKind.CALL_BACK, True, 0, (SPOKE,)),
        (TaskKind.CALL_BACK, True, 1, (SPOKE, NOT_REACHED)),
        (TaskKind.REPLY_BY_PERSON, True, 1, (DONE,)),
    ],
)
def test_how_a_task_may_end(kind: str, coordinates: bool, tries: int, ends: tuple[TaskOutcome, ...]) -> None:
    assert task_ends(kind, coordinates, tries) == ends


async def a_call_back() -> Task:
    conversation_id = await seeds.carer_writes("can somebody ring me")
    person = await seeds.nurse("Demo Nurse One")
    async with transaction() as session:
        return await tasks.add(session, conversation_id, person.team_id, TaskKind.CALL_BACK, "They asked to be rung")


async def on_record(task_id: UUID) -> list[AuditEntry]:
    async with transaction() as session:
        found = select(AuditEntry).where(AuditEntry.action == "finished", AuditEntry.subject_id == str(task_id))
        return list((await session.execute(found)).scalars())


async def test_a_call_back_is_finished_once_by_whoever_has_seen_how_it_stands(client: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.TASKS_WRITE, Scope.TASKS_READ)
    task, nurse = await a_call_back(), await seeds.nurse("Demo Nurse One")
    path, body = f"/v1/tasks/{task.id}", {"person_id": str(nurse.id), "outcome": "spoke", "note": " Rung back "}

    for wrong in ({"note": " "}, {"outcome": "done"}, {"outcome": "not_reached"}, {"outcome": "x"}, {"more": "x"}):
        assert (await client.post(f"{path}/done", json=body | wrong, headers=headers)).status_code == 422, wrong
    for nobody in (str(uuid4()), str(await a_stranger())):
        answer = await client.post(f"{path}/done", json=body | {"person_id": nobody}, headers=headers)
        assert answer.status_code == 404
    stale = await client.post(f"{path}/done", json=body, headers=headers | {"If-Match": '"old"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    assert await on_record(task.id) == []

    seen = headers | {"If-Match": (await client.get(path, headers=headers)).headers["etag"]}
    first = await client.post(f"{path}/done", json=body, headers=seen)
    again = await client.post(f"{path}/done", json=body, headers=seen)
    read = await client.get(path, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert first.json() == again.json() == read.json()
    assert first.json()["state"] == "done"
    assert first.headers["etag"] == read.headers["etag"]
    otherwise = await client.post(f"{path}/done", json=body | {"note": "Somebody else has"}, headers=headers)
    assert (otherwise.status_code, otherwise.json()["code"]) == (409, "conflict")
    (entry,) = await on_record(task.id)
    assert (entry.actor, entry.detail["by"][:8]) == (nurse.actor, "service:")


async def a_stranger() -> UUID:
    """A nurse of another team."""
    async with transaction() as session:
        person = Person(team=await seeds.other_team(), name="Other", email="other@x.example", role="responder")
        person.password_hash = ""
        session.add(person)
    return person.id


async def test_after_many_tries_in_vain_only_a_coordinator_ends_it(client: httpx.AsyncClient) -> None:
    headers = await seeds.token(Scope.TASKS_WRITE)
    task, nurse, lead = await a_call_back(), await seeds.nurse("Demo Nurse One"), await seeds.nurse("Demo Lead")
    for _ in range(3):
        async with transaction() as session:
            await tasks.no_answer(session, task.id, nurse, "No answer", now())
    body = {"person_id": str(nurse.id), "outcome": "spoke", "note": "Seen to"}
    answer = await client.post(f"/v1/tasks/{task.id}/done", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    body |= {"person_id": str(lead.id), "outcome": "not_reached"}
    answer = await client.post(f"/v1/tasks/{task.id}/done", json=body, headers=headers)
    assert (answer.status_code, answer.json().get("state")) == (200, "done"), answer.text
