"""The settings of one machine: secrets made once, and ports that move every address with them."""

import stat
from pathlib import Path

import pytest

from api import identifiers
from scripts import local_env


def test_the_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "var" / "local.env"
    monkeypatch.setattr(local_env, "LOCAL_ENV", path)
    local_env.write_settings()
    first = path.read_text()
    local_env.write_settings()
    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert local_env.read_env_file(path).keys() == local_env.generated().keys()


def test_a_copy_from_before_a_setting_gets_it_and_keeps_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "local.env"
    path.write_text("NIGHTLIGHT_SEAL_KEY=ours")
    monkeypatch.setattr(local_env, "LOCAL_ENV", path)
    assert local_env.IDENTIFIER_KEY in local_env.local_settings().facts, "the step is done again"
    local_env.write_settings()
    has = local_env.read_env_file(path)
    assert has.keys() == local_env.generated().keys() | local_env.BEFORE_A_KEY.keys()
    assert has["NIGHTLIGHT_SEAL_KEY"] == "ours"
    assert local_env.BEFORE_A_KEY.items() <= has.items()
    assert list(local_env.BEFORE_A_KEY.values()) == [identifiers._DEMO]


def test_two_copies_have_different_secrets() -> None:
    one, other = local_env.generated(), local_env.generated()
    secrets = [name for name in one if name.endswith(("TOKEN", "SID"))]
    assert len(secrets) == 5
    assert all(one[name] != other[name] for name in secrets)


def test_a_file_of_settings_is_read_with_comments_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# A comment = no setting\n\nNAME=plain\nQUOTED='with spaces' \nURL=postgresql://a@/b?host=/c\n")
    assert local_env.read_env_file(path) == {
        "NAME": "plain",
        "QUOTED": "with spaces",
        "URL": "postgresql://a@/b?host=/c",
    }


def test_no_file_has_no_settings(tmp_path: Path) -> None:
    assert local_env.read_env_file(tmp_path / ".env") == {}


def test_another_port_moves_every_address_that_has_it() -> None:
    settings = local_env.settings_in_force({"NIGHTLIGHT_WEB_PORT": "8100", "NIGHTLIGHT_BOT_PORT": "5105"})
    assert settings["NIGHTLIGHT_API_URL"] == "http://127.0.0.1:8100"
    assert settings["NIGHTLIGHT_TWILIO_API_URL"] == "http://127.0.0.1:8100/handset/twilio"
    assert settings["NIGHTLIGHT_BOT_URL"] == "http://127.0.0.1:5105"


def test_what_is_set_in_the_environment_wins() -> None:
    settings = local_env.settings_in_force({"NIGHTLIGHT_PUBLIC_URL": "https://line.example"})
    assert settings["NIGHTLIGHT_PUBLIC_URL"] == "https://line.example"


@pytest.mark.parametrize(
    ("chosen", "beside"),
    [
        ("postgres://a:b@db.example:5432/line", "postgresql://a:b@db.example:5432/line_bot"),
        ("postgresql://a@/line?host=/var/run", "postgresql://a@/line_bot?host=/var/run"),
    ],
)
def test_the_assistant_has_a_database_beside_the_chosen_one(chosen: str, beside: str) -> None:
    assert local_env.settings_in_force({"DATABASE_URL": chosen})["NIGHTLIGHT_BOT_DATABASE_URL"] == beside


def test_without_a_chosen_database_the_embedded_one_is_used() -> None:
    assert local_env.chosen_database({"DATABASE_URL": ""}) is None
