"""A call comes in, is given back after it broke off, or is over."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, queue, replies, telephone
from api.channels.rules import is_withheld
from api.channels.voice import service as turns
from api.channels.voice.backs import service as backs
from api.channels.voice.holding import service as holding
from api.channels.voice.offices import service as offices
from api.channels.voice.rules import Spoken
from api.channels.voice.streamed import service as streamed
from api.conversations import asking
from api.conversations import service as conversations
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import OVER, AfterCall, CallState, after_call, one_line
from api.conversations.models import Conversation
from api.conversations.rules import WITHHELD, Channel, Mode
from api.conversations.service import Inbound
from api.errors import Invalid
from api.escalations import service as escalations
from api.escalations import tasks
from api.escalations.rules import NOBODY_HAS_IT, TaskKind
from api.switches import service as switches
from api.switches.rules import is_off


async def arrive(session: AsyncSession, form: dict[str, str]) -> str:
    """A carer rings: the first words, and listening. The same call again gets the same. Raises Invalid."""
    sid = form.get("CallSid", "")
    if not sid:
        raise Invalid("CallSid is missing.")
    known = await calls.by_sid(session, sid)
    if known is not None and (said := await calls.said_in(session, known.id, 0)):
        return _open(known, turns.kept(said))
    conversation, again = await conversation_for(session, form, sid)
    call = await calls.open_call(session, conversation, sid, form.get("To", ""))
    conversation.opening_said_at = conversation.opening_said_at or clock.now()  # The greeting says it.
    off = is_off(await switches.on(session, conversation.team_id), Channel.VOICE)
    greeting = "voice_off" if off else "voice_greeting_again" if again else "voice_greeting"
    await conversations.say_approved(session, conversation, greeting)
    if again:
        await holding.begin_if_needed(session, call)
    else:
        await offices.offer(session, conversation)
    return _open(call, await _greet(session, call, conversation))


async def answered(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> str:
    """A carer whom we ring back has picked up, or an answering machine has."""
    call = await calls.locked(session, call_id)
    call.carrier_sid = call.carrier_sid or form.get("CallSid") or None
    if said := await calls.said_in(session, call.id, 0):
        return _open(call, turns.kept(said))
    conversation = await conversations.locked(session, call.conversation_id)
    conversation.opening_said_at = conversation.opening_said_at or clock.now()
    missed = await calls.waits_since_missed(session, call)
    greeting = "voice_greeting_missed" if missed else "voice_greeting_back"
    await conversations.say_approved(session, conversation, greeting)
    return _open(call, await _greet(session, call, conversation))


def _open(call: CarerCall, spoken: Spoken) -> str:
    return turns.twiml(call.id, spoken) if call.streamed_at is None else streamed.connect(call, spoken)


async def _greet(session: AsyncSession, call: CarerCall, conversation: Conversation) -> Spoken:
    """The first words of a call, and all that there is to tell; kept as its turn 0."""
    messages = await calls.unspoken(session, call)
    calls.spoken(call, messages)
    wanted = telephone.wanted()
    if conversation.team.code in wanted.conversation_relay_teams:
        call.streamed_at = clock.now()
    first = offices.first_words(conversation.team.code)
    words = tuple(one_line(one) for one in (first, *(message.body for message in messages)))
    spoken = Spoken(words, 1, wanted.listen_seconds, opening=True)
    await calls.keep_turn(session, call, 0, "\n".join(words), spoken.seconds)
    return spoken


async def conversation_for(session: AsyncSession, form: dict[str, str], sid: str) -> tuple[Conversation, bool]:
    """Whom this call belongs with, and whether a call for help of theirs is still open.

    A telephone is shared: what one caller said is never known to the next. Only an open call for help outlives a call,
    because then it is more likely to be the same carer, and they must not have to begin again.
    """
    caller = form.get("From", "")
    hidden = is_withheld(caller)
    where = f"{WITHHELD}{sid}" if hidden else caller
    old = await conversations.open_at(session, Channel.VOICE, where)
    open_one = old and await escalations.open_for(session, old.id)
    if old is not None and open_one is None and await _is_done(session, old):
        old.closed_at = clock.now()
        await session.flush()
    inbound = Inbound(
        channel=Channel.VOICE,
        address=where,
        inbound_id=sid,
        body="",
        line=form.get("To", ""),
        contact_number=None if hidden else caller,
    )
    return await conversations.open_conversation(session, inbound), open_one is not None


async def over(session: AsyncSession, form: dict[str, str]) -> None:
    """A call that came in is over. One that we never heard of is found by asking the carrier for its list."""
    known = await calls.by_sid(session, form.get("CallSid", ""))
    if known is not None:
        await is_over(session, known.id, form)


async def _is_done(session: AsyncSession, old: Conversation) -> bool:
    """Whether nothing is left that this carer waits for."""
    return old.mode == Mode.ASSISTANT and await asking.open_ask(session, old.id) is None


async def is_over(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> None:
    """This call is over, one way or another. Told twice, it is over once."""
    call, word = await calls.locked(session, call_id), form.get("CallStatus", "")
    if word not in OVER or call.ended_at is not None:
        return
    connected = call.state == CallState.CONNECTED
    if call.state == CallState.HOLDING and call.streamed_at is not None and holding.nurse_waits(call):
        await queue.wake(session, "voice.left", queue.PAGES, call_id=call.id)  # They never came together.
    await calls.end(session, call, word)
    await _follow(session, call, connected)


async def _follow(session: AsyncSession, call: CarerCall, connected: bool) -> None:
    conversation = await conversations.locked(session, call.conversation_id)
    open_one = await escalations.open_for(session, conversation.id)
    # Who was told that a named nurse will ring is not rung by us besides.
    in_danger = open_one is not None and open_one.state in NOBODY_HAS_IT and not open_one.silent
    step = after_call(
        spoke=call.spoke,
        in_danger=in_danger,
        was_connected=connected,
        wordless=await calls.wordless(session, call),
        most_wordless=telephone.wanted().wordless_calls,
    )
    if call.back_no:
        await backs.went(session, call)
    elif await calls.was_missed(session, call):
        await backs.make_good(session, call)
    elif step == AfterCall.RING_BACK:
        await backs.queue_next(session, call)
    elif step == AfterCall.PAGE:
        await holding.page_for_wordless(session, conversation)
    elif step == AfterCall.TEXT_ONCE:
        await _nobody_spoke(session, conversation, may_text=open_one is None or not open_one.silent)


async def _nobody_spoke(session: AsyncSession, conversation: Conversation, may_text: bool) -> None:
    """A person who looks, and one text to a number that we know, unless somebody else may be reading it."""
    reason = "Rang and said nothing. Ring back."
    await tasks.add(session, conversation.id, conversation.team_id, TaskKind.CALL_BACK, reason)
    if may_text and conversation.contact_number is not None:
        words = replies.say("voice_you_rang", "sms")
        await conversations.say(session, conversation, words, "voice_you_rang", safety=True)
