"""The form of a record: what goes in comes out, what is wrong is said in plain words beside its field."""

from typing import Any

import pytest

from api.console.directory.changing import schemas
from api.directory.files import service as files
from tests.api.directory.test_files import FOLDER

RECORDS = {record.service.id: record.service.model_dump(mode="json") for record in files.read(FOLDER)}
GOOD: dict[str, str] = {
    "organisation": "Somebody",
    "name": "A line",
    "description": "Somebody listens.",
    "nations": "england",
    "cost": "Free",
    "eligibility": "Anyone",
    "source_url": "https://a-line.example",
    "bank_holidays": "unknown",
}


def posted(typed: schemas.Typed) -> dict[str, list[str]]:
    """What a browser sends of this form."""
    fields = {name: [value] for name, value in typed.items() if isinstance(value, str)}
    fields |= {name: list(typed[name]) for name in ("needs", "nations")}
    fields |= {name: ["true"] for name in ("always", "narrow", "staff_only") if typed[name]}
    for at, phone in enumerate(typed["phones"]):
        fields |= {f"phone_{at}_{name}": [value] for name, value in phone.items()}
    for at, period in enumerate(typed["periods"]):
        fields |= {f"period_{at}_byday": period["byday"]}
        fields |= {f"period_{at}_{name}": [period[name]] for name in ("opens_at", "closes_at")}
    return fields


def errors(**changes: Any) -> dict[str, str]:
    fields = {name: [value] for name, value in (GOOD | changes).items() if isinstance(value, str)}
    fields |= {name: value for name, value in changes.items() if isinstance(value, list)}
    record, wrong = schemas.read(schemas.typed(fields))
    assert (record is None) is bool(wrong)
    return wrong


@pytest.mark.parametrize("code", RECORDS)
def test_every_record_of_ours_passes_through_the_form_unchanged(code: str) -> None:
    typed = schemas.typed_of(RECORDS[code])
    record, wrong = schemas.read(schemas.typed(posted(typed)), RECORDS[code])
    assert wrong == {}
    assert record is not None
    assert record.model_dump(mode="json") == RECORDS[code]


def test_a_form_that_is_right_has_nothing_wrong() -> None:
    assert errors() == {}
    assert errors(always="true") == {}, "what is always open is open on bank holidays, without saying so"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": " "}, "name", "Enter the name"),
        ({"organisation": ""}, "organisation", "Enter who runs it"),
        ({"description": ""}, "description", "Describe it in a sentence or two"),
        ({"cost": ""}, "cost", "Say what it costs, or that it is free"),
        ({"eligibility": ""}, "eligibility", "Say whom it is for"),
        ({"nations": []}, "nations", "Choose at least one nation"),
        ({"nations": ["france"]}, "nations", "Choose at least one nation"),
        ({"needs": ["goodbye"]}, "needs", "Choose needs from the list"),
        ({"districts": "CH41 1AA"}, "districts", "Enter the first halves of postcodes, such as CH41"),
        ({"url": "www.a-line.example"}, "url", "Enter a web address that begins with https://"),
        ({"webchat": "javascript:alert(1)"}, "webchat", "Enter a web address that begins with https://"),
        ({"email": "nobody"}, "email", "Enter an e-mail address"),
        ({"source_url": ""}, "source_url", "or say in words where the facts are from"),
        ({"minimum_age": "old"}, "minimum_age", "Enter an age in years, such as 18"),
        ({"maximum_age": "121"}, "maximum_age", "Enter an age in years, such as 25"),
        ({"sms_number": "0151 234"}, "sms_number", "0151 234 cannot be dialled in the UK"),
        ({"sms_say": "HELP"}, "sms_number", "Enter a number with digits and spaces alone"),
        ({"phone_1_number": "0151 234"}, "phone_1_number", "0151 234 cannot be dialled in the UK"),
        ({"phone_1_number": "ring us"}, "phone_1_number", "Enter a number with digits and spaces alone"),
        ({"phone_0_type": "pigeon", "phone_0_number": "111"}, "phone_0_type", "Use plain words on one line"),
        ({"period_2_opens_at": "09:00"}, "period_2_byday", "Choose the days"),
        ({"period_1_byday": ["MO"], "period_1_opens_at": "25:00"}, "period_1_opens_at", "Enter when it opens"),
        ({"period_1_byday": ["MO"], "period_1_opens_at": "09:00"}, "period_1_closes_at", "Enter when it closes"),
        ({"always": "true", "bank_holidays": "closed"}, "always", "What is always open is open on bank holidays"),
        ({"bank_holidays": "maybe", "hours_words": "Office hours"}, "bank_holidays", "Choose from the list"),
        ({"notes": "a\x00b"}, "notes", "Use plain words on one line"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_beside_its_field(changes: dict[str, Any], field: str, words: str) -> None:
    wrong = errors(**changes)
    assert words in wrong[field], wrong


def test_a_row_number_that_no_form_has_is_left_alone() -> None:
    assert errors(phone_77_number="0151 234") == {}
    assert errors(phone_999_number="0151 234") == {}


def test_reasons_and_checks() -> None:
    assert schemas.wrong_reason("") == {"reason": "Say why, for the colleagues after you"}
    assert schemas.wrong_reason("x" * 501) == {"reason": "Use plain words, up to 500 characters"}
    assert schemas.wrong_reason("x" * 500) == {}
    assert schemas.wrong_check("") == {"checked": "Say whether you have checked it with the service"}
    assert schemas.wrong_check("no") == schemas.wrong_check("phone") == {}
