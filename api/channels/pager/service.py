"""Reading what a member of staff texted back, and doing it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, gsm7, outbox, replies, settings
from api.channels.rules import whole_number
from api.clients.carrier import from_twilio
from api.conversations import service as conversations
from api.errors import Conflict, Invalid
from api.escalations import feedback
from api.escalations import service as escalations
from api.paging import service as paging
from api.paging.drills import service as drills
from api.paging.models import Page, StaffReply, StaffText
from api.paging.rules import Answer, By, PageState, read_reply
from api.people.models import Person

_OF_THE_PAGE = (Answer.RIGHT, Answer.NOT_RIGHT)
# A page that was accepted may be open again, because the carer was not rung in time or is worse.
_NEEDS = {
    Answer.ACCEPT: (PageState.OPEN,),
    Answer.DECLINE: (PageState.OPEN,),
    Answer.CONTACTED: (PageState.OPEN, PageState.ACCEPTED),
}


async def take_once(session: AsyncSession, person: Person, inbound_id: str, body: str) -> None:
    """A reply, acted on once, however often the carrier repeats it. Raises Invalid when it has no id."""
    if not inbound_id:
        raise Invalid("MessageSid is missing.")
    new = insert(StaffReply).values(inbound_id=inbound_id, person_id=person.id, words=body, at=clock.now())
    added = await session.execute(new.on_conflict_do_nothing().returning(StaffReply.inbound_id))
    if added.scalar_one_or_none():
        await take(session, person, body)


async def take_report(session: AsyncSession, text_id: UUID, form: dict[str, str]) -> None:
    """What became of a text to staff. A page that did not arrive sends the ladder on at once."""
    status = from_twilio(form.get("MessageStatus", ""))
    if status is None:
        return
    code = whole_number(form.get("ErrorCode", "")) or None
    news = await outbox.report(session, StaffText, text_id, form.get("MessageSid", ""), status, code)
    if news and status in outbox.FAILURES:
        text = await paging.text_of(session, text_id)
        if text.page is not None and text.page.escalation_id is not None:
            await escalations.page_failed(session, text.page.escalation_id, text.person.name)


async def take(session: AsyncSession, person: Person, body: str) -> None:
    """Act on a reply and text back what was done, in words that follow the saved result."""
    read = read_reply(body)
    pages = await paging.answerable(session, person)
    if read is None:
        await _not_understood(session, person, pages)
        return
    answer, code = read
    if answer in _OF_THE_PAGE:
        await _feedback(session, person, pages, code, was_right=answer == Answer.RIGHT)
        return
    fitting = _fitting(pages, answer, code)
    if len(fitting) == 1:
        await _act(session, person, fitting[0], answer)
    elif fitting:
        codes = ", ".join(str(page.code) for page in fitting)
        await _write(session, person, "page_which", code=str(fitting[0].code), codes=codes)
    else:
        await _too_late(session, person, code)


def _fitting(pages: Sequence[Page], answer: Answer, code: int | None) -> Sequence[Page]:
    """The pages that this answer may be about. Without a code, a drill never stands in the way of a call for help."""
    fitting = [page for page in pages if page.state in _NEEDS[answer] and code in (None, page.code)]
    real = [page for page in fitting if page.drill_id is None]
    if code is None and answer == Answer.CONTACTED:
        real = [page for page in real if page.state == PageState.ACCEPTED] or real
    return real if code is None and real else fitting


async def _not_understood(session: AsyncSession, person: Person, pages: Sequence[Page]) -> None:
    if pages:
        await _write(session, person, "page_not_understood", code=str(pages[0].code))
    else:
        await _write(session, person, "page_none")


async def _feedback(
    session: AsyncSession, person: Person, pages: Sequence[Page], code: int | None, was_right: bool
) -> None:
    """`1y` of a page that is over. Of one that is still open it may have been meant as yes, so nothing is done."""
    page = await paging.page_with_code(session, person, code) if code else None
    if page is None or page.escalation_id is None or page.state == PageState.OPEN:
        await _not_understood(session, person, [page] if page else pages)
        return
    await feedback.keep(session, page.escalation_id, page, person, was_right, "text")
    await _write(session, person, "page_feedback_kept")


async def _write(session: AsyncSession, person: Person, reply: str, **places: str) -> None:
    await paging.write(session, person, replies.say(reply, "sms", **places))


async def _act(session: AsyncSession, person: Person, page: Page, answer: Answer) -> None:
    if page.escalation_id is None:
        await _answer_drill(session, person, page)
        return
    code, time = str(page.code), clock.uk_time(clock.now())
    try:
        if answer == Answer.ACCEPT:
            await escalations.accept(session, page.escalation_id, person, "text")
            await details(session, person, page.code, page.escalation_id)
        elif answer == Answer.DECLINE:
            await escalations.decline(session, page.escalation_id, person)
            await _write(session, person, "page_declined", code=code)
        elif page.state == PageState.ACCEPTED or await _has_taken(session, person, page.escalation_id):
            await escalations.contacted(session, page.escalation_id, person, "text")
            await _write(session, person, "page_contacted", code=code, time=time)
        else:
            await _write(session, person, "page_not_understood", code=code)
    except Conflict:
        await _taken(session, person, page.code, page.escalation_id)


async def _has_taken(session: AsyncSession, person: Person, escalation_id: UUID) -> bool:
    """Whether it was theirs before it was paged again. Nobody else's slip of a key may say that a carer was rung."""
    return (await escalations.locked(session, escalation_id)).accepted_by_id == person.id


