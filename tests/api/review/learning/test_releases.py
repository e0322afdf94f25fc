"""Proposals are decided by their owners, and releases pass only where nothing grave is lost and no miss returns."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock, settings
from api.audit.models import AuditEntry
from api.conversations.models import Conversation, Message
from api.database import transaction
from api.errors import Conflict, Invalid
from api.people.models import Person
from api.privacy import service as privacy
from api.privacy.consents import service as consents
from api.privacy.erasing import service as erasing
from api.review.judging.models import MissedCrisis
from api.review.judging.rules import MissState
from api.review.learning import jobs, releases, service
from api.review.learning.models import LearningConsent, Proposal, Release
from api.review.learning.rules import Kind, Stage, State
from api.review.learning.schemas import Built
from api.triage import service as triage
from tests.harness import reviews, seeds
from tests.harness.line import CARER

PHRASES, WORDING = [Kind.RED_FLAG_PHRASE], [Kind.TRAINING_LINE, Kind.DIRECTORY_FAULT]
SUMMARY: dict[str, Any] = {"lines": 0}
CALM: dict[str, Any] = {
    "changed": [],
    "lost": [],
    "gained": [],
    "failing": [],
    "false_pages": [3, 3],
    "needs_right": [9, 9],
}


async def person(email: str) -> Person:
    async with transaction() as session:
        return (await session.execute(select(Person).where(Person.email == f"{email}@demo.example"))).scalar_one()


async def message(words: str) -> Message:
    """A carer has written this, and it opened nothing."""
    conversation_id = await seeds.carer_writes(words)
    return await carers_message(conversation_id)


async def carers_message(conversation_id: UUID) -> Message:
    """The first message of a conversation."""
    async with transaction() as session:
        found = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq)
        return (await session.execute(found.limit(1))).scalar_one()


async def proposed(about: Message, by: Person, kind: Kind, **values: Any) -> UUID:
    new = Proposal(kind=kind, marked_from=0, marked_to=1, why="It was missed.", **values)
    async with transaction() as session:
        return (await service.propose(session, await session.merge(by), about, new)).id


async def decided(proposal_id: UUID, by: Person, kinds: list[Kind], to: State = State.ACCEPTED) -> Proposal:
    async with transaction() as session:
        return await service.decide(session, await session.merge(by), proposal_id, kinds, to, "Right.")


async def measured(found: dict[str, Any], **values: Any) -> UUID:
    """A release that was begun and measured with this result."""
    async with transaction() as session:
        row = await releases.begin(session, None, values.pop("quick", 0))
    async with transaction() as session:
        assert await releases.claim(session, row.id) is not None
    built = {"data": values.get("data", "data"), "before": SUMMARY, "after": SUMMARY, "compared": found}
    built["model"] = values.get("model")
    async with transaction() as session:
        await releases.finish(session, row.id, Built.model_validate(built).model_dump_json())
    return row.id


async def approve(release_id: UUID, by: Person, reason: str = "") -> Release:
    async with transaction() as session:
        return await releases.approve(session, await session.merge(by), release_id, reason)


async def activate(release_id: UUID, by: Person) -> Release:
    async with transaction() as session:
        return await releases.activate(session, await session.merge(by), release_id)


async def in_use() -> Release | None:
    async with transaction() as session:
        return await releases.in_use(session)


async def on_record(subject_id: UUID) -> list[str]:
    async with transaction() as session:
        found = select(AuditEntry.action).where(AuditEntry.subject_id == str(subject_id)).order_by(AuditEntry.seq)
        return list((await session.execute(found)).scalars())


async def test_a_proposal_is_decided_by_its_owner_and_never_by_whoever_made_it(db: str) -> None:
    reviewer, officer = await person("reviewer"), await person("safety")
    about = await message("is the tea any good there")
    phrase = {"say": "not a peep", "hit": ["not a peep from her"], "near_miss": ["a peep"], "believed": True}
    values = {"label": "unconscious_unrousable", "wording": "nothing from him at all", "should": "page"}
    first = await proposed(about, reviewer, Kind.RED_FLAG_PHRASE, phrase=phrase, **values)
    with pytest.raises(Conflict, match="Somebody else decides"):
        await decided(first, officer, WORDING)
    own = await proposed(about, officer, Kind.RED_FLAG_PHRASE, phrase=phrase, **values)
    with pytest.raises(Conflict, match="yourself"):
        await decided(own, officer, PHRASES)
    row = await decided(first, officer, PHRASES)
    change = service.change(row)
    assert (change.author, change.approved_by) == (
        "Demo Reviewer <reviewer@demo.example>",
        "Demo Safety Officer <safety@demo.example>",
    )
    assert change.miss is not None
    assert (change.miss.priority, change.miss.right, change.miss.text) == ("emergency", "page", values["wording"])
    assert await on_record(first) == ["proposed", "accepted_proposal"]
    async with transaction() as session:
        assert [one.id for one in await service.accepted(session)] == [first]
        assert [one.id for one in await service.waiting(session)] == [own]


async def test_consent_counts_as_long_as_it_is_not_withdrawn(db: str) -> None:
    conversation_id = await seeds.carer_writes("is the tea any good there")
    given = LearningConsent(conversation_id=conversation_id, given_at=clock.now(), how="By text.", by="test")
    async with transaction() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        assert not await service.consented(session, conversation)
        session.add(given)
        await session.flush()
        assert await service.consented(session, conversation)
        given.withdrawn_at = clock.now()
        await session.flush()
        assert not await service.consented(session, conversation)


def test_what_would_leave_masked_storage_is_looked_at() -> None:
    original = "me mams gone grey and wont wake up"
    texts = {"wording": "she is pale, ring 07700 900123", "hits": "gone grey and wont wake", "why": "a miss"}
    assert set(service.problems(texts, original, has_consent=False)) == {"wording", "hits"}
    assert set(service.problems(texts, original, has_consent=True)) == {"wording"}


async def test_a_release_goes_from_measured_to_in_use_and_one_step_back(db: str) -> None:
    reviewer, officer = await person("reviewer"), await person("safety")
    missed = await reviews.miss(CARER)
    about = await carers_message(missed.conversation_id)
    lossy, silent = await measured(CALM | {"lost": ["c-7"]}), await measured(CALM)
    with pytest.raises(Conflict, match="c-7"):
        await approve(lossy, officer, "It is worth it.")
    with pytest.raises(Conflict, match="A missed crisis waits"):
        await approve(silent, officer)
    values = {"label": "unconscious_unrousable", "wording": "nothing from him at all", "should": "page"}
    await decided(await proposed(about, reviewer, Kind.RED_FLAG_PHRASE, **values), officer, PHRASES)
    with pytest.raises(Conflict, match="miss-1"):
        await approve(await measured(CALM | {"failing": ["miss-1"]}), officer)
    old = await measured(CALM)
    async with transaction() as session:
        (await releases.one(session, old)).base_mark = "older"
    with pytest.raises(Conflict, match="other data of its own"):
        await approve(old, officer)

    first, second = await measured(CALM | {"false_pages": [3, 5]}), await measured(CALM)
    with pytest.raises(Conflict, match="Only an approved"):
        await activate(first, officer)
    with pytest.raises(Invalid, match="2 more false pages"):
        await approve(first, officer)
    assert (await approve(first, officer, "They are asked about, not paged.")).state == Stage.APPROVED
    await approve(second, officer)
    assert (await activate(first, officer)).state == Stage.LIVE
    with pytest.raises(Conflict, match="Build it again"):
        await activate(second, officer)
    async with transaction() as session:
        known = await session.get_one(MissedCrisis, missed.id)
        assert (known.state, known.mended_by) == (MissState.MENDED, first)
        assert await releases.model_in_use(session) == settings.get().bot_model

    third = await measured(CALM)
    await approve(third, officer)
    await activate(third, officer)
    assert (held := await in_use()) is not None
    assert (held.id, held.replaced_id) == (third, first)
    async with transaction() as session:
        with pytest.raises(Conflict, match="not in use"):
            await releases.roll_back(session, None, first)
        assert (await releases.roll_back(session, None, third)) is not None
    assert (held := await in_use()) is not None
    assert held.id == first
    async with transaction() as session:
        assert await releases.roll_back(session, None) is None
        known = await session.get_one(MissedCrisis, missed.id)
        assert (known.state, known.mended_by) == (MissState.OPEN, None)
        with pytest.raises(Conflict, match="the program's own data"):
            await releases.roll_back(session, None)
    assert await on_record(first) == [
        "began_release",
        "measured_release",
        "approved_release",
        "activated_release",
        "rolled_back_release",
    ]


async def test_a_build_that_was_killed_begins_again_and_in_the_end_fails(db: str) -> None:
    async with transaction() as session:
        release_id = (await releases.begin(session, None)).id
        with pytest.raises(Conflict, match="being built already"):
            await releases.begin(session, None)
    for attempt in range(releases.MOST_ATTEMPTS):
        async with transaction() as session:
            assert await releases.claim(session, release_id) is not None, attempt
            assert await releases.claim(session, release_id) is None, "another job has it"
            await releases.stir(session, release_id, "measuring")
            assert await releases.lost(session) == []
        clock.move(releases.LOST_AFTER + timedelta(seconds=1))
        async with transaction() as session:
            assert await releases.lost(session) == [release_id]
        await jobs.sweep()
    async with transaction() as session:
        assert await releases.claim(session, release_id) is None
        row = await releases.one(session, release_id)
        assert (row.state, row.attempts) == (Stage.FAILED, releases.MOST_ATTEMPTS)


async def test_data_that_cannot_be_read_is_refused_and_what_was_in_use_stays(db: str, tmp_path: Path) -> None:
    officer, before = await person("safety"), triage.protocol()
    release_id = await measured(CALM, data=str(tmp_path))
    await approve(release_id, officer)
    await activate(release_id, officer)
    await jobs.follow()
    await jobs.begin()  # A process that starts now starts all the same.
    assert triage.protocol() is before
    assert (held := await in_use()) is not None
    assert "priorities.yml" in (held.trouble or "")
    async with transaction() as session:
        await releases.roll_back(session, None)
    await jobs.follow()
    assert triage.protocol() is before


async def test_a_consent_that_is_taken_back_stops_every_release_that_comes(db: str) -> None:
    reviewer, officer = await person("reviewer"), await person("safety")
    about = await message("is the tea any good there")
    theirs, ours = [
        await proposed(about, reviewer, Kind.TRAINING_LINE, label="respite", wording="any good there", consented=agreed)
        for agreed in (True, False)
    ]
    for one in (theirs, ours):
        await decided(one, officer, WORDING)
    async with transaction() as session:
        given = await consents.give(session, about.conversation_id, "By text.", "test")
        await consents.withdraw(session, given.id, await session.merge(officer))
    async with transaction() as session:
        gone = await service.one(session, theirs)
        assert (gone.wording, gone.why, gone.state) == ("", "", State.REFUSED)
        assert [one.id for one in await service.accepted(session)] == [ours]


async def test_whoever_is_erased_leaves_nothing_in_proposals_but_what_the_line_has_learned(db: str) -> None:
    reviewer, officer = await person("reviewer"), await person("safety")
    about = await message("is the tea any good there")
    values = {"label": "unconscious_unrousable", "wording": "nothing from him at all", "should": "page"}
    phrase = {"say": "nothing from (him | her)", "hit": ["nothing from her"], "near_miss": ["nothing"]}
    trial = {"taught": 1}
    kept, consented, unbuilt = [
        await proposed(about, reviewer, Kind.RED_FLAG_PHRASE, **values, phrase=phrase, trial=trial, consented=agreed)
        for agreed in (False, True, False)
    ]
    for one in (kept, consented):
        await decided(one, officer, PHRASES)
    async with transaction() as session:
        release = await releases.begin(session, None)
        proof = await erasing.erase(session, await privacy.named(session, CARER), "test")
        assert proof.counts["proposals"] == 3
    async with transaction() as session:
        assert await session.get(Proposal, unbuilt) is None
        gone, left = await service.one(session, consented), await service.one(session, kept)
        assert (gone.wording, gone.phrase, gone.should, gone.state) == ("", None, "", State.REFUSED)
        assert {(one.message_id, one.why, one.trial, one.marked_to) for one in (gone, left)} == {(None, "", None, 0)}
        assert (left.wording, left.phrase, gone.label) == (values["wording"], phrase, values["label"])
        order = await releases.claim(session, release.id)
        assert order is not None
        assert [one.id for one in order.changes] == [kept], "no release is built with a carer's words any more"
