"""The order of a team's open calls, and from when their clocks run."""

from datetime import timedelta

from api import clock
from api.console import service as console
from api.database import transaction
from api.escalations.models import TimelineEvent
from api.escalations.rules import Event
from api.triage import service as triage
from api.triage.rules import Priority
from tests.harness.line import CARER, OTHER_CARER
from tests.harness.seeds import contacted, crisis, nurse


async def test_the_clock_of_a_call_runs_from_when_help_was_last_asked_for(db: str) -> None:
    first, second = await crisis(CARER), await crisis(OTHER_CARER)
    person, worse_at = await nurse("Demo Nurse One"), clock.now() + timedelta(minutes=3)
    async with transaction() as session:
        for kind, at in ((Event.WORSE, worse_at), (Event.PAGED, worse_at + timedelta(minutes=1))):
            session.add(TimelineEvent(escalation_id=first, at=at, kind=kind, actor="test", detail={}))
    async with transaction() as session:
        calls = await console.calls(session, person.team_id)
    assert [call.id for call in calls] == [second, first]
    assert calls[1].asked_at == worse_at
    assert calls[1].due == worse_at + triage.protocol().targets[Priority.P0].accept_within
    assert [call.holder for call in calls] == [None, None]

    await contacted(second)
    async with transaction() as session:
        calls = await console.calls(session, person.team_id)
    assert [(call.id, call.holder, call.due is None) for call in calls] == [
        (first, None, False),
        (second, "Demo Nurse One", True),
    ]
