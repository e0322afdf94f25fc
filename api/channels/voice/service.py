"""One turn of a call: what was said is kept and screened, and whatever the line has to say is said to it.

What that is stands in `Spoken`, without the form in which the carrier wants it: TwiML, or frames on a socket. Between
the two (`hear` and `answer`) the assistant may be asked; no transaction is open while it thinks.
"""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, replies, telephone
from api.channels.voice import rules
from api.channels.voice.holding import service as holding
from api.channels.voice.holding.service import address
from api.channels.voice.numbers import rules as number_rules
from api.channels.voice.numbers import service as numbers
from api.channels.voice.offices import service as offices
from api.channels.voice.rules import Spoken
from api.conversations import asking
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall, CarerCallTurn
from api.conversations.carer_calls.rules import (
    AfterSilence,
    CallState,
    Heard,
    Said,
    after_silence,
    has_key_fact,
    one_line,
    read,
    speaks_by_relay,
)
from api.conversations.models import Message
from api.conversations.receiving import receive
from api.conversations.rules import Channel, keyword
from api.conversations.service import Inbound
from api.triage import screening
from api.triage.grading import Decision, on_record

READ_BACK = "voice_read_back"


@dataclass(frozen=True, slots=True)
class Turn:
    """What hearing came to. `said`: that is all there is to say. `asks`: the assistant has something to answer."""

    said: Spoken | None = None
    asks: UUID | None = None


async def hear(session: AsyncSession, call_id: UUID, turn: int, form: dict[str, str]) -> Turn:
    """Keep and screen what was said in a turn, once. What is said to it follows in `answer`."""
    call = await calls.locked(session, call_id)
    before = await calls.said_in(session, call_id, turn)
    if before is not None:
        return Turn(await _kept_now(session, call, before))
    if call.state == CallState.OVER:
        return Turn(Spoken(over=True))
    calls.begin_turn(call, turn)
    if await offices.is_chosen(session, call, form.get("Digits", "")):
        return Turn(await _to_office(session, call, turn))
    if len(form.get("Digits", "")) > 1:
        return await _typed(session, call, turn, form["Digits"])
    heard = await _understand(session, call, form)
    if heard.said != Said.NOTHING:
        call.spoke, call.menu_open = True, False
    if heard.said == Said.WORDS:
        return await _take(session, call, turn, heard.words)
    if heard.said == Said.UNCLEAR:
        return await _unclear(session, call, turn, heard.words)
    if heard.said == Said.REPEAT:
        return Turn(await _again(session, call, turn))
    if heard.said == Said.MENU:
        call.menu_open, call.silences = True, 0
        await _say(session, call, "voice_menu", choices=_choices())
    elif call.state != CallState.HOLDING:
        await _silence(session, call)
    return Turn()


async def _typed(session: AsyncSession, call: CarerCall, turn: int, keys: str) -> Turn:
    """Several keys: there are only where a number was asked for."""
    call.spoke, call.menu_open, call.silences, call.unsure_message_id = True, False, 0, None
    words = await numbers.typed(session, call, _inbound(call, turn, keys))
    return Turn() if words is None else await _take(session, call, turn, words)


async def _understand(session: AsyncSession, call: CarerCall, form: dict[str, str]) -> Heard:
    wanted = telephone.wanted()
    menu = {key: one.means for key, one in wanted.menu.items()} if call.menu_open else {}
    asked = await asking.open_ask(session, call.conversation_id) is not None
    yes_or_no = call.unsure_message_id is not None or asked or await numbers.is_asked_right(session, call)
    put = bool(call.conversation.questions and call.conversation.questions["put"])
    speech = form.get("SpeechResult", "")
    call.relay = call.relay or speaks_by_relay(speech, wanted.relay_words)
    confidence = form.get("Confidence", "")
    gate = wanted.confidence_gate
    keys = form.get("Digits", "")
    return read(keys, speech, confidence, gate=gate, menu=menu, yes_or_no=yes_or_no, may_skip=put)


def _choices() -> str:
    menu = telephone.wanted().menu
    return " ".join(replies.say("voice_choice", "voice", title=one.title, key=key) for key, one in menu.items())


