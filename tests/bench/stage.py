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
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from api import clock, commands, database, migrate
from api.conversations.models import Conversation
from api.database import transaction
from api.people import service as people
from tests.bench.carers import ListeningCarrier, RawRasa, WholeLine
from tests.bench.model import copy_for_every_channel
from tests.harness import carrier as carriers
from tests.harness import postgres
from tests.harness.assistant import MODEL
from tests.harness.carrier import ACCOUNT
from tests.harness.line import PAGER, configure
from tests.harness.ports import free_port
from tests.harness.processes import NAMES, Processes, processes

TOKEN = "demo-twilio-token"
# Both ways into one and the same Rasa: its own REST channel as it comes, and ours.
CREDENTIALS = "rest:\nbot.channel.NightlightInput:\n  token: ${NIGHTLIGHT_BOT_TOKEN}\n"


@dataclass
class Stage:
    """What a measurement works with."""

    running: Processes
    carrier: ListeningCarrier
    raw: RawRasa
    line: WholeLine


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
                yield Stage(running, carrier, RawRasa(http, running.url("bot")), WholeLine(carrier))
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
    async with transaction() as session:
        # Rasa's own channel makes up an id for each message; what the actions ask for must be done all the same.
        drop = "ALTER TABLE escalation_findings DROP CONSTRAINT fk_escalation_findings_message_id"
        await session.execute(text(drop))


async def know(conversations: list[UUID]) -> None:
    """Let the API know the conversations that raw Rasa is about to have, so that its custom actions do their work."""
    async with transaction() as session:
        team = await people.default_team(session)
        now = clock.now()
        rows = [
            {
                "id": one,
                "team_id": team.id,
                "channel": "raw",
                "address": str(one),
                "mode": "assistant",
                "opened_at": now,
                "last_message_at": now,
            }
            for one in conversations
        ]
        await session.execute(insert(Conversation).values(rows).on_conflict_do_nothing())
