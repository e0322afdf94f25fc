"""Proposals: what a reviewer would have changed, and what the owner of that part of the line decides about it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live
from api.audit import service as audit
from api.conversations.models import Conversation, Message
from api.conversations.rules import Author
from api.directory.reports import service as reports
from api.directory.reports.rules import Outcome
from api.errors import Conflict, NotFound
from api.masking import service as masking
from api.people.models import Person
from api.people.rules import may
from api.review.learning import ledger, rules
from api.review.learning.models import Proposal, Release
from api.review.learning.rules import OWNER, Kind, State
from api.review.learning.schemas import LEVELS, Change, Line
from api.triage import service as triage
from api.triage.schemas import PhraseFile

_EMPTY = {"wording": "", "phrase": None, "should": "", "state": State.REFUSED}  # Without the carer's own words.
DECIDED_LIMIT = 50  # Decided proposals that the page shows.


async def consented(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the carer agreed that the line learns from their own words."""
    return await ledger.consent(session, conversation.id) is not None


async def message(session: AsyncSession, message_id: UUID, team_id: UUID) -> tuple[Message, Conversation]:
    """A carer's message to a team, with its conversation."""
    found = select(Message, Conversation).join(Conversation, Conversation.id == Message.conversation_id)
    mine = found.where(Message.id == message_id, Message.author == Author.CARER, Conversation.team_id == team_id)
    row = (await session.execute(mine)).first()
    if row is None:
        raise NotFound("There is no such message.")
    return row[0], row[1]


def problems(texts: Mapping[str, str], original: str, has_consent: bool) -> dict[str, str]:
    """What is wrong with texts that shall leave masked storage, by the name of their field."""
    found = {}
    for name, text in texts.items():
        if hidden := masking.spans(text):
            piece = text[hidden[0].start : hidden[0].end]
            found[name] = f"Take out “{piece}”: nobody may be recognised in this"
        elif not has_consent and (run := rules.copied(text, original)):
            found[name] = f"Say it in your own words. The carer's were: {run}"
    return found


async def propose(session: AsyncSession, person: Person, about: Message, new: Proposal) -> Proposal:
    """Keep a proposal, for its owner to decide about."""
    new.message_id, new.proposed_by, new.proposed_at, new.state = about.id, person, clock.now(), State.WAITING
    session.add(new)
    await session.flush()
    audit.record(session, person.actor, "proposed", "proposal", new.id, kind=new.kind, label=new.label)
    await live.changed(session, live.BOARD)
    return new


