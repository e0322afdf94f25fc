"""The database's set-up: made, migrated and filled with demo data by the `api` command."""

from __future__ import annotations

from scripts.local_env import chosen_database, settings_in_force
from scripts.paths import LOCAL_ENV, POSTGRES, ROOT, VENV
from scripts.shell import KEEP_COMPILED, run_logged
from scripts.steps import Step

API = VENV / "bin" / "api"
# The secrets too: a service token is stored as a hash that must be that of the token in force.
INPUTS = [ROOT / "api" / "migrations", ROOT / "data" / "teams", ROOT / "data" / "demo", LOCAL_ENV]


def prepared_database() -> Step:
    """PostgreSQL with the newest schema and the demo data: the embedded one, unless a URL is set."""
    url = chosen_database(settings_in_force())
    return Step(
        key="database",
        title="Database, schema and demo data",
        work=prepare,
        inputs=INPUTS,
        facts=[url or "embedded"],
        outputs=[] if url else [POSTGRES / "PG_VERSION"],
        every_time=url is not None,
    )


def prepare() -> None:
    """Run `api database prepare`, which may be run any number of times."""
    advice = (
        "If DATABASE_URL is set, check that the server answers and that the user may create tables; otherwise remove "
        "var/postgres (this copy's demo data goes with it) and run the same command again."
    )
    run_logged(
        [API, "database", "prepare"],
        log="database",
        otherwise=advice,
        environment={**settings_in_force(), **KEEP_COMPILED},
    )
