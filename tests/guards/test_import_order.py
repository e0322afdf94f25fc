"""Imports run downwards only, by the list in docs/decisions/0001; and each kind of file imports what befits it."""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.guards.tree import API, ROOT, Module, imports, modules

DECISION = ROOT / "docs/decisions/0001-where-things-stand.md"

# What a file of a domain package never imports, by its name. Only `main` imports what answers HTTP.
NEVER: Mapping[str, frozenset[str]] = {
    "rules": frozenset({"models", "schemas", "service", "jobs", "routes", "page", "stream", "presenters", "tasks"}),
    "models": frozenset({"schemas", "service", "jobs", "routes", "page", "stream", "presenters", "tasks"}),
    "schemas": frozenset({"models", "service", "jobs", "routes", "page", "stream", "presenters", "tasks"}),
    "service": frozenset({"jobs", "routes", "page", "stream", "presenters"}),
    "tasks": frozenset({"jobs", "routes", "page", "stream", "presenters"}),
    "receiving": frozenset({"jobs", "routes", "page", "stream", "presenters"}),
    "presenters": frozenset({"jobs", "routes", "page", "stream"}),
    "jobs": frozenset({"routes", "page", "stream", "presenters", "schemas"}),
    "routes": frozenset({"jobs", "routes"}),
}
WITHOUT_A_TRANSACTION = {"rules", "models", "schemas", "service", "tasks", "receiving", "presenters"}
IMPURE = {"database", "queue", "live", "outbox", "settings", "logs", "clock", "replies", "pages"}


def lines(decision: str) -> list[list[str]]:
    """The order as the decision has it: a list of lines, each a list of units."""
    block = re.search(r"## Import order\n.*?```\n(.*?)```", decision, re.DOTALL)
    assert block is not None, "docs/decisions/0001 has no import order"
    return [line.split(" · ") for line in block[1].strip().splitlines()]


def upward(found: Mapping[str, ast.AST], order: list[list[str]]) -> Iterator[str]:
    """Every import that does not run downwards, given the source of each module by its dotted name."""
    height = {unit: number for number, line in enumerate(order) for unit in line}
    for name, source in found.items():
        unit = name.split(".")[1]
        for imported in imports(source):
            other = imported.split(".")[1] if "." in imported else "api"
            if unit not in height or other not in height:
                yield f"{name}: {unit if unit not in height else other} stands on no line"
            elif other != unit and height[other] <= height[unit]:
                yield f"{name} imports {imported}"


def misplaced(module: Module) -> Iterator[str]:
    """What this file imports though no file of its name may."""
    for imported in imports(module.source):
        parts = imported.split(".")
        if parts[-1] in NEVER.get(module.kind, ()) and len(parts) > 2:
            yield f"{module.name} imports {imported}"
        if module.kind == "rules" and len(parts) == 2 and parts[1] in IMPURE:
            yield f"{module.name} is no rule: it imports {imported}"


def test_imports_run_downwards() -> None:
    order = lines(DECISION.read_text(encoding="utf-8"))
    assert list(upward({module.name: module.source for module in modules()}, order)) == []


def test_the_list_names_what_there_is_and_the_designs_own_order_holds() -> None:
    order = lines(DECISION.read_text(encoding="utf-8"))
    named = [unit for line in order for unit in line]
    assert len(named) == len(set(named))
    later = {"privacy", "reporting", "review", "directory"}  # Rooms that the design has and nobody has moved into yet.
    assert set(named) - later == {module.unit for module in modules()} - later
    height = {unit: number for number, line in enumerate(order) for unit in line}
    design = ["main", "console", "review", "channels", "conversations", "escalations", "triage"]
    design += ["rota", "people", "audit", "clients", "settings"]
    assert [height[unit] for unit in design] == sorted({height[unit] for unit in design})


@pytest.mark.parametrize(
    ("name", "source", "wrong"),
    [
        ("api.rota.service", "from api.people import service", False),
        ("api.rota.service", "from api.escalations import service", True),
        ("api.rota.service", "def f():\n    import api.escalations.service", True),
        ("api.triage.service", "from api.paging.rules import Step", True),
        ("api.triage.service", "from api.triage.rules import Phrase", False),
        ("api.attic.service", "from api import clock", True),
    ],
    ids=["down", "up", "up inside a function", "across", "at home", "on no line"],
)
def test_an_import_that_runs_upwards_would_be_noticed(name: str, source: str, wrong: bool) -> None:
    order = [["escalations"], ["triage", "paging"], ["rota"], ["people"], ["clock"]]
    assert bool(list(upward({name: ast.parse(source)}, order))) is wrong


def test_each_kind_of_file_imports_what_befits_it() -> None:
    assert [wrong for module in modules() if module.path.parent != API for wrong in misplaced(module)] == []


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("rules", "from api.people.models import Person"),
        ("rules", "from api import clock"),
        ("service", "from api.paging import jobs"),
        ("routes", "from api.channels.sms import routes"),
    ],
)
def test_an_import_that_does_not_befit_would_be_noticed(kind: str, source: str) -> None:
    assert list(misplaced(Module(f"api.rota.{kind}", API / f"rota/{kind}.py", ast.parse(source))))


def ends_its_own_transaction(source: ast.AST) -> bool:
    """Whether it opens, commits or rolls back a transaction."""
    for node in ast.walk(source):
        if isinstance(node, ast.alias) and node.name == "transaction":
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "begin", "begin_nested"}:
            return True
    return False


def test_services_never_commit() -> None:
    quiet = [module for module in modules() if module.kind in WITHOUT_A_TRANSACTION]
    assert len(quiet) > 20
    assert [module.name for module in quiet if ends_its_own_transaction(module.source)] == []
    assert ends_its_own_transaction(ast.parse("from api.database import transaction"))
    assert ends_its_own_transaction(ast.parse("async def f(session):\n    await session.commit()"))
