"""What follows from a call that did not get through, that nobody picked up, or that has ended."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, queue, replies, settings
from api.clients.carrier import Delivery
from api.escalations import service
from api.escalations.models import Escalation
from api.escalations.rules import Event, State
from api.paging import service as paging
from api.paging.calls import service as calls
from api.paging.calls.rules import Step
from api.paging.models import Page, StaffCall
from api.paging.rules import PageState
from api.people.models import Person

ACTOR = "job:paging"
# What the nurse is told when the two were not connected, by the carrier's word for the carer's phone.
_CARER_MISSED = {"busy": "bridge_engaged", "no-answer": "bridge_unanswered"}


async def refused(session: AsyncSession, call: StaffCall) -> None:
    """The carrier did not take a call, and never will."""
    await over(session, call, Delivery.FAILED)


async def over(session: AsyncSession, call: StaffCall, status: Delivery) -> None:
    """A call to staff is over, one way or another. Called once for each call."""
    if call.escalation_id is None:
        return  # A drill's: that it was not answered is its proof.
    if call.page is None:
        await _bridge_over(session, call, status)
    elif status == Delivery.FAILED:
        await _failed(session, call, call.page)
    elif status != Delivery.WITHDRAWN and call.page.state == PageState.OPEN:
        await _not_picked_up(session, call, call.page)


async def _failed(session: AsyncSession, call: StaffCall, page: Page) -> None:
    """An alarm, and the next rung at once, unless that has been tried already because the text had failed as well."""
    if await _is_newest(session, call, page):
        await service.page_failed(session, call.case_id, call.person.name, by="call")
    else:
        escalation = await service.locked(session, call.case_id)
        await service.log_event(session, escalation, Event.PAGE_FAILED, ACTOR, nurse=call.person.name, by="call")


async def _not_picked_up(session: AsyncSession, call: StaffCall, page: Page) -> None:
    """Engaged, rung out, or no key: it counts as not answered. Where no text went out, the next rung is tried now."""
    escalation = await service.locked(session, call.case_id)
    why = "no_key" if call.ended == "completed" else call.ended
    await service.log_event(session, escalation, Event.NOT_PICKED_UP, ACTOR, nurse=call.person.name, why=why)
    by_call_alone = not any(text for paged, text in await paging.pages_of(session, escalation.id) if paged is page)
    if by_call_alone and escalation.state == State.WAITING and await _is_newest(session, call, page):
        escalation.next_page_at = clock.now()
        await queue.wake(session, "escalations.page", queue.PAGES, escalation_id=escalation.id)


async def _is_newest(session: AsyncSession, call: StaffCall, page: Page) -> bool:
    """Whether no other rung has been tried since this page was placed."""
    pages = await paging.pages_of(session, call.case_id)
    return pages[-1][0].rung == page.rung


async def colleague_moved(session: AsyncSession, carrier_sid: str, came: bool) -> bool:
    """A colleague has come into a call, or has left it. Said twice it changes nothing. False: that is no colleague."""
    found = select(StaffCall).where(StaffCall.carrier_sid == carrier_sid, StaffCall.joins).with_for_update(of=StaffCall)
    call = (await session.execute(found)).scalar_one_or_none()
    if call is None:
        return False
    if came and call.carer_answered_at is None:
        call.carer_answered_at = clock.now()
        await _log(session, call, Event.COLLEAGUE_JOINED)
    elif not came:
        call.carer_ended = call.carer_ended or "completed"
    return True


async def _bridge_over(session: AsyncSession, call: StaffCall, status: Delivery) -> None:
    """The nurse's own part of a call to the carer is over: if they were never put through, they are told so."""
    if call.joins:
        if call.carer_answered_at is None:
            await _log(session, call, Event.COLLEAGUE_MISSED, why=await _why_not_in(session, call, status))
        return
    if await calls.was_done(session, call.id, Step.PUT_THROUGH):
        return  # What became of it is told by the carer's part of the call.
    escalation = await service.locked(session, call.case_id)
    picked_up = status == Delivery.DELIVERED
    why = "no_key" if picked_up else "nurse_" + (call.ended or "refused")
    await service.log_event(session, escalation, Event.CALL_NOT_MADE, ACTOR, nurse=call.person.name, why=why)
    await _text(session, call, "bridge_no_way" if status == Delivery.FAILED else "bridge_missed")


async def _why_not_in(session: AsyncSession, call: StaffCall, status: Delivery) -> str:
    if status != Delivery.DELIVERED:
        return call.ended or "failed"
    pressed = [await calls.was_done(session, call.id, step) for step in (Step.PUT_THROUGH, Step.CLOSED)]
    return "too_late" if any(pressed) else "no_key"


async def carer_picked_up(session: AsyncSession, call_id: UUID) -> None:
    """The two are connected. Said twice, or too late, it changes nothing."""
    call = await _locked(session, call_id)
    if call.carer_answered_at is None and call.carer_ended is None:
        call.carer_answered_at = clock.now()
        await _log(session, call, Event.CARER_PICKED_UP)


async def carer_s_part_over(session: AsyncSession, call_id: UUID, word: str, seconds: int) -> None:
    """The carer's part is over, in the carrier's word. Nobody has spoken until the nurse says so: they are asked."""
    call = await _locked(session, call_id)
    if call.carer_ended is not None:
        return
    call.carer_ended, call.carer_seconds = word, seconds
    if word == "completed":
        escalation = await _log(session, call, Event.CALL_ENDED, seconds=seconds)
        if escalation.state == State.ACCEPTED:
            await _ask_whether_they_spoke(session, call)
    else:
        await _log(session, call, Event.CALL_NOT_MADE, why=word)
        if word != "canceled":  # The nurse hung up themselves and knows.
            await _text(session, call, _CARER_MISSED.get(word, "bridge_no_way"))


async def _locked(session: AsyncSession, call_id: UUID) -> StaffCall:
    await session.execute(select(StaffCall.id).where(StaffCall.id == call_id).with_for_update())
    return await calls.call(session, call_id)


async def _log(session: AsyncSession, call: StaffCall, kind: Event, **detail: Any) -> Escalation:
    escalation = await service.locked(session, call.case_id)
    await service.log_event(session, escalation, kind, ACTOR, nurse=call.person.name, **detail)
    return escalation


async def _ask_whether_they_spoke(session: AsyncSession, call: StaffCall) -> None:
    """An answering machine picks up as well, so only the nurse's own word counts: the code of their page, or a link."""
    code = await _code(session, call.case_id, call.person)
    if code is None:
        await _text(session, call, "bridge_spoke_note")
    else:
        await paging.write(session, call.person, replies.say("bridge_spoke", "sms", code=code))


async def _code(session: AsyncSession, escalation_id: UUID, person: Person) -> str | None:
    mine = await paging.answerable(session, person)
    accepted = (one for one in mine if one.escalation_id == escalation_id and one.state == PageState.ACCEPTED)
    return next((str(page.code) for page in accepted), None)


async def _text(session: AsyncSession, call: StaffCall, reply: str) -> None:
    link = f"{settings.get().public_url}/console/escalations/{call.case_id}"
    await paging.write(session, call.person, replies.say(reply, "sms", link=link))
