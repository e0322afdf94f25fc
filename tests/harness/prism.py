"""Prism: serves or watches an API by its OpenAPI description, and refuses whatever the description does not allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.harness import node
from tests.harness.ports import free_port

ROOT = Path(__file__).parents[2]
PACKAGES = ROOT / "node_modules"
_DESCRIPTIONS = PACKAGES / "@twilio/cli-core/src/services/twilio-api"
TWILIO = _DESCRIPTIONS / "twilio_api_v2010.json"
MESSAGING = _DESCRIPTIONS / "twilio_messaging_v1.json"
VOICE = _DESCRIPTIONS / "twilio_voice_v1.json"
_PRISM = PACKAGES / ".bin" / "prism"


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
    port = free_port()
    arguments = [str(_PRISM), *options, "--port", str(port), str(description), *more]
    with node.running(arguments, [_PRISM, description], log):
        yield f"http://127.0.0.1:{port}"
