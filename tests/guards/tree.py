"""The project's own source as the guards read it: its modules, what each imports, and the files that git keeps."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
API = ROOT / "api"


@dataclass(frozen=True)
class Module:
    """One Python file of `api/`."""

    name: str  # Dotted, for example `api.paging.rules`.
    path: Path
    source: ast.Module

    @property
    def unit(self) -> str:
        """The package or top-level module that it belongs to: `paging`, `main`."""
        return self.name.split(".")[1] if "." in self.name else ""

    @property
    def kind(self) -> str:
        """The name of its file: `rules`, `models`, `service`."""
        return self.path.stem


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of `api/`, without the package's own empty beginning."""
    paths = sorted(path for path in API.rglob("*.py") if path != API / "__init__.py" and "static" not in path.parts)
    return tuple(Module(_dotted(path), path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def _dotted(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: ast.AST) -> Iterator[str]:
    """Everything of ours that a file imports, wherever in the file: `from api import x` is `api.x`."""
    for node in ast.walk(source):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("api"))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "api":
            yield from (_imported(node.module, alias.name) for alias in node.names)


def _imported(module: str, name: str) -> str:
    """The module that is meant: a name out of a module is that module, a module out of a package is itself."""
    folder = ROOT.joinpath(*module.split("."))
    is_module = (folder / f"{name}.py").exists() or (folder / name).is_dir()
    return f"{module}.{name}" if is_module else module


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps, and every new one that it would not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def text_of(path: Path) -> str | None:
    """What a file says; None for pictures and other files that are no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
