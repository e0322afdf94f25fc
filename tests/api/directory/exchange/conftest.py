"""Somebody else's directory, and an operator who types commands."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from api import commands, database
from api.clients import web
from api.command_line import and_close
from tests.harness import postgres
from tests.harness.feed import Feed, served
from tests.harness.line import configure

TABLES = "directory_organizations, directory_taxonomy_terms, directory_services"


@dataclass
class Operator:
    """Types commands, and looks into the directory by exporting it."""

    folder: Path
    database: str

    def sits_down(self) -> None:
        """From now on commands go to this operator's database."""
        os.environ["NIGHTLIGHT_DATABASE_URL"] = self.database
        configure(database_url=self.database)

    def types(self, *words: str, fails: bool = False) -> str:
        """What `api directory …` says."""
        result = CliRunner().invoke(commands.app, ["directory", *words])
        assert (result.exit_code == 1) == fails, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.output

    def sees(self) -> dict[str, dict[str, Any]]:
        """Every record by its code, as the export has it."""
        contents = json.loads(self.types("export"))["contents"]
        return {one["nightlight"]["code"]: one for one in contents}

    def sees_imported(self) -> dict[str, dict[str, Any]]:
        """Every imported record."""
        return {code: one for code, one in self.sees().items() if "feed" in one["nightlight"]}

    def prepares(self) -> None:
        """Loads our own files, as every start does."""
        asyncio.run(and_close(commands.load()))

    def file(self, name: str, text: str | bytes) -> str:
        """The path of a file with this in it."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)


@pytest.fixture
async def operator(db: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Operator:
    """Somebody at a terminal, with the database of this test."""
    monkeypatch.setenv("NIGHTLIGHT_DATABASE_URL", db)  # And takes it away after the test.
    await database.disconnect()  # Each command opens connections of its own.
    found = Operator(tmp_path, db)
    found.sits_down()
    return found


@pytest.fixture
def elsewhere(operator: Operator, postgres_url: str) -> Iterator[Operator]:
    """The same operator with another database, in whose directory nothing is."""
    with postgres.fresh_database(postgres_url) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {TABLES} CASCADE".encode())
        yield Operator(operator.folder, url)


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    """A directory of somebody else's. We wait for nothing between two tries."""
    monkeypatch.setattr(web, "WAIT_SECONDS", 0.001)
    with served() as feed:
        yield feed
