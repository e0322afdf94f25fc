"""What the chat page shows of a thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, replies, settings
from api.channels.webchat import rules
from api.channels.webchat.rules import Look, Part, Standing
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author, Channel, Mode
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.people import service as people
from api.people.models import Team
from api.switches import service as switches

WEB = Channel.WEB


@dataclass(frozen=True, slots=True)
class TeamWords:
    """What a carer needs to know of a team."""

    code: str
    phone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it. `opening`: the words on what this is and who reads it, if they came with it."""

    seq: int
    look: Look
    paragraphs: list[list[Part]]
    at: datetime
    nurse: str | None
    is_instruction: bool
    cut: bool
    opening: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """All that the page shows. `conversation_id` is empty before the first message."""

    team: TeamWords
    conversation_id: UUID | None = None
    lines: Sequence[Line] = ()
    waiting: bool = False
    closed: bool = False
    standing: Standing | None = None
    number_ending: str | None = None
    offer_number: bool = False
    switched: Sequence[str] = ()  # Names of approved texts: what the team has switched on.

    @property
    def last(self) -> int:
        """The sequence number of the newest message."""
        return self.lines[-1].seq if self.lines else 0


async def read(session: AsyncSession, address: str, team_code: str | None, after: int = 0) -> Thread:
    """The thread at an address; without one, the team that would take its first message."""
    conversation = await _latest(session, address)
    if conversation is None:
        team = await people.team_by_code(session, team_code)
        return Thread(TeamWords(team.code, team.phone), switched=await _switched(session, team.id))
    team, number = conversation.team, conversation.contact_number
    open_one = await escalations.open_for(session, conversation.id)
    watched = open_one is not None and open_one.silent  # Then no word of a nurse is shown.
    messages = await conversations.thread(session, conversation.id, after)
    closed = conversation.closed_at is not None
    return Thread(
        team=TeamWords(team.code, team.phone),
        conversation_id=conversation.id,
        lines=[_line(message, team) for message in messages],
        waiting=await conversations.is_waiting(session, conversation.id),
        closed=closed,
        standing=None if closed else _standing(conversation, None if watched else open_one),
        number_ending=number[-3:] if number and not watched else None,
        offer_number=open_one is not None and number is None and not watched,
        switched=() if closed or watched else await _switched(session, conversation.team_id),
    )


async def _switched(session: AsyncSession, team_id: UUID) -> list[str]:
    return rules.switched(await switches.on(session, team_id))


async def _latest(session: AsyncSession, address: str) -> Conversation | None:
    """The open conversation at an address, or the one that was closed last."""
    found = select(Conversation).where(Conversation.channel == WEB, Conversation.address == address)
    newest = found.order_by(Conversation.closed_at.desc().nulls_first()).limit(1)
    return (await session.execute(newest)).scalar_one_or_none()


def _line(message: Message, team: Team) -> Line:
    opening = replies.say("opening", WEB)
    words, had_opening = rules.without_opening(message.body, opening)
    kind = message.kind or ""
    is_instruction, is_mine = kind.startswith("instruction:"), message.author == Author.CARER
    pieces = rules.sentences(words) if is_instruction else [words]
    return Line(
        seq=message.seq,
        look=rules.look(message.author, kind),
        paragraphs=[[Part(piece)] if is_mine else rules.parts(piece, team.phone) for piece in pieces],
        at=message.at,
        nurse=message.person.name if message.person else None,
        is_instruction=is_instruction,
        cut=message.cut,
        opening=opening if had_opening else None,
    )


def _standing(conversation: Conversation, open_one: Escalation | None) -> Standing | None:
    person = conversation.held_by.name if conversation.mode == Mode.PERSON and conversation.held_by else None
    if open_one is None:
        return rules.standing(person, None, None, None)
    by, at = open_one.accepted_by, open_one.accepted_at
    return rules.standing(person, open_one.state, by.name if by else None, clock.uk_time(at) if at else None)


def team_in_files(code: str | None) -> TeamWords:
    """The team's number from `data/teams`, for when the database cannot be asked; 111 when there is no team at all."""
    wanted = settings.get()
    paths = sorted((wanted.data_dir / "teams").glob("*.yml"))
    files = [path for path in paths if path.stem != "demo" or wanted.environment == "development"]
    teams = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in files]
    teams.sort(key=lambda team: (team["code"] != code, not team["is_default"]))
    return TeamWords(teams[0]["code"], teams[0]["phone"]) if teams else TeamWords("", "111")
