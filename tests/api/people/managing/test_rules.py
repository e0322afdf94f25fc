"""What an administrator may write down about whom."""

from dataclasses import replace
from uuid import uuid4

import pytest

from api.people.managing.rules import Details, Manager, refused, sees, tidied, wrong_with
from api.people.rules import Role

TEAM, OTHER = uuid4(), uuid4()
BY = Manager("staff:1", uuid4(), TEAM, of_installation=False)
ABOVE = replace(BY, of_installation=True)
GOOD = tidied(" Ada  Bell ", "Ada@Example.org ", "07700 900123", Role.RESPONDER, TEAM)


def test_what_was_typed_is_tidied() -> None:
    assert Details("Ada Bell", "ada@example.org", "+447700900123", "responder", TEAM, False) == GOOD
    assert wrong_with(BY, GOOD) == {}
    assert wrong_with(BY, replace(GOOD, phone="")) == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"email": ""}, "email"),
        ({"email": "ada@nowhere"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "my phone"}, "phone"),
        ({"role": "king"}, "role"),
        ({"team_id": OTHER}, "team"),
        ({"team_id": None}, "team"),
        ({"role": Role.ADMINISTRATOR, "of_installation": True}, "of_installation"),
    ],
)
def test_what_is_wrong_is_named_by_field(changed: dict[str, object], field: str) -> None:
    assert list(wrong_with(BY, replace(GOOD, **changed))) == [field]  # type: ignore[arg-type]


@pytest.mark.parametrize("role", [Role.INFORMATION, Role.REVIEWER, Role.SAFETY_OFFICER])
def test_no_page_ends_with_somebody_who_answers_no_carer(role: Role) -> None:
    assert list(wrong_with(BY, replace(GOOD, role=role))) == ["phone"]
    assert wrong_with(BY, replace(GOOD, role=role, phone="")) == {}


def test_whoever_is_for_every_team_sees_every_team_and_may_make_others_so() -> None:
    assert (sees(BY, TEAM), sees(BY, OTHER), sees(ABOVE, OTHER)) == (True, False, True)
    whole = replace(GOOD, role=Role.ADMINISTRATOR, of_installation=True, team_id=OTHER)
    assert wrong_with(ABOVE, whole) == {}
    assert list(wrong_with(ABOVE, replace(whole, role=Role.COORDINATOR))) == ["of_installation"]


def test_nobody_changes_their_own_role_those_above_them_or_the_last_administrator() -> None:
    boss = replace(GOOD, role=Role.ADMINISTRATOR)
    assert refused(BY, boss, replace(boss, name="Ada Bell-Cole"), own=True, others_manage=False) == {}
    assert "your own role" in refused(BY, boss, GOOD, own=True, others_manage=True)["role"]
    assert "only administrator" in refused(BY, boss, GOOD, own=False, others_manage=False)["role"]
    assert refused(BY, boss, GOOD, own=False, others_manage=True) == {}
    above = replace(boss, of_installation=True)
    assert "for every team" in refused(BY, above, above, own=False, others_manage=True)["role"]
    assert refused(ABOVE, above, boss, own=False, others_manage=True) == {}
