"""What `make run` shows: somebody of each role, and a real rota; each start leaves it as it is."""

import re
from datetime import timedelta

import pytest

from api import clock, commands, demo
from api.console.people.presenters import ROLES
from api.database import transaction
from api.people import service as people
from api.people.rules import Role
from api.rota import service as rota
from api.rota.patterns import service as patterns


def test_there_is_a_sign_in_for_each_role_and_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    staff = demo.staff_file()["staff"]
    assert {one["role"] for one in staff} == set(Role)
    commands.sign_ins()
    told = " ".join(capsys.readouterr().out.split())
    for one in staff:
        role = ROLES[one["role"]].lower()
        assert re.search(rf"{one['email']} password \S+ \({one['name']}: {role}[,)]", told), one["name"]
    assert "(Demo Lead: administrator, lead)" in told


async def test_the_demonstration_team_has_a_published_rota_that_every_start_prolongs(db: str) -> None:
    held = []
    for ahead in (0, 0, 6):
        clock.move(timedelta(weeks=ahead))
        async with transaction() as session:
            await demo.publish_rota(session)
        async with transaction() as session:
            team = await people.default_team(session)
            standing = await rota.of_team(session, team.id)
            found = await rota.on_call(session, team.id, clock.now() + timedelta(days=7))
            held.append({rung: [person.name for person in on] for rung, on in found.items()})
            assert len(await patterns.of_team(session, team.id)) == 5
        assert standing is not None
        assert standing.published_until is not None
        assert standing.published_until > clock.now() + timedelta(weeks=7)
    assert held[0] == {"on_call": ["Demo Nurse Two"], "second_on_call": ["Demo Nurse One"], "lead": ["Demo Lead"]}
    assert held == [held[0]] * 3, "an even number of weeks later it is the same nurse's turn"
