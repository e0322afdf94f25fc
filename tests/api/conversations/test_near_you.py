"""What is near a carer: when the place is asked for, what is told once it is known, and when nobody is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from api import clock
from api.channels import jobs as channels
from api.clients import rasa
from api.clients.rasa import Turn
from api.conversations import service
from api.conversations.models import Conversation, Message
from api.conversations.rules import Channel
from api.database import transaction
from api.directory.rules import Need
from tests.harness import hearing, seeds
from tests.harness.hearing import STRONG
from tests.harness.line import CARER
from tests.harness.stand_in import Carrier

NIGHT, DAY = datetime(2027, 3, 10, 3, 0, tzinfo=UTC), datetime(2027, 3, 10, 11, 0, tzinfo=UTC)  # A Wednesday.
ASK = "For help near you, reply with the first half of your postcode, like B69."
SAID = "I can tell you who to ask."


class Assistant:
    """Stands where Rasa stands: it takes every message for the need that it is told, and says the same to all."""

    def __init__(self) -> None:
        self.need, self.heard, self.says = "greeting", list[str](), SAID

    async def ask(
        self, _conversation: object, _message: object, text: str, _channel: str, guide_open: bool = False
    ) -> Turn:
        self.heard.append(text)
        return Turn((self.says,), self.need, 0.9, ())


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    stand_in = Assistant()
    monkeypatch.setattr(rasa, "ask", stand_in.ask)
    return stand_in


@pytest.fixture(autouse=True)
def night(db: str) -> Iterator[None]:
    at(NIGHT)
    yield
    clock.reset()


def at(moment: datetime) -> None:
    clock.reset()
    clock.move(moment - clock.now())


class Carer:
    """One carer's conversation; what is said and what comes back."""

    def __init__(self, bot: Assistant, channel: Channel = Channel.SMS) -> None:
        self.bot, self.channel, self.id = bot, channel, UUID(int=0)

    async def says(self, words: str, need: str = "") -> str:
        """The answer to these words, which the assistant takes for this need."""
        self.bot.need = need or self.bot.need
        self.id = await seeds.carer_writes(words, CARER, self.channel)
        await channels.turn(str(self.id))
        async with transaction() as session:
            said = select(Message.body).where(Message.conversation_id == self.id, Message.author == "nightlight")
            return (await session.execute(said.order_by(Message.seq.desc()).limit(1))).scalar_one()

    async def kept(self) -> tuple[str | None, str | None, str | None]:
        """Nation, district and the need for which the place was asked."""
        async with transaction() as session:
            found = await service.get(session, self.id)
            return found.nation, found.district, found.place_asked_for


@pytest.fixture
async def carer(bot: Assistant, carrier: Carrier) -> Carer:
    """Somebody who texts, and has read what this is."""
    texts = Carer(bot)
    await texts.says("hello", "greeting")
    return texts


@pytest.fixture
def chat(bot: Assistant) -> Carer:
    """Somebody who writes in the web chat."""
    return Carer(bot, Channel.WEB)


async def test_the_place_is_asked_once_for_each_need_where_it_matters(carer: Carer) -> None:
    assert (await carer.says("i need a break", Need.RESPITE)).endswith(ASK)
    assert await carer.kept() == (None, None, "respite")
    assert ASK not in await carer.says("i do need a break", Need.RESPITE)
    assert (await carer.says("any money", Need.BENEFITS_CARER)).endswith(ASK)
    assert await carer.kept() == (None, None, "benefits_carer")
    assert ASK not in await carer.says("a wheelchair", Need.EQUIPMENT), "what there is for it is the same everywhere"
    assert ASK not in await carer.says("thanks", "thanks")
    assert await carer.kept() == (None, None, "benefits_carer"), "a postcode may still come"


async def test_the_first_text_says_what_this_is_and_asks_nothing(bot: Assistant, carrier: Carrier) -> None:
    assert ASK not in await Carer(bot).says("i need a break", Need.RESPITE)


