"""The same few file names in each domain, and files that can be read in one sitting."""

import ast
from pathlib import Path

import pytest

from tests.guards.tree import API, ROOT, modules, tracked

LIMIT = 300  # Lines.
USUAL = {"__init__", "rules", "models", "schemas", "service", "routes", "jobs"}
# Another name is another job. docs/decisions/0001 says which and why, and this test asks that it does.
OTHERS = {
    "people": {"access", "tokens", "limits"},
    "directory": {"reading", "tables", "translating", "gathering", "presenters", "listings"},
    "conversations": {
        "receiving",
        "asking",
        "questions",
        "signposting",
        "places",
        "guiding",
        "telling",
        "saying",
        "texting",
        "listing",
        "moves",
        "switched",
        "holding",
        "answering",
    },
    "escalations": {
        "tasks",
        "lifting",
        "answers",
        "waiting",
        "holding",
        "desk",
        "alarms",
        "feedback",
        "nets",
        "repeats",
        "programs",
    },
    "review": {"releases", "clearing", "ledger", "changing", "patching", "building", "trying", "trials", "measuring"},
    "fhir": {"presenters"},
    "paging": {"teams", "notes"},
    "watch": {"notebook"},
    "handovers": {"sheet"},
    "masking": {
        "words",
        "figures",
        "checks",
        "numbers",
        "emails",
        "births",
        "codes",
        "postcodes",
        "addresses",
        "names",
        "naming",
        "context",
        "bodies",
        "spelling",
        "capitals",
    },
    "privacy": {"hanging", "kinds", "memory", "elsewhere"},
    "triage": {
        "language",
        "phrases",
        "grading",
        "learned",
        "letters",
        "reading",
        "mending",
        "minimising",
        "screening",
        "questions",
        "yes_or_no",
        "examples",
    },
    "channels": {"page", "stream", "visitor", "carrier"},
    "console": {"presenters", "page", "stream", "printing"},
}
NO_DOMAIN = {"clients", "migrations"}
GENERATED = {API / "migrations/versions/0001_the_first_tables.py"}  # Alembic wrote it, and it must never change.


def odd_names(package: str, names: set[str]) -> set[str]:
    """The names that a file of this package must not have."""
    return names - USUAL - OTHERS.get(package, set())


def too_long(text: str) -> bool:
    return text.count("\n") > LIMIT


def test_files_of_a_domain_have_the_names_that_they_have_everywhere() -> None:
    for package in sorted(path.name for path in API.iterdir() if (path / "__init__.py").exists()):
        if package not in NO_DOMAIN:
            names = {module.kind for module in modules() if module.unit == package}
            assert odd_names(package, names) == set(), package
    assert odd_names("paging", {"rules", "helpers"}) == {"helpers"}


def test_every_other_name_is_argued_for() -> None:
    decision = (ROOT / "docs/decisions/0001-where-things-stand.md").read_text(encoding="utf-8")
    for package, names in OTHERS.items():
        for name in names:
            assert f"`{name}.py`" in decision, f"{package}/{name}.py"


def test_every_other_name_is_still_needed() -> None:
    for package, names in OTHERS.items():
        assert names <= {module.kind for module in modules() if module.unit == package}, package


@pytest.mark.parametrize("folder", ["api", "actions", "bot", "scripts", "tests"])
def test_no_file_is_longer_than_can_be_read_in_one_sitting(folder: str) -> None:
    files = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / folder)]
    assert files
    assert [str(path.relative_to(ROOT)) for path in set(files) - GENERATED if too_long(path.read_text("utf-8"))] == []


def test_a_file_that_is_too_long_would_be_noticed() -> None:
    assert too_long("x\n" * (LIMIT + 1))
    assert not too_long("x\n" * LIMIT)


def test_every_module_says_what_it_is_for() -> None:
    silent = [module.path for module in modules() if not ast.get_docstring(module.source)]
    assert [str(Path(path).relative_to(ROOT)) for path in silent] == []
