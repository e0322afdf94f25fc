"""What other programs are told of an escalation. A part of the service of its own."""

from sqlalchemy.ext.asyncio import AsyncSession

from api.escalations import rules
from api.escalations.models import Escalation
from api.escalations.rules import Event
from api.webhooks import service as webhooks


def tell(session: AsyncSession, escalation: Escalation, kind: Event) -> None:
    """One event of an escalation, for whoever wants to hear of it. Sent once the transaction has ended."""
    if kind == Event.WEBHOOK_FAILED:
        return  # It would go the way that has just failed.
    webhooks.emit(
        session,
        escalation.team_id,
        f"escalation.{kind}",
        urgent=kind in rules.URGENT,
        escalation_id=escalation.id,
        conversation_id=escalation.conversation_id,
        state=escalation.state,
        priority=escalation.priority,
    )
