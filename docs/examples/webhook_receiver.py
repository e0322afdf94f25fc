"""An example of a program that Nightlight tells of events: it checks who sent them, and takes each once.

    pip install standardwebhooks
    NIGHTLIGHT_SECRET=whsec_... python webhook_receiver.py

Nightlight posts JSON such as {"type": "escalation.raised", "timestamp": ..., "data": {"escalation_id": ...}}. There is
never a carer's word or number in it: ask `/v1` for the rest. Answer within five seconds; do the work afterwards.
"""

import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

MOST_BYTES = 100_000


class Receiver:
    """Checks events and hands each to `take` once. A real one keeps the ids that it has seen in its database."""

    def __init__(self, secret: str, take: Callable[[dict[str, Any]], None]) -> None:
        self._webhook = Webhook(secret)
        self._take = take
        self._seen: set[str] = set()

    def receive(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with: 204 for what is taken, or was before; 400 for what Nightlight did not send."""
        try:
            event = self._webhook.verify(body, headers)
        except (WebhookVerificationError, ValueError):
            return 400
        message_id = headers["webhook-id"]
        if message_id not in self._seen:
            self._take(event)
            self._seen.add(message_id)  # Only now: if taking it fails, Nightlight sends it again with this id.
        return 204


def server(receiver: Receiver, port: int) -> ThreadingHTTPServer:
    """A server for one receiver. In front of it stands something that speaks TLS: Nightlight posts to https only."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.receive(headers, self.rfile.read(length)))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: what arrives is written down by whoever takes it."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    server(Receiver(os.environ["NIGHTLIGHT_SECRET"], print), 8080).serve_forever()