async def one(session: AsyncSession, proposal_id: UUID, lock: bool = False) -> Proposal:
    """A proposal. Raises NotFound."""
    found = select(Proposal).where(Proposal.id == proposal_id)
    row = (await session.execute(found.with_for_update(of=Proposal) if lock else found)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.")
    return row


async def decide(
    session: AsyncSession, person: Person, proposal_id: UUID, kinds: Sequence[Kind], to: State, reason: str
) -> Proposal:
    """Accept or refuse a proposal of these kinds, with a reason. Raises Conflict where it is not theirs to decide."""
    row = await one(session, proposal_id, lock=True)
    if row.kind not in kinds:
        raise Conflict("Somebody else decides about proposals of this kind.")
    if row.proposed_by_id == person.id:
        raise Conflict("You proposed this yourself. Somebody else decides about it.")
    row.state, row.decided_by, row.decided_at, row.reason = to, person, clock.now(), reason
    if row.kind == Kind.DIRECTORY_FAULT:
        await _at_the_desk(session, person, row)
    audit.record(session, person.actor, f"{to}_proposal", "proposal", row.id, kind=row.kind, label=row.label)
    return row


async def _at_the_desk(session: AsyncSession, person: Person, row: Proposal) -> None:
    """What is accepted reaches the directory's keepers; what is refused after all leaves them, if it is still open."""
    is_there = row.report is not None and row.report.outcome != Outcome.WITHDRAWN
    if row.state == State.ACCEPTED and not is_there:
        if row.consented:
            raise Conflict("This may be in the carer's own words, which go no further. Propose it again in yours.")
        row.report = await reports.make(
            session, row.service_id, row.label, row.wording, row.proposed_by, row.proposed_at
        )
    elif row.state == State.REFUSED and row.report is not None and row.report.finished_at is None:
        await reports.end(session, person, row.report.id, Outcome.WITHDRAWN, row.reason or "")


async def waiting(session: AsyncSession) -> Sequence[Proposal]:
    """Those that nobody has decided about, the oldest first."""
    found = select(Proposal).where(Proposal.state == State.WAITING).order_by(Proposal.proposed_at, Proposal.id)
    return (await session.execute(found)).scalars().all()


async def decided(session: AsyncSession) -> Sequence[Proposal]:
    """What was decided, the newest first."""
    found = select(Proposal).where(Proposal.decided_at.is_not(None)).order_by(Proposal.decided_at.desc())
    return (await session.execute(found.limit(DECIDED_LIMIT))).scalars().all()


async def accepted(session: AsyncSession) -> Sequence[Proposal]:
    """What was accepted and changes `data/`, in the order of the decisions. Faults go to the directory's desk."""
    mine = (Proposal.state == State.ACCEPTED, Proposal.kind != Kind.DIRECTORY_FAULT)
    found = select(Proposal).where(*mine).order_by(Proposal.decided_at, Proposal.id)
    return (await session.execute(found)).scalars().all()


async def of_misses(session: AsyncSession) -> Sequence[Proposal]:
    """Those that put a miss into other words and were not refused."""
    found = select(Proposal).where(Proposal.should != "", Proposal.state != State.REFUSED)
    return (await session.execute(found.order_by(Proposal.proposed_at, Proposal.id))).scalars().all()


async def let_go(session: AsyncSession, message_ids: Collection[UUID]) -> int:
    """These messages are about to be deleted: cut what is in a release off from them. Returns how many were touched.

    A reviewer's own wording and phrase stay, because every later release is built from them: without them the line
    would stop hearing what it has learned to hear. A carer's own words, used with consent, go, and so does the change.
    What is in no release goes with them.
    """
    among = any_(literal(list(message_ids), ARRAY(Uuid)))
    built = select(func.unnest(Release.proposal_ids))
    mine = update(Proposal).where(Proposal.message_id == among, Proposal.id.in_(built))
    await session.execute(mine.where(Proposal.consented).values(**_EMPTY))
    cut = await session.execute(mine.values(message_id=None, marked_from=0, marked_to=0, why="", trial=None))
    gone = await session.execute(delete(Proposal).where(Proposal.message_id == among))
    return int(cut.rowcount + gone.rowcount)  # type: ignore[attr-defined]  # Updates and deletes have one.


async def take_back(session: AsyncSession, conversation_id: UUID) -> None:
    """The carer took their consent back: what is in their own words is emptied, and no release is built with it."""
    theirs = select(Message.id).where(Message.conversation_id == conversation_id)
    mine = update(Proposal).where(Proposal.consented, Proposal.message_id.in_(theirs))
    await session.execute(mine.values(why="", **_EMPTY))


async def to_build(session: AsyncSession, release: Release) -> list[Proposal]:
    """What a release is built from: without what was refused since it was begun."""
    held = [await one(session, proposal_id) for proposal_id in release.proposal_ids]
    return [proposal for proposal in held if proposal.state == State.ACCEPTED]


def is_for(proposal: Proposal, person: Person) -> bool:
    """Whether this person may decide about it."""
    return may(person.role, OWNER[proposal.kind]) and proposal.proposed_by_id != person.id


def change(proposal: Proposal) -> Change:
    """An accepted proposal as a change to `data/`."""
    by, yes = proposal.proposed_by, proposal.decided_by
    return Change(
        id=proposal.id,
        kind=Kind(proposal.kind),
        label=proposal.label,
        wording=proposal.wording,
        phrase=PhraseFile.model_validate(proposal.phrase) if proposal.phrase else None,
        author=_author(by),
        approved_by=_author(yes) if yes else "",
        reason=f"{proposal.why}\n{proposal.reason or ''}".strip(),
        at=proposal.decided_at or proposal.proposed_at,
        miss=miss(proposal),
    )


def _author(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def miss(proposal: Proposal) -> Line | None:
    """The line that every release must hear from now on, if something had been missed."""
    if not proposal.should:
        return None
    known = triage.protocol().categories.get(proposal.label)
    values: dict[str, Any] = {"id": f"miss-{proposal.id.hex[:8]}", "text": proposal.wording, "label": "crisis"}
    values |= {"category": proposal.label, "right": proposal.should}
    return Line.model_validate(values | {"priority": LEVELS[known.priority] if known else None})
