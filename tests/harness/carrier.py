"""The pretend carrier in this process, served without the product's web process, so that killing that loses no text."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from api.clients.pretend import PretendCarrier
from api.clients.pretend_call_forms import PassedCall, call_as_json
from api.clients.pretend_forms import API_VERSION, PassedText, as_json
from api.clients.pretend_refusals import Refused

ACCOUNT = "AC00000000000000000000000000000001"
_ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


class StandingCarrier(PretendCarrier):
    """A pretend carrier that keeps every text and call with the moment it was handed over (`time.time()`, seconds).

    `times` counts how often it was handed one and the same text or call, by the address that hears what became of it:
    there is one for each row of ours.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self.handed_over: list[tuple[float, PassedText]] = []
        self.dialled: dict[str, float] = {}  # By the call's sid.
        self.times: Counter[str] = Counter()

    def accept(self, form: dict[str, str]) -> PassedText:
        """Take a text and note when."""
        text = super().accept(form)
        self.handed_over.append((time.time(), text))
        self.times[form.get("StatusCallback", "")] += 1
        return text

    def place(self, form: dict[str, str]) -> PassedCall:
        """Take a call and note when."""
        call = super().place(form)
        self.dialled[call.sid] = time.time()
        self.times[form.get("StatusCallback", "")] += 1
        return call


@asynccontextmanager
async def served(port: int, carrier: StandingCarrier) -> AsyncIterator[None]:
    """Serve the carrier's REST API on loopback."""

    async def create(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            return web.json_response(as_json(carrier.accept(form), ACCOUNT), status=201)
        except Refused as no:
            return web.json_response(no.body(), status=no.status)

    async def place(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        return web.json_response(call_as_json(carrier.place(form), ACCOUNT), status=201)

    async def change(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        wanted = (form.get("Status", ""), form.get("Url", ""), form.get("Twiml", ""))
        changed = carrier.switchboard.update(request.match_info["sid"], *wanted)
        return web.json_response(call_as_json(changed, ACCOUNT))

    app = web.Application()

    async def account(request: web.Request) -> web.Response:
        return web.json_response({"sid": request.match_info["account"], "status": "active"})

    app.router.add_post(f"{_ACCOUNT}/Messages.json", create)
    app.router.add_post(f"{_ACCOUNT}/Calls.json", place)
    app.router.add_post(f"{_ACCOUNT}/Calls/{{sid}}.json", change)
    app.router.add_get(f"{_ACCOUNT}.json", account)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await carrier.close()
        await runner.cleanup()
