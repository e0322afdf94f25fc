"""A real OpenID Connect provider (npm's oidc-provider), and signing in at it as a browser does."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.harness import node
from tests.harness.ports import free_port

ROOT = Path(__file__).parents[2]
CLIENT_ID, CLIENT_SECRET = "nightlight", "demo-client-secret"
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")


@contextmanager
def provider(back: str, accounts: Mapping[str, Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """The issuer. `back`: where it sends browsers; `accounts`: what it says of each name that it knows."""
    port = free_port()
    arguments = [str(_SCRIPT), str(port), back, json.dumps(accounts)]
    with node.running(arguments, [ROOT / "node_modules/oidc-provider"], folder / "oidc-provider.log"):
        yield f"http://127.0.0.1:{port}"


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