async def _answer_drill(session: AsyncSession, person: Person, page: Page) -> None:
    """Whatever it says, the answer shows that the page arrived and that its answer does."""
    if page.answered_at is None:
        await drills.answered(session, page, By.TEXT)
    await _write(session, person, "drill_thanks", code=str(page.code))


async def _too_late(session: AsyncSession, person: Person, code: int | None) -> None:
    page = await paging.page_with_code(session, person, code) if code else None
    if page is None:
        await _write(session, person, "page_none")
    elif page.escalation_id is None:
        await _answer_drill(session, person, page)
    elif page.state == PageState.ACCEPTED:
        await details(session, person, page.code, page.escalation_id)  # Said twice: the details again, nothing else.
    elif page.state == PageState.CLOSED:
        await _write(session, person, "page_closed", code=str(page.code))
    else:
        await _taken(session, person, page.code, page.escalation_id)


async def _taken(session: AsyncSession, person: Person, code: int, escalation_id: UUID) -> None:
    """Somebody was quicker: who, and when."""
    escalation = await escalations.locked(session, escalation_id)
    by = escalation.accepted_by.name if escalation.accepted_by else "somebody else"
    time = clock.uk_time(escalation.accepted_at or clock.now())
    await _write(session, person, "page_taken", code=str(code), nurse=by, time=time)


async def details(session: AsyncSession, person: Person, code: int, escalation_id: UUID) -> None:
    """After the code, and only then: how to reach the carer, their own words, and where the rest is."""
    escalation = await escalations.locked(session, escalation_id)
    conversation = await conversations.get(session, escalation.conversation_id)
    words = await first_words(session, escalation.id)
    contact = f"Ring {conversation.contact_number}" if conversation.contact_number else "No number yet: write to them"
    places = {
        "time": clock.uk_time(escalation.accepted_at or clock.now()),
        "contact": contact,
        "code": str(code),
        "link": f"{settings.get().public_url}/console/escalations/{escalation.id}",
    }
    room = gsm7.TEXT_LIMIT - gsm7.length(replies.say("page_accepted", "sms", words="", **places))
    quoted = gsm7.cut(gsm7.to_gsm7(words), room - 2)  # Less the two quotation marks.
    await _write(session, person, "page_accepted", words=f'"{quoted}"', **places)


async def first_words(session: AsyncSession, escalation_id: UUID) -> str:
    """What the carer wrote when the newest danger was found, on one line."""
    found = next((one for one in await escalations.findings(session, escalation_id) if one.message_id), None)
    if found is None or found.message_id is None:
        return ""
    message = await conversations.message(session, found.message_id)
    return " ".join(message.body.split())
