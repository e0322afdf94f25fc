"""Runs the checks of `inside/` in Rasa's environment, which has neither pytest nor this one's packages."""

import os
import subprocess
from pathlib import Path

import pytest

from api import migrate
from tests.harness import postgres

ROOT = Path(__file__).parents[2]
RASA_PYTHON = ROOT / "bot/.venv/bin/python"


def run_inside(module: str, **environment: str) -> None:
    """Run one module of checks; fails with what it said."""
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    done = subprocess.run(
        [RASA_PYTHON, "-W", "ignore", "-m", "unittest", f"tests.bot.inside.{module}"],
        cwd=ROOT,
        env={**os.environ, **quiet, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-6000:]


def test_the_understanding_does_what_it_says() -> None:
    run_inside("check_understanding")


def test_two_needs_a_choice_and_a_correction_are_read() -> None:
    run_inside("check_needs")


@pytest.mark.slow
@pytest.mark.rasa
def test_the_rules_around_a_call_from_a_service_do_what_they_say() -> None:
    run_inside("check_referral")


@pytest.mark.slow
@pytest.mark.rasa
def test_the_components_the_tracker_store_and_the_data_stand_up_inside_rasa(postgres_url: str) -> None:
    url = postgres.with_database(postgres_url, "nightlight_bot_inside")
    migrate.create_if_missing(url)
    run_inside("check_rasa", NIGHTLIGHT_TEST_BOT_DATABASE_URL=url)
