"""Twelve carers, each from the first message to the words that help them, with real Rasa, by text and on the web.

Each line is what the carer says and what must stand in what they get back. `pytest -s` shows whole transcripts.
"""

from dataclasses import dataclass, field

import pytest

from tests.harness.chat import ChatBrowser
from tests.harness.line import CARER, NURSE_ONE, Line
from tests.journeys.test_signposts_near_you import DAY, NIGHT, at

type Said = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Conversation:
    """Who it is, on which channel and when, what is said, and whether a nurse is paged for it."""

    who: str
    channel: str
    says: tuple[Said, ...]
    at_night: bool = False
    paged: bool = False
    never: tuple[str, ...] = field(default=("calm down",))


def says(words: str, *back: str) -> Said:
    return words, back


CONVERSATIONS = (
    Conversation(
        "a Scottish carer of a man over pension age",
        "sms",
        (
            says("hello", "I am a computer"),
            says(
                "can i get any money for looking after my husband, he's 78", "what you can claim", "who is this about"
            ),
            says("1", "1: England. 2: Scotland"),
            says("Scotland", "State Pension age"),
            says("3", "How many hours a week"),
            says("1", "Pension Age Disability Payment", "Reply MORE"),
            says("more", "Carer Support Payment"),
        ),
        never=("Attendance Allowance", "SR1"),
    ),
    Conversation(
        "a widow of three weeks",
        "web",
        (
            says(
                "my husband died three weeks ago and i cant face all the forms", "so sorry", "What would help most now?"
            ),
            says("2", "how they died"),
            says("1", "The rules differ by place"),
            says("england", "5 days", "Tell Us Once", "Death Notification Service"),
        ),
        never=("calm down", "Hello."),
    ),
    Conversation(
        "a child whose dad is dying",
        "sms",
        (
            says("hello", "I am a computer"),
            says("is there a club or something for kids whose dad has cancer", "NURSE"),
        ),
    ),
    Conversation(
        "a Polish speaker",
        "web",
        (
            says("Do you have somebody who speaks Polish? My english is not good", "interpreter", "language"),
            says("who can come to sit in night with my mother", "night", "What would help?"),
            says("2", "How soon do you need it?"),
            says("2", "district nurse"),
        ),
    ),
    Conversation(
        "a power cut, and he is on oxygen",
        "sms",
        (
            says("hello", "I am a computer"),
            says("can we go on the priority register for electric", "Power"),
            says(
                "the power is off and hes on oxygen, the machine has stopped", "105", "999", "telling the on-call nurse"
            ),
        ),
        at_night=True,
        paged=True,
    ),
    Conversation(
        "Oldham at three in the morning",
        "sms",
        (
            says("hello", "I am a computer"),
            says("can someone look after dad for a few days so i get a break", "What would help?"),
            says("1", "How soon"),
            says("2", "first half of your postcode"),
            says("OL4", "Thank you.", "opens today at 7am", "Samaritans, 116 123"),
        ),
        at_night=True,
    ),
    Conversation(
        "a sister whose brother took his own life",
        "web",
        (
            says("my brother took his own life last month and nobody understands", "not your fault", "116 123"),
            says("4", "Who was it that died?"),
            says("3", "Survivors of Bereavement by Suicide"),
        ),
        never=("how they died. ", "calm down"),
    ),
    Conversation(
        "a son with a job",
        "sms",
        (
            says("hello", "I am a computer"),
            says("can my work sack me for taking time off to look after mum", "Carers UK", "time off"),
        ),
    ),
    Conversation(
        "a Welsh husband of working age",
        "web",
        (
            says("can i get any money for looking after my wife, she's 52", "who is this about?"),
            says("1", "Where do you live?"),
            says("wales", "How old is the person who is ill?"),
            says("2", "12 months or less?"),
            says("yes", "How many hours a week"),
            says("1", "SR1", "0800 917 2222", "Carer's Allowance"),
        ),
        never=("you will get", "calm down"),
    ),
    Conversation(
        "Belfast, and a funeral to pay for",
        "sms",
        (
            says("hello", "I am a computer"),
            says("how do we pay for the funeral we have nothing", "first half of your postcode"),
            says("BT9", "Northern Ireland Bereavement Service", "0800 085 2463"),
        ),
    ),
    Conversation(
        "two needs, and not that",
        "sms",
        (
            says("hello", "I am a computer"),
            says(
                "can i get carers allowance and is there anyone who could sit with him one night",
                "what you can claim",
                "Nights are long",
            ),
            says("no not that", "Did you mean: 1 "),
            says("1", "NURSE"),
        ),
    ),
    Conversation(
        "a call about a holistic needs assessment",
        "web",
        (
            says("can you ask someone to ring me about a holistic needs assessment", "Write YES PLEASE"),
            says("yes please", "What name"),
            says("Jean", "What number"),
            says("07700 900123", "good time"),
            says("mornings", "Is that all right?", "it ends 123"),
            says("yes", "They should ring you by"),
        ),
    ),
)


class Phone:
    """How one carer speaks to the line, and what came back for each thing said."""

    def __init__(self, line: Line, chat: ChatBrowser | None) -> None:
        self.line, self.chat = line, chat

    async def say(self, words: str) -> str:
        """Everything that this brought back."""
        if self.chat is None:
            before = len(self.line.phone(CARER))
            await self.line.text(CARER, words)
            texts = self.line.phone(CARER)[before:]
            assert max(map(len, texts), default=0) <= 306
            return "\n".join(texts)
        before = len(self.chat.lines)
        await self.chat.say(words)
        await self.line.settle()
        await self.chat.open()
        return "\n".join(said for _, said in self.chat.lines[before + 1 :])


@pytest.mark.parametrize("one", CONVERSATIONS, ids=lambda one: one.who)
async def test_a_conversation_ends_in_what_helps(line: Line, assistant: str, one: Conversation) -> None:
    at(NIGHT if one.at_night else DAY)
    phone = Phone(line, await ChatBrowser(line.client).open() if one.channel == "web" else None)
    print(f"\n## {one.who} ({one.channel})")
    heard = ""
    for words, expected in one.says:
        back = await phone.say(words)
        print(f"carer: {words}\nline: {back}")
        heard += back
        assert [part for part in expected if part not in back] == [], back
    assert [words for words in one.never if words in heard] == []
    assert bool(line.phone(NURSE_ONE)) == one.paged
