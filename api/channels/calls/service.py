"""A page read aloud: what is said in each turn, and what a key does. It does what a reply by text does."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, gsm7, replies, settings
from api.channels.calls import rules
from api.channels.pager import service as pager
from api.channels.rules import whole_number
from api.channels.voice.holding import service as holding
from api.clients.carrier import call_from_twilio
from api.conversations import service as conversations
from api.conversations.rules import spaced
from api.errors import Conflict, NotFound
from api.escalations import service as escalations
from api.escalations.calls import service as escalation_calls
from api.escalations.models import Escalation
from api.paging.calls import service as calls
from api.paging.calls.rules import Step, Wish, spoken_number, spoken_priority, wish
from api.paging.drills import service as drills
from api.paging.models import Drill, Page, StaffCall
from api.paging.rules import By, PageState
from api.triage import service as triage
from api.triage.rules import Priority

PAGE_WORDS = {
    "page": "call_page",
    "page_again": "call_page_again",
    "page_worse": "call_page_worse",
    "page_not_contacted": "call_page_not_contacted",
    "page_hand_late": "call_page_hand_late",
}
_DRILL_ENDED = {
    Step.CONFIRMED: "call_drill_thanks",
    Step.TAKEN: "call_drill_thanks",  # Answered by text before this was picked up.
    Step.NO_KEY: "call_drill_no_key",
}
_LONGEST_QUOTE = 160  # Places of the carer's own words: whoever was asleep cannot keep more in mind.


async def answered(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> str:
    """Somebody, or an answering machine, has picked up: the page is read out, if it is still open."""
    call = await calls.picked_up(session, call_id, form.get("CallSid", ""))
    page = _page_of(call)
    return await _say(session, call, page, Step.READ if page.state == PageState.OPEN else Step.TAKEN, 0)


async def pressed(session: AsyncSession, call_id: UUID, turn: int, form: dict[str, str]) -> str:
    """A key, or none, in this turn: acted on once, however often the carrier repeats it."""
    call, sid = await calls.call(session, call_id), form.get("CallSid", "")
    page = _page_of(call)
    new = await calls.begin_turn(session, call, sid, turn)
    if new is not None:
        new.step = await _act(session, call, page, wish(form.get("Digits", ""), turn))
        await session.flush()
    return await _say(session, call, page, Step(await calls.step_of(session, sid, turn)), turn)


def _page_of(call: StaffCall) -> Page:
    if call.page is None:
        raise NotFound("There is no page in this call.")
    return call.page


async def _act(session: AsyncSession, call: StaffCall, page: Page, wanted: Wish) -> Step:
    if call.escalation_id is None:
        return await _act_on_drill(session, page, wanted)
    try:
        if wanted == Wish.ACCEPT:
            await escalations.accept(session, call.case_id, call.person, "call")
            await pager.details(session, call.person, page.code, call.case_id)
            return Step.ACCEPTED
        if wanted == Wish.DECLINE:
            await escalations.decline(session, call.case_id, call.person)
            return Step.DECLINED
    except Conflict:
        return Step.TAKEN
    if page.state != PageState.OPEN:
        return Step.TAKEN  # Somebody else was quicker while this was read out.
    return Step.READ if wanted == Wish.AGAIN else Step.NO_KEY


async def _act_on_drill(session: AsyncSession, page: Page, wanted: Wish) -> Step:
    """Either key shows that the call arrives and is answered by a person. No answering machine presses one."""
    if wanted in (Wish.ACCEPT, Wish.DECLINE):
        await drills.answered(session, page, By.CALL)
        return Step.CONFIRMED
    if page.state != PageState.OPEN:
        return Step.CONFIRMED  # Answered by text while this was read out.
    return Step.READ if wanted == Wish.AGAIN else Step.NO_KEY


async def _say(session: AsyncSession, call: StaffCall, page: Page, step: Step, turn: int) -> str:
    if step == Step.READ:
        action = f"{settings.get().public_url}/twilio/calls/{call.id}/turns/{turn + 1}"
        return rules.listen(await _page_words(session, page), action)
    if step == Step.ACCEPTED:
        details = await _details(session, page)
        return await holding.take(session, call, details) or rules.last_words(details, twice=True)
    if call.escalation_id is None:
        return rules.last_words(replies.say(_DRILL_ENDED[step], "voice"))
    ended = {Step.DECLINED: "call_declined", Step.TAKEN: "call_taken", Step.NO_KEY: "call_no_key"}
    return rules.last_words(replies.say(ended[step], "voice"))


async def _page_words(session: AsyncSession, page: Page) -> str:
    """How urgent it is and what it is about, in the protocol's own words. They name nobody. A drill says so."""
    if page.drill_id is not None:
        drill = await session.get_one(Drill, page.drill_id)
        return replies.say("call_drill", "voice", time=clock.uk_time(drill.shift_at))
    escalation = await session.get_one(Escalation, page.escalation_id)
    protocol = triage.protocol()
    urgency = f"{spoken_priority(escalation.priority)}, {protocol.targets[Priority(escalation.priority)].title}"
    return replies.say(PAGE_WORDS[escalation.page_words], "voice", priority=urgency, about=_about(escalation))


def _about(escalation: Escalation) -> str:
    found = triage.protocol().categories.get(escalation.category)
    return (found.title if found else escalation.category.replace("_", " ")).replace(" / ", ", ")


async def _details(session: AsyncSession, page: Page) -> str:
    """After the key, and only then: whom to ring, and the carer's own words."""
    escalation = await session.get_one(Escalation, page.escalation_id)
    conversation = await conversations.get(session, escalation.conversation_id)
    number = conversation.contact_number
    ring = f"Ring {spoken_number(spaced(number))}" if number else "No number yet: write to them"
    quote = gsm7.cut(gsm7.to_gsm7(await pager.first_words(session, escalation.id)), _LONGEST_QUOTE)
    time = clock.uk_time(escalation.accepted_at or clock.now())
    name = "call_accepted_watched" if escalation.silent else "call_accepted"
    return replies.say(name, "voice", time=time, contact=ring, words=quote, code=str(page.code))


async def take_report(session: AsyncSession, call_id: UUID, form: dict[str, str]) -> None:
    """What became of a call to staff, forwards only, and what follows from it."""
    word = form.get("CallStatus", "")
    status = call_from_twilio(word)
    if status is None:
        return
    call = await calls.take_report(session, call_id, form.get("CallSid", ""), status, word)
    if call is not None:
        await escalation_calls.over(session, call, status)


def seconds(form: dict[str, str]) -> int:
    """How long a call lasted, as the carrier says."""
    return whole_number(form.get("CallDuration", "0"))
