"""Everything that is measured, set up as `make run` would: a PostgreSQL that waits for its disk, and four processes."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aiohttp
import psutil
from sqlalchemy import text

from api import clock, commands, database, migrate
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.database import transaction
from api.people import service as people
from tests.bench.carers import ListeningCarrier, RawRasa, WholeLine, message_of
from tests.bench.messages import TURNS
from tests.bench.model import copy_for_every_channel
from tests.harness import carrier as carriers
from tests.harness import postgres
from tests.harness.assistant import MODEL
from tests.harness.carrier import ACCOUNT
from tests.harness.line import PAGER, configure
from tests.harness.ports import free_port
from tests.harness.processes import NAMES, Processes, cpu_seconds, memory_mb, processes

TOKEN = "demo-twilio-token"
# Both ways into one and the same Rasa: its own REST channel as it comes, and ours.
CREDENTIALS = "rest:\nbot.channel.NightlightInput:\n  token: ${NIGHTLIGHT_BOT_TOKEN}\n"


@dataclass
class Stage:
    """What a measurement works with."""

    running: Processes
    postgres_pid: int
    carrier: ListeningCarrier
    raw: RawRasa
    line: WholeLine

    async def transactions(self) -> list[float]:
        """How long each transaction of the carers' webhook took since this was last asked, in seconds."""
        async with self.raw.http.get(f"{self.running.url('web')}/measured") as answer:
            times: list[float] = await answer.json()
            return times

    def processor_seconds(self) -> dict[str, float]:
        """Processor time of each program so far; `carers` is this one, with the carrier."""
        used = {name: cpu_seconds(pid) for name, pid in self.running.pids().items()}
        mine = os.times()
        return used | {"postgresql": cpu_seconds(self.postgres_pid), "carers": mine.user + mine.system}

    def memory(self) -> dict[str, float]:
        """Resident memory of each program, in megabytes."""
        used = {name: memory_mb(pid) for name, pid in self.running.pids().items()}
        return {name: round(one) for name, one in used.items()}


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """All of it, warm, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nightlight-bench-") as name, postgres.server(durable=True) as server:
        folder = Path(name)
        url, bot_url = (postgres.with_database(server, f"bench{suffix}") for suffix in ("", "_bot"))
        await _prepare(url, bot_url)
        port = free_port()
        with processes(folder, url, bot_url, f"http://127.0.0.1:{port}") as running:
            running.credentials = folder / "credentials.yml"
            running.credentials.write_text(CREDENTIALS)
            running.model = folder / "model.tar.gz"
            copy_for_every_channel(MODEL, running.model)
            running.web_app = "tests.bench.measured_web:app"
            carrier = ListeningCarrier(TOKEN, ACCOUNT, running.url("web"), {PAGER: "/twilio/pager"})
            async with carriers.served(port, carrier), aiohttp.ClientSession() as http:
                running.start(*NAMES)
                await asyncio.to_thread(running.wait, *NAMES)
                pid = await _postmaster()
                yield Stage(running, pid, carrier, RawRasa(http, running.url("bot")), WholeLine(carrier))
        await database.disconnect()


async def _prepare(url: str, bot_url: str) -> None:
    configure(
        environment="development",
        database_url=url,
        bot_token="demo-bot-token",
        actions_token="demo-actions-token",
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_api_url="http://127.0.0.1:9",
        pager_number=PAGER,
    )
    os.environ.pop("DATABASE_URL", None)
    for one in (url, bot_url):
        migrate.create_if_missing(one)
    migrate.upgrade(url)
    await commands.load()


async def _postmaster() -> int:
    """The process of the database server whose children serve the connections; it must run on this machine."""
    async with transaction() as session:
        backend = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    return int(psutil.Process(backend).ppid())


async def know(conversations: list[UUID]) -> None:
    """Let the API know the conversations that raw Rasa is about to have, so that its custom actions do their work."""
    now = clock.now()
    async with transaction() as session:
        team = await people.default_team(session)
        for one in conversations:
            times = {"opened_at": now, "last_message_at": now}
            session.add(
                Conversation(id=one, team_id=team.id, channel="raw", address=str(one), mode="assistant", **times)
            )
        await session.flush()
        for one in conversations:
            for turn in range(TURNS):
                message = {"id": message_of(one, turn), "conversation_id": one, "author": Author.CARER, "body": ""}
                session.add(Message(**message, at=now, answered_at=now, tries=0))
