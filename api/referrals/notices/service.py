"""A referral as another organisation gets it: who, what, the consent, and by when."""

from dataclasses import dataclass
from typing import Any

from api import clock, settings
from api.clients import partners
from api.referrals import rules
from api.referrals.files import service as files
from api.referrals.models import Referral
from api.referrals.rules import Clock, State, Way


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, and where. `message_id` is the same however often it is tried."""

    way: Way
    address: str
    secret: str
    message_id: str
    state: State
    body: dict[str, Any]
    subject: str
    words: str


def notice(referral: Referral) -> Notice | None:
    """What to tell of it as it stands now. None: we are told no way to reach the service."""
    service = files.named(referral.service)
    wanted = settings.get()
    address = (wanted.referral_addresses or {}).get(service.address, "") if service else ""
    secret = (wanted.referral_secrets or {}).get(service.address) if service else None
    by_webhook = referral.way == Way.WEBHOOK and secret is not None
    by_mail = referral.way == Way.EMAIL and bool(wanted.smtp_host and wanted.mail_from)
    if not address or not (by_webhook or by_mail):
        return None
    state = State.WITHDRAWN if referral.state == State.WITHDRAWN else State.REQUESTED
    return Notice(
        way=Way(referral.way),
        address=address,
        secret=secret.get_secret_value() if secret else "",
        message_id=f"{referral.id}:{state}",
        state=state,
        body={"type": f"referral.{state}", "timestamp": clock.now().isoformat(), "data": _data(referral, state)},
        subject=f"Nightlight: referral {'withdrawn' if state == State.WITHDRAWN else 'for you'} ({referral.id})",
        words=_words(referral, state),
    )


async def deliver(one: Notice) -> None:
    """Try once. Raises NotDelivered."""
    if one.way == Way.WEBHOOK:
        await partners.post(one.address, one.secret, one.message_id, clock.now(), one.body)
    else:
        await partners.mail(one.address, one.subject, one.words, clock.now())


def _data(referral: Referral, state: State) -> dict[str, Any]:
    """Whoever withdraws is named no more than the id needs."""
    if state == State.WITHDRAWN:
        return {"id": str(referral.id)}
    return {
        "id": str(referral.id),
        "service": referral.service,
        "need": referral.need,
        "asked_for": referral.asked_for,
        "carer": {"name": referral.name, "number": referral.number, "good_time": referral.good_time},
        "consent": {"question": referral.consent_question, "at": referral.consented_at.isoformat()},
        "clock": referral.clock,
        "ring_by": referral.due_at.isoformat(),
    }


def _words(referral: Referral, state: State) -> str:
    if state == State.WITHDRAWN:
        return f"The carer of referral {referral.id} does not want to be rung. Please do not ring them.\n"
    by = rules.by_words(Clock(referral.clock), referral.due_at)
    return (
        f"A carer has asked to be rung by you. They have been told: by {by}.\n\n"
        f"Name: {referral.name}\nNumber: {referral.number}\nGood time: {referral.good_time}\n"
        f"Asked for: {referral.asked_for}\n\n"
        f"They said yes, on {referral.consented_at:%d/%m/%Y at %H:%M} UTC, to this: {referral.consent_question}\n\n"
        f"Our number for it: {referral.id}\n"
    )
