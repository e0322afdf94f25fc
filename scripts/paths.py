"""Where things stand in the work tree: the one place that spells these paths."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

VAR = ROOT / "var"
STAMPS = VAR / "stamps"
LOGS = VAR / "logs"
TOOLS = VAR / "tools"
POSTGRES = VAR / "postgres"
LOCAL_ENV = VAR / "local.env"

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BOT_VENV = ROOT / "bot" / ".venv"
BOT_PYTHON = BOT_VENV / "bin" / "python"

VENDOR = ROOT / "api" / "static" / "vendor"
NODE_MODULES = ROOT / "node_modules"
MODEL = ROOT / "bot" / "models" / "nightlight.tar.gz"
