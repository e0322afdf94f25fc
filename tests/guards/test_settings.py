"""Every setting is described and stands in docs/operating.md, and production refuses what is unsafe."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from api.settings import SECRETS, Settings
from tests.guards.tree import ROOT, modules, text_of, tracked

DOCUMENT = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
NAME = re.compile(r"NIGHTLIGHT_[A-Z_]*[A-Z]")
LONG = "x9" * 16
SAFE: dict[str, Any] = {
    "environment": "production",
    "database_url": "postgresql://database.example/nightlight",
    "public_url": "https://line.example",
    "bot_token": LONG,
    "seal_key": LONG,
    "second_factor": True,
    "old_seal_key": "",
    "identifier_key": LONG,
    "old_identifier_key": "",
    "oidc_client_secret": "",
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": LONG,
    "twilio_api_url": "https://api.twilio.com",
    "pager_number": "+447700900199",
    "actions_token": "",
    "twilio_next_auth_token": "",
    "webhook_key": "",
    "webhook_local": False,
    "handset": False,
}


def described() -> set[str]:
    """The settings that have a row in one of the document's tables."""
    rows = [line.split("|")[1] for line in DOCUMENT.splitlines() if line.startswith("| `NIGHTLIGHT_")]
    return {name for row in rows for name in NAME.findall(row)}


def in_code() -> set[str]:
    """Every setting that any file but tests and documents names."""
    files = [path for path in tracked() if path.relative_to(ROOT).parts[0] not in {"tests", "docs"}]
    return {name for path in files for name in NAME.findall(text_of(path) or "")}


def test_every_setting_says_what_it_does() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_stands_in_the_document_and_nothing_else_does() -> None:
    ours = {f"NIGHTLIGHT_{name.upper()}" for name in Settings.model_fields}
    assert (in_code() | ours) - described() == set()
    assert described() - (in_code() | ours) == set()


def test_the_defaults_in_the_document_are_the_defaults() -> None:
    for name, field in Settings.model_fields.items():
        (row,) = [line for line in DOCUMENT.splitlines() if line.startswith(f"| `NIGHTLIGHT_{name.upper()}` |")]
        default = row.split("|")[2].strip().strip("`")
        if field.is_required():
            assert default == "needed", name
        elif field.default in (None, ""):
            assert default == "none", name
        elif name not in ("data_dir", "releases_dir", "watch_file"):  # Where the project stands is the machine's.
            assert default.lower() == str(field.default).lower(), name


def test_every_event_of_the_log_that_is_no_routine_stands_in_the_document() -> None:
    logged = re.compile(r"_log\.(?:warning|error|exception)\(\s*\"([a-z_]+)\"")
    events = {event for module in modules() for event in logged.findall(module.path.read_text(encoding="utf-8"))}
    rows = [line.split("|")[1] for line in DOCUMENT.partition("\n## Logs")[2].splitlines() if line.startswith("| `")]
    assert events == {event for row in rows for event in re.findall(r"`([a-z_]+)`", row)}


def make(**changes: Any) -> Settings:
    return Settings(**(SAFE | changes))


def test_safe_settings_are_accepted() -> None:
    assert make().environment == "production"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"bot_token": "demo-" + LONG}, "NIGHTLIGHT_BOT_TOKEN"),
        ({"bot_token": "q7-tiny"}, "NIGHTLIGHT_BOT_TOKEN"),
        ({"bot_token": ""}, "NIGHTLIGHT_BOT_TOKEN"),
        ({"twilio_auth_token": "demo-auth"}, "NIGHTLIGHT_TWILIO_AUTH_TOKEN"),
        ({"twilio_auth_token": ""}, "NIGHTLIGHT_TWILIO_AUTH_TOKEN"),
        ({"twilio_next_auth_token": "demo-" + LONG}, "NIGHTLIGHT_TWILIO_NEXT_AUTH_TOKEN"),
        ({"actions_token": "demo-actions"}, "NIGHTLIGHT_ACTIONS_TOKEN"),
        ({"handset": True}, "NIGHTLIGHT_HANDSET"),
        ({"webhook_key": "demo-key"}, "NIGHTLIGHT_WEBHOOK_KEY"),
        ({"webhook_local": True}, "NIGHTLIGHT_WEBHOOK_LOCAL"),
        ({"seal_key": ""}, "NIGHTLIGHT_SEAL_KEY"),
        ({"old_seal_key": "demo-old"}, "NIGHTLIGHT_OLD_SEAL_KEY"),
        ({"identifier_key": ""}, "NIGHTLIGHT_IDENTIFIER_KEY"),
        ({"old_identifier_key": "demo-old"}, "NIGHTLIGHT_OLD_IDENTIFIER_KEY"),
        ({"oidc_client_secret": "demo-secret"}, "NIGHTLIGHT_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://login.example"}, "NIGHTLIGHT_OIDC_ISSUER"),
        ({"second_factor": False}, "NIGHTLIGHT_SECOND_FACTOR"),
        ({"public_url": "http://line.example"}, "NIGHTLIGHT_PUBLIC_URL"),
        ({"twilio_api_url": "http://127.0.0.1:8000/handset/twilio"}, "NIGHTLIGHT_TWILIO_API_URL"),
    ],
)
def test_production_refuses_what_is_unsafe_and_names_it(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named) as refused:
        make(**changes)
    secret = next((str(changes[name]) for name in SECRETS if changes.get(name)), "no secret at all")
    assert secret not in str(refused.value)
    assert LONG not in str(refused.value), "nor any other secret of the same file"
    assert make(**changes, environment="development")


def test_all_that_is_unsafe_is_named_at_once() -> None:
    with pytest.raises(ValidationError, match=r"BOT_TOKEN.*HANDSET.*PUBLIC_URL"):
        make(bot_token="demo", handset=True, public_url="http://x")


def test_production_is_what_one_gets_without_asking() -> None:
    assert Settings.model_fields["environment"].default == "production"
    assert Settings.model_fields["handset"].default is False


def test_no_secret_is_shown_when_settings_are_printed() -> None:
    shown = repr(make(actions_token=LONG, twilio_next_auth_token=LONG))
    assert LONG not in shown
