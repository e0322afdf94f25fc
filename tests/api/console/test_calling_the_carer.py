"""A nurse is put through to the carer by our line: the nurse's phone first, then the carer's, who sees our number."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from api.database import transaction
from api.escalations import service as escalations
from api.escalations.models import Escalation
from api.escalations.rules import Event, State
from api.people.rules import Scope
from tests.harness import seeds
from tests.harness.line import CARER, LINE, NURSE_ONE, Line
from tests.harness.staff import StaffBrowser, on_record

CRISIS = "please help, hes stopped breathing"
NOT_YOURS = "Our line puts through only the nurse who has accepted this."


def url(escalation_id: UUID, move: str = "") -> str:
    return f"/console/escalations/{escalation_id}{move}"


async def the_escalation() -> Escalation:
    async with transaction() as session:
        return (await session.execute(select(Escalation))).scalar_one()


async def kinds(escalation_id: UUID) -> list[str]:
    async with transaction() as session:
        return [event.kind for event in await escalations.timeline(session, escalation_id)]


async def taken_by_text(line: Line) -> UUID:
    await line.text(CARER, CRISIS)
    await line.staff_text(NURSE_ONE, "1a")
    return (await the_escalation()).id


async def test_from_the_button_over_the_two_phones_to_the_nurse_s_own_word(line: Line, signed_in: StaffBrowser) -> None:
    await line.text(CARER, CRISIS)
    escalation_id = (await the_escalation()).id
    await signed_in.open(url(escalation_id))
    assert NOT_YOURS in signed_in.text
    await signed_in.post(url(escalation_id, "/call"))
    assert (signed_in.status, NOT_YOURS in signed_in.text) == (409, True)

    await line.staff_text(NURSE_ONE, "1a")
    await signed_in.open(url(escalation_id))
    await signed_in.post(url(escalation_id, "/call"))
    assert "Your own phone rings now." in signed_in.text
    await signed_in.post(url(escalation_id, "/call"))
    await line.settle()
    nurse = await line.pick_up(NURSE_ONE)
    assert nurse.heard[0] == "Nightlight. Press 1 to be put through to the carer."
    assert line.carrier.switchboard.of(CARER) == [], "no carer is rung before a key is pressed"

    await line.key(NURSE_ONE, "1")
    carer = line.call(CARER)
    assert (carer.status, carer.sender) == ("ringing", LINE), "the carer sees the line's own number"
    await line.pick_up(CARER)
    await line.call_ends(CARER)
    assert nurse.heard[-1].startswith("The call with the carer is over.")
    assert nurse.status == "completed"
    assert (await the_escalation()).state == State.ACCEPTED, "an answering machine picks up as well"
    assert "Did you speak with them? If so, reply 1c." in line.last(NURSE_ONE)

    await line.staff_text(NURSE_ONE, "1c")
    assert (await the_escalation()).state == State.CONTACTED
    text = (await signed_in.open(url(escalation_id))).text
    order = ["asked our line to ring the carer (here)", "The carer picked up", "ended after less than a minute"]
    assert [words for words in order if words not in text] == []
    assert await on_record("called_carer", escalation_id) == 1, "pressed twice, it is one call"
    assert [len(line.carrier.switchboard.of(phone)) for phone in (NURSE_ONE, CARER)] == [2, 1]


async def test_what_goes_wrong_is_told_to_the_nurse_in_words(line: Line) -> None:
    escalation_id = await taken_by_text(line)
    headers = await seeds.token(Scope.ESCALATIONS_WRITE)

    await placed(line, escalation_id, headers, "first-call")
    await line.call_ends(NURSE_ONE, "no-answer")
    assert "The carer was not rung." in line.last(NURSE_ONE)

    await placed(line, escalation_id, headers, "second-call")
    await line.carrier.switchboard.voicemail(line.call(NURSE_ONE))
    await line.settle()
    assert line.call(NURSE_ONE).heard[-1] == "No key was pressed, so the carer is not rung. Goodbye."
    assert line.carrier.switchboard.of(CARER) == []

    for ends, said, texted in (
        ("busy", "phone is engaged", "was engaged"),
        ("no-answer", "could not be reached", "did not pick up"),
        ("failed", "could not be reached", "could NOT be put through"),
    ):
        await placed(line, escalation_id, headers, f"call-{ends}")
        await line.pick_up(NURSE_ONE)
        await line.key(NURSE_ONE, "1")
        await line.call_ends(CARER, ends)
        assert said in line.call(NURSE_ONE).heard[-1]
        assert texted in line.last(NURSE_ONE)
    happened = await kinds(escalation_id)
    assert happened.count(Event.CALL_NOT_MADE) == 5
    assert Event.CONTACTED not in happened
    assert Event.CALL_ENDED not in happened


async def placed(line: Line, escalation_id: UUID, headers: Mapping[str, str], key: str) -> None:
    """Another program asks for the call, in the nurse's name, and says so twice."""
    body = {"person_id": str((await seeds.nurse("Demo Nurse One")).id)}
    answers = [
        await line.client.post(
            f"/v1/escalations/{escalation_id}/calls", json=body, headers={**headers, "Idempotency-Key": key}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    await line.settle()
    assert line.call(NURSE_ONE).status == "ringing"


async def test_who_may_not_and_which_phone_may_not(line: Line, signed_in: StaffBrowser) -> None:
    escalation_id = await taken_by_text(line)
    path, key = f"/v1/escalations/{escalation_id}/calls", {"Idempotency-Key": "who-may-not"}
    mine, other = (await seeds.nurse("Demo Nurse One")).id, (await seeds.nurse("Demo Nurse Two")).id
    headers = await seeds.token(Scope.ESCALATIONS_WRITE) | key

    refused = await line.client.post(path, json={"person_id": str(other)}, headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_yours")
    reader = await seeds.token(Scope.ESCALATIONS_READ) | key
    assert (await line.client.post(path, json={"person_id": str(mine)}, headers=reader)).status_code == 403
    assert (await line.client.post(path, json={"person_id": "me"}, headers=headers)).status_code == 422

    async with transaction() as session:
        (await session.get_one(Escalation, escalation_id)).silent = True
    refused = await line.client.post(path, json={"person_id": str(mine)}, headers=headers)
    assert (refused.status_code, refused.json()["reason"]) == (409, "may_be_watched")
    await signed_in.open(url(escalation_id))
    assert "Somebody may be watching the carer’s phone. Ring it all the same" in signed_in.text
    await signed_in.post(url(escalation_id, "/call"))
    assert signed_in.status == 409
    await signed_in.post(url(escalation_id, "/call"), confirmed="true")
    assert "Your own phone rings now." in signed_in.text
    signed_in.page = ""
    await signed_in.post(url(escalation_id, "/call"), confirmed="true")
    assert signed_in.status == 403, "only with the session's own token"


async def test_whoever_reads_the_page_sees_that_the_carer_is_on_the_line(line: Line, signed_in: StaffBrowser) -> None:
    await line.ring(CARER)
    await line.say(CARER, CRISIS)
    await signed_in.open(url((await the_escalation()).id))
    assert "They are on the telephone now and wait for a nurse." in signed_in.text
    await line.pick_up(NURSE_ONE)
    await line.key(NURSE_ONE, "1")
    await signed_in.open(url((await the_escalation()).id))
    assert "They are on the telephone with a nurse now." in signed_in.text
    await line.call_ends(CARER)
    await signed_in.open(url((await the_escalation()).id))
    assert "on the telephone" not in signed_in.text
