"""Keeping a caller company until a nurse is there, and bringing the two together."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, live, queue, replies, settings
from api.channels.calls.rules import listen as keypad
from api.channels.calls.rules import put_through
from api.channels.voice import rules as speech
from api.channels.voice.holding import rules
from api.channels.voice.holding.rules import Reassurance
from api.conversations import service as conversations
from api.conversations.calls import service as bridges
from api.conversations.carer_calls import service as calls
from api.conversations.carer_calls.models import CarerCall
from api.conversations.carer_calls.rules import CallState
from api.conversations.models import Conversation
from api.errors import Conflict
from api.escalations import service as escalations
from api.escalations.calls import service as escalation_calls
from api.escalations.models import Escalation
from api.escalations.rules import SOMEBODY_HAS_IT, Danger
from api.paging.calls import service as staff_calls
from api.paging.models import StaffCall
from api.triage import service as triage
from api.triage.rules import Priority

_SILENT = "silent_or_help_only"  # The category in data/triage.
_NO_WORDS = "no words on the telephone"
_WORDLESS_CALLS = "calls without a word, again and again"


async def begin_if_needed(session: AsyncSession, call: CarerCall) -> None:
    """Keep the caller on the line if a nurse is being rung for them."""
    if call.state == CallState.TALKING and await _case(session, call) is not None:
        call.state = CallState.HOLDING
        conversation = await conversations.get(session, call.conversation_id)
        await conversations.say_approved(session, conversation, "voice_stay")
        if conversation.contact_number is None:
            await conversations.say_approved(session, conversation, "voice_hold_unknown_number")


async def fetch_person(session: AsyncSession, call: CarerCall) -> None:
    """A nurse for somebody who cannot say what is wrong, or whom we cannot understand.

    Where the phone may be watched, not a word of that.
    """
    conversation = await conversations.get(session, call.conversation_id)
    escalation = await _raise(session, conversation, _NO_WORDS)
    if escalation.silent:
        await conversations.say_approved(session, conversation, "noted", alone=True)
        return
    words = triage.instruction(_SILENT, conversation.channel)
    await conversations.say(session, conversation, words, f"instruction:{_SILENT}", safety=True, alone=True)
    await begin_if_needed(session, call)


async def page_for_wordless(session: AsyncSession, conversation: Conversation) -> None:
    """A nurse for somebody who rings again and again and says nothing."""
    await _raise(session, conversation, _WORDLESS_CALLS)


async def _raise(session: AsyncSession, conversation: Conversation, why: str) -> Escalation:
    one = triage.protocol().categories[_SILENT]
    danger = Danger(one.code, one.title, one.priority, one.about, why, "", "screen")
    raised, _ = await escalations.raise_alarm(session, conversation.id, conversation.team, [danger], None, "carer")
    return raised


async def _case(session: AsyncSession, call: CarerCall) -> Escalation | None:
    """The open call for help that this caller waits for: nobody has come yet, or a nurse is being rung for them."""
    found = await escalations.open_for(session, call.conversation_id)
    if found is None or rules.stays(found.state, found.priority, found.silent):
        return found
    holder = found.accepted_by_id
    is_rung = holder is not None and await staff_calls.under_way(session, found.id, holder) is not None
    return found if is_rung and not found.silent else None


async def words(session: AsyncSession, call: CarerCall) -> list[str]:
    """What to say to a caller who waits. Who need not wait any longer is asked whether there is anything else."""
    found = await _case(session, call)
    if found is None:
        call.state = CallState.TALKING
        return [replies.say("voice_anything_else", "voice")]
    if found.state in SOMEBODY_HAS_IT and found.accepted_by is not None:
        is_rung = await _ring_nurse(session, found)
        name = Reassurance.ACCEPTED if is_rung else Reassurance.NOT_THROUGH
        team = (await conversations.get(session, call.conversation_id)).team
        return [replies.say(name, "voice", nurse=found.accepted_by.name, team_number=team.phone)]
    target = triage.protocol().targets[Priority(found.priority)].accept_within
    name = rules.while_nobody_has_it(found.asked_at, target, clock.now(), call.turn)
    return [replies.say(name, "voice")]


async def _ring_nurse(session: AsyncSession, found: Escalation) -> bool:
    """Ring whoever accepted, by text or on the console, to put them through. False: that has been tried enough."""
    assert found.accepted_by is not None
    rung = select(func.count()).where(
        StaffCall.escalation_id == found.id,
        StaffCall.person_id == found.accepted_by_id,
        StaffCall.created_at >= found.accepted_at,
        StaffCall.ended.is_not(None),
    )
    if (await session.execute(rung)).scalar_one() >= rules.MOST_TRIES:
        return False
    try:
        await bridges.put_through(session, found.id, found.accepted_by, confirmed=False, by="line")
    except Conflict:
        return False
    return True


async def take(session: AsyncSession, nurse: StaffCall, said: str) -> str | None:
    """Put a nurse, who has pressed the key, together with the caller who waits. None: no caller waits.

    `said`: what the nurse hears first.
    """
    escalation = await session.get_one(Escalation, nurse.case_id)
    waiting = await calls.live(session, escalation.conversation_id)
    if waiting is None or waiting.state != CallState.HOLDING:
        return None
    call = await calls.locked(session, waiting.id)
    call.nurse_call = nurse
    if call.streamed_at is None:
        await queue.wake(session, "voice.join", queue.PAGES, call_id=call.id)
    else:
        await live.changed(session, live.conversation(call.conversation_id))  # The socket ends, and then asks us.
    here = address(call.id)
    return speech.confer(said, conference(call.id), here, f"{here}/nurse")


async def are_together(session: AsyncSession, escalation: Escalation) -> bool:
    """Whether a nurse and the carer are on the line with each other now."""
    call = await calls.live(session, escalation.conversation_id)
    return call is not None and call.state == CallState.CONNECTED


async def come_in(session: AsyncSession, colleague: StaffCall, said: str) -> str | None:
    """A colleague, who has pressed the key, comes in where the two are. None: they are no longer together."""
    escalation = await session.get_one(Escalation, colleague.case_id)
    call = await calls.live(session, escalation.conversation_id)
    if call is None or call.state != CallState.CONNECTED:
        return None
    here = address(call.id)
    return speech.confer(said, conference(call.id), here, f"{here}/colleague")


def address(call_id: UUID) -> str:
    """Where the carrier asks what comes next in a call."""
    return f"{settings.get().public_url}/twilio/voice/{call_id}"


def conference(call_id: UUID) -> str:
    """The name of the conference of one carer's call."""
    return f"carer-{call_id}"


