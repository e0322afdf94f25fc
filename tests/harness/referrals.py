"""A carer who is asked what a service may be told, and says yes, with the assistant's part done by the test."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from api.conversations import service as conversations
from api.conversations.models import Message
from api.conversations.rules import Author
from api.database import transaction
from api.people.rules import Scope
from api.referrals import service as referrals
from api.referrals.models import Referral
from tests.harness import seeds
from tests.harness.line import CARER

NAME, GOOD_TIME = "its Margaret", "evenings best"


@dataclass
class Asking:
    """One carer's answers so far, as `/v1/referrals` wants them, and a caller of it."""

    client: httpx.AsyncClient
    headers: dict[str, str]
    wanted: dict[str, Any]
    address: str

    async def question(self) -> httpx.Response:
        """The words that say what would be passed on."""
        return await self.client.post("/v1/referrals/question", json=self.wanted, headers=self.headers)

    async def says(self, words: str, kind: str = "assistant:referral") -> None:
        """We say something to the carer."""
        async with transaction() as session:
            conversation = await conversations.locked(session, UUID(self.wanted["conversation_id"]))
            await conversations.say(session, conversation, words, kind)

    async def carer(self, words: str) -> str:
        """The carer says something. Returns the message's id."""
        await seeds.carer_writes(words, self.address)
        async with transaction() as session:
            newest = select(Message.id).where(Message.author == Author.CARER).order_by(Message.seq.desc()).limit(1)
            return str((await session.execute(newest)).scalar_one())

    async def create(self, yes: str, key: str = "") -> httpx.Response:
        """Ask for the call, with the message that says yes."""
        headers = self.headers | {"Idempotency-Key": key or f"{yes}:referral"}
        return await self.client.post("/v1/referrals", json=self.wanted | {"message_id": yes}, headers=headers)

    async def withdraw(self, said_in: str) -> httpx.Response:
        """Cancel it."""
        body = {"conversation_id": self.wanted["conversation_id"], "message_id": said_in}
        headers = self.headers | {"Idempotency-Key": f"{said_in}:withdrawal"}
        return await self.client.post("/v1/referrals/withdrawals", json=body, headers=headers)


async def asking(
    client: httpx.AsyncClient, service: str = "information", need: str | None = "night_sitting", address: str = CARER
) -> Asking:
    """A carer who has given a name and a good time, and has not been asked yet whether that may be passed on."""
    conversation_id = await seeds.carer_writes("can somebody sit with him at night", address)
    wanted = {"conversation_id": str(conversation_id), "service": service, "need": need}
    made = Asking(client, await seeds.token(Scope.REFERRALS_WRITE), wanted, address)
    made.wanted |= {"name_in": await made.carer(NAME), "time_in": await made.carer(GOOD_TIME)}
    return made


async def agreed(one: Asking) -> str:
    """The question is put and the carer says yes. Returns the message of the yes."""
    await one.says((await one.question()).json()["say"])
    return await one.carer("yes")


async def referral(client: httpx.AsyncClient, service: str = "information", need: str | None = "night_sitting") -> UUID:
    """A carer has said yes and the service has been asked. Returns the referral."""
    one = await asking(client, service, need)
    answer = await one.create(await agreed(one), f"a-key-{uuid4()}")
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def stands(referral_id: UUID) -> Referral:
    """A referral as it stands now."""
    async with transaction() as session:
        return await referrals.get(session, referral_id)


async def happened(referral_id: UUID) -> list[str]:
    """The kinds of its timeline, oldest first."""
    async with transaction() as session:
        return [event.kind for event in await referrals.timeline(session, referral_id)]