async def test_a_carer_in_oldham_at_three_in_the_morning(carer: Carer) -> None:
    await carer.says("i need a break", Need.RESPITE)
    said = await carer.says("its OL4 1TY")
    assert said.startswith("Thank you. This may help near you. Caring Hands: 0161 624 2727, opens today at 7am.")
    assert said.endswith("To talk to somebody now: Samaritans, 116 123."), (
        "what is closed and not verified is not alone"
    )
    assert len(said) <= 306
    assert await carer.kept() == ("england", "OL4", None)
    assert carer.bot.heard == ["hello", "i need a break"], "the assistant is not asked about a postcode"
    again = await carer.says("i need a break", Need.RESPITE)
    assert again == SAID, "nothing sure meets it at this hour"


async def test_by_day_the_same_carer_is_told_that_it_is_open(carer: Carer) -> None:
    at(DAY)
    await carer.says("i need a break", Need.RESPITE)
    said = await carer.says("ol4")
    assert "Caring Hands: 0161 624 2727, open now." in said
    assert "Carers Trust" in said, "a verified one stands beside it"


async def test_a_scottish_carer_is_told_of_the_scottish_scheme_with_its_hours(carer: Carer) -> None:
    await carer.says("any money", Need.BENEFITS_CARER)
    said = await carer.says("We're in Fife")
    assert said.startswith("Thank you. I know of nothing close by for this. In Scotland this may help.")
    assert "Carer Support Payment: 0800 182 2222, opens today at 8am." in said
    assert await carer.kept() == ("scotland", None, None)
    later = await carer.says("any more money", Need.BENEFITS_CARER)
    assert later == f"{SAID} In Scotland: Carer Support Payment, 0800 182 2222, opens today at 8am."
    at(DAY)
    assert "In Scotland: Carer Support Payment, 0800 182 2222, open now." in await carer.says("and by day")


@pytest.mark.parametrize(
    ("place", "need", "service"),
    [
        ("cardiff", Need.BENEFITS_CARER, "In Wales: Advicelink Cymru"),
        ("bt7", Need.BENEFITS_DISABILITY, "In Northern Ireland: Advice NI"),
        ("eh1", Need.FUNERAL_COSTS, "In Scotland: Funeral Support Payment"),
        ("norfolk", Need.DEBT_OR_BILLS, "In England: Citizens Advice"),
    ],
)
async def test_each_nation_has_schemes_of_its_own(carer: Carer, place: str, need: Need, service: str) -> None:
    at(DAY)
    await carer.says("something else", Need.RESPITE)
    await carer.says(place)
    assert service in await carer.says("what is there", need)


async def test_whoever_is_low_is_told_of_somebody_who_listens_now_as_well(carer: Carer) -> None:
    await carer.says("i miss him", Need.BEREAVEMENT_EMOTIONAL)
    said = await carer.says("edinburgh")
    assert "Cruse Scotland helpline: 0808 802 6161, ring to ask when it is open." in said
    assert said.endswith("To talk to somebody now: NHS 24 (111), 111.")


async def test_a_border_district_is_followed_by_the_question_for_the_nation(carer: Carer) -> None:
    await carer.says("any money", Need.BENEFITS_CARER)
    assert await carer.says("CH4 8RD") == "Thank you. Is that in England or Wales? Reply with the name."
    assert await carer.kept() == (None, "CH4", "benefits_carer")
    assert "In Wales this may help." in await carer.says("wales")
    assert await carer.kept() == ("wales", "CH4", None)


async def test_whoever_would_rather_not_say_is_left_in_peace_and_may_still_say_it(carer: Carer) -> None:
    await carer.says("any money", Need.BENEFITS_CARER)
    assert (await carer.says("rather not say")).startswith("That is all right. You do not have to say.")
    assert ASK not in await carer.says("i need a break", Need.RESPITE)
    assert await carer.kept() == (None, None, "benefits_carer")
    assert "In Scotland this may help." in await carer.says("fife")