def nurse_waits(call: CarerCall) -> bool:
    """Whether a nurse is on a line for this call: the caller is to join them."""
    return call.nurse_call is not None and call.nurse_call.ended is None


async def join(session: AsyncSession, call_id: UUID) -> str | None:
    """The caller goes to the nurse. None: the nurse is no longer there, and the caller goes on waiting."""
    call = await calls.locked(session, call_id)
    if not nurse_waits(call):
        return None
    calls.spoken(call, await calls.unspoken(session, call))
    call.state, call.busy_until = CallState.CONNECTED, None
    here = address(call.id)
    return speech.confer(replies.say("voice_joining", "voice"), conference(call.id), here, f"{here}/alone")


async def rejoin(session: AsyncSession, call_id: UUID) -> str | None:
    """The way back to the nurse for a caller who is with one already. None: they are not."""
    call = await calls.locked(session, call_id)
    return await join(session, call_id) if call.state == CallState.CONNECTED else None


async def alone(session: AsyncSession, call_id: UUID) -> str:
    """The nurse is gone and the caller is still there: what now is theirs to say."""
    call = await calls.locked(session, call_id)
    call.state = CallState.TALKING
    said = replies.say("voice_nurse_gone", "voice")
    return speech.listen([said], f"{address(call.id)}/again", 20)