async def _take(session: AsyncSession, call: CarerCall, turn: int, words: str) -> Turn:
    """What was clearly said. A yes to what we read back lets that be answered."""
    call.silences = 0
    unsure, call.unsure_message_id = call.unsure_message_id, None
    said = asking.plain_answer(words) if unsure is not None and keyword(words) is None else None
    if unsure and said is not None and (done := await _confirmed(session, call, unsure, said)) is not None:
        return done
    if await numbers.is_said(session, call, words):
        await numbers.read_back(session, call, _inbound(call, turn, words))
        return Turn()
    receipt = await receive(session, _inbound(call, turn, words))
    call.conversation_id = receipt.conversation_id
    await holding.begin_if_needed(session, call)
    return Turn(asks=receipt.conversation_id)


async def _confirmed(session: AsyncSession, call: CarerCall, unsure: UUID, right: bool) -> Turn | None:
    """A yes or no to what we read back. None: a no that is taken as words, like any other."""
    message = await conversations.message(session, unsure)
    if number_rules.whole(message.body) is not None:
        if not right:
            await numbers.ask_again(session, call)
            return Turn()
        if await numbers.keep(session, call, message.body):
            return Turn()
    elif not right:
        return None
    message.answered_at = None
    return Turn(asks=call.conversation_id)


def _inbound(call: CarerCall, turn: int, words: str) -> Inbound:
    conversation = call.conversation
    return Inbound(
        channel=Channel.VOICE,
        address=conversation.address,
        inbound_id=f"{call.carrier_sid}:{turn}",
        body=words,
        line=call.line,
        team=conversation.team,
        contact_number=conversation.contact_number,
    )


async def _unclear(session: AsyncSession, call: CarerCall, turn: int, words: str) -> Turn:
    """What the recogniser is unsure of. Danger counts all the same; a fact that matters is read back; else: again."""
    graded = await asyncio.to_thread(screening.grade, words)
    if graded.decision != Decision.NONE or graded.failed or call.state == CallState.HOLDING:
        return await _take(session, call, turn, words)
    conversation = await conversations.open_conversation(session, _inbound(call, turn, words))
    message = await conversations.store(session, conversation, _inbound(call, turn, words), on_record(graded))
    if message is None:
        return Turn()
    message.answered_at = clock.now()  # Until it is confirmed, the assistant has nothing to go by.
    if has_key_fact(words, telephone.wanted().key_facts):
        call.unsure_message_id = message.id
        await _say(session, call, READ_BACK, words=words)
        return Turn()
    call.silences += 1
    await _after(session, call, after_silence(call.silences), "voice_unclear", "voice_unclear_again")
    return Turn()


async def _silence(session: AsyncSession, call: CarerCall) -> None:
    if call.relay and call.silences == 0:
        call.silences = 1  # An operator is typing: they are not asked again for every pause.
        return
    call.silences += 1
    if call.silences == 1 and await _wants_number(session, call):
        await numbers.ask_again(session, call)  # Whoever has to look it up may still type it.
        return
    await _after(session, call, after_silence(call.silences), "voice_silence", "voice_silence_again")


async def _after(session: AsyncSession, call: CarerCall, step: AfterSilence, first: str, second: str) -> None:
    """Ask again, offer a key, or fetch a person for somebody who cannot say what is wrong."""
    if step == AfterSilence.FETCH_PERSON:
        await holding.fetch_person(session, call)
    else:
        await _say(session, call, first if step == AfterSilence.ASK_AGAIN else second)


async def _say(session: AsyncSession, call: CarerCall, reply: str, **places: str) -> Message:
    conversation = await conversations.get(session, call.conversation_id)
    return await conversations.say_approved(session, conversation, reply, places=places)


async def _to_office(session: AsyncSession, call: CarerCall, turn: int) -> Spoken:
    """What is said before the office is rung. It is no message: nobody must get it as a text later."""
    call.spoke, call.silences = True, 0
    words = one_line(replies.say("voice_office_through", "voice"))
    await calls.keep_turn(session, call, turn, words, 0, to_office=True)
    row = await calls.said_in(session, call.id, turn)
    assert row is not None
    return kept(row)


