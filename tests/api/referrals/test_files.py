"""data/referrals/services.yml: it leads everywhere that it says, and is checked as strictly as a request."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from api import settings
from api.directory.rules import Need
from api.referrals import rules
from api.referrals.files import service as files
from api.referrals.files.schemas import ServicesFile
from tests.guards.tree import ROOT

# What is asked for most.
ASKED_FOR = (
    Need.HOLISTIC_NEEDS_ASSESSMENT,
    Need.PREHAB,
    Need.CARERS_ASSESSMENT,
    Need.BEREAVEMENT_EMOTIONAL,
    Need.BENEFITS_CARER,
    Need.NIGHT_SITTING,
    Need.RESPITE,
    None,
)
GOOD: dict[str, Any] = yaml.safe_load((ROOT / "data/referrals/services.yml").read_text(encoding="utf-8"))


def with_first(**changes: Any) -> dict[str, Any]:
    """The file with something changed in its first service."""
    first, *others = GOOD["services"]
    return GOOD | {"services": [first | changes, *others]}


@pytest.mark.parametrize("need", ASKED_FOR)
def test_what_is_asked_for_most_has_a_service(need: Need | None) -> None:
    assert rules.service_for(files.services(), "demo", need)


def test_each_team_that_is_served_exists() -> None:
    teams = {path.stem for path in (settings.ROOT / "data/teams").glob("*.yml")}
    assert {one.team for one in files.services()} <= teams


def test_a_service_is_found_by_its_code() -> None:
    assert files.named("benefits") in files.services()
    assert files.named("nobody") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"way": "email"},  # And no name of an address.
        {"address": "hospice"},  # An inbox has none.
        {"address": "https://hospice.example/referrals", "way": "webhook"},  # No address stands in the file.
        {"nation": "france"},
        {"takes": [{"need": "riches", "words": "money", "clock": "routine"}]},
        {"takes": [{"need": "respite", "words": "x" * 41, "clock": "routine"}]},
        {"takes": [{"need": "respite", "words": "a [break]", "clock": "routine"}]},
        {"takes": [{"need": "benefits_carer", "words": "money", "clock": "routine"}]},  # The second service has it.
        {"takes": [], "general": None},
        {"code": "benefits"},
        {"secret": "whsec_x"},
    ],
)
def test_a_file_that_cannot_be_relied_upon_is_refused(changes: dict[str, Any]) -> None:
    assert ServicesFile.model_validate(with_first())
    with pytest.raises(ValidationError):
        ServicesFile.model_validate(with_first(**changes))