async def again(session: AsyncSession, call_id: UUID, key: str) -> bool:
    """Ring the nurse once more if the caller pressed the key. False: nobody is rung, and they are heard as usual."""
    call = await calls.locked(session, call_id)
    if key != "1" or call.nurse_call is None:
        return False
    found = await escalations.open_for(session, call.conversation_id)
    if found is None or found.accepted_by is None:
        return False
    try:
        await bridges.put_through(session, found.id, found.accepted_by, confirmed=False, by="line")
    except Conflict:
        return False
    call.state, call.nurse_call = CallState.HOLDING, None
    conversation = await conversations.get(session, call.conversation_id)
    await conversations.say_approved(session, conversation, "voice_ringing_again")
    return True


async def moved(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> None:
    """Somebody came into the conference of a call, or left it."""
    call = await calls.locked(session, call_id)
    nurse, sid, what = call.nurse_call, form.get("CallSid", ""), form.get("StatusCallbackEvent", "")
    is_carer = sid == call.carrier_sid
    if not is_carer and (nurse is None or sid != nurse.carrier_sid):
        await _colleague_moved(session, call, sid, what == "participant-join")
    elif nurse is None:
        return
    elif what == "participant-join" and is_carer:
        call.connected_at = call.connected_at or clock.now()
        await escalation_calls.carer_picked_up(session, nurse.id)
    elif what == "participant-leave":
        await _left(session, call, nurse, is_carer)


async def _colleague_moved(session: AsyncSession, call: CarerCall, sid: str, came: bool) -> None:
    """Between the key and the conference the two may have parted: then nobody is there."""
    is_colleague = await escalation_calls.colleague_moved(session, sid, came)
    if is_colleague and came and call.state != CallState.CONNECTED:
        await queue.wake(session, "voice.too_late", queue.PAGES, call_id=call.id, sid=sid)


async def _left(session: AsyncSession, call: CarerCall, nurse: StaffCall, is_carer: bool) -> None:
    """Whoever is still there must not sit in silence."""
    since = call.connected_at or clock.now()
    seconds = round((clock.now() - since).total_seconds())
    were_together = nurse.carer_ended is None
    await escalation_calls.carer_s_part_over(session, nurse.id, "completed", seconds)
    colleagues = await staff_calls.colleagues_in(session, nurse.case_id)
    if colleagues and were_together and not is_carer:
        call.nurse_call = colleagues[0]  # The carer is not alone: whoever came in is with them now.
        return
    if call.state == CallState.CONNECTED or is_carer:
        await queue.wake(session, "voice.left", queue.PAGES, call_id=call.id)


async def nurse_alone(session: AsyncSession, call_id: UUID) -> str:
    """The caller has gone and the nurse has not: one key rings them."""
    call = await calls.get(session, call_id)
    if call.caller is None:
        return speech.goodbye(replies.say("voice_carer_gone_hidden", "voice"))
    return keypad(replies.say("voice_carer_gone", "voice"), f"{address(call.id)}/nurse/keys")


async def nurse_pressed(session: AsyncSession, call_id: UUID, key: str) -> str:
    """1 rings the caller, who sees the line's number; or, if they are still there, goes back to them."""
    call = await calls.get(session, call_id)
    here = address(call.id)
    if key != "1" or call.nurse_call is None or call.caller is None:
        return speech.goodbye(replies.say("bridge_over", "voice"))
    if call.ended_at is None:
        return speech.confer(replies.say("voice_conference_alone", "voice"), conference(call.id), here, f"{here}/nurse")
    bridge = f"{settings.get().public_url}/twilio/bridges/{call.nurse_call.id}"
    words = replies.say("bridge_ringing", "voice")
    return put_through(words, call.caller, call.line, f"{bridge}/dialled", f"{bridge}/carer")