async def _again(session: AsyncSession, call: CarerCall, turn: int) -> Spoken:
    """The newest turn's words once more."""
    last = await calls.said_in(session, call.id, call.turn)
    words = last.words if last else replies.say("voice_repeat_nothing", "voice")
    return await _speak(session, call, turn, [words])


async def answer(session: AsyncSession, call_id: UUID, turn: int, waits: int) -> Spoken:
    """Say whatever the line has to say. When it has nothing yet, a holding phrase, and the carrier asks again.

    `waits`: how many holding phrases there were in this turn.
    """
    call = await calls.locked(session, call_id)
    before = await calls.said_in(session, call_id, turn)
    if before is not None:
        return await _kept_now(session, call, before)
    messages = await calls.unspoken(session, call)
    if not messages and await conversations.is_waiting(session, call.conversation_id) and _may_wait(call):
        if waits < telephone.wanted().most_waits:
            phrase = replies.say("voice_still_thinking" if waits else "voice_one_moment", "voice")
            calls.begin_turn(call, turn)
            return Spoken((phrase,), turn, waits=waits + 1)
        await _say(session, call, "voice_no_answer")
        messages = await calls.unspoken(session, call)
    calls.spoken(call, messages)
    words = [message.body for message in messages]
    return await _speak(session, call, turn, words)


def _may_wait(call: CarerCall) -> bool:
    """Whether the assistant's answer is worth waiting for: not while a nurse is rung."""
    return call.state != CallState.HOLDING


async def _speak(session: AsyncSession, call: CarerCall, turn: int, words: list[str]) -> Spoken:
    """The words and, whatever they are, a way to go on: nobody is ever left with a dead line."""
    if call.state == CallState.HOLDING:
        words = [*words, *await holding.words(session, call)]
    elif not words:
        words = [replies.say("voice_anything_else", "voice")]
    lines = tuple(one_line(one) for one in words)
    number = await _wants_number(session, call)
    spoken = Spoken(lines, max(turn + 1, calls.next_turn(call)), _patience(call, number), number=number)
    await calls.keep_turn(session, call, turn, "\n".join(lines), spoken.seconds)
    return spoken


def kept(row: CarerCallTurn) -> Spoken:
    """What was answered in a turn, for a carrier that repeats itself."""
    words = tuple(row.words.split("\n"))
    return Spoken(words, row.turn + 1, row.seconds, opening=row.turn == 0, office=row.to_office)


def twiml(call_id: UUID, spoken: Spoken) -> str:
    """What is said, as the carrier wants it when it asks by HTTP."""
    return rules.document(spoken, address(call_id), telephone.wanted().hints)


async def _kept_now(session: AsyncSession, call: CarerCall, row: CarerCallTurn) -> Spoken:
    return replace(kept(row), number=row.turn > 0 and await _wants_number(session, call))


async def _wants_number(session: AsyncSession, call: CarerCall) -> bool:
    return call.unsure_message_id is None and await numbers.is_wanted(session, call)


def _patience(call: CarerCall, number: bool) -> int:
    wanted = telephone.wanted()
    if call.state == CallState.HOLDING:
        return wanted.hold_seconds
    if number and not call.relay:
        return wanted.number_seconds
    return wanted.relay_listen_seconds if call.relay else wanted.listen_seconds


async def waits_for(session: AsyncSession, call_id: UUID) -> Turn:
    """What the caller still waits for, after a holding phrase."""
    call = await calls.get(session, call_id)
    return Turn(asks=call.conversation_id)


async def next_turn(session: AsyncSession, call_id: UUID) -> int:
    """The number of the next turn."""
    return calls.next_turn(await calls.locked(session, call_id))


async def news(session: AsyncSession, call_id: UUID) -> Spoken:
    """What there is to say just now, and listening again: for a caller who was interrupted."""
    return await answer(session, call_id, await next_turn(session, call_id), telephone.wanted().most_waits)
