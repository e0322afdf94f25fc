"""No test is skipped, nothing prints in the API, and the project speaks of nothing but itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guards.tree import ROOT, modules, text_of, tracked

SKIPS = {"skip", "skipif", "xfail", "importorskip", "skipIf", "skipUnless", "expectedFailure"}
HERE = Path(__file__)

# Places of one machine, and the addresses from which packages were fetched. Split, so that this file has none of them.
ELSEWHERE = {
    "a folder of one machine": r"(?<![\w./~-])/(?:work|root|home/\w+|Users/\w+|tmp/\w+)(?=/|\b)",
    "a folder beside the project": r"(?<!\w)\.\./" + r"shared\b",
    "a registry of packages": "|".join(
        (
            r"registry\." + r"npmjs",
            r"registry\." + r"yarnpkg",
            r"pypi\." + r"org/simple",
            r"files\.python" + "hosted",
            "arti" + "factory",
            "index-" + "url =",
        )
    ),
}
MADE_UP = re.compile(r"^tests/|^pyproject\.toml$")  # Tests make up folders under /tmp, and ruff is told that they do.


def skipped(source: ast.AST) -> Iterator[str]:
    for node in ast.walk(source):
        name = getattr(node, "attr", getattr(node, "id", ""))
        if name in SKIPS:
            yield name


def strangers(name: str, text: str) -> Iterator[str]:
    """What a file says of the machine, or of the makers' surroundings, that it was written on."""
    for what, pattern in ELSEWHERE.items():
        for match in re.finditer(pattern, text):
            if not (match.group().startswith("/" + "tmp/") and MADE_UP.match(name)):
                yield f"{name}: {match.group()} is {what}"


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    for path in tracked():
        if path.suffix == ".py" and path.is_relative_to(ROOT / "tests") and path != HERE:
            assert list(skipped(ast.parse(path.read_text(encoding="utf-8")))) == [], path
    for wrong in (
        "@pytest.mark.skip\ndef test(): ...",
        "pytest.importorskip('x')",
        "@pytest.mark.xfail\ndef test(): ...",
    ):
        assert list(skipped(ast.parse(wrong)))


def prints(source: ast.AST) -> bool:
    return any(isinstance(node, ast.Name) and node.id in {"print", "pprint", "breakpoint"} for node in ast.walk(source))


def test_the_api_logs_and_never_prints() -> None:
    assert [module.name for module in modules() if prints(module.source)] == []
    assert prints(ast.parse("def f():\n    print('x')"))
    assert not prints(ast.parse("from rich import print as show\nshow('x')"))


def test_no_work_is_left_for_later_in_a_comment() -> None:
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    code = [path for path in tracked() if path.suffix in {".py", ".js", ".css", ".html", ".yml", ".md"}]
    assert [str(path) for path in code if later.search(path.read_text(encoding="utf-8"))] == []


def test_the_project_speaks_of_itself_alone() -> None:
    found = [
        stranger
        for path in tracked()
        if (text := text_of(path)) is not None
        for stranger in strangers(str(path.relative_to(ROOT)), text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main/api",
        "cd /" + "root/x",
        "in /" + "home/somebody/code",
        "in /" + "Users/somebody/code",
        "wrote /" + "tmp/out.txt",
        "read .." + "/shared/design.md",
        '"resolved": "https://registry.' + 'npmjs.org/x"',
        "https://files.python" + "hosted.org/x.whl",
    ],
)
def test_what_is_of_one_machine_would_be_noticed(text: str) -> None:
    assert list(strangers("docs/operating.md", text))


@pytest.mark.parametrize(
    "text", ["/srv/nightlight", "tmpfs: [/tmp]", "api/work/x", "https://example.org/work/x", "a/b/tmp/c", "~/tmp/x"]
)
def test_what_is_of_no_machine_is_left_alone(text: str) -> None:
    assert list(strangers("docs/operating.md", text)) == []
