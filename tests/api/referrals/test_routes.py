"""`/v1/referrals`: an offer where somebody takes the need, the question, a yes to that very question, and the date."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import func, select

from api.conversations.rules import Channel
from api.database import transaction
from api.people.rules import Scope
from api.referrals.models import Referral
from api.referrals.rules import State
from tests.harness import seeds
from tests.harness.line import CARER, OTHER_CARER, Line
from tests.harness.referrals import NAME, agreed, asking, happened, referral, stands
from tests.harness.staff import on_record


async def how_many() -> int:
    async with transaction() as session:
        return (await session.execute(select(func.count()).select_from(Referral))).scalar_one()


async def offered(client: httpx.AsyncClient, conversation_id: UUID, **more: str) -> httpx.Response:
    headers = await seeds.token(Scope.REFERRALS_WRITE)
    where = {"conversation_id": str(conversation_id), **more}
    return await client.get("/v1/referrals/offer", params=where, headers=headers)


async def test_a_service_is_offered_by_its_name(client: httpx.AsyncClient, line: Line) -> None:
    conversation_id = await seeds.carer_writes("money worries")
    answer = await offered(client, conversation_id, need="benefits_carer")
    assert answer.status_code == 200
    assert answer.json() == {
        "service": "benefits",
        "asks_number": False,
        "say": "Shall I ask our benefits team to ring you? Reply YES PLEASE.",
    }


async def test_who_asks_for_a_referral_and_not_for_what_is_offered_the_information_team(
    client: httpx.AsyncClient,
) -> None:
    conversation_id = await seeds.carer_writes("hello", channel=Channel.WEB)
    assert (await offered(client, conversation_id)).json()["service"] == "information"


async def test_what_nobody_takes_is_not_offered(client: httpx.AsyncClient) -> None:
    conversation_id = await seeds.carer_writes("hello")
    assert (await offered(client, conversation_id, need="grants")).status_code == 404
    assert (await offered(client, conversation_id, need="nonsense")).status_code == 422


async def test_a_call_is_not_offered_on_a_phone_that_may_be_watched(client: httpx.AsyncClient) -> None:
    conversation_id = await seeds.carer_writes("he hits me and he reads my phone")
    assert (await offered(client, conversation_id, need="respite")).status_code == 404


async def test_what_has_been_asked_for_is_not_offered_again(client: httpx.AsyncClient) -> None:
    made = await stands(await referral(client))
    assert (await offered(client, made.conversation_id, need="respite")).status_code == 409
    assert (await offered(client, made.conversation_id, need="benefits_carer")).status_code == 200


async def test_all_that_would_be_passed_on_is_said_before_the_carer_says_yes(client: httpx.AsyncClient) -> None:
    said = (await (await asking(client)).question()).json()["say"]
    assert said == (
        "I will tell our information team your name (its Margaret), your number (it ends 001), a good time (evenings "
        "best) and that you asked for someone to sit at night. Is that all right? Reply YES or NO."
    )
    assert await how_many() == 0


async def test_a_yes_makes_a_referral_and_the_carer_gets_the_date(client: httpx.AsyncClient) -> None:
    one = await asking(client, need="respite")
    yes = await agreed(one)
    answer = await one.create(yes)
    assert answer.status_code == 201
    made = await stands(UUID(answer.json()["id"]))
    day = f"{made.due_at:%A} {made.due_at.day} {made.due_at:%B}"
    assert f"They should ring you by {day}." in answer.json()["say"]
    assert (made.name, made.number, made.good_time, made.asked_for) == (
        "its Margaret",
        CARER,
        "evenings best",
        "a break from caring",
    )
    assert str(made.consent_message_id) == yes
    assert made.consent_question.endswith("Is that all right? Reply YES or NO.")
    assert made.state == State.SENT
    assert await happened(made.id) == ["requested", "sent"]
    assert (await on_record("requested", made.id), await on_record("sent", made.id)) == (1, 1)
    assert NAME not in str({key: value for key, value in answer.json().items() if key != "say"})


async def test_the_same_request_twice_makes_one_referral(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    yes = await agreed(one)
    first, again, with_another_key = await one.create(yes), await one.create(yes), await one.create(yes, "another-key")
    assert (first.status_code, again.status_code, with_another_key.status_code) == (201, 200, 201)
    assert first.json() == again.json() == with_another_key.json()
    assert await how_many() == 1


async def test_a_yes_to_something_else_passes_nothing_on(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    await one.says("Can I help with anything else? Reply YES or NO.")
    assert (await one.create(await one.carer("yes"))).status_code == 409
    assert await how_many() == 0


async def test_a_yes_to_a_question_that_a_nurse_has_talked_over_passes_nothing_on(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    await one.says((await one.question()).json()["say"])
    await one.says("Did you sleep?", kind="staff")
    assert (await one.create(await one.carer("yes"))).status_code == 409


async def test_a_yes_that_was_said_before_the_question_passes_nothing_on(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    early = await one.carer("yes")
    await one.says((await one.question()).json()["say"])
    assert (await one.create(early)).status_code == 409


async def test_a_yes_to_one_thing_is_none_to_another(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    yes = await agreed(one)
    one.wanted |= {"need": "respite"}
    assert (await one.create(yes)).status_code == 409


async def test_another_carers_words_are_never_passed_on(client: httpx.AsyncClient) -> None:
    other = await asking(client, address=OTHER_CARER)
    one = await asking(client)
    one.wanted |= {"name_in": other.wanted["name_in"]}
    assert (await one.question()).status_code == 404


async def test_without_a_number_there_is_nothing_to_pass_on(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    one.wanted |= {"number_in": await one.carer("im not sure")}
    answer = await one.question()
    assert (answer.status_code, answer.json()["field"]) == (422, "number_in")
    one.wanted |= {"number_in": await one.carer("use 01632 960 111")}
    assert "it ends 111" in (await one.question()).json()["say"]


async def test_what_was_not_given_is_said_to_be_missing(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    one.wanted |= {"name_in": None, "time_in": None}
    said = (await one.question()).json()["say"]
    assert "your name (not given)" in said
    assert "a good time (any time)" in said


async def test_a_need_that_this_service_does_not_take_is_refused(client: httpx.AsyncClient) -> None:
    one = await asking(client, service="bereavement", need="respite")
    assert (await one.question()).status_code == 404
    one.wanted |= {"service": "nobody"}
    assert (await one.question()).status_code == 404


async def test_a_carer_cancels_it_and_may_say_so_twice(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    made = (await one.create(await agreed(one))).json()["id"]
    said_in = await one.carer("cancel that")
    first, again = await one.withdraw(said_in), await one.withdraw(said_in)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["state"] == State.WITHDRAWN
    assert "you do not want the call now" in first.json()["say"]
    assert (await one.withdraw(await one.carer("cancel referral"))).status_code == 201, "it is so already"
    assert await happened(UUID(made)) == ["requested", "sent", "withdrawn"]
    done = await stands(UUID(made))
    assert done.late_at is None


async def test_there_may_be_nothing_to_cancel(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    assert (await one.withdraw(await one.carer("cancel that"))).status_code == 404


async def test_it_can_be_asked_for_again_once_it_is_cancelled(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    await one.create(await agreed(one))
    await one.withdraw(await one.carer("cancel that"))
    assert (await one.create(await agreed(one))).status_code == 201
    assert await how_many() == 2


async def test_one_referral_can_be_read_without_a_name_or_number(client: httpx.AsyncClient) -> None:
    made = await referral(client)
    headers = await seeds.token(Scope.REFERRALS_WRITE)
    answer = await client.get(f"/v1/referrals/{made}", headers=headers)
    assert (answer.status_code, answer.json()["state"]) == (200, State.SENT)
    assert "Margaret" not in answer.text
    assert CARER not in answer.text
    assert (await client.get(f"/v1/referrals/{uuid4()}", headers=headers)).status_code == 404


async def test_a_nurse_who_came_between_is_known_of(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    where = {"conversation_id": one.wanted["conversation_id"]}

    async def status(words: str) -> int:
        asked = where | {"message_id": await one.carer(words)}
        return (await client.get("/v1/referrals/turn", params=asked, headers=one.headers)).status_code

    assert await status("hello") == 409, "the assistant has not said a thing"
    await one.says("What name should they ask for?")
    assert await status("Margaret") == 204
    await one.says("I am telling the on-call nurse now.", kind="nurse_asked_for")
    assert await status("hes in pain again") == 409


async def test_one_yes_never_makes_two(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    yes = await agreed(one)
    first = await one.create(yes)
    await one.withdraw(await one.carer("cancel that"))
    again = await one.create(yes, "another-key")
    assert again.json()["id"] == first.json()["id"]
    assert await how_many() == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/referrals/turn"),
        ("GET", "/v1/referrals/offer"),
        ("POST", "/v1/referrals/question"),
        ("POST", "/v1/referrals"),
        ("POST", "/v1/referrals/withdrawals"),
        ("GET", "/v1/referrals/00000000-0000-0000-0000-000000000000"),
    ],
)
async def test_only_a_program_that_may_can_ask(client: httpx.AsyncClient, method: str, path: str) -> None:
    assert (await client.request(method, path)).status_code == 401
    others = [scope for scope in Scope if scope != Scope.REFERRALS_WRITE]
    assert (await client.request(method, path, headers=await seeds.token(*others))).status_code == 403


async def test_a_request_that_cannot_be_read_is_refused(client: httpx.AsyncClient) -> None:
    one = await asking(client)
    yes = await agreed(one)
    without_a_key = await client.post("/v1/referrals", json=one.wanted | {"message_id": yes}, headers=one.headers)
    one.wanted |= {"colour": "blue"}
    assert (without_a_key.status_code, (await one.create(yes)).status_code) == (422, 422)