async def test_anything_else_goes_to_the_assistant_and_a_postcode_may_come_later(carer: Carer) -> None:
    await carer.says("any money", Need.BENEFITS_CARER)
    await carer.says("why do you need that, is it eh1 for everyone")
    assert carer.bot.heard[-1].startswith("why do you need")
    assert await carer.kept() == (None, None, "benefits_carer")
    assert "Carer Support Payment" in await carer.says("eh1")


async def test_a_place_told_again_or_unasked_counts_for_what_was_answered_last(carer: Carer) -> None:
    await carer.says("any money", Need.BENEFITS_CARER)
    await carer.says("OL4")
    assert "Carer Support Payment" in await carer.says("sorry its EH1")
    assert await carer.kept() == ("scotland", "EH1", None)


async def test_a_place_out_of_the_blue_is_the_assistants(carer: Carer) -> None:
    assert await carer.says("fife") == SAID
    assert await carer.kept() == (None, None, None)


async def test_where_there_is_nothing_near_that_is_said(carer: Carer) -> None:
    await carer.says("the funeral", Need.FUNERAL_COSTS)
    said = await carer.says("bt7")
    assert said.startswith("Thank you. I know of nothing close by for this. In Northern Ireland this may help.")
    assert "Northern Ireland Bereavement Service: 0800 085 2463" in said
    assert said.endswith("To talk to somebody now: Lifeline, 0808 808 8000.")


async def test_on_the_web_there_is_room_for_pages_and_for_what_they_are_for(chat: Carer) -> None:
    at(DAY)
    assert (await chat.says("i need a break", Need.RESPITE)).endswith(f"\n\n{ASK}")
    said = await chat.says("NR12")
    assert "Carers Matter Norfolk: 0800 083 1148, ring to ask when it is open." in said
    assert "Free support and breaks for Norfolk carers" in said
    assert "See https://carersmatternorfolk.org.uk" in said
    assert "open now" in said


async def test_while_anything_is_open_nobody_is_asked(bot: Assistant, carrier: Carrier) -> None:
    carer = Carer(bot, Channel.WEB)
    await carer.says("im so exhausted i cant go on caring like this", Need.RESPITE)
    assert ASK not in await carer.says("i need a break", Need.RESPITE)


async def test_after_a_death_just_heard_nobody_is_asked(chat: Carer) -> None:
    await chat.says("hello", "greeting")
    async with transaction() as session:
        (await session.get_one(Conversation, chat.id)).died_at = clock.now()
    assert ASK not in await chat.says("what about the funeral", Need.FUNERAL_COSTS)
    clock.move(timedelta(days=8))
    assert ASK in await chat.says("what about the funeral", Need.FUNERAL_COSTS)


async def test_a_phone_that_may_be_watched_is_asked_nothing(chat: Carer, monkeypatch: pytest.MonkeyPatch) -> None:
    hearing.put_in(monkeypatch).may_be("he counts my texts", STRONG + 0.1, "domestic_abuse")
    await chat.says("he counts my texts")
    await chat.says("N")
    assert ASK not in await chat.says("i need a break", Need.RESPITE)


async def test_a_postcode_that_was_asked_for_pages_nobody_whatever_the_screen_guesses(
    carer: Carer, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess = hearing.put_in(monkeypatch)
    for said in ("OL4 1TY", "rather not say", "OL4 1TY help"):
        guess.may_be(said, STRONG + 0.1, "not_breathing")
    await carer.says("i need a break", Need.RESPITE)
    assert (await carer.says("rather not say")).startswith("That is all right.")
    assert (await carer.says("OL4 1TY")).startswith("Thank you. This may help near you.")
    assert "nurse" in await carer.says("OL4 1TY help"), "more than a place is never set aside"


async def test_a_postcode_that_nobody_asked_for_is_looked_at_like_anything_else(
    carer: Carer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hearing.put_in(monkeypatch).may_be("OL4 1TY", STRONG + 0.1, "not_breathing")
    assert "nurse" in await carer.says("OL4 1TY")
