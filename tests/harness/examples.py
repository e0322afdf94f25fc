"""The programs under docs/examples, loaded from where they stand."""

import importlib.util
import sys
from types import ModuleType

from tests.guards.tree import ROOT


def example(name: str) -> ModuleType:
    """One of them, by its file's name without the ending."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs/examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # Its dataclasses look themselves up there.
    spec.loader.exec_module(module)
    return module
